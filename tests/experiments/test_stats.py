"""Statistics keep their level, find what was planted, and say when they cannot tell."""

import math

import numpy as np
import pytest
from scipy import stats

from experiments.stats.curves import Curves
from experiments.stats.ranks import rank_transfer
from experiments.stats.speedup import bootstrap, crossing, rescheduled, within
from experiments.stats.verdicts import Transfer, compare, detectable, needed_for
from experiments.stats.welch import difference
from tests.tolerances import PARITY_FLOAT64

STEPS = np.arange(10, 101, 5)
SIGMA = 0.02


def curves(n, seed, faster=0.0, sigma=SIGMA):
    """Return n noisy seeds of a decaying loss; `faster` is the share of steps it saves."""
    rng = np.random.default_rng(seed)
    shape = 1.0 - 0.8 * STEPS / 100 / (1 - faster)
    noise = sigma * rng.normal(size=(n, 1)) + 0.1 * sigma * rng.normal(size=(n, len(STEPS)))
    return Curves(STEPS, shape + noise)


def test_a_null_study_keeps_its_level():
    """Two equal arms are "not resolved" at the stated rate, n = 5 seeds each."""
    times, level = 400, 0.95
    found = [compare(curves(5, 2 * k), curves(5, 2 * k + 1), level, draws=2) for k in range(times)]
    kept = sum(one.verdict is Transfer.NOT_RESOLVED for one in found)
    limits = stats.binomtest(kept, times).proportion_ci(0.99)
    assert limits.low <= level <= limits.high


def test_the_fieller_interval_covers_the_truth_and_the_bootstrap_too_rarely():
    """With 4 seeds Welch's interval covers at its level; percentiles, the control, fall short."""
    times, level, truth = 800, 0.9, 0.2
    hits = {"welch": 0, "bootstrap": 0}
    for k in range(times):
        arm, base = curves(4, 2 * k, faster=truth), curves(4, 2 * k + 1)
        for name, found in (
            ("welch", within(arm, base, level)),
            ("bootstrap", bootstrap(arm, base, level, draws=200, seed=k)),
        ):
            hits[name] += found.low <= truth <= found.high
    good = stats.binomtest(hits["welch"], times).proportion_ci(0.99)
    assert good.low <= level <= good.high
    short = stats.binomtest(hits["bootstrap"], times).proportion_ci(0.99)
    assert short.high < level


def test_a_planted_speedup_is_found():
    """20 % fewer steps, 8 seeds: transfers, estimated to two points, the truth in the interval."""
    found = compare(curves(8, 0, faster=0.2), curves(8, 1))
    assert found.verdict is Transfer.TRANSFERS
    assert found.fewer.estimate == pytest.approx(0.2, abs=0.02)
    assert found.fewer.low <= 0.2 <= found.fewer.high
    assert "fewer steps" in found.fewer.words()


def test_a_planted_slowdown_is_found_and_censored():
    """An arm that ends above the baseline does not transfer, and its crossing is censored."""
    found = compare(curves(8, 0, faster=-0.25), curves(8, 1))
    assert found.verdict is Transfer.DOES_NOT
    assert found.fewer.estimate is None
    assert found.fewer.censored
    assert found.fewer.low == -math.inf
    assert "not reached" in found.fewer.words()


def test_notes_and_divergence_unresolve():
    """An edge optimum or a diverged seed leaves nothing to conclude."""
    arm, base = curves(8, 0, faster=0.2), curves(8, 1)
    edge = compare(arm, base, notes=("edge",))
    assert (edge.verdict, edge.needed) == (Transfer.NOT_RESOLVED, None)
    values = arm.values.copy()
    values[0, -3:] = np.nan
    diverged = compare(Curves(STEPS, values), base)
    assert diverged.verdict is Transfer.NOT_RESOLVED
    assert "a run diverged" in diverged.notes


