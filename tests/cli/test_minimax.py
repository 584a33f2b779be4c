"""`gpa minimax`: verdicts as text and JSON, files of steps and matrices, and what is refused."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from gpa_theory.cli.main import run

MATCHED = ["minimax", "--steps", "20", "--mu-x", ".6", "--mu-y", ".5"]


def said(capsys):
    return json.loads(capsys.readouterr().out)


def test_matched_decay_inside_the_region(capsys):
    """The verdict, the value DG/√T and the end of the region."""
    given = [*MATCHED, "--largest", "--json", "--radius", "2", "--lipschitz", "3"]
    assert run(given) == 0
    found = said(capsys)
    assert found["minimax"] is True
    assert found["first_negative"] is None
    assert found["value"] == pytest.approx(6 / 20**0.5, rel=1e-15)
    assert int(found["largest_mu_x"] * 1000) == 617


def test_matched_decay_outside_names_the_multiplier(capsys):
    """At μ_x = .7 the first negative one is λ_{8,1}: not minimax."""
    assert run([*MATCHED[:4], ".7", *MATCHED[5:], "--json"]) == 0
    found = said(capsys)
    assert found["minimax"] is False
    assert found["first_negative"] == [8, 1]
    assert found["verdict"] == "not minimax, proved"


def test_the_text_says_what_the_value_is(capsys):
    """Minimax: a bound, among which methods it is best; else only the minimax value."""
    assert run(MATCHED) == 0
    assert "f(x_T) − f(u) ≤ DG/√T = 0.223607" in capsys.readouterr().out
    assert run([*MATCHED, "--schedule", "linear"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("not minimax, proved")
    assert "≤" not in out.splitlines()[2]


def test_steps_from_a_file(tmp_path, capsys):
    """Decimals and fractions, one to a line; linear decay with μ_x = 0 is minimax."""
    file = tmp_path / "steps.txt"
    file.write_text("0.75\n\n1/2\n.25\n")
    given = ["minimax", "--steps", "4", "--mu-x", "0", "--schedule", str(file)]
    assert run([*given, "--json"]) == 0
    assert said(capsys)["minimax"] is True
    file.write_text("0.75\n1/2\n.2500000001\n")
    assert run([*given, "--json"]) == 0
    assert said(capsys)["reason"] == "h_(4,3) is not a(1 − 3/4)"


def test_any_method_from_a_matrix(tmp_path, capsys):
    """Numbers count as they are written: .1 is a tenth."""
    file = tmp_path / "h.json"
    file.write_text("[[], [0.3], [0.2, 0.1]]")
    assert run(["minimax", "--matrix", str(file), "--json"]) == 0
    assert said(capsys)["minimax"] is True
    file.write_text('[[], [0.4], [0.2, "1/10"]]')
    assert run(["minimax", "--matrix", str(file), "--json"]) == 0
    assert said(capsys)["first_negative"] == [2, 1]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ([], "--steps is needed"),
        (["--steps", "5"], "--mu-x is needed"),
        (["--steps", "5", "--mu-x", "nan"], "not a number"),
        (["--steps", "5", "--mu-x", "1e9999999"], "out of range"),
        (["--steps", "5", "--mu-x", "1"], "mu_x must lie"),
        (["--steps", "5", "--mu-x", ".5", "--schedule", "no/such"], "must be a file"),
        (["--steps", "5", "--mu-x", ".5", "--schedule", "linear", "--largest"], "must be matched"),
        (["--matrix", "no/such"], "must be a file"),
        (["--matrix", "h.json", "--steps", "5"], "--steps is not used"),
        (["--matrix", "h.json", "--largest"], "--largest is not used"),
    ],
)
def test_usage_errors_are_one_line(given, reason, capsys):
    """Must fail: exit code 2, and the line names the option and the rule."""
    assert run(["minimax", *given]) == 2
    err = capsys.readouterr().err
    assert reason in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "text", ["", "[", "{}", "[1]", '[[], ["x"]]', "[[], [[1]]]", "[[]]", "[" * 9999]
)
def test_a_file_that_is_no_matrix_is_refused(text, tmp_path, capsys):
    """Must fail: not JSON, not rows, not numbers, not triangular, nested too deep."""
    file = tmp_path / "h.json"
    file.write_text(text)
    assert run(["minimax", "--matrix", str(file)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_the_function_that_beats_a_method_is_written(tmp_path, capsys):
    """Every number a fraction; the ratio is what JSON says, rounded down, and more than 1."""
    file = tmp_path / "f.json"
    given = ["minimax", "--steps", "5", "--mu-x", ".9", "--mu-y", ".5", "--json"]
    assert run([*given, "--adversary", str(file)]) == 0
    written = json.loads(file.read_text())
    above = Fraction(written["ratio"]) - 1
    assert above >= Fraction(said(capsys)["exceeded_by"]) > 0
    assert len(written["slopes"]) == len(written["h"]) == 5
    assert run([*MATCHED, "--adversary", str(file)]) == 2
    assert "the method is minimax" in capsys.readouterr().err
    assert run([*MATCHED[:4], ".9", "--adversary", str(tmp_path / "no" / "f")]) == 2
    assert run(["minimax", "--steps", "99", "--mu-x", ".99", "--adversary", str(file)]) == 2
    assert "needs T ≤ 40" in capsys.readouterr().err


def test_steps_in_units_of_a_are_judged_at_that_a(tmp_path, capsys):
    """Twice linear decay is minimax at half of D: its adversary knows the scale."""
    file = tmp_path / "steps.txt"
    file.write_text("1.5\n1\n.5\n")
    assert run(["minimax", "--steps", "4", "--mu-x", "0", "--schedule", str(file), "--json"]) == 0
    found = said(capsys)
    assert found["minimax"] is False
    assert found["exceeded_by"] > 0


def test_a_verdict_does_not_wait_for_its_adversary(tmp_path, capsys):
    """Steps from 1e-900 to 1: not minimax all the same, and no error."""
    file = tmp_path / "h.json"
    file.write_text('[[], ["1"], ["1e-900", "1"], ["1", "1e-900", "1e-300"]]')
    assert run(["minimax", "--matrix", str(file), "--json"]) == 0
    assert said(capsys)["verdict"] == "not minimax, proved"
