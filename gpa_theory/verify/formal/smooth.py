"""Smooth functions inside GPA: exact runs on the line, on the Huber function with L = 1."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA, run
from gpa_theory.verify.verdict import Result, exactly

SAMPLES, LENGTH = 60, 7


def huber(w: Fraction) -> tuple[Fraction, Fraction]:
    """Return w²/2 within 1 of 0 and |w| − 1/2 beyond, and the derivative: 1-smooth."""
    inside = -1 <= w <= 1
    sign = Fraction((w > 0) - (w < 0))
    return (w**2 / 2, w) if inside else (abs(w) - Fraction(1, 2), sign)


def excess(z_1: Fraction, gamma: Fraction, mu_x: Fraction, mu_y: Fraction) -> Fraction:
    """Return mean f(x_t) − f(0) − D²/(2γT) − ρ(f(x_1) − f(x_T))/T for gradient descent."""
    move = lambda t, z, y: z - gamma * huber(y)[1]  # noqa: E731
    points = run(GPA(Exponential(mu_x), mu_y), z_1, move, LENGTH, Fraction)
    values = [huber(s.x)[0] for _, s in points]
    past = mu_x / (1 - mu_x) * (values[0] - values[-1])
    return (sum(values, Fraction(0)) - z_1**2 / (2 * gamma) - past) / LENGTH


def check_rate(seed: int) -> Iterable[Result]:
    """Compare the mean gap with its bound for steps up to 1/L; longer ones break it."""
    rng, worst = np.random.default_rng(seed), Fraction(-(10**9))
    for _ in range(SAMPLES):
        z_1, gamma = (Fraction(int(v), 8) for v in rng.integers(1, 9, 2))
        mu_x, mu_y = Fraction(int(rng.integers(0, 8)), 8), Fraction(int(rng.integers(0, 9)), 8)
        worst = max(worst, excess(9 * z_1, gamma, mu_x, mu_y))
    yield exactly(f"mean f(x_t) − f(u) − bound, {SAMPLES} random runs, γ ≤ 1/L", worst, 0)
    over = excess(Fraction(1), Fraction(3), Fraction(0), Fraction(0))
    yield exactly("must fail: 1/4 ≤ excess at γ = 3/L", Fraction(1, 4), over)
