"""The looseness of proved bounds: rows, words and figure, and one row solved again."""

import json
from pathlib import Path

import pytest

from experiments.worst_case import looseness, looseness_words
from experiments.worst_case.looseness import CASES, missing, solved

RECORD = Path(looseness.__file__).parents[1] / "records/2026-12-01_looseness"
DATA = json.loads((RECORD / "data.json").read_text(encoding="utf-8"))


def test_the_record_is_whole_and_says_what_its_rows_say():
    """Nothing is missing, nothing open; words and sentence are those of the rows."""
    assert not [*looseness.missing(DATA["rows"])]
    assert not [row for row in DATA["rows"] if "error" in row]
    assert DATA["says"] == looseness_words.says(DATA["rows"])
    lines = looseness_words.readme(DATA["rows"], DATA["manifest"]["command"])
    assert (RECORD / "README.md").read_text(encoding="utf-8") == "\n".join(lines) + "\n"
    assert "dirty" not in DATA["manifest"]["commit"]


def test_no_recorded_bound_is_below_its_worst_case():
    """And the bounds of the telescoped metric and of c_t = 1/t are attained at every setting."""
    for row in DATA["rows"]:
        assert 1 <= row["most"] <= row["least"] * (1 + 1e-5)
        if row["bound"] in ("telescoped", "last, c_t = 1/t"):
            assert row["least"] <= 1


def rows():
    """Return two rows as they might be found, and one that failed."""
    row = {"bound": "average", "T": 3, "gamma": 0.5, "value": 0.6, "lower": 0.4, "upper": 0.5}
    return [
        {**row, "mu_x": "1/2", "mu_y": "0", "least": 1.2, "most": 1.50004},
        {**row, "mu_x": "0", "mu_y": "0", "least": 1.00004, "most": 1.00005},
        {**row, "mu_x": "uniform", "mu_y": "0", "bound": "last, c_t = 1/t", "error": "too wide"},
    ]


def test_words_are_rounded_outward(tmp_path):
    """The least down and the greatest up; what failed is listed; the figure is written."""
    assert "average 1.000 … 1.501" in looseness_words.says(rows())
    text = "\n".join(looseness_words.readme(rows(), "the command"))
    assert "| average | 2 | 1.000, T = 3, μ_x = 0, μ_y = 0 | 1.501," in text
    assert "* last, c_t = 1/t, T = 3, c_t = 1/t, μ_y = 0: too wide" in text
    looseness_words.drawn(rows(), tmp_path / "f.png")
    assert (tmp_path / "f.png").stat().st_size > 1000


def test_rows_that_are_there_are_not_asked_for_again():
    """Each setting once; the log-log bound only where its window allows it."""
    wanted = list(missing([]))
    assert len(set(wanted)) == len(wanted)
    assert {name for name, *_ in wanted} == set(CASES)
    assert ("last, log-log", 3, "9/10", "0") not in wanted
    name, T, mu_x, mu_y = wanted[0]
    row = {"bound": name, "T": T, "mu_x": mu_x, "mu_y": mu_y}
    assert [*missing([row])] == wanted[1:]


@pytest.mark.solver
@pytest.mark.parametrize(
    ("setting", "tight"),
    [
        (("telescoped", 3, "9/10", "1"), True),
        (("last, c_t = 1/t", 3, "uniform", "1/2"), True),
        (("average, projected", 3, "0", "0"), True),
        (("last, projected", 3, "1/2", "1/2"), False),
        (("last, log-log", 3, "1/2", "0"), False),
    ],
)
def test_no_bound_is_below_the_worst_case(setting, tight):
    """The greatest ratio is at least 1; where the bound is attained, the least is at most 1."""
    row = solved(*setting)
    assert 1 <= row["most"] <= row["least"] * (1 + 1e-5)
    assert (row["least"] <= 1) == tight


@pytest.mark.solver
def test_the_command_writes_data_words_and_figure(tmp_path, monkeypatch):
    """One bound, at one horizon; a second run has nothing left to do."""
    case = CASES["last, c_t = 1/t"]
    few = {"last, c_t = 1/t": looseness.Case(case.metric, case.proved, (2,), case.mu_x, ("1/2",))}
    monkeypatch.setattr(looseness, "CASES", few)
    monkeypatch.setattr(looseness, "drawn", lambda rows, path: path.write_bytes(b"picture"))
    looseness.main(str(tmp_path))
    data = json.loads((tmp_path / "data.json").read_text(encoding="utf-8"))
    assert len(data["rows"]) == 1
    looseness.main(str(tmp_path))
    assert json.loads((tmp_path / "data.json").read_text())["rows"] == data["rows"]
    assert "Nothing was certified at 0 settings" in (tmp_path / "README.md").read_text()
