"""Studies: tuned fairly, judged on fresh seeds, resumable, stopped by the clock, honest."""

import json
import math

import pytest

import experiments.engine.loop as loop
from experiments.study import plan
from experiments.study.flow import Study
from experiments.study.preset import jobs
from experiments.study.preset.grid import edges
from experiments.study.preset.preset import FOLDER as PRESETS
from experiments.study.preset.preset import Preset, load
from experiments.study.record import report
from experiments.study.run.executors import EXECUTORS, execute
from tests.experiments.fake import Regression

RUN = {"steps": 20, "batch_size": 8, "warmup": 2, "eval_every": 5, "dtype": "float64"}


def preset(**changes):
    found = {
        "name": "fake",
        "title": "A study of a fake",
        "workload": "fake",
        "run": RUN,
        "arms": {
            "adamw": {"lr": [0.03, 0.1, 0.3], "beta1": [0.5]},
            "gpa": {"lr": [0.03, 0.1, 0.3]},
            "ema": {"lr": [0.1]},
        },
        "tuning_seeds": (0, 1),
        "fresh_seeds": (10, 11, 12),
        "horizons": (10, 15),
        "prior": {"sigma": 0.02, "drop": [[0.1, 0.03], [0.5, 0.3]]},
    }
    return Preset(**{**found, **changes})


@pytest.fixture(autouse=True)
def workload(monkeypatch):
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Regression())


def study(folder, **options):
    changes = options.pop("preset", {})
    options.setdefault("say", lambda line: None)
    return Study(preset(**changes), folder, **options).data()


def test_a_study_tunes_chooses_and_judges(tmp_path):
    """Every setting is tried on all tuning seeds, winners run on fresh ones, untuned say so."""
    data = study(tmp_path)
    assert data["runs"] == data["planned"]
    table = data["choices"]["gpa"]["table"]
    assert [row["n"] for row in table] == [2, 2, 2]
    assert table[0]["loss"] == min(row["loss"] for row in table)
    assert data["curves"]["gpa"]["n"] == 3
    assert data["comparisons"]["ema"]["verdict"] == "no verdict"
    assert "untuned" in data["comparisons"]["ema"]["notes"]
    assert set(data["comparisons"]) == {"gpa", "ema"}
    assert set(data["rescheduled"]) == {"adamw", "gpa"}


def test_an_edge_is_not_resolved(tmp_path):
    """If the best learning rate is the largest tried, the verdict waits for a wider grid."""
    arms = {"adamw": {"lr": [0.001, 0.002]}, "gpa": {"lr": [0.001, 0.002]}}
    data = study(tmp_path, preset={"arms": arms})
    assert data["choices"]["gpa"]["edges"] == ["lr"]
    found = data["comparisons"]["gpa"]
    assert found["verdict"] == "not resolved"
    assert any("edge of the grid" in note for note in found["notes"])


def test_natural_ends_are_no_edges():
    """β1 = 0 is where the domain ends: an optimum there is interior to nothing wider."""
    table = {"beta1": [0.0, 0.5], "mu_y": [0.5, 1.0], "lr": [0.1, 0.2, 0.4]}
    best = {"beta1": 0.0, "mu_y": 1.0, "lr": 0.2}
    assert edges(table, best) == ()
    assert edges(table, {**best, "beta1": 0.5, "lr": 0.1}) == ("beta1", "lr")


def test_the_clock_stops_a_study_and_it_goes_on(tmp_path):
    """With no time left nothing is trained and nothing is claimed; the next start finishes it."""
    cut = study(tmp_path, budget_s=1e-9)
    assert cut["runs"] == {"tune": 0, "fresh": 0, "horizon": 0}
    assert cut["comparisons"]["gpa"]["verdict"] == "not resolved"
    whole, direct = study(tmp_path), study(tmp_path / "other")
    for key in ("choices", "curves", "comparisons", "rescheduled"):
        assert whole[key] == direct[key]


