"""Runs behind the claims that nothing else is minimax: an explicit function beats each method.

All is in fractions: the function is built, run, and found above DG/√T, or there is a certificate.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from gpa_theory.verify.formal.attained import Matrix, falls_slowly, members
from gpa_theory.verify.verdict import Result, exactly
from gpa_theory.worst_case.minimax.adversary import adversary
from gpa_theory.worst_case.minimax.multipliers import output_row
from gpa_theory.worst_case.minimax.schedules import completed, queried_at_z
from gpa_theory.worst_case.minimax.verdict import minimax

METHODS, LONGEST = 80, 6  # random methods, and the largest T


def beaten(h: Matrix, a: Fraction | None = None) -> bool:
    """Return whether the adversary of a method is above DG/√T, run exactly."""
    found = adversary(h, a)
    return found is not None and found.ratio() > 1


def check_methods(seed: int) -> Iterable[Result]:
    """Beat each random method that has no certificate; find no adversary for one that has."""
    rng, wrong, without = np.random.default_rng(seed), 0, 0
    for k in range(METHODS):
        T = int(rng.integers(2, LONGEST + 1))
        rows = [[Fraction(int(v), 6) for v in rng.integers(k % 3 - 1, 9, t)] for t in range(T)]
        h = rows if k % 2 else [*rows[:-1], output_row(T, Fraction(1), Fraction)]
        certified = minimax(matrix=h).minimax
        without += not certified
        wrong += beaten(h) is certified
    words = f"{METHODS} random methods, {without} of them without a certificate"
    yield exactly(
        f"methods with both a certificate and an adversary, or neither: {words}", wrong, 0
    )
    yield exactly(f"{METHODS // 2} ≤ methods without: {words}", METHODS // 2, without)
    both = sum(beaten(h) for _, h in members())
    yield exactly("adversaries that beat a member", both, 0)


def check_scale(seed: int) -> Iterable[Result]:
    """A member with all its steps 1 % longer is beaten at the old D and G."""
    missed = [
        name
        for name, h in members()
        if not beaten([[v * Fraction(101, 100) for v in row] for row in h], Fraction(1))
    ]
    yield exactly("members that stay minimax with steps 1 % longer", len(missed), 0)


def check_schedules(seed: int) -> Iterable[Result]:
    """Beat each schedule outside the law, whatever its signs; and by averages, likewise."""
    rng, wrong, inside = np.random.default_rng(seed), 0, 0
    for _ in range(METHODS):
        T = int(rng.integers(3, LONGEST + 1))
        gamma = [Fraction(int(rng.integers(7, 12)), 10)]
        for t in range(2, T):
            low = Fraction(T - t, T - t + 1)
            gamma.append(gamma[-1] * (low + Fraction(int(rng.integers(-1, 6)), 5) * (1 - low)))
        h = queried_at_z(gamma, output_row(T, Fraction(1), Fraction))
        average = min(completed(gamma)) >= 0
        inside += average and falls_slowly(gamma)
        wrong += beaten(h, Fraction(1)) is falls_slowly(gamma)
        wrong += (average and falls_slowly(gamma)) is not at_most_linear(gamma)
    words = f"{METHODS} random schedules, {inside} of them averages inside the law"
    yield exactly(f"schedules where law and adversary disagree: {words}", wrong, 0)
    yield exactly(f"1 ≤ schedules inside: {words}", 1, inside)
    yield exactly(f"1 ≤ schedules outside: {words}", 1, METHODS - inside)


def at_most_linear(gamma: list[Fraction]) -> bool:
    """Return whether the steps fall, but never faster than linear decay; a = 1."""
    T = len(gamma) + 1
    ratios = {t: gamma[t - 1] / gamma[t - 2] for t in range(2, T)}
    return (
        1 - Fraction(1, T) <= gamma[0] <= 1
        and all(ratios[t] <= 1 for t in range(2, T - 1))
        and all(Fraction(T - t, T - t + 1) <= ratios[t] for t in range(2, T))
    )
