"""Arms that share their seeds, as pairs: what a seed does to both of them drops out.

A seed fixes initialization and batches, so the losses of two arms on it move together.  With
D_i(s) = (loss of the arm at step s) − (final loss of the baseline), both on seed i, every question
about two samples becomes one about a single sample and 0: Welch's test against a sample without
spread is Student's test of the pairs, with n − 1 degrees of freedom.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from experiments.stats.curves import Curves
from experiments.stats.over_seeds import LEVEL
from experiments.stats.verdicts import Comparison, compare
from gpa_theory.core.validation import refuse


def differences(arm: Curves, baseline: Curves) -> tuple[Curves, Curves]:
    """Return the curves D_i and a baseline of zeros; row i of both arms must be one seed.

    >>> arm = Curves([10, 20], [[3.0, 1.0], [4.0, 2.0]])
    >>> base = Curves([10, 20], [[3.0, 1.5], [4.0, 2.5]])
    >>> differences(arm, base)[0].values.tolist()
    [[1.5, -0.5], [1.5, -0.5]]
    """
    if arm.n != baseline.n:
        raise refuse(
            "differences()", "seeds", f"must be the same: {arm.n} and {baseline.n} of them"
        )
    with np.errstate(invalid="ignore"):  # both may have diverged: worse than any other
        gaps = arm.values - baseline.final[:, None]
    zeros = np.zeros((baseline.n, len(baseline.steps)))
    return Curves(arm.steps, gaps), Curves(baseline.steps, zeros)


def compare_pairs(
    arm: Curves,
    baseline: Curves,
    level: float = LEVEL,
    notes: tuple[str, ...] = (),
    draws: int = 2000,
) -> Comparison:
    """Return the verdict on the pairs: intervals of the final difference and of steps saved."""
    if not np.all(np.isfinite(baseline.final)):
        return compare(arm, baseline, level, notes, draws)  # which says that a run diverged
    found = compare(*differences(arm, baseline), level, notes, draws)
    return replace(found, fewer=replace(found.fewer, method="Student's test of the pairs inverted"))
