"""Runs behind the claims on descent with averaging of its own: exact, on the line.

A run takes any steps γ_t > 0; the step at T is never taken, and its γ_T only enters the bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

import numpy as np

from gpa_theory.core.averaging import Averaging, Exponential, Uniform
from gpa_theory.core.recursion import GPA, run
from gpa_theory.symbolic.schedules.log_log import allowed, best_mu_x, window_sum
from gpa_theory.verify.formal.arbitrary import Weights
from gpa_theory.verify.formal.attained import maximum
from gpa_theory.verify.verdict import Result, compare, exactly
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.methods import gpa

SAMPLES, LENGTH = 60, 7  # exact runs, and the largest T
Loss = Callable[[Fraction], tuple[Fraction, Fraction]]  # f and a subgradient on the line


@dataclass(frozen=True, eq=False)
class Descent:
    """T points of subgradient descent inside GPA on the line; lists begin at t = 1."""

    f: Loss
    u: Fraction
    gamma: Sequence[Fraction]
    z: list[Fraction]
    x: list[Fraction]
    g: list[Fraction]

    def phi(self, point: Fraction) -> Fraction:
        """Return f(point) − f(u)."""
        return self.f(point)[0] - self.f(self.u)[0]

    @property
    def distance(self) -> Fraction:
        """Return D² = |z_1 − u|²."""
        return (self.z[0] - self.u) ** 2

    @property
    def steepest(self) -> Fraction:
        """Return G² = max |g_t|²."""
        return max(g**2 for g in self.g)


def descended(
    f: Loss,
    start: Fraction,
    u: Fraction,
    gamma: Sequence[Fraction],
    averaging: Averaging,
    mu_y: Fraction | int = 0,
) -> Descent:
    """Run z_{t+1} = z_t − γ_t g_t, g_t at y_t, for T = len(gamma) points."""
    method, slopes = GPA(averaging, Fraction(mu_y)), []

    def move(t: int, z: Fraction, y: Fraction) -> Fraction:
        slopes.append(f(y)[1])
        return z - gamma[t - 1] * slopes[-1]

    points = [s for _, s in run(method, start, move, len(gamma), Fraction)]
    return Descent(f, u, gamma, [s.z for s in points], [s.x for s in points], slopes)


def tail_bound(made: Descent, shares: Sequence[Fraction]) -> Fraction:
    """Return D²/(2γ_{1:T}) + Σ s_t m_{min(t+1,T)}, m_t = `shares`."""
    later = [*shares[1:], shares[-1]]
    noise = (c**2 * g**2 / 2 * m for c, g, m in zip(made.gamma, made.g, later, strict=True))
    return made.distance / (2 * sum(made.gamma)) + sum(noise, Fraction(0))


def weights_of(shares: Sequence[Fraction], gamma: Sequence[Fraction]) -> list[Fraction]:
    """Return π_t with tails π_{≥t} = m_t γ_{≥t}; they add up to 1 if m_1 = 1/γ_{1:T}."""
    rest = [sum(gamma[t:], Fraction(0)) for t in range(len(gamma))]
    tails = [*(m * r for m, r in zip(shares, rest, strict=True)), Fraction(0)]
    return [tails[t] - tails[t + 1] for t in range(len(gamma))]


def _drawn(rng: np.random.Generator) -> tuple[Loss, Fraction, Fraction, list[Fraction]]:
    """Return a function, a start, u and steps."""
    start, u = (Fraction(int(v), 2) for v in rng.integers(-9, 10, 2))
    T = int(rng.integers(2, LENGTH + 1))
    return maximum(rng), start, u, [Fraction(int(v), 8) for v in rng.integers(1, 17, T)]


def check_tails(seed: int) -> Iterable[Result]:
    """Compare Σ π_t φ_t with its bound for random steps and weights whose shares grow."""
    rng, worst = np.random.default_rng(seed), Fraction(-(10**9))
    for _ in range(SAMPLES):
        f, start, u, gamma = _drawn(rng)
        made = descended(f, start, u, gamma, Uniform())
        shares = [1 / sum(gamma, Fraction(0))]
        for jump in rng.integers(0, 9, len(gamma) - 1):
            shares.append(shares[-1] + Fraction(int(jump), 8))
        gap = sum(
            (p * made.phi(z) for p, z in zip(weights_of(shares, gamma), made.z, strict=True)),
            Fraction(0),
        )
        worst = max(worst, gap - tail_bound(made, shares))
    yield exactly(f"Σ π_t φ_t − bound, {SAMPLES} random runs", worst, 0)
    made = descended(_absolute, Fraction(1), Fraction(0), [Fraction(1, 8)] * LENGTH, Uniform())
    shares = [1 / sum(made.gamma, Fraction(0))] + [Fraction(0)] * (LENGTH - 1)  # all on z_1
    gap = made.phi(made.z[0]) - tail_bound(made, shares)
    yield exactly("must fail: 1/4 ≤ excess where the shares fall, |w|", Fraction(1, 4), gap)


def _absolute(w: Fraction) -> tuple[Fraction, Fraction]:
    return abs(w), Fraction((w > 0) - (w < 0))


def tied_excess(
    f: Loss, start: Fraction, u: Fraction, gamma: Sequence[Fraction], c: Averaging, mu_y: Fraction
) -> Fraction:
    """Return f(x_T) − f(u) − (D² + Σ γ_t²|g_t|²)/(2 γ_{1:T})."""
    made = descended(f, start, u, gamma, c, mu_y)
    noise = sum((s**2 * g**2 for s, g in zip(gamma, made.g, strict=True)), Fraction(0))
    return made.phi(made.x[-1]) - (made.distance + noise) / (2 * sum(gamma))


def check_tied(seed: int) -> Iterable[Result]:
    """Compare f(x_T) − f(u) with its bound where the averaging follows the steps."""
    rng, worst = np.random.default_rng(seed), Fraction(-(10**9))
    for _ in range(SAMPLES):
        f, start, u, gamma = _drawn(rng)
        mu_y = Fraction(int(rng.integers(0, 9)), 8)
        tied = Weights((*gamma, Fraction(1)))  # `run` makes one more step
        worst = max(worst, tied_excess(f, start, u, gamma, tied, mu_y))
    yield exactly(f"f(x_T) − f(u) − bound, {SAMPLES} random runs", worst, 0)
    steps = [Fraction(1, 10), Fraction(1)]
    untied = tied_excess(_absolute, Fraction(1), Fraction(0), steps, Uniform(), Fraction(0))
    words = "must fail: 1/50 ≤ excess of c_t = 1/t at steps 1/10, 1 on |w|"
    yield exactly(words, Fraction(1, 50), untied)


def window_excess(made: Descent, mu_x: Fraction) -> Fraction:
    """Return f(x_T) − f(u) − (D²/(2γT) + (γG²/2)S) for constant γ, exactly."""
    T, gamma = len(made.gamma), made.gamma[0]
    S = sum(((1 - mu_x**m) / m for m in range(1, T)), Fraction(0)) + 1 - mu_x
    bound = made.distance / (2 * gamma * T) + gamma * made.steepest / 2 * S
    return made.phi(made.x[-1]) - bound


def check_window(seed: int) -> Iterable[Result]:
    """Compare the last iterate with the log-log bound on random functions, inside the window."""
    rng, worst, inside = np.random.default_rng(seed), Fraction(-(10**9)), 0
    for _ in range(SAMPLES):
        f, start, u, gamma = _drawn(rng)
        mu_x = Fraction(int(rng.integers(0, 8)), 8)
        if not allowed(mu_x, len(gamma)):
            continue
        inside += 1
        made = descended(f, start, u, gamma[:1] * len(gamma), Exponential(mu_x))
        worst = max(worst, window_excess(made, mu_x))
    yield exactly(f"f(x_T) − f(u) − bound, {inside} random runs", worst, 0)
    yield exactly("20 ≤ runs inside the window", 20, inside)


BEYOND = ((20, 0.999), (20, 0.95), (40, 0.98))  # T, μ_x: outside the window, and above the bound
WITHIN = (10, 20)  # T, at the largest μ_x that is allowed


def check_needed(seed: int) -> Iterable[Result]:
    """Compare certified worst cases with DG√(S/T): below it inside the window, above it beyond."""
    for T, mu_x in (*((T, best_mu_x(T)) for T in WITHIN), *BEYOND):
        S = window_sum(mu_x, T)
        found = worst_case(gpa(mu_x, 0, 1 / sqrt(T * S)), T)
        place = f"T = {T}, μ_x = {mu_x:.6g}, at γ = D/(G√(TS))"
        if allowed(mu_x, T):
            yield compare(f"worst f(x_T) − f* ≤ DG√(S/T): {place}", found.upper, sqrt(S / T), 0.0)
        else:
            words = f"must fail: DG√(S/T) ≤ worst f(x_T) − f*: {place}"
            yield compare(words, sqrt(S / T), found.lower, 0.0)


def reach_excess(made: Descent, mu_x: Fraction) -> Fraction:
    """Return mean f(x_t) − f(u) − (D²/(2γT) + (γG²/2)K) for constant γ, exactly."""
    T, gamma = len(made.gamma), made.gamma[0]
    K = 1 + 2 * mu_x / (1 - mu_x) * (1 - mu_x ** (T - 1)) * Fraction(T - 1, T)
    bound = made.distance / (2 * gamma * T) + gamma * made.steepest / 2 * K
    return sum((made.phi(x) for x in made.x), Fraction(0)) / T - bound


def check_reach(seed: int) -> Iterable[Result]:
    """Compare the mean gap with its bound for long windows and any u, and drop what they cost."""
    rng, worst = np.random.default_rng(seed), Fraction(-(10**9))
    for _ in range(SAMPLES):
        f, start, u, gamma = _drawn(rng)
        mu_x, mu_y = 1 - Fraction(1, int(rng.integers(2, 99))), Fraction(int(rng.integers(0, 9)), 8)
        made = descended(f, start, u, gamma[:1] * len(gamma), Exponential(mu_x), mu_y)
        worst = max(worst, reach_excess(made, mu_x))
    yield exactly(f"mean f(x_t) − f(u) − bound, {SAMPLES} random runs", worst, 0)
    line = lambda w: (w, Fraction(1))  # noqa: E731
    made = descended(
        line, Fraction(0), Fraction(-1), [Fraction(1, 3)] * 9, Exponential(Fraction(9, 10))
    )
    lost = reach_excess(made, Fraction(0))
    yield exactly("must fail: 1/4 ≤ excess with K = 1, linear f, μ_x = 9/10", Fraction(1, 4), lost)
