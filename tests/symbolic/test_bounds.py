"""Bounds: values, tuning, the horizon rule, rates, and the refusal of what they do not cover."""

from fractions import Fraction
from math import inf, log, nan, sqrt

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.labels import Label
from gpa_theory.symbolic.engine.symbols import D, G, R, R_inf, T, d, gamma, mu_x, word
from gpa_theory.symbolic.rates import REGRETS, bound
from gpa_theory.symbolic.theorems import bounds
from gpa_theory.symbolic.tuning import minimizer
from tests.strategies import costly
from tests.tolerances import ROUNDING

NUMBERS = {
    "steps": 400,
    "lipschitz": 2.0,
    "radius": 3.0,
    "diameter": 5.0,
    "coordinate_diameter": 4.0,
    "dimension": 7,
    "mu_x": 0.9,
    "gamma": 0.01,
}


def numbers(b):
    return {name: NUMBERS[name] for name in b.parameters}


CLOSED_FORMS = {
    "average-ogd": D * G / sp.sqrt(T) + mu_x / (1 - mu_x) * G * D / T,
    "mean-ogd": D * G / sp.sqrt(T) + mu_x / (1 - mu_x) * G * D / T,
    "weighted-ogd": (D * G * sp.sqrt(T) * (1 - mu_x) + mu_x * D * G) / (T * (1 - mu_x) + mu_x),
    "schedule-free-ogd": D * G / sp.sqrt(T),
    "last-ogd": mu_x ** (T - 1) * G * D + R * G * sp.sqrt(1 - mu_x),
    "horizon-ogd": G * D / sp.sqrt(T) + R * G * sp.sqrt(sp.log(T) / (2 * (T - 1))),
    "schedule-free-dual-averaging": sp.sqrt(2) * D * G / sp.sqrt(T),
    "schedule-free-adagrad-norm": sp.sqrt(2) * R * G / sp.sqrt(T),
    "schedule-free-adagrad-diagonal": sp.sqrt(2) * R_inf * G * sp.sqrt(d) / sp.sqrt(T),
}


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_composed_bounds_are_the_closed_forms(name):
    """What the machine composes and tunes is the formula of the theory."""
    assert sp.simplify(bounds()[name].expression - CLOSED_FORMS[name]) == 0


@pytest.mark.parametrize("name", bounds())
def test_every_bound_is_proved_and_complete(name):
    """Label, source, assumptions and terms are there, and the terms sum to the value."""
    b = bounds()[name]
    assert b.label is Label.PROVED
    assert b.source
    assert Assumption.CONVEX in b.assumptions
    total = b.at(**numbers(b))
    assert sum(b.terms_at(**numbers(b)).values()) == pytest.approx(total, rel=ROUNDING)
    assert b.latex().count(r"\le") >= 1
    assert "f(" in b.quantity


@pytest.mark.parametrize("base", REGRETS)
@pytest.mark.parametrize("metric", ["average", "weighted"])
@costly
@given(factor=st.floats(min_value=0.1, max_value=10))
def test_tuned_gamma_is_the_minimum(base, metric, factor):
    """No other step size gives a smaller bound."""
    free, best = bound(base, metric), bounds()[f"{metric}-{base}"]
    values = numbers(best)
    chosen = best.choices_at(**values)["gamma"]
    smaller = best.at(**values)
    assert free.at(**values, gamma=chosen) == pytest.approx(smaller, rel=ROUNDING)
    assert free.at(**values, gamma=chosen * factor) >= smaller * (1 - ROUNDING)


def test_values_agree_with_plain_arithmetic():
    """DG/√T + ρDG/T at numbers."""
    value = bound("ogd", "average").tuned("gamma").at(steps=100, lipschitz=2, radius=3, mu_x=0.75)
    assert value == pytest.approx(6 / 10 + 3 * 6 / 100, rel=ROUNDING)


@pytest.mark.parametrize("steps", [2, 10, 1000, 10**6])
def test_horizon_rule_follows_from_the_last_iterate_bound(steps):
    """At its own μ_x the last-iterate bound is at most what the horizon rule states."""
    rule = bound("ogd", "last").horizon()
    given = {"steps": steps, "lipschitz": 2.0, "radius": 3.0, "diameter": 5.0}
    chosen = rule.choices_at(**given)
    assert chosen["mu_x"] == pytest.approx(1 - log(steps) / (2 * (steps - 1)), rel=ROUNDING)
    direct = bound("ogd", "last").at(**given, mu_x=chosen["mu_x"], gamma=chosen["gamma"])
    assert direct <= rule.at(**given)


RATES = {
    "average-ogd": (1 / sp.sqrt(T), D * G),
    "weighted-dual-averaging": (1 / sp.sqrt(T), sp.sqrt(2) * D * G),
    "schedule-free-adagrad-norm": (1 / sp.sqrt(T), sp.sqrt(2) * R * G),
    "last-ogd": (sp.Integer(1), G * R * sp.sqrt(1 - mu_x)),
    "horizon-ogd": (sp.sqrt(sp.log(T) / T), sp.sqrt(2) / 2 * G * R),
}


@pytest.mark.parametrize("name", RATES)
def test_rates(name):
    """The leading order in T: 1/√T on average, √(log T/T) for the last iterate by the rule."""
    order, constant = RATES[name]
    found = bounds()[name].rate()
    assert sp.simplify(found.order - order) == 0
    assert sp.simplify(found.constant - constant) == 0


