r"""How long a window costs nothing?  The end of the interval of μ_x that starts at 0.

For matched decay and fixed μ_y > 0 it tends to 1/(1+μ_y), as 1/(1+μ_y) − 2/((1+μ_y)²T) + O(T⁻²);
for μ_y = 0 it is T^{−1/(T−1)}, since there the certificate holds iff μ_x^{T−1} ≤ 1/T.  That it
holds up to there is machine-checked for μ_y = 0; the rest is argued on paper, and tests compare it
with numbers.  Where the certificate fails the method is not minimax (machine-checked).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gpa_theory.core.validation import check_count, check_range
from gpa_theory.worst_case.minimax.family import least_of_matched
from gpa_theory.worst_case.minimax.verdict import MOST, minimax

GRID = 400  # points on which the first failure is looked for
FINE = 2.0**-40  # how close the end is enclosed


def largest_mu_x(steps: int, mu_y: Any = 0) -> tuple[float, float]:
    """Return μ_x < μ_x' that enclose the end for matched decay: minimax at μ_x, not at μ_x'.

    Both verdicts are certain.  That all smaller μ_x are minimax is seen on a grid only.

    >>> low, high = largest_mu_x(10, mu_y=0.5)
    >>> round(low, 3), high - low < 1e-11
    (0.572, True)
    """
    call = f"largest_mu_x(steps={steps}, mu_y={mu_y})"
    T = check_count(call, "steps", steps, 3)
    check_range(call, "steps", T, 3, MOST)
    check_range(call, "mu_y", mu_y, 0, 1)
    low, high = 0.0, 1 - FINE
    for k in range(1, GRID):
        if least_of_matched(T, k / GRID, float(mu_y)) < 0:
            high = k / GRID
            break
        low = k / GRID
    while high - low > FINE:
        middle = (low + high) / 2
        is_free = least_of_matched(T, middle, float(mu_y)) >= 0
        low, high = (middle, high) if is_free else (low, middle)
    return _certain(T, low, mu_y, True), _certain(T, high, mu_y, False)


def _certain(T: int, mu_x: float, mu_y: Any, wanted: bool) -> float:
    """Return a number next to μ_x at which the verdict is certain."""
    for k in range(45):
        shifted = mu_x + (-1 if wanted else 1) * (2**k - 1) * FINE / 64
        if not 0 <= shifted < 1:
            break
        if minimax(steps=T, mu_x=Fraction(shifted), mu_y=mu_y).minimax is wanted:
            return shifted
    raise ArithmeticError(f"the verdict at μ_x = {mu_x} is not what floats say")
