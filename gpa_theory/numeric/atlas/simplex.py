r"""Hedge on the simplex of N experts, with one rate or with rates that need no horizon.

.. math:: z_{t+1,i} \propto \exp\Bigl(-\gamma_{t+1}\sum_{s\le t} g_{s,i}/\text{span}\Bigr),
    \qquad \gamma_t = \sqrt{8\ln N/t}
"""

from __future__ import annotations

from collections.abc import Callable
from math import log, sqrt
from typing import Any

import numpy as np

from gpa_theory.core.validation import check_count, check_range, refuse
from gpa_theory.numeric.learners import Learner


def uniform(experts: int) -> np.ndarray:
    """Return the point from which Hedge starts, shape (N,)."""
    return np.full(check_count(f"uniform(experts={experts})", "experts", experts, 2), 1 / experts)


def hedge(span: float, gamma: float) -> Learner:
    """Return Hedge with one rate γ, for losses with max_i g_i − min_i g_i ≤ span.

    With span = 1 this is exponentiated gradient, mirror descent with the entropy.

    Raises:
        ValueError: if it does not start from the uniform point.
    """
    call = f"hedge(span={span}, gamma={gamma})"
    check_range(call, "gamma", gamma, 0, open_low=True)
    return _exponential("hedge", call, span, lambda t, experts: gamma)


def hedge_anytime(span: float, scale: float = 1.0) -> Learner:
    """Return Hedge for losses with max_i g_i − min_i g_i ≤ span; `scale` ≠ 1 is not in the theorem.

    Raises:
        ValueError: if it does not start from the uniform point.
    """
    call = f"hedge_anytime(span={span}, scale={scale})"
    check_range(call, "scale", scale, 0, open_low=True)

    def rate(t: int, experts: int) -> float:
        return scale * sqrt(8 * log(experts) / t)

    return _exponential("hedge-anytime", call, span, rate)


def _exponential(name: str, call: str, span: float, rate: Callable[[int, int], float]) -> Learner:
    """Return the learner with weights exp(−rate(t, N) · sum of losses / span) at step t."""
    check_range(call, "span", span, 0, open_low=True)

    def begin(z_1: Any) -> np.ndarray:
        if len(z_1) < 2 or not np.array_equal(z_1, uniform(len(z_1))):
            raise refuse(call, "z_1", "must be the uniform point")
        return np.zeros_like(z_1)

    def step(total: Any, t: int, z: Any, g: Any) -> tuple[Any, Any]:
        total = total + g / span
        weights = np.exp(-rate(t + 1, len(z)) * (total - total.min()))
        return weights / weights.sum(), total

    return Learner(name, None, begin, step)
