r"""A function on which the telescoped metric of GPA around subgradient descent attains its bound.

Let ε_1 … ε_T be the vertices of a regular simplex (Σε_t = 0), orthogonal to a unit vector e, and

.. math:: f(x) = \max(0, \max_t \langle g_t, x - x_*\rangle), \quad g_t = a\,e + b\,\varepsilon_t,
    \quad a = \min(G, D/(\gamma T)), \quad a^2 + b^2 = G^2, \quad z_1 = x_* + D\,e

x_{t−1} and y_t are combinations of z_1 and of −g_r for r < t−1 and r < t.  So piece t is largest at
both, f is linear on their segment, and every inequality of the proof is an equality.  The run below
verifies it in Fractions, with Gram entries in place of coordinates: b² is rational, b need not be.
"""

from __future__ import annotations

from fractions import Fraction

from gpa_theory.core.averaging import rho
from gpa_theory.core.gram import Point, basis, inner
from gpa_theory.core.validation import check_count
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Averaged
from gpa_theory.worst_case.model.sampling import check_metric

AXIS = "e"


def closed_form(gamma: Fraction, steps: int, of: FunctionClass) -> Fraction:
    """Return the worst case of the telescoped metric, T ≥ 2, for any constant μ_x and any μ_y.

    >>> closed_form(Fraction(1, 2), 4, FunctionClass(lipschitz=1))
    Fraction(1, 2)
    >>> closed_form(Fraction(1, 8), 4, FunctionClass(lipschitz=1))
    Fraction(13, 16)
    """
    check_count(f"closed_form(steps={steps})", "steps", steps, 2)
    G, D = of.lipschitz, of.radius
    if gamma * G * steps >= D:
        return D**2 / (2 * gamma * steps) + gamma * G**2 / 2
    return D * G - gamma * G**2 * (steps - 1) / 2


def attained(method: Averaged, steps: int, of: FunctionClass) -> Fraction:
    """Return what the metric is on the function above, its subgradients checked at every y_t.

    >>> from gpa_theory.worst_case.model.methods import gpa
    >>> attained(gpa(0.75, 0.5, 0.5), 4, FunctionClass(lipschitz=1))
    Fraction(1, 2)
    """
    check_metric(method, steps, "telescoped")
    check_count(f"attained(steps={steps})", "steps", steps, 2)
    G, D = of.lipschitz, of.radius
    along = min(G, D / (method.step(1) * steps))
    across = G**2 - along**2
    pieces = [along * basis(AXIS) + basis(str(t)) for t in range(1, steps + 1)]

    def entry(i: str, j: str) -> Fraction:
        if AXIS in (i, j):
            return Fraction(i == j)
        return across if i == j else -across / (steps - 1)

    def value(x: Point) -> Fraction:
        return max(Fraction(0), *(inner(piece, x, entry) for piece in pieces))

    def oracle(t: int, y: Point) -> Point:
        if inner(pieces[t - 1], y, entry) != value(y):
            raise ArithmeticError(f"piece {t} is not a subgradient at y_{t}")
        return pieces[t - 1]

    trace = method.play(oracle, D * basis(AXIS), steps)
    f = [value(x) for x in trace.x]
    past = rho(method.method.averaging, Fraction(2))
    return (sum(f, Fraction(0)) - past * (f[0] - f[-1])) / steps
