r"""Statements in expectation, decided exactly: every outcome of the noise is run, in Fractions.

On f(w) = |w|, from z_1 = 1 with u = 0, the gradients are g_t ± 1 with fair signs: unbiased, with
:math:`E|\tilde g_t|^2 \le 2 = G^2`.  T = 8 makes γ = D/(G√T) = 1/4 a fraction and 256 outcomes all
there is, so that expectations are sums and nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from gpa_theory.core.averaging import Averaging, Exponential, Uniform, rho
from gpa_theory.core.recursion import GPA, run
from gpa_theory.verify.verdict import Result, exactly

STEPS = 8
GAMMA = Fraction(1, 4)  # D/(G√T) with D = 1, G² = 2; and (R/G)√(1−μ_x) with R = 1, μ_x = 7/8
BOUND = Fraction(1, 2)  # DG/√T, and RG√(1−μ_x)
MODES = (Fraction(0), Fraction(1, 2), Fraction(1))  # μ_y
WORDS = f"{2**STEPS} outcomes, T = {STEPS}"


@dataclass(frozen=True)
class Outcome:
    """One run: x_t, and the regrets of step t with the noisy and with the true gradient."""

    x: tuple[Fraction, ...]
    noisy: tuple[Fraction, ...]
    true: tuple[Fraction, ...]


def _clipped(z: Fraction) -> Fraction:
    return max(Fraction(-1), min(Fraction(1), z))


def outcome(method: GPA, signs: tuple[int, ...], project: bool = False) -> Outcome:
    """Return the run of SGD inside GPA whose noise has these signs."""
    noisy, true = [], []

    def base(t: int, z: Fraction, y: Fraction) -> Fraction:
        g = Fraction((y > 0) - (y < 0))
        noisy.append((g + signs[t - 1]) * z)
        true.append(g * z)
        moved = z - GAMMA * (g + signs[t - 1])
        return _clipped(moved) if project else moved

    points = [s.x for _, s in run(method, Fraction(1), base, STEPS, Fraction)]
    return Outcome(tuple(points), tuple(noisy), tuple(true))


def outcomes(method: GPA, project: bool = False, shift: int = 0) -> list[Outcome]:
    """Return the run of every outcome of the noise; `shift` makes the gradients biased."""
    return [
        outcome(method, tuple(sign + shift for sign in signs), project)
        for signs in product((-1, 1), repeat=STEPS)
    ]


def expected(runs: list[Outcome], value: Callable[[Outcome], Fraction]) -> Fraction:
    """Return the mean over all outcomes, which are equally likely."""
    return sum(map(value, runs), Fraction(0)) / len(runs)


def _f_mean(made: Outcome) -> Fraction:
    return abs(sum(made.x, Fraction(0))) / STEPS


def _f_last(made: Outcome) -> Fraction:
    return abs(made.x[-1])


def check_sgd(seed: int) -> Iterable[Result]:
    """Compare the expected gaps of SGD inside GPA with their bounds; one path breaks its own."""
    mu = Fraction(7, 8)
    for mu_y in MODES:
        words = f"μ_y = {mu_y}, {WORDS}"
        uniform = outcomes(GPA(Uniform(), mu_y))
        yield exactly(f"E f(x_T), c_t = 1/t: {words}", expected(uniform, _f_last), BOUND)
        constant = outcomes(GPA(Exponential(Fraction(1, 2)), mu_y))
        allowed = BOUND + (1 - expected(constant, _f_last)) / STEPS  # ρ = 1, f(x_1) = 1
        yield exactly(f"E f(mean x), μ_x = 1/2: {words}", expected(constant, _f_mean), allowed)
        inside = outcomes(GPA(Exponential(mu), mu_y), project=True)
        allowed = mu ** (STEPS - 1) + BOUND
        yield exactly(f"E f(x_T), μ_x = 7/8, |w| ≤ 1: {words}", expected(inside, _f_last), allowed)
        worst = max(map(_f_last, uniform))
        yield exactly(f"must fail: DG/√T < f(x_T) on some path: {words}", BOUND * 11 / 10, worst)


def _sides(
    runs: list[Outcome], averaging: Averaging, weights: list[int]
) -> tuple[Fraction, Fraction]:
    """Return Σ q_t E φ_t and Σ p_t E⟨noisy gradient, z_t − u⟩."""
    past = [Fraction(0), *(rho(averaging, Fraction(t)) for t in range(2, STEPS + 1))]
    later = [*(p * r for p, r in zip(weights[1:], past[1:], strict=True)), Fraction(0)]
    q = [p * (1 + r) - after for p, r, after in zip(weights, past, later, strict=True)]
    left = sum(q_t * expected(runs, lambda o, t=t: abs(o.x[t])) for t, q_t in enumerate(q))
    right = sum(p * expected(runs, lambda o, t=t: o.noisy[t]) for t, p in enumerate(weights))
    return Fraction(left), Fraction(right)


def _weights() -> Iterator[tuple[str, list[int]]]:
    yield "p_t = 1", [1] * STEPS
    yield "p_t = t", list(range(1, STEPS + 1))
    yield "p = (3, 0, 0, 5, 0, 0, 0, 1)", [3, 0, 0, 5, 0, 0, 0, 1]


def check_weighted(seed: int) -> Iterable[Result]:
    """Compare both sides of the weighted theorem in expectation; biased gradients break it."""
    for averaging in (Uniform(), Exponential(Fraction(3, 4))):
        method = GPA(averaging, Fraction(1, 2))
        runs = outcomes(method)
        biased = outcomes(method, shift=-1)
        off = max(abs(expected(runs, lambda o, t=t: o.noisy[t] - o.true[t])) for t in range(STEPS))
        yield exactly(f"bias of any step: {averaging}, {WORDS}", off, 0)
        for words, weights in _weights():
            left, right = _sides(runs, averaging, weights)
            yield exactly(f"Σ q_t E φ_t ≤ Σ p_t E r_t: {averaging}, {words}, {WORDS}", left, right)
        left, right = _sides(biased, averaging, [1] * STEPS)
        yield exactly(f"must fail: with biased gradients: {averaging}, {WORDS}", right, left)
