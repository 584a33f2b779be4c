"""Runs behind the claims on descent with gradients at z_t, and the claims: exact, on the line.

A run takes any steps γ_t > 0; the step at T is never taken, and its γ_T only enters the bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

import numpy as np

from gpa_theory.core.averaging import Averaging, Exponential, Uniform
from gpa_theory.core.labels import Label
from gpa_theory.core.recursion import GPA, run
from gpa_theory.symbolic.schedules.log_log import allowed, best_mu_x, window_sum
from gpa_theory.verify.claims import Claim
from gpa_theory.verify.formal.arbitrary import Weights
from gpa_theory.verify.formal.attained import maximum
from gpa_theory.verify.formal.lemmas import lemma_checks
from gpa_theory.verify.theorems import proof
from gpa_theory.verify.verdict import Result, compare, exactly
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.methods import gpa

OURS = "this project"
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


def claims() -> list[Claim]:
    """Return the three claims in reading order."""
    return [
        Claim(
            "descent-weights",
            "subgradient descent with steps γ_t > 0 and g_t at z_t, projected or not, convex f,"
            " any u in the domain with |z_1 − u| ≤ D: Σ π_t (f(z_t) − f(u)) ≤ D²/(2γ_{1:T}) +"
            " Σ (γ_t²|g_t|²/2) m_{min(t+1,T)} for any weights that add up to 1 and whose tails"
            " grow relative to those of the steps: m_t = π_{t:T}/γ_{t:T} does not fall in t",
            OURS,
            Label.PROVED,
            lemma_checks(
                {
                    "weighted_descent": "rsum (fun t : nat => p t * (f (z t) - f u)) T <= D ^ 2 /"
                    " (2 * rsum gamma T) + rsum (fun t : nat => step_noise g gamma t *"
                    " noise_factor p gamma T t) T",
                }
            )
            | {"proof of descent-tails": proof("descent-tails"), "random runs": check_tails},
        ),
        Claim(
            "tied-averaging",
            "GPA around projected subgradient descent with steps γ_t > 0, any μ_y, convex f, any u"
            " in the domain with |z_1 − u| ≤ D: c_t = γ_t/γ_{1:t} gives f(x_T) − f(u) ≤"
            " (D² + Σ γ_t²|g_t|²)/(2γ_{1:T})",
            f"{OURS}, after defazio2024road",
            Label.PROVED,
            lemma_checks(
                {
                    "tied_rate": "f (x T) - f u <= (D ^ 2 + rsum (fun t : nat => gamma t ^ 2 *"
                    " sqnorm (g t)) T) / (2 * rsum gamma T)"
                }
            )
            | {"random runs": check_tied},
        ),
        Claim(
            "log-log",
            "GPA around projected subgradient descent with constant γ and μ_x, μ_y = 0, T ≥ 2,"
            " convex f, |g_t| ≤ G and |z_1 − u| ≤ D: if μ_x^{T−1} ≤ 1/T, then f(x_T) − f(u) ≤"
            " D²/(2γT) + (γG²/2)S with S = Σ_{m<T} (1 − μ_x^m)/m + 1 − μ_x, which is DG√(S/T) at"
            " γ = D/(G√(TS)); outside the window it fails, certified at (T, μ_x) = "
            + ", ".join(map(str, BEYOND)),
            OURS,
            Label.PROVED,
            lemma_checks(
                {
                    "log_log": "f (x T) - f u <= D ^ 2 / (2 * gamma * INR T) + gamma * G ^ 2 / 2 *"
                    " ema_sum mu_x T",
                    "log_log_rate": "f (x T) - f u <= D * G * sqrt (ema_sum mu_x T / INR T)",
                }
            )
            | {
                "proof of window-sum": proof("window-sum"),
                "random runs": check_window,
                "the window is needed": check_needed,
            },
        ),
    ]
