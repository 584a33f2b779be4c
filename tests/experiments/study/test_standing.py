"""A record says what was tuned and what was cut, which command made it, and from which code."""

import json

import pytest

import experiments.engine.loop as loop
from experiments.study.record import records, report
from experiments.study.record.command import command_line
from experiments.study.record.standing import cuts, is_tuned, standing
from tests.experiments.fake import Regression
from tests.experiments.study.test_study import study


@pytest.fixture(autouse=True)
def workload(monkeypatch):
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Regression())


def readme(data):
    return "\n".join(report.readme({**data, "metric": "nats"}))


def test_a_study_cut_before_any_setting_has_no_winner(tmp_path):
    """Which arms were cut, of how many settings; none is called untuned or a winner."""
    data = study(tmp_path, budget_s=1e-9)
    text = readme(data)
    assert set(cuts(data)) == {"adamw", "gpa"}
    assert "settings that won" not in text.lower()
    for arm in ("adamw", "gpa"):
        assert f"* `{arm}`: tuning was cut by the clock, 0 of 3 settings tried" in text
        assert "the first of the grid, chosen by nothing" in standing(data, arm)
    assert standing(data, "ema") == "untuned"
    assert "until its clock stopped it; ensembles done: tune 0/" in text


def test_a_whole_study_has_winners(tmp_path):
    """The twin: nothing was cut, and nothing says so."""
    data = study(tmp_path)
    text = readme(data)
    assert not cuts(data)
    assert "## Settings that won on the tuning seeds" in text
    assert "clock" not in text
    assert (is_tuned(data, "gpa"), is_tuned(data, "ema")) == (True, False)
    assert standing(data, "gpa") == "3 settings tried"


def test_the_command_names_every_option_and_the_users_file(tmp_path, monkeypatch):
    """Paths as seen from where it ran, or from the home; nothing above them is published."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    options = {"out": str(tmp_path / "a b"), "budget": None, "workers": 2, "device": "cpu"}
    said = command_line(["study", str(tmp_path / "home" / "mine.toml")], options)
    # The home is below the working folder here, which comes first.
    expected = "study home/mine.toml --out 'a b' --workers 2 --device cpu"
    assert said == f"python -m experiments {expected}"
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    said = command_line(["study", str(tmp_path / "home" / "my file.toml")], {})
    assert said == "python -m experiments study ~/'my file.toml'"
    assert command_line(["study", "../x.toml"], {}).endswith("study ../x.toml")


def test_the_command_given_is_the_one_recorded(tmp_path):
    """Not one that is made up from the preset's name."""
    data = study(tmp_path, budget_s=1e-9, command="python -m experiments study x/mine.toml")
    assert "Made by `python -m experiments study x/mine.toml`" in readme(data)


def test_where_no_git_says_what_ran_the_record_says_so(tmp_path):
    """With the hash of the source instead of a commit called None."""
    data = study(tmp_path, budget_s=1e-9)
    data["manifest"]["commit"] = None
    text = readme(data)
    assert "Commit unknown (not run from a git checkout" in text
    assert data["manifest"]["hashes"]["source"][:12] in text
    assert "None" not in text


def test_grids_that_resolve_nothing_are_said_before_the_first_run(tmp_path):
    """By the study itself too, not by its plan alone."""
    said = []
    arms = {"adamw": {"lr": [0.1, 0.2]}, "gpa": {"lr": [0.1, 0.2]}}
    study(tmp_path, budget_s=1e-9, preset={"arms": arms}, say=said.append)
    assert "no verdict on any arm can come of this" in said[0]
    assert "no verdict on `gpa` can come of this" in said[1]


def test_a_set_in_several_parts_is_told_with_its_parts():
    """In the README and in the table of records; a record without parts is as it was."""
    found = {"estimate": 0.1, "low": None, "high": 0.3, "level": 0.95}
    plain = "10.0% fewer steps, 95% interval [not reached, 30.0%]"
    assert report.fewer(found) == plain
    parts = [[None, 0.1], [0.2, 0.3]]
    said = report.fewer({**found, "parts": json.loads(json.dumps(parts))})
    assert said == f"{plain} (the set is a union: up to 10.0%, 20.0% … 30.0%)"


def test_the_table_of_records_says_what_was_cut(tmp_path):
    """The notes of a comparison are part of what a study says."""
    data = study(tmp_path, budget_s=1e-9)
    said = " ".join(records.study_says(data))
    assert "`gpa`: **not resolved**, stopped before two seeds per arm were done" in said
    assert "gpa: tuning was cut by the clock, 0 of 3 settings tried" in said
