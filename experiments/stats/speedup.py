r"""How many steps an arm saves: where it reaches the baseline's final loss, with intervals.

The target is the baseline's mean final loss, which is itself a sample.  For every step s of the arm
Welch's two-sample test compares its losses at s with the baseline's final ones; the steps that are
not rejected form a confidence set for the crossing (Fieller's argument).  This set keeps its level
with few seeds; a percentile bootstrap over the seeds of both arms does not, and is only reported
beside it.  Where the target is not reached by T, the crossing is reported as censored.

There are two speed-ups.  *Within* is about a run of the same horizon.  *Rescheduled* asks which
horizon a run must be planned for to end at the target.  The share of steps saved is 1 − s/T.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.stats.curves import Curves
from gpa_theory.core.validation import check_range, refuse

GRID = 400  # steps at which the test is made; linear interpolation between evaluations


@dataclass(frozen=True, slots=True)
class Fewer:
    """The share of steps saved, 1 − s/T: an estimate with a confidence interval.

    `censored`: the target may not be reached by T at all, and `low` is −∞.
    """

    estimate: float | None
    low: float
    high: float
    level: float
    censored: bool
    method: str

    def words(self) -> str:
        """Return the interval as text."""
        low = "<0 (not reached in all of the interval)" if self.censored else f"{self.low:.1%}"
        middle = "not reached" if self.estimate is None else f"{self.estimate:.1%}"
        return f"{middle} fewer steps, {self.level:.0%} interval [{low}, {self.high:.1%}]"


def crossing(steps: np.ndarray, values: np.ndarray, target: float) -> float | None:
    """Return the first step at which the curve is ≤ target, interpolated; None if it never is.

    >>> crossing(np.array([10.0, 20.0]), np.array([3.0, 1.0]), 2.0)
    15.0
    """
    below = np.flatnonzero(values <= target)
    if not len(below):
        return None
    i = int(below[0])
    if i == 0:
        return float(steps[0])
    before, after = values[i - 1], values[i]
    if not np.isfinite(before):
        return float(steps[i])
    return float(steps[i - 1] + (steps[i] - steps[i - 1]) * (before - target) / (before - after))


def welch(a: np.ndarray, b: np.ndarray) -> tuple[Any, Any, Any]:
    """Return difference of means a − b, its standard error and Welch's degrees of freedom.

    Seeds are along the first axis; every entry of further axes is a test of its own.
    """
    if len(a) < 2 or len(b) < 2:
        raise refuse("welch()", "seeds", "must be at least 2 per arm: one seed has no spread")
    u, v = a.var(axis=0, ddof=1) / len(a), b.var(axis=0, ddof=1) / len(b)
    spread = u**2 / (len(a) - 1) + v**2 / (len(b) - 1)
    equal = np.full_like(spread, len(a) + len(b) - 2)  # any value: without spread it has no effect
    freedom = np.divide((u + v) ** 2, spread, out=equal, where=spread > 0)
    return a.mean(axis=0) - b.mean(axis=0), np.sqrt(u + v), freedom


def difference(a: np.ndarray, b: np.ndarray, level: float) -> tuple[Any, Any]:
    """Return the confidence interval of mean(a) − mean(b)."""
    from scipy import stats  # only where numbers are judged: a training machine may not have it

    check_range(f"difference(level={level})", "level", level, 0, 1, open_low=True, open_high=True)
    d, error, freedom = welch(a, b)
    half = stats.t.ppf((1 + level) / 2, freedom) * error
    return d - half, d + half


def within(arm: Curves, baseline: Curves, level: float = 0.95) -> Fewer:
    """Return the steps saved inside a run of the same horizon, by inverting Welch's test."""
    horizon = baseline.horizon
    if not np.all(np.isfinite(baseline.final)):
        return _unknown(level, "Welch's test inverted")
    grid = np.linspace(arm.steps[0], arm.horizon, GRID)
    kept = grid[_not_rejected(arm.on(grid), baseline.final, level)]
    estimate = crossing(arm.steps, arm.mean, float(baseline.final.mean()))
    at_end = arm.final
    low_d, _ = difference(at_end, baseline.final, level) if np.all(np.isfinite(at_end)) else (1, 1)
    worse = low_d > 0  # even at its end the arm is above the target
    none = not len(kept)
    censored = worse or none or kept[-1] >= grid[-1]
    first = (arm.horizon if worse else arm.steps[0]) if none else kept[0]
    last = first if none else kept[-1]
    return Fewer(
        None if estimate is None else 1 - estimate / horizon,
        -np.inf if censored else 1 - last / horizon,
        0.0 if worse else 1 - first / horizon,
        level,
        bool(censored),
        "Welch's test inverted",
    )


def _unknown(level: float, method: str) -> Fewer:
    """Return the interval against a baseline that diverged: only that at most 100 % are saved."""
    return Fewer(None, -np.inf, 1.0, level, True, method)


def _not_rejected(values: np.ndarray, target: np.ndarray, level: float) -> np.ndarray:
    """Return for each column of `values`, (n, steps), whether its mean may equal the target's."""
    usable = np.all(np.isfinite(values), axis=0)
    found = np.zeros(values.shape[1], bool)
    low, high = difference(values[:, usable], target[:, None], level)
    found[usable] = (low <= 0) & (high >= 0)
    return found


def bootstrap(
    arm: Curves, baseline: Curves, level: float = 0.95, draws: int = 2000, seed: int = 0
) -> Fewer:
    """Return the steps saved with a percentile bootstrap's interval, too short for few seeds."""
    if not np.all(np.isfinite(baseline.final)):
        return _unknown(level, "bootstrap")
    rng, horizon = np.random.default_rng(seed), baseline.horizon
    means = arm.values[rng.integers(arm.n, size=(draws, arm.n))].mean(axis=1)
    targets = baseline.final[rng.integers(baseline.n, size=(draws, baseline.n))].mean(axis=1)
    reached_at = [crossing(arm.steps, m, float(t)) for m, t in zip(means, targets, strict=True)]
    found = [-np.inf if step is None else 1 - step / horizon for step in reached_at]
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2], method="nearest")
    estimate = crossing(arm.steps, arm.mean, float(baseline.final.mean()))
    reached = None if estimate is None else 1 - estimate / horizon
    return Fewer(reached, float(low), float(high), level, bool(np.isinf(low)), "bootstrap")


def rescheduled(ends: Mapping[int, np.ndarray], baseline: Curves, level: float = 0.95) -> Fewer:
    """Return the steps saved by a run *planned* shorter; `ends` has final losses by horizon.

    The mean final loss is interpolated between the horizons tried, and never extrapolated.
    """
    horizons = sorted(ends)
    if len(horizons) < 2 or len({len(ends[h]) for h in horizons}) != 1:
        raise refuse("rescheduled(ends)", "ends", "must hold two horizons with equally many seeds")
    ladder = Curves(horizons, np.stack([ends[h] for h in horizons], axis=1))
    found = within(ladder, baseline, level)
    return Fewer(
        found.estimate, found.low, found.high, level, found.censored, "horizons interpolated"
    )
