"""The record of the zoo: every method tuned with one allowance, words made from the rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from experiments.worst_case import zoo_table, zoo_words
from experiments.worst_case.zoo import CLASSES, ZOO
from experiments.worst_case.zoo_smooth import smooth_minimax
from gpa_theory.worst_case.certifying import certify
from gpa_theory.worst_case.model.result import WorstCaseError

RECORD = Path(zoo_table.__file__).parents[1] / "records/2026-12-01_zoo"
DATA = json.loads((RECORD / "data.json").read_text(encoding="utf-8"))
ROWS = DATA["rows"]
KNOWN = [row for row in ROWS if "upper" in row]
WIDE = {("nesterov-1983", "smooth", 13)}  # no solver got closer; said in the README
SAME = 2e-6  # two certified intervals of one number: each is 1e-6 wide, relative
DIRECT = 1e-3  # a search that stops on another processor ends nearby


def test_the_record_holds_every_method():
    """For each class that it is for, at each T, with no more evaluations than all were allowed."""
    rows = {(row["method"], row["class"], row["T"]) for row in ROWS}
    wanted = {
        (name, of, T)
        for T in zoo_words.horizons(ROWS)
        for name, entry in ZOO.items()
        for of in entry.starts
        if (T - 1) % entry.period == 0
    }
    assert rows == wanted
    assert len(ROWS) == len(wanted)
    assert all(0 < row["evaluations"] <= sum(zoo_table.ALLOWED) for row in KNOWN)
    assert KNOWN == ROWS  # nothing is open


def test_no_method_is_better_than_the_minimax_value():
    """No certified interval lies below 1, and the methods known to attain it do."""
    narrow = [r for r in KNOWN if (r["method"], r["class"], r["T"]) not in WIDE]
    assert all(row["lower"] <= row["upper"] <= row["lower"] * (1 + SAME) for row in narrow)
    assert all(row["upper"] >= 1 - SAME for row in KNOWN)
    attained = {row["method"] for row in KNOWN if row["upper"] < 1 + SAME}
    assert {"schedule-free", "linear-decay", "matched-decay", "optimized-gradient"} <= attained
    assert {"descent", "gpa", "ema-nesterov", "lookahead"}.isdisjoint(attained)


@pytest.mark.solver
@pytest.mark.parametrize("row", [row for row in ROWS if row["T"] == 5], ids=lambda r: r["method"])
def test_a_row_is_certified_anew(row):
    """At the recorded constants, the two certified intervals meet."""
    method = ZOO[row["method"]].method(**row["constants"])
    found = certify(method, 5, of=CLASSES[row["class"]])
    unit = zoo_table.minimax(row["class"], 5)
    assert found.lower / unit <= row["upper"] * (1 + SAME)
    assert row["lower"] <= found.upper / unit * (1 + SAME)


@pytest.mark.solver
def test_other_constants_are_not_the_row():
    """With half the step the interval lies elsewhere: the comparison above can fail."""
    (row,) = [r for r in ROWS if (r["method"], r["T"]) == ("linear-decay", 5)]
    halved = ZOO["linear-decay"].method(gamma=row["constants"]["gamma"] / 2)
    found = certify(halved, 5)
    assert found.lower / zoo_table.minimax("Lipschitz", 5) > row["upper"] * (1 + SAME)


@pytest.mark.solver
def test_a_search_finds_what_the_record_holds():
    """One constant, T = 5, tuned again."""
    (row,) = [r for r in ROWS if (r["method"], r["class"], r["T"]) == ("descent", "Lipschitz", 5)]
    again = zoo_table.solved("descent", "Lipschitz", 5)
    assert again["upper"] == pytest.approx(row["upper"], rel=SAME)
    assert again["constants"]["gamma"] == pytest.approx(row["constants"]["gamma"], rel=DIRECT)


def test_the_words_are_made_from_the_rows():
    """README and says-line regenerate; a changed row makes them stale."""
    command = DATA["manifest"]["command"]
    text = "\n".join(zoo_words.readme(ROWS, command, zoo_table.ALLOWED)) + "\n"
    assert text == (RECORD / "README.md").read_text(encoding="utf-8")
    assert DATA["says"] == zoo_words.says(ROWS)
    worse = [row | {"lower": row["lower"] + 1, "upper": row["upper"] + 1} for row in KNOWN]
    assert zoo_words.says(worse) != DATA["says"]


def test_a_table_is_sorted_and_marks_the_edges():
    """Least upper end first; a constant at the end of its range has an asterisk."""
    for of in zoo_words.UNITS:
        uppers = [round(row["upper"], 6) for row in zoo_words.ranked(ROWS, of, 5)]
        assert uppers == sorted(uppers)
    row = {"method": "gpa", "T": 5, "constants": {"mu_x": 0.5, "mu_y": 1.0, "gamma": 1.0}}
    assert zoo_words.constants(row) == "mu_x 0.5, mu_y 1*, gamma 1"
    row = {"method": "wsd", "T": 5, "constants": {"stable": 1 - 0.02 / 5, "gamma": 1.0}}
    assert zoo_words.constants(row) == "stable 0.996*, gamma 1"


def test_the_unit_is_the_minimax_value():
    """Half a gradient step short of it there is nothing: one step at T = 2, LD²/8."""
    assert zoo_table.minimax("smooth", 2) == smooth_minimax(2) == 0.125
    assert zoo_table.minimax("Lipschitz", 4) == 0.5


def test_a_method_without_a_bound_is_open(monkeypatch):
    """The row holds the reason, the table says open, and no interval is claimed."""

    def failed(*given, **settings):
        raise WorstCaseError("no solve gave a bound")

    monkeypatch.setattr(zoo_table, "tune", failed)
    row = zoo_table.solved("silver", "smooth", 13)
    assert row["error"] == "no solve gave a bound"
    assert "upper" not in row
    assert zoo_words.left_open([row], "smooth", 13) == ["silver"]
    assert zoo_words.ranked([row], "smooth", 13) == []
    text = "\n".join(zoo_words.readme([*ROWS, row], "command", zoo_table.ALLOWED))
    assert "| silver | open | | |" in text
    assert "open: silver" in zoo_words.says([*ROWS, row])
    assert "| open |" not in (RECORD / "README.md").read_text(encoding="utf-8")


def test_a_run_goes_on_where_it_stopped(tmp_path, monkeypatch):
    """What is tuned is not tuned again, and what is not has no row."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(zoo_table, "ZOO", {name: ZOO[name] for name in ("descent", "lookahead")})
    done = []

    def solved(name, of, steps):
        done.append((name, of, steps))
        (row,) = [r for r in ROWS if (r["method"], r["class"], r["T"]) == (name, of, 5)]
        return row | {"T": steps}

    monkeypatch.setattr(zoo_table, "solved", solved)
    zoo_table.main(["folder", "--steps", "3"])
    zoo_table.main(["folder", "--steps", "4", "3"])
    both = [("descent", "Lipschitz"), ("descent", "smooth")]
    assert done[:3] == [(*one, 3) for one in [*both, ("lookahead", "Lipschitz")]]
    assert done[3:] == [(*one, 4) for one in both]  # three gradients are no rounds of two
    data = json.loads((tmp_path / "folder/data.json").read_text(encoding="utf-8"))
    assert len(data["rows"]) == 5
    assert data["manifest"]["command"].endswith("zoo_table folder --steps 4 3")


@pytest.mark.parametrize("steps", ["1", "2", "0", "-3"])
def test_a_horizon_that_does_not_fit_is_refused(steps, tmp_path, capsys):
    """Before anything is solved, with the rule."""
    with pytest.raises(SystemExit):
        zoo_table.main([str(tmp_path), "--steps", steps])
    assert "must be 3 or more" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
