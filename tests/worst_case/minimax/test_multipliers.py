"""The minimax certificate: an identity for every method, and twins that break it."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.gram import Point, basis, inner, norm2
from gpa_theory.worst_case.minimax.family import (
    last_row,
    least_of_matched,
    row_before_the_last,
)
from gpa_theory.worst_case.minimax.multipliers import check_matrix, output_row, row_of
from gpa_theory.worst_case.minimax.schedules import matched
from tests.strategies import closed, interior, positive
from tests.tolerances import BOUND_TWICE

Row = list[Fraction]


@st.composite
def matrices(draw: Any, least: int = 2) -> tuple[list[Row], Fraction]:
    """Return any signed h with the output row a(1 − s/T), and a > 0."""
    T, a = draw(st.integers(least, 7)), draw(positive)
    sign = st.sampled_from([1, 1, 1, -1])
    h = [[draw(positive) * draw(sign) for _ in range(t)] for t in range(T - 1)]
    return [*h, output_row(T, a, Fraction)], a


def all_rows(h: list[Row], a: Fraction) -> dict[tuple[int, int], Fraction]:
    """Return λ_{tj} by (t, j)."""
    T = len(h)
    return {(t, j): value for t in range(2, T + 1) for j, value in enumerate(row_of(h, t, a), 1)}


def unbalanced(T: int, lam: dict[tuple[int, int], Fraction]) -> list[int]:
    """Return the t < T at which what flows in is not what flows out, 1 of its own included."""
    out = [sum(lam[t, j] for j in range(1, t)) + 1 for t in range(1, T + 1)]
    into = [sum(lam[i, t] for i in range(t + 1, T + 1)) for t in range(1, T + 1)]
    return [t for t in range(1, T) if out[t - 1] != into[t - 1]]


@given(matrices())
def test_the_rows_make_the_sum_a_square(drawn):
    """Σ⟨g_t, p_t − u⟩ + Σλ⟨g_t, p_t − p_j⟩ = D²/(2a) + (a/2)Σ|g|² − |z_1 − u − aΣg|²/(2a)."""
    h, a = drawn
    T, lam = len(h), all_rows(h, a)
    g = [basis(f"g{t}") for t in range(1, T + 1)]
    start = basis("z1") - basis("u")
    p = [start - sum((c * g[s] for s, c in enumerate(row)), Point({})) for row in h]
    total = Point({})
    for t in range(1, T + 1):
        total = total + inner(g[t - 1], p[t - 1])
        for j in range(1, t):
            total = total + lam[t, j] * inner(g[t - 1], p[t - 1] - p[j - 1])
    gradients = sum(g, Point({}))
    squares = sum((norm2(v) for v in g), Point({}))
    bound = Fraction(1, 2) / a * norm2(start) + a / 2 * squares
    rest = total - (bound - Fraction(1, 2) / a * norm2(start - a * gradients))
    assert all(c == 0 for c in rest.terms.values())


@given(matrices(least=3), st.data())
def test_the_output_row_is_equivalent_to_flow(drawn, data):
    """All of λ's flow ends at p_T; with one entry of the last row changed it does not."""
    h, a = drawn
    T = len(h)
    assert unbalanced(T, all_rows(h, a)) == []
    s = data.draw(st.integers(0, T - 2))
    h[-1][s] += data.draw(positive)
    assert unbalanced(T, all_rows(h, a)) != []


def averaged(mu_x: Fraction, mu_y: Fraction, b: Row) -> list[Row]:
    """Return h of GPA for t < T, in units of a, with the output row in the last place."""
    T, gamma = len(b) + 1, [1 / value for value in b]
    h = [[gamma[s - 1] * (1 - mu_y * mu_x ** (t - s)) for s in range(1, t)] for t in range(1, T)]
    return [*h, output_row(T, Fraction(1), Fraction)]


@given(mu_x=interior, mu_y=closed, b=st.lists(positive, min_size=1, max_size=7))
def test_the_closed_form_is_the_recursion(mu_x, mu_y, b):
    """For every schedule, row by row, the last one included."""
    h, T = averaged(mu_x, mu_y, b), len(b) + 1
    for t in range(2, T):
        assert row_before_the_last(t, mu_x, mu_y, b) == row_of(h, t, Fraction(1))
    assert last_row(T, mu_x, mu_y, b) == row_of(h, T, Fraction(1))


