"""Confidence intervals over seeds.  A t interval supports a claim; it never certifies one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gpa_theory.core.validation import check_range, refuse


def t_interval(samples: Sequence[float], level: float = 0.999) -> tuple[float, float]:
    r"""Return the two-sided interval for the mean.

    .. math:: \bar s \pm t_{n-1}\, \mathrm{sd} / \sqrt n

    The level is exact for normal samples only: of n = 10 exponential samples, a 99.9 % interval
    misses the mean in about 2 % of all cases, not in 0.1 %.  State n beside the interval.

    >>> low, high = t_interval([1.0, 2.0, 3.0], level=0.95)
    >>> round(low, 3), round(high, 3)
    (-0.484, 4.484)
    """
    call = f"t_interval(n={len(samples)}, level={level})"
    check_range(call, "level", level, 0, 1, open_low=True, open_high=True)
    values = np.asarray(samples, dtype=float)
    if len(values) < 2 or not np.all(np.isfinite(values)):
        raise refuse(call, "samples", "must be at least two finite numbers")
    from scipy.stats import t

    half = float(t.ppf((1 + level) / 2, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5)
    return float(values.mean()) - half, float(values.mean()) + half
