"""Rank transfer: does a bound order the hyperparameters as the measured losses do?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.stats.over_seeds import LEVEL
from gpa_theory.core.validation import check_range, refuse

PERMUTATIONS = 10_000


@dataclass(frozen=True, slots=True)
class RankTransfer:
    """Kendall's τ_b between predicted and measured, with a one-sided permutation p value.

    `p` is the share of shuffles that order at least as well, `p_reversed` the share that order at
    least as badly.  `low` and `high` bound the τ of the population that the n settings sample.
    """

    tau: float
    p: float
    n: int
    low: float = -1.0
    high: float = 1.0
    p_reversed: float = 1.0


def rank_transfer(
    predicted: Sequence[float], measured: Sequence[float], seed: int = 0, level: float = LEVEL
) -> RankTransfer:
    """Return how well `predicted` orders `measured`.

    Values that are not finite (a diverged run, a vacuous bound) rank last.

    >>> found = rank_transfer([1, 2, 3, 4, 5, 6], [10, 20, 30, 40, 60, 50])
    >>> round(found.tau, 3), found.low < found.tau < found.high
    (0.867, True)
    """
    from scipy.stats import kendalltau

    check_range(f"rank_transfer(level={level})", "level", level, 0, 1, open_low=True)
    a, b = (np.nan_to_num(np.asarray(v, float), nan=np.inf) for v in (predicted, measured))
    if len(a) != len(b) or len(a) < 3:
        raise refuse("rank_transfer()", "predicted, measured", "must be at least 3 pairs")
    a, b = (np.unique(v, return_inverse=True)[1] for v in (a, b))
    seen, rng = float(kendalltau(a, b).statistic), np.random.default_rng(seed)
    if np.isnan(seen):
        return RankTransfer(0.0, 1.0, len(a))
    i, j = np.triu_indices(len(a), 1)
    left = np.sign(a[i] - a[j])
    shuffled = rng.permuted(np.tile(b, (PERMUTATIONS, 1)), axis=1)
    scores = np.sign(shuffled[:, i] - shuffled[:, j]) @ left
    here = int(np.sign(b[i] - b[j]) @ left)
    as_good, as_bad = (
        (int(found.sum()) + 1) / (PERMUTATIONS + 1) for found in (scores >= here, scores <= here)
    )
    low, high = _interval(a, b, seen, level)
    return RankTransfer(seen, as_good, len(a), low, high, as_bad)


def _interval(a: np.ndarray, b: np.ndarray, seen: float, level: float) -> tuple[float, float]:
    """Return the smallest interval that contains two others, since each alone fails somewhere.

    The jackknife's (τ_b with each pair left out in turn) shrinks to a point where the order is
    perfect.  That of Fieller, Hartley and Pearson (1957), atanh τ ± z √(0.437/(n−4)), assumes
    normal pairs and is too short for a large τ.  With fewer than 5 pairs the interval is [−1, 1].
    """
    from scipy.stats import kendalltau, norm, t

    n = len(a)
    without = [float(kendalltau(np.delete(a, i), np.delete(b, i)).statistic) for i in range(n)]
    if n < 5 or np.isnan(without).any():
        return -1.0, 1.0
    error = np.sqrt((n - 1) / n * np.square(np.array(without) - np.mean(without)).sum())
    half = float(t.ppf((1 + level) / 2, n - 1) * error)
    middle = np.arctanh(np.clip(seen, 1 / n - 1, 1 - 1 / n))
    z = norm.ppf((1 + level) / 2) * np.sqrt(0.437 / (n - 4))
    low, high = min(seen - half, np.tanh(middle - z)), max(seen + half, np.tanh(middle + z))
    return max(-1.0, float(low)), min(1.0, float(high))
