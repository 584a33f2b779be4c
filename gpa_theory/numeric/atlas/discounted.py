r"""Learners whose *discounted* regret is bounded: what the last iterate under constant μ_x needs.

.. math:: A_T(u) = \sum_{2\le t\le T} \beta^{T-t}\langle g_t, z_t - u\rangle

All leave g_1 out (z_2 = z_1), since the sum begins at t = 2; their sums run over 2 ≤ s ≤ t.
"""

from __future__ import annotations

from math import hypot, sqrt
from typing import Any

import numpy as np

from gpa_theory.core.validation import check_range
from gpa_theory.numeric.learners import Learner
from gpa_theory.numeric.problems.domain import Domain, Space


def clipped_adam(beta: float, radius: float) -> Learner:
    r"""Return the core of Adam: clipped, scale-free FTRL on gradients that age by β < 1.

    .. math:: z_{t+1} = \operatorname{clip}_D\Bigl(z_1 - D\,\frac{\sum_s\beta^{t-s}g_s}
        {(\sum_s\beta^{2(t-s)}|g_s|^2)^{1/2}}\Bigr)

    clip_D projects onto the ball of radius D = `radius` around z_1.
    """
    call = f"clipped_adam(beta={beta}, radius={radius})"
    check_range(call, "beta", beta, 0, 1, open_low=True, open_high=True)
    check_range(call, "radius", radius, 0, open_low=True)

    def step(state: tuple[Any, Any, float], t: int, z: Any, g: Any) -> Any:
        anchor, total, squares = state
        if t == 1:
            return anchor, state
        total, squares = beta * total + g, beta**2 * squares + float(np.dot(g, g))
        moved = radius * total / sqrt(squares) if squares > 0 else np.zeros_like(total)
        moved = moved * (radius / max(radius, float(np.linalg.norm(moved))))
        return anchor - moved, (anchor, total, squares)

    return Learner("clipped-adam", radius, lambda z_1: (z_1, np.zeros_like(z_1), 0.0), step)


def drawn_back(beta: float, gamma: float) -> Learner:
    """Return descent that is drawn back: z_{t+1} = z_1 + β(z_t − γ g_t − z_1)."""
    call = f"drawn_back(beta={beta}, gamma={gamma})"
    check_range(call, "beta", beta, 0, 1, open_low=True)
    check_range(call, "gamma", gamma, 0, open_low=True)

    def step(anchor: Any, t: int, z: Any, g: Any) -> tuple[Any, Any]:
        return (anchor if t == 1 else anchor + beta * (z - gamma * g - anchor)), anchor

    return Learner("drawn-back", gamma, lambda z_1: z_1, step)


def discounted_adagrad(beta: float, gamma: float, domain: Domain = Space()) -> Learner:  # noqa: B008
    """Return AdaGrad-norm that forgets: z_{t+1} = Π(z_t − γ g_t/√v_t), v_t = β²v_{t−1} + |g_t|².

    It is AdaGrad-norm at the vectors β^{−t}g_t, of which the theorem holds as of any others.
    """
    call = f"discounted_adagrad(beta={beta}, gamma={gamma})"
    check_range(call, "beta", beta, 0, 1, open_low=True)
    check_range(call, "gamma", gamma, 0, open_low=True)

    def step(size: float, t: int, z: Any, g: Any) -> tuple[Any, float]:
        if t == 1:
            return z, size
        size = hypot(beta * size, *g)
        return (domain.project(z - gamma * (g / size)) if size > 0 else z), size

    return Learner("discounted-adagrad", gamma, lambda z_1: 0.0, step, domain)


def ages(beta: float, steps: int) -> np.ndarray:
    """Return 0, β^{T−2}, …, β, 1: the weights of A_T; shape (T,)."""
    weights = beta ** np.arange(steps - 1.0, -1.0, -1.0)
    weights[0] = 0.0
    return weights
