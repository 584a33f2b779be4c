"""`gpa bound` prints the smaller of two bounds of descent, and refuses what neither uses."""

from __future__ import annotations

import json
from math import isclose

import pytest

from gpa_theory.cli.main import run
from gpa_theory.symbolic.rates import bound
from gpa_theory.symbolic.schedules.log_log import log_log
from gpa_theory.symbolic.schedules.reach import reached


def asked(capsys, *words):
    """Return the JSON answer of `gpa bound`."""
    assert run(["bound", "--lipschitz", "1", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_at_mu_y_0_the_last_iterate_needs_the_radius_alone(capsys):
    """And without μ_y it still needs R."""
    words = ("--metric", "last", "--steps", "1000", "--radius", "1")
    found = asked(capsys, *words, "--mu-y", "0")
    assert isclose(found["value"], log_log().at(steps=1000, lipschitz=1, radius=1))
    assert found["label"] == "proved"
    assert "μ_y = 0" in found["assumptions"][-1]
    assert run(["bound", "--lipschitz", "1", *words]) == 2
    assert "--diameter" in capsys.readouterr().err


@pytest.mark.parametrize(("diameter", "is_log_log"), [("1", True), ("9", True)])
def test_the_smaller_one_is_printed_where_both_hold(capsys, diameter, is_log_log):
    """With R given, at the μ_x of either."""
    words = ("--metric", "last", "--mu-y", "0", "--steps", "1000", "--radius", "1")
    found = asked(capsys, *words, "--diameter", diameter)
    other = bound("ogd", "last").horizon()
    plain = other.at(steps=1000, lipschitz=1, radius=1, diameter=float(diameter))
    assert found["value"] < plain
    assert ("log_log" in found["source"]) == is_log_log


def test_outside_the_window_the_other_bound_holds(capsys):
    """μ_x^(T−1) > 1/T: with R the conversion's bound, without it the rule is named."""
    words = ("--metric", "last", "--mu-y", "0", "--steps", "20", "--radius", "1", "--mu-x", "0.95")
    found = asked(capsys, *words, "--diameter", "2")
    assert "log_log" not in found["source"]
    assert run(["bound", "--lipschitz", "1", *words]) == 2
    assert "at most 0.854131" in capsys.readouterr().err


@pytest.mark.parametrize(("mu_x", "by_reach"), [("0.9", False), ("0.9999", True)])
def test_the_mean_takes_the_smaller_cost_of_averaging(capsys, mu_x, by_reach):
    """ρGD for short windows, how far the steps reach for long ones."""
    found = asked(capsys, "--steps", "100", "--radius", "1", "--mu-x", mu_x)
    numbers = {"steps": 100, "lipschitz": 1, "radius": 1, "mu_x": float(mu_x)}
    both = bound("ogd", "average").tuned("gamma").at(**numbers), reached("average").at(**numbers)
    assert isclose(found["value"], min(both))
    assert ("ogd_moves_rate" in found["source"]) == by_reach
    assert set(found["terms"]) >= {"regret", "EMA cost"}


@pytest.mark.parametrize(
    ("words", "flag"),
    [
        (
            ("--metric", "last", "--mu-y", "0", "--coordinate-diameter", "3"),
            "--coordinate-diameter",
        ),
        (("--metric", "last", "--mu-y", "0", "--epsilon", "1"), "--epsilon"),
        (("--mu-x", "0.9", "--dimension", "3"), "--dimension"),
        (("--mu-x", "0.9", "--diameter", "3"), "--diameter"),
    ],
)
def test_a_number_that_neither_uses_is_refused(capsys, words, flag):
    """By its flag."""
    assert run(["bound", "--lipschitz", "1", "--radius", "1", "--steps", "20", *words]) == 2
    assert f"{flag} is not used" in capsys.readouterr().err


def test_latex_of_both(capsys):
    """The last iterate at μ_y = 0 has a formula of its own; the mean prints the conversion's."""
    last = ("--metric", "last", "--mu-y", "0")
    for words, part in ((last, r"\sum_{m=1}^{T - 1}"), (("--mu-x", "0.9"), r"\epsilon")):
        command = ["bound", "--lipschitz", "1", "--radius", "1", "--steps", "20", *words, "--latex"]
        assert run(command) == 0
        assert part in capsys.readouterr().out


@pytest.mark.parametrize("base", ["dual-averaging", "adagrad-norm"])
def test_other_bases_keep_their_own_bound(capsys, base):
    """How far descent reaches says nothing of them."""
    words = ("--base", base, "--steps", "100", "--radius", "1", "--mu-x", "0.9999")
    more = ("--diameter", "2") if base == "adagrad-norm" else ()
    assert "ogd_moves_rate" not in asked(capsys, *words, *more)["source"]


def test_rate_and_break_even_are_printed_if_asked_for(capsys):
    """Beside the value, in text and in JSON."""
    words = ("--steps", "100", "--radius", "1", "--mu-x", "0.75", "--rate", "--break-even", "0.125")
    found = asked(capsys, *words)
    of = found["formula"]
    assert found["rate"] == {"order": "1/sqrt(T)", "constant": "D*G", "of": of}
    assert found["break_even"] == {"share": 0.125, "steps": 576, "of": of}
    assert run(["bound", "--lipschitz", "1", *words]) == 0
    told = capsys.readouterr().out
    assert "rate         (D*G) · 1/sqrt(T)" in told
    assert "from T = 576 on" in told


def test_the_bound_at_mu_y_0_alone_has_no_such_rate(capsys):
    """Its S grows about as ln ln T: the other bound is asked for."""
    words = ("--metric", "last", "--mu-y", "0", "--steps", "10", "--radius", "1", "--rate")
    assert run(["bound", "--lipschitz", "1", *words]) == 2
    assert "needs --diameter" in capsys.readouterr().err


def test_rate_and_break_even_say_of_which_bound_they_are(capsys):
    """Where the smaller bound is printed, they are of the other one."""
    words = ("--steps", "100", "--radius", "1", "--mu-x", "0.9999", "--break-even", "0.1")
    found = asked(capsys, *words)
    assert "ogd_moves_rate" in found["source"]
    assert "epsilon" in found["break_even"]["of"]
    assert run(["bound", "--lipschitz", "1", *words]) == 0
    assert f"; of {found['break_even']['of']}" in capsys.readouterr().out


def test_latex_at_mu_y_0_gives_its_condition_and_refuses_what_is_outside(capsys):
    """With no number needed, and none of another bound printed."""
    words = ["bound", "--metric", "last", "--mu-y", "0", "--steps", "10", "--latex"]
    assert run(words) == 0
    assert r"\mu_x^{T-1}\le\tfrac1T" in capsys.readouterr().out
    assert run([*words, "--mu-x", "0.99"]) == 2
    assert "outside the window" in capsys.readouterr().err


@pytest.mark.parametrize("more", [("--metric", "last", "--mu-y", "0"), ("--mu-x", "0.5")])
def test_extreme_constants_give_the_right_number_or_none(capsys, more):
    """G² alone would underflow or overflow; the bound is proportional to DG."""
    words = ("--steps", "10", "--radius", "1", *more)
    one = asked(capsys, *words)["value"]
    for G in ("1e-165", "1e200"):
        command = ["bound", "--lipschitz", G, *words, "--json"]
        assert run(command) == 0
        assert isclose(json.loads(capsys.readouterr().out)["value"], one * float(G))
    tiny = ["bound", "--lipschitz", "1e-200", "--steps", "10", "--radius", "1e-200", *more]
    assert run(tiny) == 2
    assert "no number that a float can hold" in capsys.readouterr().err


def test_for_which_mu_y_a_bound_holds_is_not_read_off_the_words_of_a_user(capsys):
    """A stated regret may speak of μ_y; the bound still holds for every one."""
    stated = ("--regret", "3*sqrt(T)", "--against", "u, and μ_y = 1 too", "--averaging", "uniform")
    assert run(["bound", *stated, "--metric", "last", "--steps", "4"]) == 0
    assert "any 0 ≤ μ_y ≤ 1" in capsys.readouterr().out
    last = ("--metric", "last", "--mu-y", "0", "--lipschitz", "1", "--radius", "1")
    assert run(["bound", *last, "--steps", "4"]) == 0
    assert "any 0 ≤ μ_y" not in capsys.readouterr().out
