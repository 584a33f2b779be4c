"""Adversaries: a method has a certificate, or a function that beats it in an exact run."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.minimax.adversary import adversary
from gpa_theory.worst_case.minimax.family import steps_of
from gpa_theory.worst_case.minimax.multipliers import output_row
from gpa_theory.worst_case.minimax.schedules import cooldown, linear, matched, queried_at_z
from gpa_theory.worst_case.minimax.verdict import minimax
from gpa_theory.worst_case.model.methods import gpa
from tests.worst_case.settings import LIPSCHITZ

F = Fraction


def random_steps(rng, T, low):
    """Return a random triangle of sixths, or one that ends in the minimax output row."""
    rows = [[F(int(v), 6) for v in rng.integers(low, 9, t)] for t in range(T)]
    return rows if rng.random() < 0.5 else [*rows[:-1], output_row(T, F(1), F)]


@pytest.mark.parametrize("low", [-1, 1])
def test_each_method_has_one_of_the_two(low):
    """60 random methods: the adversary is above DG/√T exactly where there is no certificate."""
    rng, seen = np.random.default_rng(low + 1), set()
    for _ in range(60):
        h = random_steps(rng, int(rng.integers(2, 6)), low)
        found = adversary(h)
        assert (found is None) is minimax(matrix=h).minimax
        assert found is None or found.ratio() > 1
        seen.add(found is None)
    assert seen == {True, False}


MEMBERS = {
    "linear decay": queried_at_z(linear(5, 0), output_row(5, F(1), F)),
    "a cooldown": queried_at_z(cooldown(5, 2), output_row(5, F(1), F)),
    "matched decay": steps_of(5, F(2, 5), F(1, 2), matched(5, F(2, 5))),
}


@pytest.mark.parametrize("h", MEMBERS.values(), ids=MEMBERS)
def test_a_member_has_none_but_at_another_scale(h):
    """Steps 1 % longer or shorter than a asks for are beaten, and nothing else is."""
    assert adversary(h) is None
    assert adversary(h, F(1)) is None
    for share in (F(99, 100), F(101, 100)):
        longer = [[share * v for v in row] for row in h]
        assert adversary(longer) is None  # judged up to a factor
        assert adversary(longer, F(1)).ratio() > 1


@pytest.mark.parametrize(
    ("h", "pieces"),
    [
        ([[], [F(1)], [F(1), F(0)]], 2),  # a step that is not positive: a direction to spare
        ([[], [F(1)], [F(1), F(-1, 2)]], 2),
        ([[], [F(4)], [F(2), F(1)]], 3),  # λ_{21} < 0
        ([[], [F(1)], [F(1), F(1)]], 3),  # another output row
    ],
)
def test_the_run_is_that_of_the_method(h, pieces):
    """Played on the recursion's own terms: subgradients at its points, and slopes within limits."""
    found = adversary(h)
    assert len(found.slopes) == pieces

    def value(x):
        return max(
            sum(g * v for g, v in zip(slope, x, strict=True)) + b
            for slope, b in zip(found.slopes, found.offsets, strict=True)
        )

    T, seen = len(h), []
    for row, answer in zip(h, found.order, strict=True):
        point = [F(0)] * T
        for step, g in zip(row, seen, strict=True):
            point = [p - step * v for p, v in zip(point, g, strict=True)]
        slope = found.slopes[answer]
        here = sum(g * v for g, v in zip(slope, point, strict=True)) + found.offsets[answer]
        assert here == value(point)
        seen.append(slope)
    longest = max(sum(v * v for v in g) for g in found.slopes)
    far = sum(v * v for v in found.u)
    gap = value(point) - value(found.u)
    assert gap > 0
    assert gap**2 * T > longest * far  # (f(p_T) − f(u))² > D²G²/T
    scale = max(longest, far / (found.a**2 * T), F(1))
    assert found.ratio() == gap / (scale**2 * found.a)


def test_a_run_that_is_not_the_methods_is_refused():
    """Must fail: another order of answers; a function lifted at u has a smaller ratio."""
    found = adversary([[], [F(1)], [F(1), F(1)]])
    with pytest.raises(ArithmeticError, match="piece 3 is not the largest"):
        replace(found, order=[2, 1, 0]).ratio()
    assert replace(found, u=[F(0)] * 3).ratio() < 1
    assert replace(found, u=[2 * v for v in found.u]).ratio() < 1


@pytest.mark.solver
def test_a_certified_worst_case_is_above_it():
    """T = 5: the adversary's gap lies below the certified upper end, and above DG/√T."""
    T, mu_x, mu_y, a = 5, F(9, 10), F(1, 2), F(447214, 10**6)
    gamma = [a * step for step in matched(T, mu_x)]
    ratio = adversary(steps_of(T, mu_x, mu_y, gamma), a).ratio()
    found = worst_case(gpa(mu_x, mu_y, gamma), T, "last", LIPSCHITZ)
    assert 1 < ratio <= found.upper / T**-0.5


def test_a_scale_that_is_not_positive_is_refused():
    """Must fail: a = 0."""
    with pytest.raises(ValueError, match="a must be > 0"):
        adversary([[], [1]], F(0))


@pytest.mark.parametrize(
    "h",
    [
        [[], [F(1, 10**300)], [F(1), F(1, 10**300)]],
        [[], [F(1)], [F(1, 10**200), F(1)], [F(1), F(1, 10**90), F(1, 10**30)]],
    ],
)
def test_steps_far_apart_in_size_have_an_adversary_too(h):
    """δ becomes as small as they need."""
    assert adversary(h).ratio() > 1


def test_steps_too_far_apart_are_refused_in_a_sentence():
    """Must fail: what the multipliers prove, no δ ≥ 2^−16384 shows."""
    far = F(1, 10**6000)
    with pytest.raises(ValueError, match="less far apart in size"):
        adversary([[], [far], [F(1), far]])
