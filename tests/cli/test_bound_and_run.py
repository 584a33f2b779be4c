"""`gpa bound` and `gpa run`: values, labels, inputs, what is vacuous, and what covers nothing."""

import json

import pytest

from gpa_theory.__main__ import main
from gpa_theory.cli import exits
from gpa_theory.core.bases import OGD

BOUND = "bound --steps 100 --lipschitz 1 --radius 1"
RUN = "run --problem diabetes-lad --steps 50"


def call(line, capsys):
    """Return (exit code, stdout, stderr) of `gpa LINE`."""
    code = main(line.split())
    out, err = capsys.readouterr()
    return code, out, err


def test_bound_json(capsys):
    """`gpa bound --json` has value, terms, gamma, label and source."""
    code, out, _ = call(f"{BOUND} --mu-x .9 --mu-y .7 --json", capsys)
    found = json.loads(out)
    assert code == exits.OK
    assert {"value", "terms", "gamma", "label", "source"} <= set(found)
    assert found["value"] == pytest.approx(0.1 + 9 / 100)
    assert found["gamma"] == pytest.approx(0.1)
    assert found["label"] == "proved"
    assert sum(found["terms"].values()) == pytest.approx(found["value"])


def test_bound_text_and_latex(capsys):
    """The text names label, terms and source; --latex prints an inequality."""
    _, text, _ = call(f"{BOUND} --mu-x .9 --gamma .2", capsys)
    assert "[proved]" in text
    assert "gamma        0.2 (given)" in text
    _, latex, _ = call(f"{BOUND} --mu-x .9 --latex", capsys)
    assert r"\le" in latex


@pytest.mark.parametrize(("extra", "vacuous"), [("--mu-x .9", False), ("--mu-x .9999", True)])
def test_bound_says_when_it_is_vacuous(extra, vacuous, capsys):
    """Text and JSON mark a bound above what holds without it, with the reason."""
    _, out, _ = call(f"{BOUND} {extra} --json", capsys)
    found = json.loads(out)
    assert found["vacuous"] is vacuous
    assert ("reason" in found) is vacuous
    _, text, _ = call(f"{BOUND} {extra}", capsys)
    assert ("vacuous" in text) is vacuous


def test_bound_json_repeats_what_was_asked(capsys):
    """Inputs and update are in the object, ε with the value it was given or 0."""
    _, out, _ = call(f"{BOUND} --mu-x .9 --mu-y .7 --json", capsys)
    found = json.loads(out)
    assert found["inputs"]["steps"] == 100
    assert found["inputs"]["mu_y"] == 0.7
    assert found["inputs"]["epsilon"] == 0
    assert found["update"] == OGD.update
    _, priced, _ = call(f"{BOUND} --mu-x .9 --epsilon .5 --json", capsys)
    assert json.loads(priced)["value"] == pytest.approx(found["value"] + 9 * 0.5 / 100)


def test_last_metric_uses_the_horizon_rule_without_mu_x(capsys):
    """Given R and no μ_x, the horizon rule chooses μ_x and γ."""
    _, out, _ = call(f"{BOUND} --metric last --diameter 2 --json", capsys)
    assert 0 < json.loads(out)["mu_x"] < 1


def test_run_json(capsys):
    """`gpa run --json` has the three gaps, bounds and the identity."""
    code, out, _ = call(f"{RUN} --json", capsys)
    found = json.loads(out)
    assert code == exits.OK
    assert {"gap_last", "gap_average", "gap_mean", "bounds", "identity"} <= set(found)
    closed = found["identity"]
    assert closed["residual"] <= closed["budget"]
    assert {"terms", "residual", "budget"} <= set(closed)
    for metric in ("average", "mean"):
        assert found[f"gap_{metric}"] <= found["bounds"][metric]["value"]
        assert found[f"gap_{metric}"] <= found["bounds"][metric]["at_measured_regret"]


def test_run_marks_a_bound_above_the_gap_of_the_start(capsys):
    """μ_x = 0.999 at T = 50: the bound exceeds f(x_1) − f*, in JSON and in text."""
    _, out, _ = call(f"{RUN} --mu-x .999 --json", capsys)
    found = json.loads(out)
    assert found["bounds"]["average"]["vacuous"] is True
    assert found["bounds"]["average"]["vacuous_at_measured_regret"] is True
    assert found["inputs"]["mu_x"] == 0.999
    assert found["update"] == OGD.update
    _, text, _ = call(f"{RUN} --mu-x .999", capsys)
    assert "average, mean: vacuous: " in text
    _, out, _ = call("run --problem max --steps 300 --mu-x .3 --json", capsys)
    fine = json.loads(out)["bounds"]["average"]
    assert (fine["vacuous"], fine["vacuous_at_measured_regret"]) == (False, False)


@pytest.mark.parametrize(
    "extra",
    ["", "--uniform --mu-y 1", "--base adagrad-diagonal", "--tune-for last", "--mu-x 0 --mu-y 0"],
)
def test_run_text(extra, capsys):
    """Every mode of `gpa run` closes the identity and says so."""
    code, out, _ = call(f"{RUN} {extra}", capsys)
    assert code == exits.OK
    assert ": closes;" in out


def test_run_says_why_no_bound_covers_a_problem(capsys):
    """A problem without a Lipschitz constant runs at a given γ, and the reason is printed."""
    code, out, _ = call("run --problem quadratic --gamma .5 --steps 20", capsys)
    assert code == exits.OK
    assert "none covers it" in out
    assert "LIPSCHITZ is needed" in out


def test_run_says_whether_averaging_beat_the_base(capsys):
    """One line for a reader, both sides of the identity in JSON; unaveraged runs decide nothing."""
    line = ["run", "--problem", "absolute", "--gamma", ".4", "--steps", "50", "--mu-y", "1"]
    assert main([*line, "--mu-x", ".9"]) == 0
    assert "on this run averaging beat the base's iterates by" in capsys.readouterr().out
    assert main([*line, "--mu-x", "0", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["against_base"]
    assert found["verdict"] == "undecided"
    assert abs(found["lead"] - (found["gained"] - found["paid"])) <= found["budget"]
