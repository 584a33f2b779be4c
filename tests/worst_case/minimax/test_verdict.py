"""Verdicts: the published thresholds to their digits, every member, and every twin outside."""

from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
import pytest

import gpa_theory
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.minimax.enclosure import intervals, sign
from gpa_theory.worst_case.minimax.family import last_row, row_before_the_last
from gpa_theory.worst_case.minimax.multipliers import output_row
from gpa_theory.worst_case.minimax.schedules import (
    completed,
    constant,
    cooldown,
    linear,
    matched,
    queried_at_z,
)
from gpa_theory.worst_case.minimax.threshold import largest_mu_x
from gpa_theory.worst_case.minimax.verdict import minimax
from gpa_theory.worst_case.model.methods import gpa
from tests.tolerances import CERTIFIED_GAP
from tests.worst_case.settings import LIPSCHITZ

F = Fraction
ENDS = {  # of the interval of μ_x for matched decay, T = 3, 5, 10, 20, cut after three digits
    "0": (0.577, 0.668, 0.774, 0.854),
    "0.2": (0.647, 0.696, 0.732, 0.758),
    "0.5": (0.767, 0.725, 0.571, 0.617),
    "0.8": (0.902, 0.428, 0.486, 0.522),
    "1": (0.333, 0.389, 0.444, 0.473),
}


@pytest.mark.parametrize("mu_y", ENDS)
def test_the_end_of_the_interval_is_found_to_its_digits(mu_y):
    """Minimax at its lower end, not at its upper one, and both are the number to 1e−11."""
    for steps, cut in zip((3, 5, 10, 20), ENDS[mu_y], strict=True):
        low, high = largest_mu_x(steps, F(mu_y))
        assert int(low * 1000) == round(cut * 1000)
        assert 0 < high - low < 1e-11
        assert minimax(steps=steps, mu_x=F(low), mu_y=F(mu_y)).minimax is True
        assert minimax(steps=steps, mu_x=F(high), mu_y=F(mu_y)).minimax is False


@pytest.mark.parametrize("steps", [3, 5, 10, 20])
def test_without_mu_y_the_end_is_a_root(steps):
    """μ_y = 0: minimax if and only if μ_x^{T−1} ≤ 1/T."""
    low, high = largest_mu_x(steps)
    assert low ** (steps - 1) <= 1 / steps <= high ** (steps - 1)


@pytest.mark.parametrize("mu_y", [F(1, 5), F(1, 2), F(1)])
def test_the_end_tends_to_its_limit(mu_y):
    """1/(1+μ_y) − 2/((1+μ_y)²T), up to O(T⁻²): what is left falls by four when T doubles."""
    left = []
    for T in (200, 400):
        limit = 1 / (1 + mu_y) - 2 / ((1 + mu_y) ** 2 * T)
        left.append(abs(largest_mu_x(T, mu_y)[0] - float(limit)))
    assert left[0] < 20 / 200**2
    assert 3.5 < left[0] / left[1] < 4.5


def of_steps(gamma, output=None):
    """Return the verdict on steps with gradients at z, completed by the product law."""
    T = len(gamma) + 1
    return minimax(matrix=queried_at_z(gamma, output or output_row(T, F(1), F)))


@pytest.mark.parametrize("T", [3, 4, 7])
def test_the_members_and_their_averages(T):
    """Constant step with the uniform mean; linear decay with none; a cooldown with its own."""
    assert of_steps(constant(T, 0)).minimax
    assert completed(constant(T, 0)) == [F(1, T)] * T
    assert of_steps(linear(T, 0)).minimax
    assert completed(linear(T, 0)) == [F(0)] * (T - 1) + [F(1)]
    for stable in range(1, T):
        assert of_steps(cooldown(T, stable)).minimax
        shares = [F(1, T)] * stable + [F(0)] * (T - stable - 1) + [F(T - stable, T)]
        assert completed(cooldown(T, stable)) == shares


