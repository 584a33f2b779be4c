"""Where a curve may equal a target: the ends of the set are solved for, and no piece is missed."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from experiments import interval_coverage as coverage
from experiments.stats import crossing_set
from experiments.stats.crossing_set import joined, may_equal
from experiments.stats.curves import Curves
from experiments.stats.over_seeds import share
from experiments.stats.speedup import within
from experiments.stats.welch import critical, freedom
from tests.tolerances import PARITY_FLOAT64, SOLVED_END

STEPS = np.array([0.0, 100.0, 200.0])


def lines(means, sigma=0.01, seeds=6, seed=0):
    """Return seeds of a curve through these means, with a spread that changes along the way."""
    rng = np.random.default_rng(seed)
    return np.array(means) + sigma * rng.normal(size=(seeds, 1)) * np.linspace(1, 3, len(means))


def p_of(values, steps, step, target):
    """Return the p value of scipy's Welch test at a step between two evaluations."""
    here = np.array([np.interp(step, steps, row) for row in values])
    return stats.ttest_ind(here, target, equal_var=False).pvalue


@pytest.mark.parametrize("sigma", [1e-7, 1e-4, 1e-2])
def test_at_each_end_the_test_is_at_its_level(sigma):
    """On a straight curve the p value at an end is 1 − level, however narrow the interval is."""
    values, target = lines([1.0, 0.5, 0.0], sigma), 0.3 + sigma * np.array([-1.0, 0.0, 1.0, 0.5])
    [(low, high)] = may_equal(STEPS, values, target, 0.9)
    assert low < 140 < high
    for end, outside in ((low, low - (high - low) / 9), (high, high + (high - low) / 9)):
        assert p_of(values, STEPS, end, target) == pytest.approx(0.1, rel=SOLVED_END)
        assert p_of(values, STEPS, outside, target) < 0.1


def test_without_spread_the_set_is_the_crossing():
    """One point of a straight curve, no interval of a grid's width."""
    values = np.tile([1.0, 0.5, 0.0], (3, 1))
    [(low, high)] = may_equal(STEPS, values, np.full(3, 0.3), 0.95)
    assert (low, high) == pytest.approx((140, 140), rel=1e-9)


def test_a_curve_that_touches_three_times_gives_a_union():
    """Down, up and down through the target: three pieces, and the hull covers all of them."""
    steps = np.array([10.0, 20, 30, 40, 50])
    values = np.tile([2.0, 0.9, 1.1, 0.9, 0.2], (3, 1)) + np.array([[-0.001], [0.0], [0.001]])
    found = within(Curves(steps, values), Curves([50], [[1.0], [1.001], [0.999]]))
    assert len(found.parts) >= 3
    assert found.low == found.parts[0][0]
    assert found.high == found.parts[-1][1]
    assert all(a[1] < b[0] for a, b in zip(found.parts, found.parts[1:], strict=False))
    assert "the set is a union" in found.words()
    for share_saved in (1 - t / 50 for t in (19.1, 25, 35)):
        assert any(low <= share_saved <= high for low, high in found.parts)


def test_a_curve_that_is_seldom_evaluated_bends_between(monkeypatch):
    """A convex curve lies below its chord; the set allows for that, and without it would miss."""
    steps = np.array([0.0, 250, 500, 750, 1000])
    mean = (1 - steps / 1000) ** 2
    arm = Curves(steps, mean + 1e-6 * np.array([[-1.0], [0.0], [1.0]]))
    target = (1 - 0.625) ** 2 + 1e-6 * np.array([[-1.0], [0.0], [1.0]])
    base = Curves([1000], target)
    found = within(arm, base)
    assert found.low <= 1 - 0.625 <= found.high
    monkeypatch.setattr(crossing_set, "_bows", lambda *given: np.zeros(4))
    chord = within(arm, base)
    assert not chord.low <= 1 - 0.625 <= chord.high


