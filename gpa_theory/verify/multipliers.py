"""The multipliers of the minimax certificate of GPA in closed form, against the recursion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

import numpy as np

from gpa_theory.core.labels import Label
from gpa_theory.verify.claims import Claim
from gpa_theory.verify.theorems import proof
from gpa_theory.verify.verdict import Result, compare, exactly
from gpa_theory.worst_case.minimax.family import steps_of
from gpa_theory.worst_case.minimax.multipliers import output_row, row_of
from gpa_theory.worst_case.minimax.schedules import matched
from gpa_theory.worst_case.minimax.threshold import largest_mu_x

OURS = "this project"
ONE = Fraction(1)
SAMPLES, LONGEST = 40, 8
PARTS = ("rows", "matched-decay", "first-column", "uniform-mean")


def drawn(rng: np.random.Generator) -> tuple[int, Fraction, Fraction]:
    """Return T ≥ 4, 0 < μ_x < 1 and 0 ≤ μ_y ≤ 1."""
    T, m, k = (int(rng.integers(low, high)) for low, high in ((4, LONGEST), (1, 12), (0, 13)))
    return T, Fraction(m, 12), Fraction(k, 12)


def rows(seed: int) -> Iterator[tuple[Fraction, list[list[Fraction]]]]:
    """Yield μ_y and rows 2 … T of random schedules: h as the recursion makes it."""
    rng = np.random.default_rng(seed)
    for _ in range(SAMPLES):
        T, mu_x, mu_y = drawn(rng)
        gamma = [Fraction(int(v), 8) for v in rng.integers(1, 17, T - 1)]
        h = [*steps_of(T, mu_x, mu_y, gamma)[:-1], output_row(T, ONE, Fraction)]
        yield mu_y, [row_of(h, t, ONE) for t in range(2, T + 1)]


def check_rows(seed: int) -> Iterable[Result]:
    """Find no multiplier that grows from row to row before the last, for random schedules."""
    grown = fallen = 0
    for mu_y, found in rows(seed):
        for before, after in pairwise(found[:-1]):
            changes = [b - a for a, b in zip(before, after, strict=False)]
            grown += sum(change > 0 for change in changes)
            fallen += sum(change < 0 for change in changes) if mu_y > 0 else 0
    words = f"{SAMPLES} random schedules"
    yield exactly(f"multipliers with λ_{{t+1,s}} > λ_{{ts}}, t + 1 < T: {words}", grown, 0)
    yield exactly(f"1 ≤ multipliers that fall: {words}", 1, fallen)


def check_matched(seed: int) -> Iterable[Result]:
    """Compare rows T − 1 and T of matched decay with their difference, and signs off column 1."""
    rng, off, negative = np.random.default_rng(seed), Fraction(0), 0
    for _ in range(SAMPLES):
        T, mu_x, mu_y = drawn(rng)
        h = steps_of(T, mu_x, mu_y, matched(T, mu_x))
        before, last = row_of(h, T - 1, ONE), row_of(h, T, ONE)
        kappa = 1 - mu_x * mu_y
        gap = T * mu_x * (mu_x - mu_y) * (mu_x * (1 - mu_y) / kappa) ** (T - 3)
        off = max(off, abs(kappa * (last[0] - before[0]) - gap))
        negative += sum(value < 0 for value in (*before[1:], *last[1:]))
    yield exactly(f"|κ(λ_T1 − λ_{{T−1,1}}) − Tμ_x(μ_x−μ_y)r^(T−3)|, {SAMPLES} settings", off, 0)
    yield exactly(f"negative multipliers outside column 1, {SAMPLES} settings", negative, 0)


def uniform(T: int, mu_y: Fraction) -> list[list[Fraction]]:
    """Return h of Schedule-Free, c_t = 1/t and γ = a = 1."""
    h = [[1 - mu_y * Fraction(s, t) for s in range(1, t)] for t in range(1, T)]
    return [*h, output_row(T, ONE, Fraction)]


def check_uniform(seed: int) -> Iterable[Result]:
    """Find every multiplier of Schedule-Free ≥ 0, and some < 0 with γ_1 halved."""
    negative = missed = 0
    for T in (2, 5, LONGEST):
        for mu_y in (Fraction(0), Fraction(1, 3), Fraction(1, 2), ONE):
            h = uniform(T, mu_y)
            negative += sum(value < 0 for t in range(2, T + 1) for value in row_of(h, t, ONE))
            halved = [[v / 2 if s == 0 else v for s, v in enumerate(row)] for row in h[:-1]]
            twin = [row_of([*halved, h[-1]], t, ONE) for t in range(2, T + 1)]
            missed += T > 2 and all(value >= 0 for row in twin for value in row)
    yield exactly("negative multipliers of Schedule-Free", negative, 0)
    yield exactly("must fail: γ_1 halved, settings without a negative one", missed, 0)


WITHIN = 4  # the end of the window is within WITHIN/T² of its expansion: 3.41 at most was found
ENDS = tuple(
    (T, mu_y) for T in (200, 1000) for mu_y in map(Fraction, (".3", ".5", ".7", ".9", "1"))
)


def expansion(T: int, mu_y: Fraction) -> float:
    """Return 1/(1+μ_y) − 2/((1+μ_y)²T)."""
    return float(1 / (1 + mu_y) - 2 / ((1 + mu_y) ** 2 * T))


def check_ends(seed: int) -> Iterable[Result]:
    """Compare where the window of matched decay ends with the expansion for large T."""
    for T, mu_y in ENDS:
        low, high = largest_mu_x(T, mu_y)
        off = max(abs(end - expansion(T, mu_y)) for end in (low, high)) * T**2
        words = f"T²|end − expansion|: T = {T}, μ_y = {float(mu_y):g}"
        yield compare(words, off, WITHIN, 1e-6, note=f"end in [{low:.12g}, {high:.12g}]")
    far = abs(largest_mu_x(1000, ONE)[0] - 1 / 2) * 1000**2
    yield compare("must fail: 4 ≤ T²|end − 1/(1+μ_y)|: T = 1000, μ_y = 1", WITHIN, far, 1e-6)


def _window_end() -> Claim:
    horizons, shares = (sorted({row[k] for row in ENDS}) for k in (0, 1))
    return Claim(
        "minimax-window-end",
        "around subgradient descent with matched decay, minimax-certificate holds at some"
        " constant μ_x and fails at one above it, both within"
        f" {WITHIN}/T² of 1/(1+μ_y) − 2/((1+μ_y)²T): T = {', '.join(map(str, horizons))} and"
        f" μ_y = {', '.join(f'{float(share):g}' for share in shares)}. That it fails at no smaller"
        " μ_x is seen on a grid only, and that the rest is O(1/T²) argued on paper",
        OURS,
        Label.CERTIFIED,
        {"ends": check_ends},
    )


def claims() -> list[Claim]:
    """Return the two claims: the closed form, and where the window ends."""
    checks = {f"proof of minimax-{part}": proof(f"minimax-{part}") for part in PARTS}
    return [
        Claim(
            "minimax-multipliers",
            "the multipliers of minimax-certificate for GPA with constant 0 ≤ μ_x < 1 and μ_y"
            " around subgradient steps γ_s > 0, output row a(1 − s/T), b_s = a/γ_s, e_s ="
            " (T−1−s)b_s, κ = 1 − μ_xμ_y, r = μ_x(1−μ_y)/κ, 1 < s < t: λ_{ts} = (b_s − b_{s−1} +"
            " μ_y(1−μ_x)Y_s)/κ for t < T and λ_{Ts} = (e_{s−1} − e_s − μ_y(1−μ_x)P_s)/κ with"
            " geometric sums Y_s, P_s; none grows from row t to t + 1 < T, so rows T − 1 and T"
            " decide. For matched decay and T ≥ 3, κ(λ_{T1} − λ_{T−1,1}) = Tμ_x(μ_x−μ_y)r^{T−3},"
            " and no multiplier of these rows is < 0 outside the first column. Schedule-Free,"
            " c_t = 1/t and γ = a, has all multipliers ≥ 0 for every μ_y in [0, 1] and every T",
            OURS,
            Label.PROVED,
            checks
            | {
                "no row grows": check_rows,
                "rows of matched decay": check_matched,
                "Schedule-Free": check_uniform,
            },
        ),
        _window_end(),
    ]
