r"""Stress test of the last iterate: one fixed convex f, gradients at z_t, and the gap at z_T.

.. math:: f(z_T) - f(u) \le \frac{DG}{\sqrt T}\sqrt{1 + \tfrac14\ln(T-1)}, \qquad
    \gamma = \frac{D}{2G\sqrt{T(1 + \frac14\ln(T-1))}}

The step is our reading: that it attains the bound is certified for some T by the tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import log, sqrt
from typing import Any

import numpy as np

from gpa_theory.core.validation import check_count
from gpa_theory.numeric.atlas.stress import Judged, Stress
from gpa_theory.numeric.learners import ogd
from gpa_theory.numeric.streams import Play

DIM = 32
FAR = np.zeros(DIM)  # z_1; every u below is at distance 1 of it


def growth(steps: int) -> float:
    """Return 1 + ln(T−1)/4, for T ≥ 2.

    >>> growth(2)
    1.0
    """
    return 1 + log(check_count(f"growth(steps={steps})", "steps", steps, 2) - 1) / 4


def best_step(steps: int) -> float:
    """Return γ for D = G = 1."""
    return 1 / (2 * sqrt(steps * growth(steps)))


def far_off(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
    """Return the subgradient of |z_1 + 1|, of the first coordinate."""
    g = np.zeros_like(z)
    g[0] = 1.0 if moved[0] >= -1 else -1.0
    return g


def largest(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
    """Return that of max_i z_i, the last of the largest."""
    g = np.zeros_like(z)
    g[len(z) - 1 - int(np.argmax(z[::-1]))] = 1.0
    return g


def cone(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
    """Return that of |z − u| with u = −(1, …, 1)/√d."""
    apart = z + 1 / sqrt(len(z))
    size = np.linalg.norm(apart)
    return apart / size if size > 0 else np.zeros_like(z)


def _gap(played: Play) -> float:
    """Return f(z_T) − f(u) of the function that the gradients are of."""
    z, dim = played.z[-1], played.z.shape[1]
    if np.count_nonzero(played.g[0]) == dim:
        return float(np.linalg.norm(z + 1 / sqrt(dim)))
    if played.g[0, 0] != 0:
        return abs(float(z[0]) + 1)
    return float(z.max()) + 1 / sqrt(dim)


def _last(played: Play) -> Iterable[Judged]:
    T = len(played.z)
    yield Judged(_gap(played), sqrt(growth(T) / T), {"D": 1.0, "G": 1.0})


def last_iterate(steps: int, scale: float = 1.0) -> Stress:
    """Return the test of the last gap for three functions; `scale` ≠ 1 is not in the theorem."""
    streams = {"far off": lambda: far_off, "largest": lambda: largest, "cone": lambda: cone}
    learner = ogd(scale * best_step(steps))
    return Stress("last-iterate-constant-step", steps, learner, FAR, streams, _last)
