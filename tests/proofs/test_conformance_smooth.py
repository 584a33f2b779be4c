"""The statement about smooth functions, on exact runs in the plane."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA, run
from gpa_theory.verify.formal.smooth import huber
from tests.proofs.exact_runs import inner, odds, sqnorm, vectors
from tests.strategies import closed, interior

SHORT = st.integers(1, 8).map(lambda k: Fraction(k, 8))  # γ ≤ 1/L


def value(a):
    """Return the sum of two Huber functions, 1-smooth, with its least value at 0."""
    return sum(huber(Fraction(w))[0] for w in a)


def slope(a):
    return np.array([huber(Fraction(w))[1] for w in a], dtype=object)


@given(vectors, SHORT, interior, closed, st.integers(1, 7))
def test_smooth_rate(start, gamma, mu_x, mu_y, T):
    """`smooth_pays`, `smooth_step` and `smooth_rate`, with L = 1 and u = 0."""
    method = GPA(Exponential(mu_x), mu_y)
    move = lambda t, z, y: z - gamma * slope(y)  # noqa: E731
    points = list(run(method, start, move, T, Fraction))
    before, rho = points[0][1].x, Fraction(0)
    for y, s in points:
        g = slope(y)
        assert value(y) <= sqnorm(y) / 2  # below the bowl
        assert sqnorm(g) / 2 <= -value(y) + inner(g, y)
        drop = rho * (value(s.x) - value(before))
        assert value(s.x) + drop <= inner(g, s.z) - sqnorm(g) / 2
        before, rho = s.x, odds(mu_x)
    gaps = [value(s.x) for _, s in points]
    assert value(sum(s.x for _, s in points) * Fraction(1, T)) <= sum(gaps) / T
    past = odds(mu_x) * (gaps[0] - gaps[-1])
    assert sum(gaps) / T <= (sqnorm(start) / (2 * gamma) + past) / T
