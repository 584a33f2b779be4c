"""The record about the log-log bound: worst cases below it, and words made from the rows."""

from __future__ import annotations

import json
from math import isclose, sqrt
from pathlib import Path

import pytest

from experiments.minimax import log_log
from gpa_theory.symbolic.schedules.log_log import best_mu_x, window_sum

RECORD = Path(log_log.__file__).parent.parent / "records/2026-12-01_log_log"
DATA = json.loads((RECORD / log_log.NAME).read_text(encoding="utf-8"))
SAME = 1e-6  # an interval is at most this wide, and may be found anew by another processor


def test_a_row_is_a_worst_case_below_the_bound():
    """At the bound's own step and off it."""
    for scale in (1.0, 1.2):
        row = log_log.solved(5, scale)
        S = window_sum(best_mu_x(5), 5)
        assert isclose(row["bound"], (scale + 1 / scale) / 2 * sqrt(S))
        assert 1 <= row["lower"] <= row["upper"] < row["bound"]


def test_the_record_holds_every_setting_below_its_bound():
    """None left out, none above what is proved."""
    rows = DATA["rows"]
    settings = {(row["T"], row["scale"]) for row in rows}
    assert settings == {(T, s) for T in log_log.HORIZONS for s in log_log.SCALES}
    assert all(1 - SAME < row["lower"] <= row["upper"] < row["bound"] for row in rows)


@pytest.mark.solver
def test_the_record_is_what_the_code_finds():
    """The short horizons, solved again."""
    for row in DATA["rows"]:
        if row["T"] <= 10:
            again = log_log.solved(row["T"], row["scale"])
            assert again["lower"] <= row["upper"] + SAME
            assert row["lower"] <= again["upper"] + SAME


def test_the_words_are_made_from_the_rows():
    """README and says-line regenerate; a changed row makes them stale."""
    rows = DATA["rows"]
    command = DATA["manifest"]["command"]
    text = "\n".join(log_log.readme(rows, command)) + "\n"
    assert text == (RECORD / "README.md").read_text(encoding="utf-8")
    assert DATA["says"] == log_log.says(rows)
    worse = [row | {"upper": row["upper"] + 1, "lower": row["lower"] + 1} for row in rows]
    assert log_log.says(worse) != DATA["says"]


def test_a_run_goes_on_where_it_stopped(tmp_path, monkeypatch):
    """What is solved is not solved again."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(log_log, "HORIZONS", (5, 10))
    monkeypatch.setattr(log_log, "SCALES", (1.0,))
    log_log.main("folder")
    found = (tmp_path / "folder" / log_log.NAME).read_text(encoding="utf-8")
    monkeypatch.setattr(log_log, "solved", lambda T, scale: pytest.fail("solved again"))
    log_log.main("folder")
    assert (tmp_path / "folder" / log_log.NAME).read_text(encoding="utf-8") == found