@given(mu_x=interior, mu_y=closed, b=st.lists(positive, min_size=3, max_size=7))
def test_multipliers_fall_from_row_to_row(mu_x, mu_y, b):
    """λ_{tj} ≥ λ_{t+1,j} for t + 1 < T, so rows T − 1 and T decide."""
    rows = [row_before_the_last(t, mu_x, mu_y, b) for t in range(2, len(b) + 1)]
    for one, other in pairwise(rows):
        assert all(x >= y for x, y in zip(one, other, strict=False))


@given(T=st.integers(3, 12), mu_x=interior, mu_y=closed)
def test_the_guess_of_the_least_is_the_least(T, mu_x, mu_y):
    """(T−1)κ min(λ_{T−1,1}, λ_{T1}) of matched decay, in floats, from terms of size 1."""
    b = [1 / step for step in matched(T, mu_x)]
    least = min(row_before_the_last(T - 1, mu_x, mu_y, b)[0], last_row(T, mu_x, mu_y, b)[0])
    wanted = float((T - 1) * (1 - mu_x * mu_y) * least)
    found = least_of_matched(T, float(mu_x), float(mu_y))
    assert found == pytest.approx(wanted, rel=BOUND_TWICE, abs=BOUND_TWICE)


@pytest.mark.parametrize("T", range(2, 10))
@pytest.mark.parametrize("mu_y", [Fraction(0), Fraction(1, 3), Fraction(4, 5), Fraction(1)])
def test_schedule_free_is_a_member_for_every_mu_y(T, mu_y):
    """c_t = 1/t, γ = a: λ_{tj} = A_t j/(j−μ_y(j−1)) Π_{j<i<t} i(1−μ_y)/(i−μ_y(i−1)), all ≥ 0."""
    h = [[1 - mu_y * Fraction(s, t) for s in range(1, t)] for t in range(1, T)]
    lam = all_rows([*h, output_row(T, Fraction(1), Fraction)], Fraction(1))
    for (t, j), found in lam.items():
        wanted = mu_y / (t - mu_y * (t - 1)) if t < T else Fraction(1)
        wanted *= j / (j - mu_y * (j - 1))
        for i in range(j + 1, t):
            wanted *= i * (1 - mu_y) / (i - mu_y * (i - 1))
        assert found == wanted >= 0


@pytest.mark.parametrize("h", [[], [[]], [[], [1, 2]], [[1], [1]], [[], [1], [1]]])
def test_what_is_not_triangular_is_refused(h):
    """Must fail: row t must hold t − 1 numbers, and there are at least two rows."""
    with pytest.raises(ValueError, match="matrix must have"):
        check_matrix("minimax(…)", h)


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_holds_with_noise(seed):
    """In expectation, all outcomes enumerated: unbiased ±1 errors of each subgradient, T = 4."""
    rng = np.random.default_rng(seed)
    mu_x, mu_y = Fraction(int(rng.integers(0, 8)), 20), Fraction(int(rng.integers(0, 5)), 4)
    T, a = 4, Fraction(int(rng.integers(1, 9)), 4)
    gamma = [a * Fraction(T - t, T) / (1 - mu_x ** (T - t)) for t in range(1, T)]
    h = averaged(mu_x, mu_y, [a / step for step in gamma])
    h = [[a * value for value in row] for row in h]
    assert min(all_rows(h, a).values()) >= 0
    slopes = [Fraction(int(v), 4) for v in rng.integers(-8, 9, 3)]
    heights = [Fraction(int(v), 4) for v in rng.integers(-8, 9, 3)]
    start, u = Fraction(int(rng.integers(-8, 9)), 2), Fraction(int(rng.integers(-8, 9)), 2)

    def f(x: Fraction) -> tuple[Fraction, Fraction]:
        return max((s * x + c, s) for s, c in zip(slopes, heights, strict=True))

    gaps, squares, outcomes = Fraction(0), Fraction(0), 2**T
    for outcome in range(outcomes):
        seen: Row = []
        for t in range(1, T + 1):
            point = start - sum(c * g for c, g in zip(h[t - 1], seen, strict=True))
            seen.append(f(point)[1] + (1 if outcome >> (t - 1) & 1 else -1))
        gaps += f(point)[0] - f(u)[0]
        squares += sum(g**2 for g in seen)
    bound = ((start - u) ** 2 / a + a * squares / outcomes) / (2 * T)
    assert gaps / outcomes <= bound
