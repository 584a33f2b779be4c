r"""Learners that precondition by matrices: AdaGrad with a full matrix, Shampoo, one-sided Shampoo.

.. math:: H_t = \Bigl(\sum_{s\le t} g_sg_s^\top\Bigr)^{1/2}, \qquad
    L_t = \varepsilon I + \sum_{s\le t} G_sG_s^\top, \qquad
    R_t = \varepsilon I + \sum_{s\le t} G_s^\top G_s

A gradient of shape (m, n) is a vector of length mn, row by row.  Nothing is projected.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gpa_theory.core.validation import check_count, check_range
from gpa_theory.numeric.learners import Learner

FLAT = 1e-12  # eigenvalues below this share of the largest are 0: rounding of a singular sum


def power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    """Return the power of a symmetric positive semidefinite matrix; on its kernel it is 0."""
    values, vectors = np.linalg.eigh(matrix)
    kept = values > FLAT * max(values[-1], 0.0)
    raised = np.power(values, exponent, out=np.zeros_like(values), where=kept)
    return (vectors * raised) @ vectors.T


def outer_sum(g: np.ndarray) -> np.ndarray:
    """Return Σ g_t g_tᵀ of gradients of shape (T, d), or Σ G_t G_tᵀ of (T, m, n)."""
    stacked = g[..., None] if g.ndim == 2 else g
    return np.einsum("tij,tkj->ik", stacked, stacked)


def adagrad_full(gamma: float) -> Learner:
    """Return AdaGrad with the full matrix: z_{t+1} = z_t − γ H_t⁻¹ g_t, on the range of H_t."""
    check_range(f"adagrad_full(gamma={gamma})", "gamma", gamma, 0, open_low=True)

    def step(squares: np.ndarray, t: int, z: Any, g: Any) -> tuple[Any, np.ndarray]:
        squares = squares + np.outer(g, g)
        return z - gamma * power(squares, -0.5) @ g, squares

    return Learner("adagrad-full", gamma, lambda z_1: np.zeros((len(z_1),) * 2), step)


def shampoo(shape: tuple[int, int], gamma: float, ridge: float = 1e-4) -> Learner:
    """Return Shampoo: W_{t+1} = W_t − γ L_t^{−1/4} G_t R_t^{−1/4}, with ε = `ridge`."""
    call = f"shampoo(shape={shape}, gamma={gamma}, ridge={ridge})"
    m, n = (check_count(call, "shape", size) for size in shape)
    check_range(call, "gamma", gamma, 0, open_low=True)
    check_range(call, "ridge", ridge, 0, open_low=True)

    def step(state: tuple[np.ndarray, np.ndarray], t: int, z: Any, g: Any) -> Any:
        matrix = g.reshape(m, n)
        left, right = state[0] + matrix @ matrix.T, state[1] + matrix.T @ matrix
        moved = power(left, -0.25) @ matrix @ power(right, -0.25)
        return z - gamma * moved.ravel(), (left, right)

    return Learner("shampoo", gamma, lambda z_1: (ridge * np.eye(m), ridge * np.eye(n)), step)


def one_sided_shampoo(shape: tuple[int, int], gamma: float) -> Learner:
    """Return one-sided Shampoo: W_{t+1} = W_t − γ (Σ G_s G_sᵀ)^{−1/2} G_t, on its range."""
    call = f"one_sided_shampoo(shape={shape}, gamma={gamma})"
    m, n = (check_count(call, "shape", size) for size in shape)
    check_range(call, "gamma", gamma, 0, open_low=True)

    def step(left: np.ndarray, t: int, z: Any, g: Any) -> tuple[Any, np.ndarray]:
        matrix = g.reshape(m, n)
        left = left + matrix @ matrix.T
        return z - gamma * (power(left, -0.5) @ matrix).ravel(), left

    return Learner("one-sided-shampoo", gamma, lambda z_1: np.zeros((m, m)), step)
