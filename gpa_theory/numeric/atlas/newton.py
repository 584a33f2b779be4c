r"""The online Newton step on a ball: its theorem is about curved losses at the player's own point.

.. math:: A_t = \varepsilon I + \sum_{s\le t} g_sg_s^\top, \qquad
    z_{t+1} = \Pi^{A_t}\Bigl(z_t - \tfrac1\gamma A_t^{-1}g_t\Bigr), \qquad
    \gamma = \tfrac12\min\Bigl(\frac1{GR},\alpha\Bigr), \qquad \varepsilon = \frac1{\gamma^2R^2}

Π^A is nearest in the norm of A and R the diameter.  It bounds Σ f_t(z_t) − f_t(u), not the linear
regret, so it does not transfer through GPA.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import brentq

from gpa_theory.core.validation import check_range
from gpa_theory.numeric.learners import Learner
from gpa_theory.numeric.problems.domain import Ball
from gpa_theory.numeric.streams import Play, Stream


def on_ball(matrix: np.ndarray, linear: np.ndarray, radius: float) -> np.ndarray:
    """Return the w with |w| ≤ radius that minimizes ⟨w, M w⟩/2 − ⟨linear, w⟩, M symmetric ≥ 0."""
    values, vectors = np.linalg.eigh(matrix)
    values = np.maximum(values, 0.0)
    c = vectors.T @ linear

    def length(shift: float) -> float:
        return float(np.linalg.norm(c / (values + shift)))

    if values[0] > 0 and length(0.0) <= radius:
        return vectors @ (c / values)
    high = float(np.linalg.norm(linear)) / radius  # there |w| ≤ radius
    low = high * 1e-15
    if length(low) <= radius:
        return vectors @ (c / (values + low))
    shift = brentq(
        lambda s: length(s) - radius, low, high, xtol=1e-15 * high, rtol=np.float64(1e-14)
    )
    return vectors @ (c / (values + shift))


def rate(concavity: float, lipschitz: float, diameter: float) -> float:
    """Return γ = min(1/(GR), α)/2."""
    return min(1 / (lipschitz * diameter), concavity) / 2


def online_newton(concavity: float, lipschitz: float, radius: float) -> Learner:
    """Return the online Newton step on |w| ≤ radius, for α-exp-concave losses with |g_t| ≤ G."""
    call = f"online_newton(concavity={concavity}, lipschitz={lipschitz}, radius={radius})"
    for name, value in (("concavity", concavity), ("lipschitz", lipschitz), ("radius", radius)):
        check_range(call, name, value, 0, open_low=True)
    gamma = rate(concavity, lipschitz, 2 * radius)
    ridge = 1 / (gamma * 2 * radius) ** 2

    def step(matrix: np.ndarray, t: int, z: Any, g: Any) -> tuple[Any, np.ndarray]:
        matrix = matrix + np.outer(g, g)
        return on_ball(matrix, matrix @ z - g / gamma, radius), matrix

    start = lambda z_1: ridge * np.eye(len(z_1))  # noqa: E731
    return Learner("online-newton", gamma, start, step, Ball(radius))


def squares(targets: str) -> Stream:
    """Return the gradients of (⟨v, w⟩ − b)²/2 at z_t, |v| = 1 random, b = ±1.

    b is a coin (`targets` = "coin"), or the sign that is farther from ⟨v, z_t⟩ ("far").
    """

    def gradient(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
        v = rng.standard_normal(len(z))
        v = v / np.linalg.norm(v)
        coin = float(rng.choice([-1.0, 1.0]))
        b = coin if targets == "coin" or v @ z == 0 else -float(np.sign(v @ z))
        return (v @ z - b) * v

    return gradient


def directions(played: Play) -> np.ndarray:
    """Return v_t = g_t/|g_t|, with which f_t(w) = (⟨v_t, w − z_t⟩ + |g_t|)²/2; shape (T, d)."""
    lengths = np.linalg.norm(played.g, axis=1, keepdims=True)
    return np.divide(played.g, lengths, out=np.zeros_like(played.g), where=lengths > 0)


def best(played: Play, radius: float) -> np.ndarray:
    """Return the w in the ball that minimizes Σ f_t(w) for the losses of `squares`."""
    v = directions(played)
    b = np.sum(v * played.z, axis=1) - np.linalg.norm(played.g, axis=1)
    return on_ball(v.T @ v, v.T @ b, radius)


def curved_regret(played: Play, u: np.ndarray) -> float:
    """Return Σ f_t(z_t) − f_t(u) = Σ ⟨g_t, z_t − u⟩ − ⟨v_t, z_t − u⟩²/2."""
    apart = played.z - u
    linear = np.sum(played.g * apart, axis=1)
    return float(np.sum(linear - np.sum(directions(played) * apart, axis=1) ** 2 / 2))
