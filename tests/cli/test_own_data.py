"""`gpa run --csv`: the user's own data from file to bounds, and what is refused."""

from __future__ import annotations

import json

import pytest

from gpa_theory.cli.main import run

FILE = "age,town,ill\n1,A,n\n2,B,y\n3,A,y\n9,B,y\n,B,n\n4,B,n\n"


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text(FILE)
    return str(file)


def test_a_table_is_run_and_bounded(table, capsys):
    """The minimum is a pair, the identity closes, the bounds hold, and what was done is said."""
    given = ["run", "--csv", table, "--target", "ill", "--loss", "hinge", "--steps", "40"]
    assert run([*given, "--standardize", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    low, high = found["minimum"]
    assert 0 <= high - low < 1e-9
    assert found["gap_average"] <= found["bounds"]["average"]["value"]
    assert found["inputs"]["columns"] == ["age", "town=B", "1"]
    assert found["inputs"]["rows"] == 5
    assert found["inputs"]["notes"][0] == "1 of 6 rows has a missing value and is left out"
    assert run([*given, "--radius", "3", "--base", "adagrad-diagonal"]) == 0
    out = capsys.readouterr().out
    assert "on the box |w_i| ≤ 1.73205" in out  # 3/√3
    assert "target: 'y' is +1, 'n' is −1" in out


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["--csv", "{}"], "--target is needed"),
        (["--csv", "{}", "--target", "ill"], "--loss is needed"),
        (["--csv", "{}", "--target", "ill", "--loss", "tanh"], "--loss must be one of"),
        (["--csv", "{}", "--target", "sick", "--loss", "hinge"], "target must be a column"),
        (["--csv", "{}", "--target", "town", "--loss", "absolute"], "must be numeric"),
        (["--csv", "{}", "--target", "ill", "--loss", "hinge", "--radius", "0"], "--radius"),
        (["--csv", "{}", "--target", "ill", "--loss", "hinge", "--drop", "ill"], "--drop"),
        (["--csv", "{}", "--problem", "max"], "--problem is not used"),
        (["--csv", "no-such.csv", "--target", "ill", "--loss", "hinge"], "csv must be a file"),
        (["--problem", "max", "--target", "ill"], "--target is not used"),
        (["--steps", "5"], "--problem is needed, or --csv"),
    ],
)
def test_usage_errors_are_one_line(given, reason, table, capsys):
    """Must fail: exit code 2 and one sentence."""
    assert run(["run", *(text.format(table) for text in given)]) == 2
    err = capsys.readouterr().err
    assert reason in err
    assert len(err.strip().splitlines()) == 1
