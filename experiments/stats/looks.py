r"""Looking more than once: O'Brien and Fleming's bounds, which keep the level over all looks.

At look k of K, after n_k of N pairs, the difference is judged at |Z_k| > c √(N/n_k).  Under the
null Z_k √(n_k/N) is a Brownian motion W at t_k = n_k/N, so the chance to be wrong at any look is

.. math:: P\Bigl(\max_k |W(t_k)| > c\Bigr) = 1 - \text{level}

c is solved for, by integrating over the path look by look; nothing is looked up.  Student's
quantile at the same tail takes the place of the normal one where the spread is estimated.

Reference: obrien1979multiple.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import erf, sqrt

import numpy as np

from gpa_theory.core.validation import check_range, refuse

NODES = 120  # of Gauss and Legendre, per look: the chance is then exact to ten digits


def levels(looks: Sequence[int], level: float) -> tuple[float, ...]:
    """Return the level of the interval at each look; over all looks together it is `level`.

    >>> [round(found, 4) for found in levels((8, 16, 24), 0.95)]
    [0.9995, 0.9859, 0.9549]
    >>> round(levels((24,), 0.95)[0], 10)
    0.95
    """
    call = f"levels(looks={tuple(looks)}, level={level})"
    check_range(call, "level", level, 0, 1, open_low=True, open_high=True)
    if not looks or any(b <= a for a, b in zip((0, *looks), looks, strict=False)):
        raise refuse(call, "looks", "must be numbers of pairs that increase")
    c = barrier(tuple(n / looks[-1] for n in looks), level)
    return tuple(erf(c / sqrt(2 * n / looks[-1])) for n in looks)


@cache
def barrier(times: tuple[float, ...], level: float) -> float:
    """Return c with P(|W(t)| ≤ c at all times) = level, by bisection.

    >>> round(barrier((1.0,), 0.95), 4), round(barrier((1 / 3, 2 / 3, 1.0), 0.95), 3)
    (1.96, 2.004)
    """
    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        if stays(times, middle) < level:
            low = middle
        else:
            high = middle
    return high


def stays(times: tuple[float, ...], c: float) -> float:
    """Return the chance that |W| ≤ c at every one of these times."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    x, w = c * nodes, c * weights
    density = _normal(x, times[0])
    for before, now in pairwise(times):
        density = (_normal(x[:, None] - x, now - before) * (w * density)).sum(axis=1)
    return float((w * density).sum())


def _normal(x: np.ndarray, variance: float) -> np.ndarray:
    return np.exp(-(x**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