def test_a_baseline_that_diverged_is_no_target():
    """Nothing is estimated against it, by either method, however good the arm."""
    values = curves(8, 1).values.copy()
    values[0, -1] = np.inf
    found = compare(curves(8, 0, faster=0.2), Curves(STEPS, values))
    assert found.verdict is Transfer.NOT_RESOLVED
    for fewer in (found.fewer, found.resampled):
        assert (fewer.estimate, fewer.low, fewer.high) == (None, -math.inf, 1.0)


def test_needed_seeds_give_the_power_they_promise():
    """Simulated power at the n that is asked for is the stated 80 %."""
    effect, times = 0.03, 400
    n = needed_for(effect, SIGMA, SIGMA)
    rng = np.random.default_rng(0)
    found = 0
    for _ in range(times):
        a, b = rng.normal(effect, SIGMA, n), rng.normal(0, SIGMA, n)
        low, high = difference(a, b, 0.95)
        found += not low <= 0 <= high
    limits = stats.binomtest(found, times).proportion_ci(0.99)
    assert limits.high >= 0.8
    assert detectable(SIGMA, SIGMA, n) <= effect <= detectable(SIGMA, SIGMA, n - 1)


def test_the_crossing_is_interpolated_and_censored():
    """Between two evaluations; at the first if already below; None if never."""
    steps, values = np.array([10.0, 20.0, 30.0]), np.array([3.0, 1.0, 0.5])
    assert crossing(steps, values, 2.5) == 12.5
    assert crossing(steps, values, 4.0) == 10.0
    assert crossing(steps, values, 0.4) is None
    assert crossing(steps, np.array([np.inf, 1.0, 0.5]), 2.0) == 20.0


def test_a_rescheduled_speedup_uses_ends_only():
    """Final losses of runs planned for several horizons, interpolated between them."""
    base = Curves([100], np.array([[1.0], [1.1], [0.9]]))
    spread = np.array([0.0, 0.05, -0.05])
    ends = {60: 1.4 + spread, 80: 1.0 + spread, 100: 0.8 + spread}
    found = rescheduled(ends, base)
    assert found.estimate == pytest.approx(0.2, rel=PARITY_FLOAT64)
    with pytest.raises(ValueError, match="two horizons"):
        rescheduled({60: spread}, base)


def test_records_become_curves():
    """Members are seeds; null is a diverged member."""
    evals = [{"step": 5, "val": [1.0, 2.0]}, {"step": 10, "val": [0.5, None]}]
    found = Curves.of([{"evals": evals}])
    assert found.values.tolist() == [[1.0, 0.5], [2.0, np.inf]]


@pytest.mark.parametrize(
    ("steps", "values", "message"),
    [([1, 1], [[1, 2]], "increase"), ([1], [[1, 2]], "shape"), ([], [[]], "shape")],
)
def test_bad_curves_are_refused(steps, values, message):
    """With the rule that is broken."""
    with pytest.raises(ValueError, match=message):
        Curves(steps, values)


def test_one_seed_has_no_spread():
    """A comparison of single runs is refused, not given a zero-width interval."""
    with pytest.raises(ValueError, match="at least 2 per arm"):
        compare(curves(1, 0), curves(5, 1))


def test_rank_transfer():
    """Agreement is found, noise is not, reversal is not agreement; ties and infinities pass."""
    rng = np.random.default_rng(0)
    truth = np.arange(12.0)
    assert rank_transfer(truth, truth + rng.normal(size=12)).p < 0.01
    assert rank_transfer(rng.permutation(truth), truth).p > 0.05
    assert rank_transfer(-truth, truth).p > 0.99
    assert rank_transfer([1, 1, 1], [1, 2, 3]) == rank_transfer([2, 2, 2], [1, 2, 3])
    assert rank_transfer([1, 2, math.inf, math.nan], [1, 2, 3, math.inf]).tau > 0.5
    with pytest.raises(ValueError, match="at least 3 pairs"):
        rank_transfer([1, 2], [1, 2])
