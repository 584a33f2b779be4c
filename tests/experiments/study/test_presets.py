"""Every shipped preset is fair, whole, and can be planned without being run."""

import pytest

from experiments.study import plan
from experiments.study.preset import timing
from experiments.study.preset.preset import FOLDER, ONLY, load
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
    assert "minimum detectable effect" in said[-1] or "no verdict" in said[-1]
    assert ("no verdict on arms" in said[-1]) == bool(made.only)


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_that_compares_tunes_adamw_and_gpa_alike(name):
    """Equally many settings, β1 in both spaces; one that compares nothing says what it is for."""
    made = load(name)
    if made.only:
        assert made.only in ONLY
        return
    assert made.baseline == "adamw"
    assert {"adamw", "gpa"} <= set(made.tuned)
    assert len(made.settings("adamw")) == len(made.settings("gpa")) > 1
    if name != "smoke":  # which says nothing about anything
        assert len(made.arms["adamw"]["beta1"]) > 1
        assert "beta1" in made.arms["gpa"]


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