def test_a_diverged_setting_loses():
    """A run that is not finite ranks last, and its infinity is null in JSON."""
    made = preset()
    config = {"arm": "gpa", "settings": {}, "lrs": [0.03, 0.1], "seeds": [0, 0]}
    found = jobs.choose(made, "gpa", [{"config": config, "final": {"val": [None, 2.0]}}])
    assert found.setting["lr"] == 0.1
    assert found.table[-1]["loss"] == math.inf


@pytest.mark.parametrize("executor", ["serial", "joblib"])
def test_executors_keep_order(executor):
    """Results come in the order of the items, from any executor that can run here."""
    assert list(execute(executor, abs, [-3, -1, -2], 2)) == [3, 1, 2]


@pytest.mark.parametrize("executor", ["ray", "dask", "submitit"])
def test_a_missing_cluster_package_is_named(executor):
    """The message says what to install; nothing falls back silently."""
    try:
        __import__(executor)
    except ImportError:
        with pytest.raises(ValueError, match="pip install"):
            execute(executor, abs, [1], 1)
    assert EXECUTORS[executor][1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"run": {**RUN, "epochs": 3}}, "run.epochs must be one of steps"),
        ({"arms": {"adamw": {"lr": [1, 2]}, "gpa": {"lr": [1, 2, 3]}}}, "equally many settings"),
        ({"arms": {"gpa": {"mu_z": [1]}}}, "mu_z must be one of lr"),
        ({"fresh_seeds": (1, 2)}, "must be others than the tuning seeds"),
        ({"tuning_seeds": ()}, "must not be empty if an arm is tuned"),
        ({"fresh_seeds": (5,)}, "one seed has no spread"),
    ],
)
def test_unfair_or_misspelled_presets_are_refused(changes, message):
    """Before anything is spent."""
    with pytest.raises(ValueError, match=message):
        preset(**changes)


@pytest.mark.parametrize("name", sorted(p.stem for p in PRESETS.glob("*.toml")))
def test_every_shipped_preset_is_valid(name):
    """Each loads, and its runs can be listed."""
    made = load(name)
    jobs.tuning(made)
    assert made.title


def test_unknown_presets_list_the_known(tmp_path):
    """And a broken or foreign TOML file is refused by name."""
    with pytest.raises(ValueError, match="PRESET must be a TOML file or one of"):
        load("no-such-preset")
    bad = tmp_path / "bad.toml"
    bad.write_text("title = ")
    with pytest.raises(ValueError, match="must be TOML"):
        load(str(bad))
    bad.write_bytes('title = "größer"'.encode("cp1252"))
    with pytest.raises(ValueError, match="must be TOML in UTF-8"):
        load(str(bad))


def test_the_plan_says_what_it_can_see():
    """Runs, time and the minimum detectable effect; without two tuned arms, that there is none."""
    said = "\n".join(plan.lines(preset(), 0.01, 2))
    assert "tune: 4 ensembles, 12 runs, 240 member-steps" in said
    assert "minimum detectable effect with n = 3 per arm" in said
    assert "% of the steps" in said
    lone = "\n".join(plan.lines(preset(arms={"gpa": {"lr": [0.1]}}, prior={}), None, 1))
    assert "no verdict can come of this" in lone
    assert "unknown (no record or pilot" in lone


def test_the_record_is_readable(tmp_path):
    """README names verdicts, intervals, n and the command; the figure and valid JSON are there."""
    data = study(tmp_path / "runs")
    report.write(data, "nats", tmp_path / "record")
    text = (tmp_path / "record" / "README.md").read_text()
    for part in ("# A study of a fake", "n = 3", "(*measured*)", "no verdict", "study fake"):
        assert part in text
    json.loads((tmp_path / "record" / "data.json").read_text())
    assert (tmp_path / "record" / "figure.png").stat().st_size > 10_000


def test_a_folder_of_another_preset_is_refused(tmp_path):
    """Runs of one study are not mixed into another's."""
    study(tmp_path, budget_s=1e-9)
    with pytest.raises(ValueError, match="must be a new folder or that of the same"):
        study(tmp_path, preset={"title": "another"})
