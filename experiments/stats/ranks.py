"""Rank transfer: does a bound order the hyperparameters as the measured losses do?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gpa_theory.core.validation import refuse

PERMUTATIONS = 10_000


@dataclass(frozen=True, slots=True)
class RankTransfer:
    """Kendall's τ_b between predicted and measured, with a one-sided permutation p value."""

    tau: float
    p: float
    n: int


def rank_transfer(
    predicted: Sequence[float], measured: Sequence[float], seed: int = 0
) -> RankTransfer:
    """Return how well `predicted` orders `measured`; p is the share of shuffles that do as well.

    What is not finite (a diverged run, a vacuous bound) ranks last.

    >>> round(rank_transfer([1, 2, 3, 4, 5, 6], [10, 20, 30, 40, 60, 50]).tau, 3)
    0.867
    """
    from scipy.stats import kendalltau

    a, b = (np.nan_to_num(np.asarray(v, float), nan=np.inf) for v in (predicted, measured))
    if len(a) != len(b) or len(a) < 3:
        raise refuse("rank_transfer()", "predicted, measured", "must be at least 3 pairs")
    a, b = (np.unique(v, return_inverse=True)[1] for v in (a, b))
    seen, rng = float(kendalltau(a, b).statistic), np.random.default_rng(seed)
    if np.isnan(seen):
        return RankTransfer(0.0, 1.0, len(a))
    pairs = np.triu_indices(len(a), 1)
    left = np.sign(a[pairs[0]] - a[pairs[1]])
    shuffled = np.array(
        [_concordance(left, rng.permutation(b), pairs) for _ in range(PERMUTATIONS)]
    )
    as_good = int((shuffled >= _concordance(left, b, pairs)).sum())
    return RankTransfer(seen, (as_good + 1) / (PERMUTATIONS + 1), len(a))


def _concordance(left: np.ndarray, b: np.ndarray, pairs: tuple[np.ndarray, ...]) -> int:
    return int((left * np.sign(b[pairs[0]] - b[pairs[1]])).sum())
