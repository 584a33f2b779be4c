r"""The function no first-order method beats, in T dimensions, from z_1 = 0.

.. math:: f(x) = G \max\Bigl(\max_i \langle e_i, x\rangle,\ -\tfrac{D}{\sqrt T}\Bigr), \quad
    x_* = -\tfrac{D}{\sqrt T}\sum_i e_i, \quad f_* = -\tfrac{DG}{\sqrt T}, \quad |z_1 - x_*| = D

The constant keeps f bounded below, so that x_* is a minimizer; it is never active on a run.  Every
iterate is −(nonnegative combination of gradients seen), so at y_t the unseen e_t is among the
largest and may be the subgradient; after T−1 gradients e_T is unseen and f(x_T) ≥ 0.  So the worst
case of f(x_T) − f* is at least DG/√T for every GPA, and Schedule-Free's bound cannot be improved.

Reference: nesterov2018lectures, Theorem 3.2.1.
"""

from __future__ import annotations

from fractions import Fraction

from gpa_theory.core.gram import Point, basis
from gpa_theory.core.validation import check_count
from gpa_theory.worst_case.model.methods import Method
from gpa_theory.worst_case.model.recording import recorded


def forced_value(method: Method, steps: int) -> Fraction:
    """Return f(x_T)/G on the function above, subgradients checked in Fractions; 0 if it resists.

    The constant of f is left out: an unseen coordinate is 0, so the largest never is below that.

    >>> from gpa_theory.worst_case.model.methods import gpa
    >>> forced_value(gpa(0.75, 0.5, 0.3), 6)
    Fraction(0, 1)
    """
    check_count(f"forced_value(steps={steps})", "steps", steps)
    names = [str(t) for t in range(1, steps + 1)]

    def value(x: Point) -> Fraction:
        return max(Fraction(x.coefficient(name)) for name in names)

    def oracle(t: int, y: Point) -> Point:
        if y.coefficient(names[t - 1]) != value(y):
            raise ArithmeticError(f"e_{t} is not a subgradient at y_{t}")
        return basis(names[t - 1])

    return value(recorded(method, steps).play(oracle, Point({}), steps).x[-1])


def minimax_squared(steps: int) -> Fraction:
    """Return (DG/√T)² for G = D = 1.

    >>> minimax_squared(9)
    Fraction(1, 9)
    """
    return Fraction(1, check_count(f"minimax_squared(steps={steps})", "steps", steps))
