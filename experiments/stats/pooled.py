"""Differences between settings of a grid with few seeds each; the spread is pooled over all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.stats.over_seeds import LEVEL
from gpa_theory.core.validation import check_count, check_range


@dataclass(frozen=True, slots=True)
class Spread:
    """The standard deviation over seeds, pooled over settings, and its degrees of freedom."""

    sd: float
    freedom: int

    def half_width(self, n: int, level: float = LEVEL, comparisons: int = 1) -> float:
        """Return the half-width of the interval for the difference of two settings, n seeds each.

        The level holds jointly over `comparisons` of them (Bonferroni).

        >>> round(Spread(1.0, 10).half_width(2), 3)
        2.228
        """
        from scipy.stats import t

        check_count(f"half_width(n={n})", "n", n)
        check_range(f"half_width(level={level})", "level", level, 0, 1, open_low=True)
        if not self.freedom:
            return float("inf")
        tail = (1 - level) / 2 / max(1, comparisons)
        return float(t.ppf(1 - tail, self.freedom) * self.sd * np.sqrt(2 / n))


def pooled(losses: Sequence[Sequence[float]]) -> Spread:
    """Return the pooled spread of settings' losses by seed; settings that diverged are left out.

    It assumes that all settings spread alike.  Bad settings often spread more; then it is too large
    for the good ones, and errs on the safe side.  Without a setting that has two seeds the spread
    is NaN and every half-width infinite.

    >>> pooled([[1.0, 3.0], [10.0, 12.0]]).sd == 2**0.5
    True
    """
    kept = [np.asarray(v, float) for v in losses]
    kept = [v for v in kept if len(v) > 1 and np.all(np.isfinite(v))]
    freedom = sum(len(v) - 1 for v in kept)
    if not freedom:
        return Spread(float("nan"), 0)
    squares = sum(float(np.square(v - v.mean()).sum()) for v in kept)
    return Spread(float(np.sqrt(squares / freedom)), freedom)