def falls_but_never_faster_than_linear(gamma):
    """Return what the product law says of steps with some averaging π ≥ 0, in units of a."""
    T = len(gamma) + 1
    ratios = [gamma[t - 1] / gamma[t - 2] for t in range(2, T)]
    return (
        1 - F(1, T) <= gamma[0] <= 1
        and all(F(T - t, T - t + 1) <= ratios[t - 2] <= 1 for t in range(2, T - 1))
        and (T < 3 or ratios[-1] >= F(1, 2))
    )


def test_the_product_law_is_the_complete_family():
    """600 schedules: minimax with shares ≥ 0 if and only if they fall so; of any sign, likewise."""
    rng, seen = np.random.default_rng(5), set()
    for _ in range(600):
        T = int(rng.integers(3, 7))
        gamma = [F(1)] if rng.random() < 0.5 else [F(int(rng.integers(6, 11)), 10)]
        for t in range(2, T):
            low = F(T - t, T - t + 1)
            share = F(int(rng.integers(-1, 6)), 5)
            gamma.append(gamma[-1] * (low + share * (1 - low)))
        member = bool(of_steps(gamma).minimax) and min(completed(gamma)) >= 0
        assert member == falls_but_never_faster_than_linear(gamma)
        seen.add(member)
        ratios = [gamma[t - 1] / gamma[t - 2] for t in range(2, T)]
        anyhow = F(T - 2, T - 1) <= gamma[0] <= 1 and all(
            F(T - 1 - s, T - s) <= ratios[s - 2] <= 1 for s in range(2, T - 1)
        )
        assert bool(of_steps(gamma).minimax) == anyhow
    assert seen == {True, False}


TWINS = {
    "steps that grow": ([F(1), F(11, 10), F(1)], None),
    "faster than linear decay": ([F(1), F(1, 2), F(1, 3), F(1, 4)], None),
    "a first step too long": ([F(11, 10), F(1), F(1)], None),
    "a first step too short": ([F(3, 5), F(3, 5), F(3, 5)], None),
    "another output row": (constant(4, 0), [F(3, 4), F(1, 2), F(1, 5)]),
}


@pytest.mark.parametrize(("gamma", "output"), TWINS.values(), ids=TWINS)
def test_a_twin_just_outside_is_not_minimax(gamma, output):
    """Must fail: each breaks one condition, and the reason names the multiplier or the row."""
    found = of_steps(gamma, output)
    assert found.minimax is False
    assert found.verdict == "not minimax, proved"
    assert "< 0" in found.reason or "is not a(1" in found.reason


@pytest.mark.solver
@pytest.mark.parametrize(("mu_x", "mu_y"), [(F(7, 10), F(1, 2)), (F(9, 10), F(1, 2))])
def test_certified_worst_cases_agree(mu_x, mu_y):
    """T = 5, matched decay, a rounded to a rational: DG/√T inside the region, more outside."""
    T, a = 5, F(447214, 10**6)
    gamma = [a * step for step in matched(T, mu_x)]
    found = worst_case(gpa(mu_x, mu_y, gamma), T, "last", LIPSCHITZ)
    verdict = minimax(steps=T, mu_x=mu_x, mu_y=mu_y)
    assert verdict.value == pytest.approx(T**-0.5, rel=1e-15)
    if verdict.minimax:
        assert found.upper == pytest.approx(verdict.value, rel=1e-5)
    else:
        assert found.lower > verdict.value * (1 + 1e-4)
    assert {verdict.minimax} == ({True} if mu_x < F(72, 100) else {False})
    assert found.upper - found.lower < 1e-5 + CERTIFIED_GAP


def test_only_the_first_column_of_matched_decay_can_fail():
    """λ_{T−1,1} ≥ 0 and λ_{T1} ≥ 0 decide; which binds is said by whether μ_x < μ_y."""
    rng, both = np.random.default_rng(1), set()
    for _ in range(300):
        T = int(rng.integers(3, 9))
        mu_x, mu_y = (F(int(rng.integers(1, 20)), 20) for _ in range(2))
        b = [1 / step for step in matched(T, mu_x)]
        rows = row_before_the_last(T - 1, mu_x, mu_y, b), last_row(T, mu_x, mu_y, b)
        assert min([*rows[0][1:], *rows[1][1:], F(0)]) >= 0
        kappa = 1 - mu_x * mu_y
        r = mu_x * (1 - mu_y) / kappa
        gap = T * mu_x * (mu_x - mu_y) * r ** (T - 3) if T > 3 or r else T * mu_x * (mu_x - mu_y)
        assert kappa * (rows[1][0] - rows[0][0]) == gap
        both.add(minimax(steps=T, mu_x=mu_x, mu_y=mu_y).minimax)
    assert both == {True, False}


