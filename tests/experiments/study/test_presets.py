"""Every shipped preset is fair, whole, and can be planned without being run."""

import json
from dataclasses import replace

import numpy as np
import pytest

from experiments.study import plan, prior
from experiments.study.preset import timing
from experiments.study.preset.grid import edges
from experiments.study.preset.keys import ONLY
from experiments.study.preset.preset import FOLDER, load
from experiments.workloads import WORKLOADS
from tests.laws.places import missing, text_of

NAMES = sorted(p.stem for p in FOLDER.glob("*.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_can_be_planned(name):
    """Runs by phase, and either what it can see or that it compares nothing."""
    made = load(name)
    assert made.workload in WORKLOADS
    said = list(plan.lines(made, 1e-3, 2))
    assert any("member-steps" in line for line in said)
    assert any("time: " in line for line in said)
    last = [line for line in said if not line.startswith("power for")][-1]
    assert "minimum detectable effect" in last or "no verdict" in last
    assert ("no verdict on arms" in said[-1]) == bool(made.only)


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_that_compares_tunes_gpa_and_its_baseline_alike(name):
    """Equally many settings, AdamW being the baseline or what GPA is to replace; or what for."""
    made = load(name)
    if made.only:
        assert made.only in ONLY
        return
    assert made.baseline == ("diloco" if name == "diloco" else "adamw")
    assert {made.baseline, "gpa"} <= set(made.tuned)
    assert len(made.settings(made.baseline)) == len(made.settings("gpa")) > 1
    if name != "smoke":  # which says nothing about anything
        assert len(made.arms[made.baseline]["beta1"]) > 1
        text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8").replace("\n# ", " ")
        said = "β1 is in both grids" in text or "with β1 in both" in text
        assert said == (len(made.arms["gpa"]["beta1"]) > 1)
        assert said or "β1 is tuned for AdamW alone: GPA's is 0" in text


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_that_compares_can_resolve(name):
    """Every tuned arm has a setting at no edge of its grid, so the plan warns of nothing."""
    made = load(name)
    assert not list(plan.warnings(made))
    for arm in made.tuned if not made.only else ():
        assert any(not edges(made.arms[arm], setting) for setting in made.settings(arm))


def test_a_grid_of_edges_is_said_before_anything_is_spent(tmp_path):
    """Which arm, which values; of the baseline, that it concerns all arms."""
    made = load("cpu")
    arms = {
        **made.arms,
        "gpa": {**made.arms["gpa"], "mu_x": [0.5, 0.8], "beta1": [0.5], "lr": list(range(1, 19))},
    }
    (said,) = plan.warnings(replace(made, arms=arms))
    assert "no verdict on `gpa` can come of this" in said
    assert "(mu_x: 0.5, 0.8)" in said
    assert said in list(plan.lines(replace(made, arms=arms), None, 1))
    arms = {**made.arms, "adamw": {"lr": [1, 2], "beta1": [k / 18 for k in range(18)]}}
    (said,) = plan.warnings(replace(made, arms=arms))
    assert "no verdict on any arm" in said


def test_an_effect_is_turned_into_steps_on_the_curve_of_the_record():
    """Within 1.35 of what is read off by hand; a straight line from the start would miss."""
    made = load("cpu")
    known = prior.of(made)
    path = sorted(prior.RECORDS.glob("????-??-??_cpu/data.json"))[-1]
    curve = json.loads(path.read_text(encoding="utf-8"))["curves"]["adamw"]
    mean = np.mean(curve["values"], axis=0)
    for effect in (0.01, 0.03, 0.1):
        i = np.flatnonzero(mean >= mean[-1] + effect)[-1]
        part = (mean[i] - mean[-1] - effect) / (mean[i] - mean[i + 1])
        right = 1 - (curve["steps"][i] + part * np.diff(curve["steps"])[i]) / curve["steps"][-1]
        assert right / 1.35 <= known.share(effect) <= right * 1.35
    assert known.share(10.0) is None
    assert not known.share(0.03) / 1.35 <= 0.03 / 0.6
    (said,) = (line for line in plan.lines(made, None, 1) if "detectable" in line)
    assert path.parent.name in said
    assert "% of the steps on the baseline's curve" in said


def test_a_record_of_other_runs_says_nothing():
    """Another length, model or workload: then the preset's pilot, or nothing."""
    made = load("cpu")
    for other in (
        replace(made, run={**made.run, "steps": 301}),
        replace(made, overrides={"val": 128}),
        replace(made, workload="bigram"),
    ):
        assert prior.of(other) is None
        said = prior.of(replace(other, prior={"sigma": 0.1, "drop": [[0.1, 0.2]]}))
        assert (said.sigma, said.source, said.share(0.1)) == ((0.1, 0.1), "a pilot", 0.05)


def test_the_issues_presets_are_all_there():
    """One per tier, and those for the horizon and the map."""
    wanted = {"smoke", "verify", "cpu", "patient", "gpu-ensemble", "gpu-10m", "gpu-vit"}
    assert wanted | {"gpu-vit-small", "llama-160m-c4", "vit-s16-imagenet"} <= set(NAMES)
    assert {"horizon", "sensitivity"} <= set(NAMES)
    assert [load(n).only for n in ("horizon", "sensitivity", "verify")] == [
        "horizon",
        "grid",
        "instrument",
    ]


def test_every_preset_is_in_the_readme():
    """By name, in the table that says what it is for and what it needs; must fail for no preset."""
    lines = (FOLDER.parent / "README.md").read_text(encoding="utf-8").splitlines()
    places = {
        "experiments/README.md, the table of presets": lambda name: any(
            line.startswith("| `") and line.count("|") == 4 and f"`{name}`" in line.split("|")[1]
            for line in lines
        )
    }
    found = missing(NAMES, places)
    assert not found, text_of(found)
    assert missing(["no-such"], places)


def test_seeds_of_different_purposes_are_apart():
    """Tuning, fresh, rank and audit seeds share none."""
    for made in map(load, NAMES):
        groups = [made.tuning_seeds, made.fresh_seeds, made.ranks.get("seeds", ())]
        groups.append(made.audit.get("seeds", ()))
        seeds = [seed for group in groups for seed in group]
        assert len(set(seeds)) == len(seeds), made.name


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[ranks]\nseeds = [0]", "ranks.seeds must be others than tuning and fresh"),
        ("[ranks]\nseeds = []", "ranks must hold seeds"),
        ("[ranks]\nseeds = [9]\nevery = 2", "ranks must hold seeds"),
    ],
)
def test_bad_tables_are_refused(line, message, tmp_path):
    """By name, before anything is spent."""
    text = (FOLDER / "smoke.toml").read_text().split("[ranks]")[0]
    path = tmp_path / "mine.toml"
    path.write_text(text + line)
    with pytest.raises(ValueError, match=message):
        load(str(path))
    path.write_text(text.replace('title = "', 'only = "nothing"\ntitle = "'))
    with pytest.raises(ValueError, match="only must be one of instrument, grid, horizon"):
        load(str(path))


def test_time_is_measured_here_or_not_at_all(monkeypatch):
    """A positive number on the CPU; for a device that is not here, None and no line."""
    assert timing.seconds_per_member_step(load("smoke")) > 0
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert timing.seconds_per_member_step(load("gpu-10m")) is None
    assert not any("time:" in line for line in plan.lines(load("gpu-10m"), None, 1))


def test_two_workers_take_half_the_time():
    """Of training alone."""
    times = []
    for workers in (1, 2):
        (line,) = [x for x in plan.lines(load("cpu"), 1.0, workers) if x.startswith("time")]
        hours, minutes = line.split()[1].split("h")
        times.append(60 * int(hours) + int(minutes.rstrip("m")))
    assert times[0] == pytest.approx(2 * times[1], abs=1)
