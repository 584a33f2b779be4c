"""The first hint of optimistic FTRL moves the point that GPA begins at: it must be 0."""

from __future__ import annotations

from fractions import Fraction

from gpa_theory.core.atlas.catalogue import ROWS
from gpa_theory.core.averaging import Uniform
from gpa_theory.core.recursion import GPA, run


def hinted_gap(first_hint):
    """Return f(x_4) − f(u) on |w| from z_1 = 1 with γ = 1/5, and the row's bound, D from z_1.

    All other hints are right, so Σ|g_t − h_t|² is what the first one misses.
    """
    gamma, hints = Fraction(1, 5), [first_hint, 1, 1, 1]
    w = [1 + gamma * first_hint]  # so that z_1 = 1

    def move(t, z, y):
        w.append(w[-1] - gamma)  # g_t = 1: every y_t is > 0
        return w[-1] - gamma * hints[min(t, 3)]

    points = list(run(GPA(Uniform(), Fraction(0)), Fraction(1), move, 4, Fraction))
    assert all(y > 0 for y, _ in points)
    missed = Fraction(sum((1 - h) ** 2 for h in hints))
    return points[-1][1].x, (1 / (2 * gamma) + gamma / 2 * missed) / 4


def test_the_first_hint_is_0_inside_gpa():
    """Must fail: with h_1 = 1 the bound is 5/8 and the gap 7/10; with h_1 = 0 it holds."""
    gap, bound = hinted_gap(1)
    assert (gap, bound) == (Fraction(7, 10), Fraction(5, 8))
    gap, bound = hinted_gap(0)
    assert gap <= bound
    assert "h_1 = 0" in ROWS["optimistic-ftrl"].method