BAD = [
    ({"steps": 0}, r"`Bound.at\(steps=0\)`: steps must lie in \[1, ∞\)"),
    ({"mu_x": 1.2}, r"`Bound.at\(mu_x=1.2\)`: mu_x must lie in \[0, 1\)"),
    ({"mu_x": nan}, "mu_x must lie in"),
    ({"lipschitz": 0}, r"lipschitz must lie in \(0, ∞\)"),
    ({"radius": inf}, r"radius must lie in \(0, ∞\)"),
    ({"radius": "3"}, "radius must lie in"),
    ({"steps": 2.5}, "steps must be an integer ≥ 1"),
    ({"steps": True}, "steps must be a number"),
    ({"radius": G}, "radius must be a number"),
    ({"lipschitz": 1e200, "radius": 1e200}, "is not a finite float"),
    ({"diameter": 3}, "diameter is not used here"),
    ({"colour": 3}, "colour is not used here"),
]


@pytest.mark.parametrize(("change", "message"), BAD, ids=[str(change) for change, _ in BAD])
def test_bad_values_are_refused(change, message):
    """Every value out of its domain is refused with call, parameter and rule."""
    good = {"steps": 10, "lipschitz": 1, "radius": 1, "mu_x": 0.5}
    with pytest.raises(ValueError, match=message):
        bound("ogd", "average").tuned("gamma").at(**(good | change))


@pytest.mark.parametrize("kind", [np.float64, Fraction, sp.Rational])
def test_any_exact_or_float_number_is_taken(kind):
    """Numpy, Fraction and sympy numbers give what floats give."""
    best = bound("ogd", "average").tuned("gamma")
    plain = best.at(steps=16, lipschitz=2, radius=0.5, mu_x=0.75)
    given = {"lipschitz": kind(2), "radius": kind(1) / 2, "mu_x": kind(3) / 4}
    assert best.at(steps=np.int64(16), **given) == plain


def test_a_missing_value_is_named():
    """`last` needs the diameter, and says so."""
    with pytest.raises(ValueError, match=r"diameter \(R of the bound\) is needed and missing"):
        bound("ogd", "last").tuned("gamma").at(steps=10, lipschitz=1, radius=1, mu_x=0.5)


def test_the_horizon_rule_needs_two_steps():
    """At T = 1 the rule would ask for log 1 / 0."""
    with pytest.raises(ValueError, match=r"steps must lie in \[2, ∞\)"):
        bound("ogd", "last").horizon().at(steps=1, lipschitz=1, radius=1, diameter=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sgd", "average"), r"`bound\(base='sgd'\)`: base must be one of ogd"),
        (("ogd", "median"), "metric must be one of"),
        (("ogd", "last", "cosine"), "averaging must be one of"),
        (("ogd", "average", "uniform"), "bounds the metric 'last' only"),
        (("dual-averaging", "last"), "has no proved discounted regret bound"),
    ],
)
def test_unknown_choices_are_refused(arguments, message):
    """A base, metric or averaging without a theorem is refused by name."""
    with pytest.raises(ValueError, match=message):
        bound(*arguments)


def test_a_problem_without_the_assumption_is_refused():
    """A bound is not evaluated for a problem that lacks what it assumes."""
    average = bound("ogd", "average").tuned("gamma")
    constants = {
        Assumption.CONVEX: None,
        Assumption.MINIMIZER: 0.0,
        Assumption.LIPSCHITZ: 2.0,
        Assumption.RADIUS: 3.0,
    }
    assert average.on(constants, steps=100, mu_x=0.5) == pytest.approx(0.66, rel=ROUNDING)
    constants[Assumption.MINIMIZER] = 0.5  # u misses the minimum by ε: ρε/T more
    assert average.on(constants, steps=100, mu_x=0.5) == pytest.approx(0.665, rel=ROUNDING)
    assert average.choices_on(constants, steps=100, mu_x=0.5)["gamma"] == pytest.approx(0.15)
    del constants[Assumption.LIPSCHITZ]
    with pytest.raises(ValueError, match="LIPSCHITZ is needed"):
        average.on(constants, steps=100, mu_x=0.5)


@pytest.mark.parametrize(
    ("name", "message"),
    [("steps", "no minimum in closed form"), ("colour", "symbol must be one of")],
)
def test_only_convex_constants_are_tuned(name, message):
    """Tuning refuses a symbol in which the bound is not proved convex."""
    with pytest.raises(ValueError, match=message):
        bound("ogd", "last").tuned(name)


def test_a_bound_without_stationary_point_is_refused():
    """A bound linear in γ has no interior minimum."""
    with pytest.raises(ValueError, match="one stationary point"):
        minimizer(G * gamma, "gamma")


@pytest.mark.parametrize("name", ["average-ogd", "horizon-ogd"])
def test_horizon_is_for_the_last_iterate(name):
    """The horizon rule applies to the last-iterate bound with free μ_x only."""
    with pytest.raises(ValueError, match="must be the last-iterate bound with constant μ_x"):
        bounds()[name].horizon()


def test_horizon_keeps_a_gamma_already_tuned():
    """Tuning γ first changes nothing."""
    once, twice = bound("ogd", "last").horizon(), bound("ogd", "last").tuned("gamma").horizon()
    assert once.terms == twice.terms
    assert once.choices == twice.choices


def test_words_name_symbols():
    """Interface words and symbols are one to one."""
    assert word(G) == "lipschitz"
    assert word(T) == "steps"


def test_values_are_correctly_rounded():
    """A float result is the correctly rounded value of the closed form."""
    value = bound("ogd", "last", "uniform").tuned("gamma").at(steps=2, lipschitz=1, radius=1)
    assert value == sqrt(0.5)
