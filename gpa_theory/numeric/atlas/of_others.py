"""Stress tests of the rows that need more than a vector: experts, curved losses, discounting."""

from __future__ import annotations

from collections.abc import Iterable
from math import log, sqrt

import numpy as np

from gpa_theory.numeric.atlas import adversaries, discounted, newton, simplex
from gpa_theory.numeric.atlas.of_vectors import VECTORS, ZERO, Made
from gpa_theory.numeric.atlas.stress import Judge, Judged, Stress, diameter
from gpa_theory.numeric.streams import Play

EXPERTS = 10
LOSSES: dict[str, Made] = {
    "coins": lambda: adversaries.fair,
    "heaviest": lambda: adversaries.heaviest,
    "halves": lambda: adversaries.halves,
}


def _best_vertex(played: Play) -> np.ndarray:
    return np.eye(EXPERTS)[int(np.argmin(played.g.sum(0)))]


def _hedge(played: Play) -> Iterable[Judged]:
    T = len(played.z)
    bound = sqrt(2 * T * log(EXPERTS)) + sqrt(log(EXPERTS) / 8)
    yield Judged(played.regret(_best_vertex(played)), bound, {"span": 1.0, "N": EXPERTS})


def hedge_anytime(steps: int, scale: float = 1.0) -> Stress:
    """Return the test of √(2T ln N) + √(ln N/8) for N = 10 experts, losses in [0, 1]."""
    start = simplex.uniform(EXPERTS)
    learner = simplex.hedge_anytime(1.0, scale)
    return Stress("hedge-anytime", steps, learner, start, LOSSES, _hedge)


def hedge(steps: int, scale: float = 1.0) -> Stress:
    """Return the test of ln N/γ + γT/8 at the best γ, N = 10, losses in [0, 1]."""
    gamma = sqrt(8 * log(EXPERTS) / steps)
    constants = {"span": 1.0, "N": EXPERTS, "gamma": gamma}

    def judge(played: Play) -> Iterable[Judged]:
        bound = log(EXPERTS) / gamma + gamma * len(played.z) / 8
        yield Judged(played.regret(_best_vertex(played)), bound, constants)

    learner = simplex.hedge(1.0, scale * gamma)
    return Stress("hedge", steps, learner, simplex.uniform(EXPERTS), LOSSES, judge)


def mirror_descent(steps: int, scale: float = 1.0) -> Stress:
    """Return the test of ln N/γ + (γ/2) Σ max_i g_{t,i}², at the best γ for |g_{t,i}| ≤ 1."""
    gamma = sqrt(2 * log(EXPERTS) / steps)

    def judge(played: Play) -> Iterable[Judged]:
        largest = np.abs(played.g).max(axis=1)
        bound = log(EXPERTS) / gamma + gamma / 2 * float(np.sum(largest**2))
        constants = {"bregman": log(EXPERTS), "G_dual": float(largest.max()), "kappa": 1.0}
        yield Judged(played.regret(_best_vertex(played)), bound, {**constants, "gamma": gamma})

    learner = simplex.hedge(1.0, scale * gamma)
    streams = {**VECTORS, **LOSSES}
    return Stress("mirror-descent", steps, learner, simplex.uniform(EXPERTS), streams, judge)


RADIUS, DIM = 1.0, 3
LARGEST = 1 + RADIUS  # of the residuals, so |g_t| ≤ 2 and α = 1/4


def _newton(played: Play) -> Iterable[Judged]:
    T = len(played.z)
    u = newton.best(played, RADIUS)
    constants = {"G": LARGEST, "alpha": LARGEST**-2, "R": 2 * RADIUS, "d": DIM}
    bound = 5 * (LARGEST**2 + LARGEST * 2 * RADIUS) * DIM * log(T)
    yield Judged(newton.curved_regret(played, u), bound, constants)


def online_newton(steps: int) -> Stress:
    """Return the test of 5(1/α + GR)d ln T for squared losses on the unit ball of ℝ³."""
    streams = {
        "coins": lambda: newton.squares("coin"),
        "far": lambda: newton.squares("far"),
    }
    learner = newton.online_newton(LARGEST**-2, LARGEST, RADIUS)
    return Stress("online-newton", steps, learner, np.zeros(DIM), streams, _newton)


BETA = 0.9


def discounted_regret(played: Play, radius: float, beta: float) -> float:
    """Return A_T(u) against the worst u at distance `radius` of z_1."""
    weights = discounted.ages(beta, len(played.z))
    total = weights @ played.g
    at_start = weights @ np.sum(played.g * (played.z - played.z[0]), axis=1)
    return float(at_start + radius * np.linalg.norm(total))


def _clipped(beta: float) -> Judge:
    def judge(played: Play) -> Iterable[Judged]:
        weights = discounted.ages(beta, len(played.z))
        size = float(np.linalg.norm(weights[:, None] * played.g))
        constants = {"D": 1.0, "G": _longest(played), "mu_x": beta}
        yield Judged(discounted_regret(played, 1.0, beta), 4 * size, constants)

    return judge


def _longest(played: Play) -> float:
    return float(np.linalg.norm(played.g, axis=1).max())


def clipped_adam(steps: int, beta: float = BETA) -> Stress:
    """Return the test of 4D(Σ β^{2(T−t)}|g_t|²)^{1/2} for u within D = 1 of z_1."""
    learner = discounted.clipped_adam(beta, 1.0)
    return Stress("clipped-adam", steps, learner, ZERO, VECTORS, _clipped(beta))


def _drawn_back(beta: float, gamma: float) -> Judge:
    def judge(played: Play) -> Iterable[Judged]:
        aged = discounted.ages(beta, len(played.z)) @ np.sum(played.g**2, axis=1)
        bound = 1 / (2 * gamma * beta) + gamma / 2 * float(aged)
        constants = {"D": 1.0, "G": _longest(played), "mu_x": beta, "gamma": gamma}
        yield Judged(discounted_regret(played, 1.0, beta), bound, constants)

    return judge


def drawn_back(steps: int, beta: float = BETA) -> Stress:
    """Return the test of D²/(2γβ) + (γ/2) Σ β^{T−t}|g_t|² at its best γ for D = G = 1."""
    gamma = sqrt((1 - beta) / beta)
    learner = discounted.drawn_back(beta, gamma)
    return Stress("drawn-back", steps, learner, ZERO, VECTORS, _drawn_back(beta, gamma))


def _discounted_adagrad(beta: float, gamma: float) -> Judge:
    def judge(played: Play) -> Iterable[Judged]:
        weights = discounted.ages(beta, len(played.z))
        size = float(np.linalg.norm(weights[:, None] * played.g))
        for reach in (0.0, 0.1, 0.3, 1.0, 3.0):
            total = weights @ played.g
            u = played.z[0] - reach * total / np.linalg.norm(total)
            R = diameter(played, u)
            regret = float(weights @ np.sum(played.g * (played.z - u), axis=1))
            constants = {"R": R, "G": _longest(played), "mu_x": beta, "gamma": gamma}
            yield Judged(regret, (R**2 / (2 * gamma) + gamma) * size, constants)

    return judge


def discounted_adagrad(steps: int, beta: float = BETA) -> Stress:
    """Return the test of (R²/(2γ) + γ)(Σ β^{2(T−t)}|g_t|²)^{1/2} at γ = 1."""
    learner = discounted.discounted_adagrad(beta, 1.0)
    judge = _discounted_adagrad(beta, 1.0)
    return Stress("discounted-adagrad", steps, learner, ZERO, VECTORS, judge)
