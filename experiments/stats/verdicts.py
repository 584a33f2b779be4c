"""The verdict: transfers, does not transfer, or not resolved; and how many seeds resolve it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from experiments.stats.curves import Curves
from experiments.stats.over_seeds import LEVEL
from experiments.stats.speedup import Fewer, bootstrap, within
from experiments.stats.welch import difference, welch
from gpa_theory.core.validation import check_range

POWER = 0.8


class Transfer(StrEnum):
    """What a comparison with the baseline says at its level."""

    TRANSFERS = "transfers"
    DOES_NOT = "does not transfer"
    NOT_RESOLVED = "not resolved"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One tuned arm against the baseline.

    `difference` is the interval for the mean final loss of the arm minus that of the baseline;
    `needed` is how many seeds per arm would resolve the difference seen, if it is the true one.
    """

    verdict: Transfer
    difference: tuple[float, float]
    fewer: Fewer
    resampled: Fewer
    n: tuple[int, int]
    needed: int | None
    notes: tuple[str, ...] = ()


def compare(
    arm: Curves,
    baseline: Curves,
    level: float = LEVEL,
    notes: tuple[str, ...] = (),
    draws: int = 2000,
) -> Comparison:
    """Return the verdict on "the arm ends below the baseline", with both speed-up intervals.

    "transfers" needs the whole interval of the difference below 0, "does not transfer" needs it
    above 0.  Any note (an optimum at the edge of its grid, say) makes the verdict "not resolved".
    `draws` is the size of the bootstrap, which does not affect the verdict.
    """
    if not (np.all(np.isfinite(arm.final)) and np.all(np.isfinite(baseline.final))):
        notes = (*notes, "a run diverged")
        limits = (-math.inf, math.inf)
    else:
        limits = difference(arm.final, baseline.final, level)
    verdict = Transfer.NOT_RESOLVED
    if not notes and limits[1] < 0:
        verdict = Transfer.TRANSFERS
    elif not notes and limits[0] > 0:
        verdict = Transfer.DOES_NOT
    return Comparison(
        verdict,
        limits,
        within(arm, baseline, level),
        bootstrap(arm, baseline, level, draws),
        (arm.n, baseline.n),
        None if notes else seeds_needed(arm.final, baseline.final, level),
        notes,
    )


def seeds_needed(
    a: np.ndarray, b: np.ndarray, level: float = LEVEL, power: float = POWER
) -> int | None:
    """Return n per arm that resolves the difference seen with this power; None if it is 0."""
    d, _, _ = welch(a, b)
    return None if d == 0 else needed_for(abs(d), a.std(ddof=1), b.std(ddof=1), level, power)


def needed_for(
    effect: float, sigma_a: float, sigma_b: float, level: float = LEVEL, power: float = POWER
) -> int:
    """Return the least n per arm with `power` to resolve `effect` (normal losses, Welch's test).

    >>> needed_for(1.0, 1.0, 1.0)
    17
    """
    check_range(f"needed_for(effect={effect})", "effect", effect, 0, open_low=True)
    low, high = 2, 2
    while power_of(effect, sigma_a, sigma_b, high, level) < power:
        low, high = high, 2 * high
        if high > 10**7:
            return high
    while high - low > 1:
        middle = (low + high) // 2
        if power_of(effect, sigma_a, sigma_b, middle, level) < power:
            low = middle
        else:
            high = middle
    return high


def detectable(
    sigma_a: float, sigma_b: float, n: int, level: float = LEVEL, power: float = POWER
) -> float:
    """Return the least difference of means that n seeds per arm resolve with this power."""
    low, high = 0.0, 1e3 * (sigma_a + sigma_b + 1e-300)
    for _ in range(100):
        middle = (low + high) / 2
        if power_of(middle, sigma_a, sigma_b, n, level) < power:
            low = middle
        else:
            high = middle
    return high


def power_of(effect: float, sigma_a: float, sigma_b: float, n: int, level: float) -> float:
    """Return the chance to resolve `effect` with n seeds per arm, or n pairs where sigma_b is 0."""
    from scipy import stats  # only where numbers are judged: a training machine may not have it

    error = math.sqrt((sigma_a**2 + sigma_b**2) / n)
    if error == 0:
        return 1.0
    u, v = sigma_a**2 / n, sigma_b**2 / n
    freedom = (u + v) ** 2 * (n - 1) / (u**2 + v**2)
    critical = stats.t.ppf((1 + level) / 2, freedom)
    shift = effect / error
    found = stats.nct.sf(critical, freedom, shift) + stats.nct.cdf(-critical, freedom, shift)
    return 1.0 if math.isnan(found) else float(found)  # scipy gives NaN far out, where power is 1