def test_what_lies_before_the_first_evaluation_is_not_excluded():
    """An arm that is already below at its first evaluation saves at least that much, up to all."""
    arm = Curves([40, 100], [[0.5, 0.1], [0.51, 0.1], [0.49, 0.1]])
    found = within(arm, Curves([100], [[1.0], [1.01], [0.99]]))
    assert (found.low, found.high) == pytest.approx((0.6, 1.0), rel=PARITY_FLOAT64)
    assert not found.censored


def test_a_curve_that_comes_back_from_infinity_may_have_crossed_there():
    """Between an evaluation that diverged and one that is below, nothing more is known."""
    arm = Curves([25, 50, 100], [[np.inf, 0.5, 0.1], [2.0, 0.51, 0.1], [2.0, 0.49, 0.1]])
    found = within(arm, Curves([100], [[1.0], [1.01], [0.99]]))
    assert (found.low, found.high) == pytest.approx((0.5, 0.75), rel=PARITY_FLOAT64)


def test_an_arm_that_is_worse_in_the_end_may_have_crossed_before():
    """Both are said: the crossing on the way down, and that it may not have been reached."""
    arm = Curves([25, 50, 100], [[2.0, 0.5, 2.0], [2.01, 0.51, 2.0], [1.99, 0.49, 2.0]])
    found = within(arm, Curves([100], [[1.0], [1.001], [0.999]]))
    assert found.censored
    assert found.low == -math.inf
    assert found.low < found.estimate < found.high


def test_pieces_that_touch_are_joined():
    """In any order given."""
    assert joined([(5, 6), (0, 2), (1, 3), (3, 4)]) == [(0.0, 4.0), (5.0, 6.0)]
    assert joined([]) == []


def test_a_level_beyond_its_domain_is_refused():
    """By name."""
    arm = Curves([25, 50], [[2.0, 0.5], [2.01, 0.51]])
    with pytest.raises(ValueError, match="level must lie in"):
        within(arm, arm, 1.0)


def test_the_range_of_t_over_an_interval_is_the_whole_range():
    """Also where the degrees of freedom are largest in the middle: no t lies outside."""
    values, target = lines([1.0, 0.5, 0.0], seeds=4), 0.3 + 0.01 * np.arange(5.0)
    made = crossing_set._Lines.of(values, target, np.zeros(2), np.array([0]), 0.95)
    least, most = np.array([0.0]), np.array([10 * made.v])
    (loose,), (strict,) = made._critical(least, most)
    between = critical(freedom(np.linspace(0, 10 * made.v, 1000), made.v, 4, 5), 0.95)
    assert strict <= between.min() <= strict * (1 + SOLVED_END)
    assert loose * (1 - SOLVED_END) <= between.max() <= loose


@pytest.mark.parametrize("sigma", coverage.SIGMAS)
@pytest.mark.parametrize("saved", coverage.SAVED)
def test_the_interval_covers_at_its_level(sigma, saved):
    """At every noise and every saving of the record; judged at 80 % it covers less often."""
    cell = coverage.covered(sigma, saved, times=40, seed=1)
    assert cell["covered"]["high"] >= 0.95
    assert cell["control"]["times"] < cell["covered"]["times"]


def test_the_record_of_the_coverage_fails_where_the_level_is_not_kept():
    """A cell that covers too rarely is not as it must be, nor one whose control covers as often."""
    good = {"covered": share(1890, 2000, 0.99), "control": share(1600, 2000, 0.99)}
    assert coverage.is_as_it_must_be(good)
    assert not coverage.is_as_it_must_be({**good, "covered": share(1700, 2000, 0.99)})
    assert not coverage.is_as_it_must_be({**good, "control": share(1900, 2000, 0.99)})


def test_the_recorded_calibration_is_as_stated():
    """Every cell keeps the level; README is what the data say."""
    (path,) = (Path(coverage.__file__).parent / "records").glob("*_interval_coverage/data.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    assert len(data["cells"]) == len(coverage.SIGMAS) * len(coverage.SAVED)
    assert all(map(coverage.is_as_it_must_be, data["cells"]))
    assert {cell["covered"]["of"] for cell in data["cells"]} == {coverage.TIMES}
    made = "\n".join(coverage.readme(data)) + "\n"
    assert path.with_name("README.md").read_text(encoding="utf-8") == made
