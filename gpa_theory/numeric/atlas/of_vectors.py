"""Stress tests of the rows whose learner takes vectors, under bounded losses of any direction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import log, sqrt

import numpy as np

from gpa_theory.numeric.atlas import adversaries, matrices, momentum
from gpa_theory.numeric.atlas import parameter_free as free
from gpa_theory.numeric.atlas.stress import Judge, Judged, Stress, away, diameter, longest
from gpa_theory.numeric.problems.domain import Box
from gpa_theory.numeric.streams import Play, Stream, orthogonal, push, rademacher

DIM = 6
ZERO = np.zeros(DIM)
Made = Callable[[], Stream]
VECTORS: dict[str, Made] = {
    name: (lambda make=make: make(1.0))
    for name, make in {
        "rademacher": rademacher,
        "orthogonal": orthogonal,
        "push": push,
        "sphere": adversaries.sphere,
        "sparse": adversaries.sparse,
        "growing": adversaries.growing,
        "drift": adversaries.drift,
        "back": adversaries.back,
    }.items()
}


def length(g: np.ndarray) -> float:
    """Return (Σ|g_t|²)^{1/2}."""
    return float(np.linalg.norm(g))


# AdaGrad with the full matrix -------------------------------------------------------------------
def _full(played: Play) -> Iterable[Judged]:
    trace = float(np.trace(matrices.power(matrices.outer_sum(played.g), 0.5)))
    for _, u in away(played):
        R = diameter(played, u)
        constants = {"R": R, "gamma": 1.0, "d": DIM, "G": longest(played)}
        yield Judged(played.regret(u), (R**2 / 2 + 1) * trace, constants)


def adagrad_full(steps: int) -> Stress:
    """Return the test of (R²/(2γ) + γ) tr (Σ g_t g_tᵀ)^{1/2} at γ = 1."""
    return Stress("adagrad-full", steps, matrices.adagrad_full(1.0), ZERO, VECTORS, _full)


# Coin betting -----------------------------------------------------------------------------------
def _kt(played: Play) -> Iterable[Judged]:
    T = len(played.z)
    for D, u in away(played):
        bound = D * sqrt(T * log(1 + 24 * T**2 * D**2)) + 1
        yield Judged(played.regret(u), bound, {"D": D, "G": 1.0, "wealth": 1.0})


def kt(steps: int) -> Stress:
    """Return the test of D√(T ln(1 + 24T²D²)) + 1, for |g_t| ≤ 1 and a wealth of 1."""
    return Stress("kt", steps, free.coin_betting(1.0, 1.0), ZERO, VECTORS, _kt)


# Scale-free FTRL --------------------------------------------------------------------------------
def _solo(played: Play) -> Iterable[Judged]:
    G, T = longest(played), len(played.z)
    for D, u in away(played):
        bound = (D**2 / 2 + 2.75) * length(played.g) + 3.5 * sqrt(T - 1) * G
        yield Judged(played.regret(u), bound, {"D": D, "G": G})


def solo(steps: int) -> Stress:
    """Return the test of (D²/2 + 2.75)√Q_T + 3.5√(T−1) max|g_t|."""
    return Stress("solo", steps, free.solo(), ZERO, VECTORS, _solo)


# Distance over gradients ------------------------------------------------------------------------
FIRST = 1e-3  # r_ε of DoG


def _dog(played: Play) -> Iterable[Judged]:
    weights, T = free.reached(played.z, FIRST), len(played.z) - 1
    seen = Play(played.z[:T], weights[:T, None] * played.g[:T], played.x[:T])
    for _, u in away(seen):
        far, R = float(weights[-1]), diameter(played, u)
        bound = far * (2 * R + far) * length(played.g[:T])
        constants = {"far": far, "R": R, "G": longest(played)}
        yield Judged(seen.regret(u), bound, constants)


def dog(steps: int) -> Stress:
    """Return the test of r̄(2R + r̄)√Q_T for the regret with weights r̄_t."""
    return Stress("dog", steps, free.dog(FIRST), ZERO, VECTORS, _dog, extra=1)


# AMSGrad ----------------------------------------------------------------------------------------
BETAS, BOX = (0.9, 0.99), Box(1.0)


def _largest_v(g: np.ndarray, second: float) -> np.ndarray:
    v = most = np.zeros(g.shape[1])
    for row in g:
        v = second * v + (1 - second) * row**2
        most = np.maximum(most, v)
    return most


def _amsgrad_bound(played: Play, betas: tuple[float, float], R: float) -> float:
    (first, second), T = betas, len(played.g)
    roots = float(np.sqrt(_largest_v(played.g, second)).sum())
    columns = float(np.linalg.norm(played.g, axis=0).sum())
    moved = sqrt(1 + log(T)) * columns / sqrt((1 - second) * (1 - first**2 / second))
    return R**2 * sqrt(T) * roots / (2 * (1 - first)) + moved


def amsgrad_judge(betas: tuple[float, float]) -> Judge:
    """Return what judges a play on the box by the bound for these β."""

    def judge(played: Play) -> Iterable[Judged]:
        u = -np.where(played.g.sum(0) >= 0, 1.0, -1.0)
        R = 2.0  # the diameter of the box, in every coordinate
        constants = {"R_inf": R, "gamma": 1.0, "d": played.g.shape[1], "beta1": betas[0]}
        constants |= {"beta2": betas[1], "G_inf": float(np.abs(played.g).max())}
        yield Judged(played.regret(u), _amsgrad_bound(played, betas, R), constants)

    return judge


def amsgrad(steps: int) -> Stress:
    """Return the test of AMSGrad's bound with β = (0.9, 0.99) on the box |z_i| ≤ 1, γ = 1."""
    learner = momentum.amsgrad(1.0, BETAS, BOX)
    return Stress("amsgrad", steps, learner, ZERO, VECTORS, amsgrad_judge(BETAS))
