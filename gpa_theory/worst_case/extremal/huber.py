r"""The value Huber's function forces on a smooth class, and where it is not the worst.

On Huber's function with slope s = LD/(2LγK+1) and curvature L, a run that stays on the slope moves
x by γsK, K = Σ_t (share of step t in x_T), and ends at

.. math:: f(x_T) - f_* = s\,(D - \gamma s K) - \frac{s^2}{2L} = \frac{LD^2}{4L\gamma K + 2}

This is a lower bound of the worst case for every μ_x, μ_y and γ with the whole run on the slope.
For subgradient descent and γL ≤ 1 it is the worst case (drori2014performance); for GPA it is not
always: the certified interval at T = 3, μ_x = 0.9, μ_y = 0, γL = 1/2 lies above it.

Reference: drori2014performance, Theorem 1.
"""

from __future__ import annotations

from fractions import Fraction

from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Method
from gpa_theory.worst_case.model.recording import recorded


def travelled(method: Method, steps: int) -> Fraction:
    """Return γK = (x_1 − x_T)/s on a slope s.

    >>> from gpa_theory.worst_case.model.methods import sgd
    >>> travelled(sgd(Fraction(1, 2)), 5)
    Fraction(2, 1)
    """
    return -recorded(method, steps).play(lambda t, y: Fraction(1), Fraction(0), steps).x[-1]


def huber_value(method: Method, steps: int, of: FunctionClass) -> Fraction:
    """Return LD²/(4LγK + 2), the value of f(x_T) − f* on the worst of Huber's functions.

    >>> from gpa_theory.worst_case.model.methods import sgd
    >>> huber_value(sgd(1), 2, FunctionClass(smoothness=1))
    Fraction(1, 6)
    """
    L, D = of.smoothness, of.radius
    return L * D**2 / (4 * L * travelled(method, steps) + 2)
