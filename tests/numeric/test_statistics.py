"""The t interval: its formula, its coverage on normal samples, its refusals."""

import numpy as np
import pytest

from gpa_theory.numeric.statistics import t_interval


def test_coverage_on_normal_samples():
    """A 90 % interval misses the mean about 10 % of the time (2,000 repetitions, seeded)."""
    rng = np.random.default_rng(0)
    missed = 0
    for _ in range(2000):
        low, high = t_interval(rng.standard_normal(6), level=0.9)
        missed += not low <= 0 <= high
    assert 160 <= missed <= 240  # 200 ± 3 standard deviations (13.4 each)


@pytest.mark.parametrize("samples", [[], [1.0], [1.0, float("nan")]])
def test_too_few_or_broken_samples_are_refused(samples):
    """One sample has no spread, NaN has no mean."""
    with pytest.raises(ValueError, match="samples must be at least two finite numbers"):
        t_interval(samples)


def test_the_level_is_a_probability():
    """A level of 1 would be infinitely wide."""
    with pytest.raises(ValueError, match=r"level must lie in \(0, 1\)"):
        t_interval([1.0, 2.0], level=1)
