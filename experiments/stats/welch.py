"""Welch's test for the difference of two means, each with its own spread."""

from __future__ import annotations

from typing import Any

import numpy as np

from gpa_theory.core.validation import check_range, refuse


def welch(a: np.ndarray, b: np.ndarray) -> tuple[Any, Any, Any]:
    """Return difference of means a − b, its standard error and Welch's degrees of freedom.

    Seeds are along the first axis; every entry of further axes is a test of its own.
    """
    if len(a) < 2 or len(b) < 2:
        raise refuse("welch()", "seeds", "must be at least 2 per arm: one seed has no spread")
    u, v = a.var(axis=0, ddof=1) / len(a), b.var(axis=0, ddof=1) / len(b)
    degrees = freedom(u, v, len(a), len(b))
    return a.mean(axis=0) - b.mean(axis=0), np.sqrt(u + v), degrees


def freedom(u: Any, v: Any, n: int, m: int) -> np.ndarray:
    """Return Welch's degrees of freedom; u and v are the squared errors of means of n and m seeds.

    >>> float(freedom(1.0, 1.0, 5, 5))
    8.0
    """
    u, v = np.broadcast_arrays(np.asarray(u, float), np.asarray(v, float))
    largest = np.maximum(np.maximum(u, v), np.finfo(float).tiny)
    u, v = u / largest, v / largest  # squares of tiny errors would be 0
    spread = u**2 / (n - 1) + v**2 / (m - 1)
    equal = np.full_like(spread, n + m - 2)  # any value: without spread it has no effect
    return np.divide((u + v) ** 2, spread, out=equal, where=spread > 0)


def difference(a: np.ndarray, b: np.ndarray, level: float) -> tuple[Any, Any]:
    """Return the confidence interval of mean(a) − mean(b)."""
    check_range(f"difference(level={level})", "level", level, 0, 1, open_low=True, open_high=True)
    d, error, degrees = welch(a, b)
    half = critical(degrees, level) * error
    return d - half, d + half


def critical(degrees: Any, level: float) -> Any:
    """Return which multiple of its standard error a difference may have at this level.

    >>> round(float(critical(10, 0.95)), 3)
    2.228
    """
    from scipy.special import stdtrit  # only where numbers are judged: a trainer may lack scipy

    return stdtrit(degrees, (1 + level) / 2)
