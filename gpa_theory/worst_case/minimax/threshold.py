r"""How long a window costs nothing?  The end of the interval of μ_x that starts at 0.

For matched decay and fixed μ_y > 0 it tends to 1/(1+μ_y), as 1/(1+μ_y) − 2/((1+μ_y)²T) + O(T⁻²);
for μ_y = 0 it is T^{−1/(T−1)}, since there minimax means μ_x^{T−1} ≤ 1/T.  That it is minimax up
to there is machine-checked for μ_y = 0; the rest is derived on paper, and tests compare it with
numbers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gpa_theory.core.validation import check_count, check_range
from gpa_theory.worst_case.minimax.family import last_row, row_before_the_last
from gpa_theory.worst_case.minimax.schedules import matched
from gpa_theory.worst_case.minimax.verdict import MOST, minimax

GRID = {50: 400, MOST: 60}  # points on which the first failure is looked for, by number of steps
FINE = 2.0**-40  # how close the end is enclosed
WIDEST = 66 * FINE  # where floats, which lose digits as T grows, are mistaken by more


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
    points = next(n for most, n in GRID.items() if most >= T)
    low, high = 0.0, 1 - FINE
    for k in range(1, points):
        if not _looks_minimax(T, k / points, float(mu_y)):
            high = k / points
            break
        low = k / points
    while high - low > FINE:
        middle = (low + high) / 2
        low, high = (middle, high) if _looks_minimax(T, middle, float(mu_y)) else (low, middle)
    low, high = _certain(T, low, mu_y, True), _certain(T, high, mu_y, False)
    while high - low > WIDEST:
        middle = (low + high) / 2
        verdict = minimax(steps=T, mu_x=Fraction(middle), mu_y=mu_y).minimax
        if verdict is None:
            break
        low, high = (middle, high) if verdict else (low, middle)
    return low, high


def _looks_minimax(T: int, mu_x: float, mu_y: float) -> bool:
    """Return what floats say."""
    b = [1 / step for step in matched(T, mu_x, float)]
    return min(row_before_the_last(T - 1, mu_x, mu_y, b)) >= 0 and (
        min(last_row(T, mu_x, mu_y, b)) >= 0
    )


def _certain(T: int, mu_x: float, mu_y: Any, wanted: bool) -> float:
    """Return a number next to μ_x at which the verdict is certain."""
    for k in range(45):
        shifted = mu_x + (-1 if wanted else 1) * (2**k - 1) * FINE / 64
        if not 0 <= shifted < 1:
            break
        if minimax(steps=T, mu_x=Fraction(shifted), mu_y=mu_y).minimax is wanted:
            return shifted
    raise ArithmeticError(f"the verdict at μ_x = {mu_x} is not what floats say")