def test_intervals_and_fractions_say_the_same():
    """On every multiplier of random settings; an interval that holds 0 says nothing."""
    rng = np.random.default_rng(2)
    number = intervals(128)
    for _ in range(50):
        T = int(rng.integers(3, 12))
        mu_x, mu_y = (F(int(rng.integers(0, 20)), 20) for _ in range(2))
        exact = [1 / step for step in matched(T, mu_x)]
        rough = [1 / step for step in matched(T, number(mu_x), number)]
        for one, other in zip(
            last_row(T, mu_x, mu_y, exact),
            last_row(T, number(mu_x), number(mu_y), rough),
            strict=True,
        ):
            assert sign(other) in (sign(one), None)
            assert other.a <= number(one).b
            assert other.b >= number(one).a
    assert sign(number(F(1, 3)) - number(F(1, 3))) is None


def test_the_first_negative_multiplier_is_the_first():
    """Searched row by row in the whole matrix, it is the same place."""
    for mu_x, mu_y, T in ((F(7, 10), F(1, 2), 20), (F(9, 10), F(1), 12), (F(1, 2), F(1), 8)):
        found = minimax(steps=T, mu_x=mu_x, mu_y=mu_y)
        gamma = matched(T, mu_x)
        h = [
            [gamma[s - 1] * (1 - mu_y * mu_x ** (t - s)) for s in range(1, t)] for t in range(1, T)
        ]
        whole = minimax(matrix=[*h, output_row(T, F(1), F)])
        assert found.first_negative == whole.first_negative
        assert found.first_negative is not None


def test_ten_thousand_steps_take_seconds():
    """O(T): certain signs at T = 10⁴, on both sides of the end; the limit there is .6665778."""
    start = time.monotonic()
    assert minimax(steps=10_000, mu_x=F("0.66657"), mu_y=F(1, 2)).minimax is True
    assert minimax(steps=10_000, mu_x=F("0.66658"), mu_y=F(1, 2)).minimax is False
    assert time.monotonic() - start < 120


REFUSED = [
    ({"steps": 1, "mu_x": 0.5}, "steps must be"),
    ({"steps": 5, "mu_x": 1}, "mu_x must lie"),
    ({"steps": 5, "mu_x": 0.5, "mu_y": 1.5}, "mu_y must lie"),
    ({"steps": 5, "mu_x": 0.5, "schedule": "cosine"}, "schedule must be matched"),
    ({"steps": 5, "mu_x": 0.5, "schedule": [1, 1]}, "T − 1 = 4 steps"),
    ({"steps": 3, "mu_x": 0.5, "schedule": [1, 0]}, "schedule must lie"),
    ({"steps": 5, "mu_x": 0.5, "radius": 0}, "radius must lie"),
    ({"matrix": [[], [1]], "steps": 2}, "says all"),
    ({"matrix": [[], ["x"]]}, "finite numbers"),
    ({"matrix": [[], [float("nan")]]}, "finite numbers"),
    ({"steps": 10**9, "mu_x": 0.5}, "at most"),
]


@pytest.mark.parametrize(("given", "reason"), REFUSED)
def test_bad_input_is_refused(given, reason):
    """Must fail: each names the parameter and the rule."""
    with pytest.raises(ValueError, match=reason):
        gpa_theory.minimax(**given)


def test_a_step_that_is_not_positive_is_no_member():
    """Must fail: h_(3,1) ≤ 0 lets the adversary repeat a gradient."""
    found = minimax(matrix=[[], [1], [0, F(1, 2)]])
    assert found.minimax is False
    assert found.reason == "h_(3,1) is not > 0"
