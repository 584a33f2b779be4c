"""Intervals over seeds: they are independent of one another, unlike the steps of a run."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite
from typing import Any

from gpa_theory.core.validation import check_count, check_range
from gpa_theory.numeric.statistics import t_interval

LEVEL = 0.95  # of every interval and verdict over seeds


def interval(values: Sequence[float | None], level: float = LEVEL) -> dict[str, Any]:
    """Return {"mean", "low", "high", "n"}: Student's interval of the mean over seeds.

    One seed has no spread and therefore no interval.  Values that are not finite are left out; n
    counts the others.

    >>> found = interval([1.0, 2.0, 3.0])
    >>> found["mean"], round(found["low"], 2), round(found["high"], 2), found["n"]
    (2.0, -0.48, 4.48, 3)
    """
    check_range(f"interval(level={level})", "level", level, 0, 1, open_low=True, open_high=True)
    kept = [v for v in values if v is not None and isfinite(v)]
    mean = sum(kept) / len(kept) if kept else None
    low, high = t_interval(kept, level) if len(kept) > 1 else (None, None)
    return {"mean": mean, "low": low, "high": high, "n": len(kept)}


def bounded(
    values: Sequence[float | None],
    least: float = -inf,
    most: float = inf,
    level: float = LEVEL,
) -> dict[str, Any]:
    """Return the interval of the mean of numbers that lie in [least, most] by their nature.

    Their mean lies there too, so what Student's interval has outside is cut off: that removes no
    mean that is possible, and the interval covers as often as before.  A transformed interval would
    be of another mean than the one that is reported.

    >>> bounded([-2.0, 0.5, 0.9], most=1.0)["high"]
    1.0
    >>> bounded([0.8, 1.0, 1.0], 0.0, 1.0)["high"]
    1.0
    """
    found = interval(values, level)
    if found["low"] is None:
        return found
    return {**found, "low": max(least, found["low"]), "high": min(most, found["high"])}


def share(times: int, of: int, level: float = LEVEL) -> dict[str, Any]:
    """Return {"times", "of", "low", "high"}: Clopper and Pearson's exact interval of a rate.

    >>> found = share(3, 3)
    >>> round(found["low"], 3), found["high"]
    (0.292, 1.0)
    """
    check_range(f"share(level={level})", "level", level, 0, 1, open_low=True, open_high=True)
    check_count(f"share(of={of})", "of", of)
    check_range(f"share(times={times})", "times", times, 0, of)
    from scipy.stats import binomtest  # only where numbers are judged

    limits = binomtest(int(times), of).proportion_ci(level)
    return {"times": int(times), "of": of, "low": float(limits.low), "high": float(limits.high)}


def words(found: dict[str, Any], digits: int = 3) -> str:
    """Return an interval as text.

    >>> words(interval([1.0, 2.0, 3.0]))
    '2 [-0.484, 4.48]'
    >>> words(interval([1.0]))
    '1 (no interval: n = 1)'
    """
    if found["mean"] is None:
        return "unknown"
    mean = f"{found['mean']:.{digits}g}"
    if found["low"] is None:
        return f"{mean} (no interval: n = 1)"
    return f"{mean} [{found['low']:.{digits}g}, {found['high']:.{digits}g}]"
