"""However a study ends, by the clock, in infinities or in a tie, it says no more than it knows."""

import math
from dataclasses import replace

import pytest

import experiments.engine.loop as loop
from experiments.study.preset import jobs
from experiments.study.record import report
from experiments.study.run import stages
from experiments.study.run.keeping import kept, place
from tests.experiments.fake import Regression
from tests.experiments.study.test_study import preset, study


@pytest.fixture(autouse=True)
def workload(monkeypatch):
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Regression())


def test_a_study_in_which_everything_diverges_resolves_nothing(tmp_path):
    """Learning rates beyond all bounds: a legitimate end, written down as what it is."""
    arms = {"adamw": {"lr": [1e200, 2e200]}, "gpa": {"lr": [1e200, 2e200]}}
    changes = {"arms": arms, "ranks": {"seeds": [30]}, "horizons": ()}
    data = study(tmp_path, preset=changes)
    found = data["comparisons"]["gpa"]
    assert found["verdict"] == "not resolved"
    assert "a run diverged" in found["notes"]
    report.write(data, "nats", tmp_path / "record")
    text = (tmp_path / "record" / "README.md").read_text()
    assert "3 of 3 runs diverged" in text
    assert "nan" not in text.lower()


def test_two_equal_arms_tie(tmp_path):
    """GPA with μ_x = 0 is its base, bit for bit: no difference, and no n would resolve one."""
    arms = {"adamw": {"lr": [0.03, 0.1, 0.3]}, "gpa": {"lr": [0.03, 0.1, 0.3], "mu_x": [0.0]}}
    arms = {arm: {**grid, "beta1": [0.5]} for arm, grid in arms.items()}
    found = study(tmp_path, preset={"arms": arms})["comparisons"]["gpa"]
    assert (found["verdict"], found["needed"]) == ("not resolved", None)
    low, high = found["difference"]
    assert low <= 0 <= high


@pytest.mark.parametrize("done", [0, 1])
def test_a_study_cut_before_two_seeds_says_so(tmp_path, monkeypatch, done):
    """The clock may stop anywhere: with fewer than two seeds of an arm there is no interval."""
    real, count = stages.run_job, []

    def cut(folder, deadline, job):
        if job.purpose != "fresh":
            return real(folder, deadline, job)
        count.append(job)
        return real(folder, deadline, job) if len(count) <= done else None

    monkeypatch.setattr(stages, "run_job", cut)
    data = study(tmp_path, preset={"members": 1})
    assert data["runs"]["fresh"] == done
    for found in data["comparisons"].values():
        assert found["verdict"] == "not resolved"
        assert "before two seeds per arm" in found["notes"][0]
    report.write(data, "nats", tmp_path / "record")
    assert "before two seeds" in (tmp_path / "record" / "README.md").read_text()


def test_a_cut_tuning_leaves_a_note(tmp_path, monkeypatch):
    """Fresh runs of a setting that was chosen among too few are not a verdict."""
    real, count = stages.run_job, []

    def cut(folder, deadline, job):
        count.append(job)
        return None if len(count) == 1 else real(folder, deadline, job)

    monkeypatch.setattr(stages, "run_job", cut)
    data = study(tmp_path, preset={"ranks": {"seeds": [30]}})
    notes = data["comparisons"]["gpa"]["notes"]
    assert "adamw: tuning was cut by the clock, 1 of 3 settings tried" in notes
    assert not any(note.startswith("gpa: tuning") for note in notes)
    assert data["comparisons"]["gpa"]["verdict"] == "not resolved"
    assert data["ranks"] == {"why": "not measured: the clock stopped the study before all settings"
                             " were tuned"}  # fmt: skip


def test_a_grid_alone_tries_and_compares_nothing(tmp_path):
    """`only = "grid"`: losses by seed at every setting, no fresh runs, no verdicts."""
    arms = {"gpa": {"lr": [0.1], "mu_x": [0.5, 0.9], "mu_y": [0.5, 0.9]}}
    data = study(tmp_path, preset={"arms": arms, "only": "grid", "fresh_seeds": ()})
    assert data["comparisons"] == data["curves"] == {}
    assert [len(row["losses"]) for row in data["choices"]["gpa"]["table"]] == [2] * 4
    report.write(data, "nats", tmp_path / "record")
    assert (tmp_path / "record" / "map_gpa.png").exists()


def test_what_is_kept_is_not_made_again_and_late_work_is_not_begun(tmp_path):
    """By arm, config and everything else that determines the result."""
    job = jobs.tuning(preset())[0]
    made = []

    def compute(job):
        made.append(job)
        return {"value": math.inf}

    assert kept(tmp_path, 0.0, compute, job) is None
    assert kept(tmp_path, None, compute, job) == {"value": None}
    assert kept(tmp_path, 0.0, compute, job) == {"value": None}
    assert len(made) == 1
    other = replace(job, purpose="another")
    assert place(tmp_path, other) != place(tmp_path, job)


def test_a_resumed_study_measures_the_ranks_once(tmp_path):
    """The second start reads bounds from disk, and says the same."""
    changes = {"ranks": {"seeds": [30, 31]}}
    first = study(tmp_path, preset=changes)["ranks"]
    assert {row["arm"] for row in first["rows"]} == {"adamw", "gpa"}
    assert study(tmp_path, preset=changes)["ranks"] == first
