"""Descent that is drawn back to z_1: the last iterate of GPA with constant μ_x needs D alone."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.labels import Label
from gpa_theory.core.recursion import GPA, run
from gpa_theory.verify.claims import Claim
from gpa_theory.verify.formal.attained import Loss, maximum
from gpa_theory.verify.theorems import proof
from gpa_theory.verify.verdict import Result, exactly

OURS = "this project"
SAMPLES, LENGTH = 60, 8


def excess(
    f: Loss, z_1: Fraction, u: Fraction, gamma: Fraction, mu: Fraction, mu_y: Fraction
) -> tuple[Fraction, Fraction]:
    """Return f(x_T) − f(u) less its bound, on the line with |z| ≤ 9, and what D costs in it."""
    slopes: list[Fraction] = []

    def move(t: int, z: Fraction, y: Fraction) -> Fraction:
        slopes.append(f(y)[1])
        if t == 1:
            return z  # the sum begins at t = 2
        drawn = z_1 + mu * (z - gamma * slopes[-1] - z_1)
        return max(Fraction(-9), min(Fraction(9), drawn))

    points = [s.x for _, s in run(GPA(Exponential(mu), mu_y), z_1, move, LENGTH, Fraction)]
    start = (1 - mu) * (z_1 - u) ** 2 / (2 * gamma * mu)
    noise = gamma * max(g**2 for g in slopes) / 2
    first, last = (f(x)[0] - f(u)[0] for x in (points[0], points[-1]))
    return last - mu ** (LENGTH - 1) * first - start - noise, start


def check_last(seed: int) -> Iterable[Result]:
    """Compare the last iterate with its bound on random functions; without D it is broken."""
    rng, worst = np.random.default_rng(seed), Fraction(-(10**9))
    for _ in range(SAMPLES):
        f = maximum(rng)
        z_1, u = (Fraction(int(v), 2) for v in rng.integers(-9, 10, 2))
        gamma, mu, mu_y = (Fraction(int(v), 8) for v in rng.integers(1, 8, 3))
        worst = max(worst, excess(f, z_1, u, gamma, mu, mu_y)[0])
    yield exactly(f"f(x_T) − f(u) − bound, {SAMPLES} random runs, T = {LENGTH}", worst, 0)
    line = lambda w: (w, Fraction(1))  # noqa: E731
    eighth, half = Fraction(1, 8), Fraction(1, 2)
    over, start = excess(line, Fraction(1), Fraction(-1), eighth, Fraction(7, 8), half)
    yield exactly("must fail: 1/2 ≤ excess without what D costs, linear f", half, over + start)


def claims() -> list[Claim]:
    """Return the claim."""
    return [
        Claim(
            "drawn-back",
            "z_{t+1} = Π(z_1 + μ(z_t − γ g_t − z_1)) with 0 < μ < 1, |g_t| ≤ G and |z_1 − u| ≤ D"
            " has Σ_{t≤T} μ^{T−t} r_t ≤ D²/(2γμ) + γG²/(2(1−μ)), Π onto any closed convex set that"
            " holds u and z_1. Begun at t = 2, z_2 = z_1, inside GPA with μ_x = μ and any μ_y it"
            " gives f(x_T) − f(u) ≤ μ^{T−1}(f(x_1) − f(u)) + (1−μ)(D²/(2γμ) + γG²/(2(1−μ))) for"
            " convex f: DG√((1−μ)/μ) in the second term at γ = (D/G)√((1−μ)/μ)",
            f"{OURS}; the method without projection: ahn2025general",
            Label.PROVED,
            {"proof of regret-drawn-back": proof("regret-drawn-back"), "last iterates": check_last},
        )
    ]
