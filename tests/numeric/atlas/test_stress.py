"""Reported regret bounds against adversaries: none is exceeded, and every test can see one that is.

A ratio of at most 1 proves nothing; a ratio above 1 would refute a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import isfinite

import pytest
import sympy as sp

from gpa_theory.core.atlas.catalogue import ROWS
from gpa_theory.core.atlas.row import REPORTED
from gpa_theory.numeric.atlas.catalogue import STRESS, TWINS, cut
from gpa_theory.numeric.atlas.of_vectors import kt
from gpa_theory.numeric.atlas.stress import Judged, Stress, judged, ratios
from gpa_theory.symbolic.expressions import expression
from tests.tolerances import PARITY_FLOAT64

SHORT, LONG = 2, 120
SEEDS = range(2)
NOT_PLAYED = {"online-to-nonconvex": "in an appendix that was not available"}
every = pytest.mark.parametrize("name", STRESS)


@cache
def formula(name: str):
    return expression("test", "regret", ROWS[name].regret)


def value(name: str, steps: int, constants: Mapping[str, float]) -> float:
    """Return the row's formula at numbers."""
    found = formula(name)
    given = {**constants, "T": float(steps)}
    numbers = {s: sp.Float(given[s.name]) for s in found.free_symbols}
    return float(found.xreplace(numbers).evalf())


def test_every_reported_row_is_played():
    """But for one, whose row says why; and every test is one of a row."""
    reported = {row.name for row in ROWS.values() if row.label == REPORTED}
    assert reported - set(STRESS) == set(NOT_PLAYED)
    assert all(reason in ROWS[name].why for name, reason in NOT_PLAYED.items())
    assert set(STRESS) <= set(ROWS)
    assert set(TWINS) == set(STRESS)
    assert all(STRESS[name](LONG).row == name for name in STRESS)


@every
@pytest.mark.parametrize("steps", [SHORT, LONG])
def test_no_adversary_exceeds_a_bound(name, steps):
    """At a short and at a longer horizon, against every stream."""
    found = ratios(STRESS[name](steps), SEEDS)
    assert max(found.values()) <= 1


@pytest.mark.parametrize("name", TWINS)
def test_a_bound_that_is_wrong_is_found(name):
    """Must fail: half a bound, a step too long, Adam for AMSGrad, flat losses for curved ones."""
    twin = TWINS[name]()
    assert max(ratios(twin.test, SEEDS).values()) > 1


@every
def test_the_formula_of_a_row_is_at_least_what_was_tried(name):
    """The bound that sees the gradients is the sharper one: what holds for it holds for the row."""
    test = STRESS[name](LONG)
    for stream in test.streams:
        for one in judged(test, stream, seed=0):
            assert one.bound <= value(name, LONG, one.constants) * (1 + PARITY_FLOAT64)


def test_the_formula_is_no_larger_than_it_must_be():
    """Where nothing is seen of the gradients, formula and bound are equal: they are one theorem."""
    for name in ("kt", "hedge", "hedge-anytime", "online-newton", "last-iterate-constant-step"):
        test = STRESS[name](LONG)
        for one in judged(test, next(iter(test.streams)), seed=0):
            assert one.bound == pytest.approx(value(name, LONG, one.constants), rel=PARITY_FLOAT64)


def test_a_seed_decides_a_play():
    """The same seed gives the same ratios, another one others."""
    assert ratios(kt(30), [5]) == ratios(kt(30), [5])
    assert ratios(kt(30), [5]) != ratios(kt(30), [6])


def test_what_cannot_be_judged_is_refused():
    """Must fail: no such stream, no seed, a bound of 0."""
    test = kt(5)
    with pytest.raises(ValueError, match="stream must be one of rademacher"):
        judged(test, "none", 0)
    with pytest.raises(ValueError, match="seed must be an integer"):
        judged(test, "push", -1)
    nothing = Stress(
        "kt", 5, test.learner, test.start, test.streams, lambda played: [Judged(1.0, 0.0, {})]
    )
    with pytest.raises(ValueError, match="bound must be finite"):
        judged(nothing, "push", 0)


def test_a_part_of_a_bound_is_that_part():
    """`cut` changes the bound alone."""
    whole, half = (judged(test, "push", 0) for test in (kt(300), cut(kt, 1 / 2)))
    assert [2 * one.bound for one in half] == [one.bound for one in whole]
    assert all(isfinite(one.regret) for one in whole)
