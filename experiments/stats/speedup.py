r"""How many steps an arm saves: where it reaches the baseline's final loss, with intervals.

The target is the baseline's mean final loss, which is itself a sample.  For every step s of the arm
Welch's two-sample test compares its losses at s with the baseline's final ones; the steps that are
not rejected form a confidence set for the crossing (Fieller's argument), solved for in
`crossing_set`.  This set keeps its level with few seeds and at any noise; a percentile bootstrap
over the seeds of both arms does not, and is only reported beside it.  Where the target is not
reached by T, the crossing is reported as censored.

There are two speed-ups.  *Within* is about a run of the same horizon.  *Rescheduled* asks which
horizon a run must be planned for to end at the target.  The share of steps saved is 1 − s/T.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.stats.crossing_set import Piece, joined, may_equal
from experiments.stats.curves import Curves
from experiments.stats.welch import difference
from gpa_theory.core.validation import check_range, refuse


@dataclass(frozen=True, slots=True)
class Fewer:
    """The share of steps saved, 1 − s/T: an estimate with a confidence interval.

    `censored`: the target may not be reached by T at all, and `low` is −∞.  `parts` is the
    confidence set itself; it may be a union of intervals, and [low, high] spans it.  `high` is 1
    where the target may have been reached before the first evaluation.
    """

    estimate: float | None
    low: float
    high: float
    level: float
    censored: bool
    method: str
    parts: tuple[tuple[float, float], ...] = ()

    def words(self) -> str:
        """Return the interval as text."""
        low = "<0 (not reached in all of the interval)" if self.censored else f"{self.low:.1%}"
        middle = "not reached" if self.estimate is None else f"{self.estimate:.1%}"
        text = f"{middle} fewer steps, {self.level:.0%} interval [{low}, {self.high:.1%}]"
        return text + gaps(self.parts)


def gaps(parts: Sequence[Sequence[float | None]]) -> str:
    """Return what a reader must know of a set in several parts; of a single interval, nothing.

    >>> gaps([(None, 0.1), (0.2, 0.3)])
    ' (the set is a union: up to 10.0%, 20.0% … 30.0%)'
    >>> gaps([(0.2, 0.3)])
    ''
    """
    if len(parts) < 2:
        return ""
    said = [
        f"up to {high:.1%}" if low is None or low == -np.inf else f"{low:.1%} … {high:.1%}"
        for low, high in parts
    ]
    return f" (the set is a union: {', '.join(said)})"


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


def within(arm: Curves, baseline: Curves, level: float = 0.95) -> Fewer:
    """Return the steps saved inside a run of the same horizon, by inverting Welch's test."""
    check_range(f"within(level={level})", "level", level, 0, 1, open_low=True, open_high=True)
    if min(arm.n, baseline.n) < 2:
        raise refuse("within()", "seeds", "must be at least 2 per arm: one seed has no spread")
    if not np.all(np.isfinite(baseline.final)):
        return _unknown(level, "Welch's test inverted")
    steps = crossings(arm, baseline.final, level)
    parts = tuple((1 - b / baseline.horizon, 1 - a / baseline.horizon) for a, b in reversed(steps))
    estimate = crossing(arm.steps, arm.mean, float(baseline.final.mean()))
    return Fewer(
        None if estimate is None else 1 - estimate / baseline.horizon,
        parts[0][0],
        parts[-1][1],
        level,
        parts[0][0] == -np.inf,
        "Welch's test inverted",
        parts,
    )


def crossings(arm: Curves, target: np.ndarray, level: float) -> list[Piece]:
    """Return the intervals of steps that may hold the first crossing; (T, ∞) is "not by T".

    What lies before the first evaluation belongs to it unless the arm is above the target there,
    and what lies after the last unless the arm is below the target at the end.
    """
    finite = np.all(np.isfinite(arm.values), axis=0)
    pieces = may_equal(arm.steps, arm.values, target, level)
    if _is_open(arm.values[:, 0], target, level)[0]:
        pieces.append((0.0, float(arm.steps[0])))
    for i in np.flatnonzero(finite[1:] & ~finite[:-1]):  # it comes back from a divergence
        if _is_open(arm.values[:, i + 1], target, level)[0]:
            pieces.append((float(arm.steps[i]), float(arm.steps[i + 1])))
    if _is_open(arm.final, target, level)[1]:
        pieces.append((float(arm.horizon), np.inf))
    return joined(pieces)


def _is_open(values: np.ndarray, target: np.ndarray, level: float) -> tuple[bool, bool]:
    """Return whether the target may have been reached here already, and whether it may not yet."""
    if not np.all(np.isfinite(values)):
        return False, True  # diverged is above everything
    low, high = difference(values, target, level)
    return bool(low <= 0), bool(high >= 0)


def _unknown(level: float, method: str) -> Fewer:
    """Return the interval against a baseline that diverged: only that at most 100 % are saved."""
    return Fewer(None, -np.inf, 1.0, level, True, method)


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
    return replace(found, method="horizons interpolated")
