"""Runs behind the claims that a method attains the minimax rate: exact, and equal where claimed.

Every run is in fractions, with a > 0 rational: the bound (D²/a + aΣ|g_t|²)/(2T) holds for each a,
and is DG/√T at a = D/(G√T).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import numpy as np

from gpa_theory.verify.verdict import Result, exactly
from gpa_theory.worst_case.extremal.resisting import forced_value
from gpa_theory.worst_case.minimax.family import steps_of
from gpa_theory.worst_case.minimax.multipliers import output_row
from gpa_theory.worst_case.minimax.schedules import cooldown, linear, matched, queried_at_z
from gpa_theory.worst_case.minimax.verdict import minimax
from gpa_theory.worst_case.model.recording import Recorded

SAMPLES, LONGEST = 60, 7  # functions for each member, and the largest T
Matrix = Sequence[Sequence[Fraction]]
Loss = Callable[[Fraction], tuple[Fraction, Fraction]]  # f and a subgradient on the line


def members() -> Iterable[tuple[str, Matrix]]:
    """Yield minimax methods in units of a: matched decay at several μ, cooldowns, linear decay."""
    for T in (2, 4, LONGEST):
        for mu_x, mu_y in ((Fraction(2, 5), Fraction(0)), (Fraction(2, 5), Fraction(1, 2))):
            steps = steps_of(T, mu_x, mu_y, matched(T, mu_x))
            yield f"matched decay, T = {T}, μ_x = {mu_x}, μ_y = {mu_y}", steps
        row = output_row(T, Fraction(1), Fraction)
        yield f"linear decay, T = {T}", queried_at_z(linear(T, 0), row)
        yield f"cooldown from T/2, T = {T}", queried_at_z(cooldown(T, T // 2), row)


def excess(h: Matrix, a: Fraction, start: Fraction, u: Fraction, f: Loss) -> Fraction:
    """Return f(p_T) − f(u) − (D²/a + aΣg_t²)/(2T) for the method with steps a·h on the line."""
    seen: list[Fraction] = []
    point = start
    for row in h:
        point = start - sum((a * c * g for c, g in zip(row, seen, strict=True)), Fraction(0))
        seen.append(f(point)[1])
    bound = ((start - u) ** 2 / a + a * sum(g**2 for g in seen)) / (2 * len(h))
    return f(point)[0] - f(u)[0] - bound


def maximum(rng: np.random.Generator) -> Loss:
    """Return a maximum of three random lines."""
    lines = [(Fraction(int(s), 4), Fraction(int(c), 4)) for s, c in rng.integers(-9, 10, (3, 2))]
    return lambda x: max((slope * x + height, slope) for slope, height in lines)


def check_members(seed: int) -> Iterable[Result]:
    """Compare every member with its bound on random functions, and find its multipliers ≥ 0."""
    rng = np.random.default_rng(seed)
    for name, h in members():
        worst = max(
            excess(h, Fraction(int(rng.integers(1, 9)), 4), *_places(rng), maximum(rng))
            for _ in range(SAMPLES)
        )
        yield exactly(f"f(p_T) − f(u) − bound, {SAMPLES} functions: {name}", worst, 0)
        wrong = 0 if minimax(matrix=h).minimax else 1
        yield exactly(f"multipliers that are not ≥ 0: {name}", wrong, 0)


def _places(rng: np.random.Generator) -> tuple[Fraction, Fraction]:
    start, u = (Fraction(int(v), 2) for v in rng.integers(-9, 10, 2))
    return start, u


def forced(h: Matrix) -> Fraction:
    """Return f(p_T) − f(u) on the function that no method beats, at a = G = 1: there f(u) = −1."""
    rows = tuple(tuple(-c for c in row) for row in h)
    return forced_value(Recorded(y=rows[:-1], x=rows, z=rows), len(h)) + 1


def check_attained(seed: int) -> Iterable[Result]:
    """Find equality on the resisting function: D² = Σ|g_t|² = T makes the bound 1 at a = 1."""
    for name, h in members():
        yield exactly(f"|bound − gap| on the resisting function: {name}", abs(1 - forced(h)), 0)
    early = forced([[], [Fraction(1)], [Fraction(1), Fraction(-1, 2)]])
    yield exactly("must fail: 3/2 ≤ gap after a step of the wrong sign", Fraction(3, 2), early)


def check_twin(seed: int) -> Iterable[Result]:
    """Require that constant steps without averaging break the bound, and have no certificate."""
    h = [[Fraction(1)] * t for t in range(3)]
    broken = excess(h, Fraction(1), Fraction(9, 10), Fraction(0), lambda x: (abs(x), _sign(x)))
    name = "constant steps, last iterate, T = 3, |x| from 9/10"
    yield exactly(f"must fail: 1/5 ≤ f(p_T) − f(u) − bound: {name}", Fraction(1, 5), broken)
    accepted = 1 if minimax(matrix=h).minimax else 0
    yield exactly(f"must fail: certificates for {name}", accepted, 0)


def _sign(x: Fraction) -> Fraction:
    return Fraction((x > 0) - (x < 0))


def check_product_law(seed: int) -> Iterable[Result]:
    """Decide random schedules by the law, by a twin just outside it, and by the certificate."""
    rng, disagree, inside = np.random.default_rng(seed), 0, 0
    for _ in range(2 * SAMPLES):
        T = int(rng.integers(3, LONGEST))
        gamma = [Fraction(int(rng.integers(5, 12)), 10)]
        for t in range(2, T):
            low = Fraction(T - 1 - t, T - t)
            share = Fraction(int(rng.integers(-1, 6)), 4)
            gamma.append(gamma[-1] * max(low + share * (1 - low), Fraction(1, 9)))
        law = falls_slowly(gamma)
        inside += law
        found = minimax(matrix=queried_at_z(gamma, output_row(T, Fraction(1), Fraction)))
        disagree += found.minimax is not law
    words = f"{2 * SAMPLES} random schedules, {inside} of them inside the law"
    yield exactly(f"certificates that say otherwise than the law: {words}", disagree, 0)
    yield exactly(f"1 ≤ schedules inside the law: {words}", 1, inside)
    yield exactly(f"1 ≤ schedules outside: {words}", 1, 2 * SAMPLES - inside)


def falls_slowly(gamma: Sequence[Fraction]) -> bool:
    """Return whether a(T−2)/(T−1) ≤ γ_1 ≤ a and (T−1−t)/(T−t) ≤ γ_t/γ_{t−1} ≤ 1, t ≤ T − 2; a = 1.

    At t = T − 1 the ratio need only be > 0.
    """
    T = len(gamma) + 1
    first = Fraction(T - 2, T - 1) <= gamma[0] <= 1
    return first and all(
        Fraction(T - 1 - t, T - t) <= gamma[t - 1] / gamma[t - 2] <= 1 for t in range(2, T - 1)
    )


def check_window(seed: int) -> Iterable[Result]:
    """Find matched decay with μ_y = 0 minimax exactly where μ_x^{T−1} ≤ 1/T."""
    for T in (3, 10, 100, 1000):
        end = T ** (-1 / (T - 1))
        for mu_x in (Fraction(end) - Fraction(1, 10**9), Fraction(end) + Fraction(1, 10**9)):
            free = mu_x.numerator ** (T - 1) * T <= mu_x.denominator ** (T - 1)
            wrong = 0 if minimax(steps=T, mu_x=mu_x).minimax is free else 1
            side = "inside" if free else "must fail: outside"
            yield exactly(f"{side} the window T^(−1/(T−1)) by 1e−9, T = {T}", wrong, 0)
