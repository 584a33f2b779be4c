r"""Learners of the Adam family on a box: AMSGrad, which has a bound, and those that have none.

.. math:: m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t, \quad v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2,
    \quad z_{t+1} = \Pi\Bigl(z_t - \frac{\gamma}{\sqrt t}\,\frac{m_t}{\sqrt{\hat v_t}}\Bigr)

with v̂_t = max(v̂_{t−1}, v_t) in AMSGrad and v̂_t = v_t in Adam, coordinate by coordinate.  There is
no bias correction and no ε; where v̂ is 0 nothing moves.  sign(0) is +1 throughout, a valid choice:
with 0 some instances end by an exact tie.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np

from gpa_theory.core.validation import check_range, refuse
from gpa_theory.numeric.learners import Learner
from gpa_theory.numeric.problems.domain import Domain


def _checked(call: str, gamma: float, betas: tuple[float, float]) -> None:
    check_range(call, "gamma", gamma, 0, open_low=True)
    for beta in betas:
        check_range(call, "betas", beta, 0, 1, open_high=True)


def amsgrad(gamma: float, betas: tuple[float, float], domain: Domain) -> Learner:
    """Return AMSGrad with constant β1, projected coordinate by coordinate."""
    call = f"amsgrad(gamma={gamma}, betas={betas}, domain={domain})"
    _checked(call, gamma, betas)
    if not domain.coordinatewise:
        raise refuse(
            call, "domain", "must be a box or the whole space: its projection is separable"
        )
    return Learner("amsgrad", gamma, _start, _step(gamma, betas, domain, keep=True), domain)


def adam(gamma: float, betas: tuple[float, float], domain: Domain) -> Learner:
    """Return Adam: AMSGrad that forgets the largest v."""
    made = amsgrad(gamma, betas, domain)
    return replace(made, name="adam", step=_step(gamma, betas, domain, keep=False))


def _start(z_1: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    zero = np.zeros_like(z_1, dtype=float)
    return zero, zero, zero


def _step(gamma: float, betas: tuple[float, float], domain: Domain, *, keep: bool) -> Any:
    first, second = betas

    def step(state: tuple[Any, Any, Any], t: int, z: Any, g: Any) -> Any:
        m = first * state[0] + (1 - first) * g
        v = second * state[1] + (1 - second) * g * g
        most = np.maximum(state[2], v) if keep else v
        direction = np.divide(m, np.sqrt(most), out=np.zeros_like(m), where=most > 0)
        return domain.project(z - gamma / sqrt(t) * direction), (m, v, most)

    return step


def sign(v: Any) -> Any:
    """Return ±1 for each entry, and 1 for 0."""
    return np.where(np.asarray(v) >= 0, 1.0, -1.0)


def sign_descent(gamma: float, domain: Domain) -> Learner:
    """Return z_{t+1} = Π(z_t − γ/√t · sign g_t)."""
    check_range(f"sign_descent(gamma={gamma})", "gamma", gamma, 0, open_low=True)

    def step(state: None, t: int, z: Any, g: Any) -> tuple[Any, None]:
        return domain.project(z - gamma / sqrt(t) * sign(g)), None

    return Learner("sign-descent", gamma, lambda z_1: None, step, domain)


def lion(gamma: float, betas: tuple[float, float], domain: Domain) -> Learner:
    """Return Lion: steps along sign(β1 m + (1 − β1) g), then m ← β2 m + (1 − β2) g."""
    _checked(f"lion(gamma={gamma}, betas={betas})", gamma, betas)
    first, second = betas

    def step(m: Any, t: int, z: Any, g: Any) -> tuple[Any, Any]:
        along = sign(first * m + (1 - first) * g)
        return domain.project(z - gamma / sqrt(t) * along), second * m + (1 - second) * g

    return Learner("lion", gamma, lambda z_1: np.zeros_like(z_1, dtype=float), step, domain)


def polar_descent(size: int, gamma: float) -> Learner:
    """Return Muon without momentum on matrices (size, size): W − γ/√t · U Vᵀ, G_t = U Σ Vᵀ."""
    check_range(f"polar_descent(gamma={gamma})", "gamma", gamma, 0, open_low=True)

    def step(state: None, t: int, z: Any, g: Any) -> tuple[Any, None]:
        left, _, right = np.linalg.svd(g.reshape(size, size))
        return z - gamma / sqrt(t) * (left @ right).ravel(), None

    return Learner("polar-descent", gamma, lambda z_1: None, step)
