"""Minimax methods on noisy gradients: every outcome of the noise is run, in Fractions.

On f(w) = |w| from z_1 = 1, u = 0, the gradients are g_t ± 1 with fair signs, as in `expectation`;
2^T outcomes are all there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import product

from gpa_theory.verify.formal.attained import Matrix, members
from gpa_theory.verify.verdict import Result, exactly

STEPS = (Fraction(1, 4), Fraction(1))  # a


def followed(h: Matrix, a: Fraction, noise: Sequence[int]) -> tuple[Fraction, Fraction]:
    """Return f(p_T) and Σ|noisy_t|² of the outcome whose noise is this."""
    seen: list[Fraction] = []
    point = Fraction(1)
    for row, extra in zip(h, noise, strict=True):
        point = 1 - sum((a * c * g for c, g in zip(row, seen, strict=True)), Fraction(0))
        seen.append(Fraction((point > 0) - (point < 0)) + extra)
    return abs(point), sum((g**2 for g in seen), Fraction(0))


def expected_excess(h: Matrix, a: Fraction, bias: int = 0) -> Fraction:
    """Return E f(p_T) − f(u) − (D²/a + aΣE|noisy_t|²)/(2T); `bias` is in every gradient."""
    T = len(h)
    runs = [followed(h, a, [s + bias for s in signs]) for signs in product((-1, 1), repeat=T)]
    value, squares = (sum((r[k] for r in runs), Fraction(0)) / len(runs) for k in (0, 1))
    return value - (1 / a + a * squares) / (2 * T)


def check_noisy(seed: int) -> Iterable[Result]:
    """Compare the expected gap of every member with its bound; on one path it is above."""
    for name, h in members():
        worst = max(expected_excess(h, a) for a in STEPS)
        yield exactly(f"E f(p_T) − f(u) − bound, {2 ** len(h)} outcomes: {name}", worst, 0)
    h = dict(members())["linear decay, T = 4"]
    paths = [followed(h, Fraction(1), signs) for signs in product((-1, 1), repeat=4)]
    above = max(value - (1 + squares) / 8 for value, squares in paths)
    yield exactly("must fail: 1/4 ≤ f(p_T) − bound on some path", Fraction(1, 4), above)
    biased = expected_excess(h, Fraction(1), bias=-2)
    yield exactly("must fail: 1/4 ≤ excess with biased gradients", Fraction(1, 4), biased)
