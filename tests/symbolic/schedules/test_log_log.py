"""The log-log bound: its sum, its window, its numbers, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import isclose, nextafter, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.labels import Label
from gpa_theory.symbolic.engine.symbols import D, G, T, gamma, mu_x
from gpa_theory.symbolic.schedules import balanced, tails, window
from gpa_theory.symbolic.schedules.log_log import allowed, best_mu_x, log_log, window_sum
from tests.strategies import interior

SUMMED = 1e-14  # relative: one rounding of each share, and of expm1 and log within it
NUMBERS = {"steps": 40, "lipschitz": 3.0, "radius": 2.0}


def exact_sum(mu, steps):
    """Return S in fractions."""
    shares = ((1 - mu**m) / m for m in range(1, steps))
    return sum(shares, Fraction(0)) + 1 - mu


@given(mu=interior, steps=st.integers(2, 30))
def test_the_sum_is_that_of_the_theorem(mu, steps):
    """In floats as in fractions."""
    exact = float(exact_sum(Fraction(float(mu)), steps))
    assert isclose(window_sum(float(mu), steps), exact, rel_tol=SUMMED)


def test_the_sum_without_averaging_is_harmonic():
    """μ_x = 0: Σ 1/m + 1."""
    assert isclose(window_sum(0.0, 5), 1 + 1 + 1 / 2 + 1 / 3 + 1 / 4, rel_tol=SUMMED)


@pytest.mark.parametrize(
    ("steps", "root"), [(10, 1.262), (40, 1.394), (1000, 1.5855), (12_000, 1.679)]
)
def test_known_values(steps, root):
    """√S at the best μ_x, as the theory gives it."""
    assert abs(sqrt(window_sum(best_mu_x(steps), steps)) - root) < 6e-4  # the last digit given


@pytest.mark.parametrize("steps", [2, 3, 10, 64, 65, 100, 12_000])
def test_the_best_is_the_last_float_that_is_allowed(steps):
    """By exact powers up to T = 64 and by logarithms beyond, which agree."""
    best = best_mu_x(steps)
    assert allowed(best, steps)
    assert not allowed(nextafter(best, 1), steps)
    if steps <= 100:
        assert Fraction(best) ** (steps - 1) * steps <= 1


@given(mu=interior, steps=st.integers(2, 90))
def test_allowed_is_the_condition_of_the_theorem(mu, steps):
    """Exactly, on both sides of where the way to decide it changes."""
    assert allowed(mu, steps) == (mu ** (steps - 1) * steps <= 1)
    assert allowed(0, steps)


def test_the_numbers_are_those_of_the_formula():
    """Tuned and given: value, terms, choices and formula agree with one another."""
    tuned = log_log()
    own = log_log(frozenset({"gamma", "mu_x"}))
    chosen = tuned.choices_at(**NUMBERS)
    again = own.at(**NUMBERS, **chosen)
    assert isclose(tuned.at(**NUMBERS), again, rel_tol=SUMMED)
    assert isclose(sum(own.terms_at(**NUMBERS, **chosen).values()), again, rel_tol=SUMMED)
    for bound in (tuned, own):
        values = {T: 40, G: 3, D: 2, gamma: chosen["gamma"], mu_x: chosen["mu_x"]}
        exact = bound.formula.subs(values).doit().evalf()
        assert isclose(bound.at(**{**NUMBERS, **(chosen if bound is own else {})}), exact)
    assert own.choices_at(**NUMBERS, **chosen) == {}
    assert own.choices == {}
    assert {str(s) for s in tuned.choices} == {"gamma", "mu_x"}
    assert tuned.choices[gamma] == balanced.best_step(window.SUM)


@given(step=st.floats(0.01, 10))
def test_no_step_is_better_than_the_tuned_one(step):
    """Nor, at it, is any smaller μ_x better than the best that is allowed."""
    own = log_log(frozenset({"gamma"}))
    least = log_log().at(**NUMBERS)
    assert own.at(**NUMBERS, gamma=step) >= least * (1 - SUMMED)
    less = log_log(frozenset({"mu_x"})).at(**NUMBERS, mu_x=min(step / 11, 0.9))
    assert less >= least


def test_it_is_read_as_other_bounds_are():
    """Label, words, LaTeX."""
    bound = log_log()
    assert bound.label is Label.PROVED
    assert bound.quantity == "f(x_T) − f(u)"
    assert bound.parameters == ("lipschitz", "radius", "steps")
    assert any("μ_y = 0" in words for words in bound.hypotheses)
    assert bound.latex().startswith(r"f(x_T)-f(u) \le ")
    assert bound.vacuous(**NUMBERS) == ""
    assert "exceeds 6 " in log_log(frozenset({"gamma"})).vacuous(**NUMBERS, gamma=1e-6)
    assert log_log().allows(0.5, 10)
    assert not log_log().allows(0.99, 10)
    assert not log_log().allows(0.0, 1)


@pytest.mark.parametrize(
    ("given", "changed", "words"),
    [
        ((), {"steps": 1}, "steps must lie in"),
        ((), {"steps": 10**8}, "steps must be at most 10000000: it sums T terms"),
        ((), {"diameter": 2}, "diameter is not used here"),
        ((), {"mu_x": 0.1}, "mu_x is not used here"),
        (("mu_x",), {}, "mu_x is needed and missing"),
        (("mu_x",), {"mu_x": 0.98}, r"mu_x must satisfy μ_x\^\(T−1\) ≤ 1/T: at most 0.909748"),
        (("mu_x",), {"mu_x": float("nan")}, "mu_x"),
        ((), {"radius": 0}, "radius"),
        (("gamma",), {"gamma": -1}, "gamma"),
    ],
)
def test_what_it_does_not_cover_is_refused(given, changed, words):
    """By name and rule."""
    with pytest.raises(ValueError, match=words):
        log_log(frozenset(given)).at(**{**NUMBERS, **changed})


def test_only_gamma_and_mu_x_can_be_given():
    """Must fail: T is not chosen by anyone."""
    with pytest.raises(ValueError, match="may hold gamma and mu_x, not steps"):
        log_log(frozenset({"steps"}))


def test_a_lost_cost_is_noticed(monkeypatch):
    """Must fail: a backward step that forgets what a share gains leaves a remainder."""
    assert tails.backward().expand() == 0
    monkeypatch.setattr(tails, "bounded", lambda share, weighted, noise, paid: share * weighted)
    assert tails.backward().expand() != 0


def test_a_label_is_given_after_a_check():
    """Must fail: a proof that does not check gives none."""

    def broken():
        raise ArithmeticError("checked")

    with pytest.raises(ArithmeticError, match="checked"):
        replace(log_log(), proofs=(broken,)).label  # noqa: B018
