"""Averagings that begin as the running mean and end as a moving average: their window grows.

The window of an average is 1/c_t.  Where it grows by at most one each step a base keeps its whole
guarantee (claim `growing-window`); a moving average that has its window at once pays for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gpa_theory.core.validation import check_range


@dataclass(frozen=True, slots=True)
class Warmed:
    r"""The running mean until it has the window of the moving average, then that, 0 ≤ μ_x < 1.

    .. math:: c_t = \max(1/t,\ 1 - \mu_x)

    Its window 1/c_t grows by at most one each step, so that a base keeps its whole guarantee
    (claim `growing-window`), where `Exponential` gives the first iterate a window at once.

    >>> [Warmed(0.75).coefficient(t) for t in (1.0, 2.0, 8.0)]
    [1.0, 0.5, 0.25]
    """

    mu_x: Any

    def __post_init__(self) -> None:
        check_range(f"Warmed(mu_x={self.mu_x})", "mu_x", self.mu_x, 0, 1, open_high=True)

    def coefficient(self, t: Any) -> Any:
        """Return the larger of 1/t and 1 − μ_x."""
        return max(1 / t, 1 - self.mu_x)


@dataclass(frozen=True, slots=True)
class BiasCorrected:
    r"""The moving average whose weights μ_x^{T−t} are divided by their sum, 0 ≤ μ_x < 1.

    .. math:: c_t = \frac{1 - \mu_x}{1 - \mu_x^t}, \qquad
        \frac{w_t}{w_{1:T}} = \frac{(1-\mu_x)\,\mu_x^{T-t}}{1 - \mu_x^T}

    Its window grows by μ_x^t at step t (claim `growing-window`).  Adam corrects its momenta so.

    >>> from fractions import Fraction
    >>> from gpa_theory.core.averaging import shares
    >>> shares(BiasCorrected(Fraction(1, 2)), 3, Fraction)
    [Fraction(1, 7), Fraction(2, 7), Fraction(4, 7)]
    """

    mu_x: Any

    def __post_init__(self) -> None:
        check_range(f"BiasCorrected(mu_x={self.mu_x})", "mu_x", self.mu_x, 0, 1, open_high=True)

    def coefficient(self, t: Any) -> Any:
        """Return (1 − μ_x)/(1 − μ_x^t)."""
        return (1 - self.mu_x) / (1 - self.mu_x**t)
