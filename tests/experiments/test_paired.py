"""Pairs of seeds and several looks: Student's test of the pairs, at one level over all looks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from experiments import paired_looks
from experiments.stats.curves import Curves
from experiments.stats.looks import barrier, levels, stays
from experiments.stats.paired import compare_pairs, differences
from experiments.stats.verdicts import Transfer, compare
from experiments.stats.welch import difference
from tests.tolerances import ROUNDING, SOLVED_END

STEPS = [50.0, 100.0, 150.0, 200.0]


def arms(effect=-0.02, spread=0.5, apart=0.004, pairs=8, seed=0):
    """Return two arms whose seeds differ by `spread`, and on one seed by `effect` ± `apart`."""
    rng = np.random.default_rng(seed)
    fall = np.array([0.6, 0.3, 0.1, 0.0])
    level = rng.normal(0, spread, (pairs, 1))
    noise = rng.normal(0, apart, (pairs, 1))
    return Curves(STEPS, fall + level + effect + noise), Curves(STEPS, fall + level)


def test_the_interval_is_students_of_the_pairs():
    """Mean ± t_{n−1} s/√n of the differences of the final losses, as scipy has it."""
    arm, base = arms()
    gaps = arm.final - base.final
    wanted = stats.ttest_rel(arm.final, base.final).confidence_interval(0.9)
    assert difference(*(c.final for c in differences(arm, base)), 0.9) == pytest.approx(
        (wanted.low, wanted.high), rel=SOLVED_END
    )
    assert compare_pairs(arm, base, 0.9).difference == pytest.approx(
        (wanted.low, wanted.high), rel=SOLVED_END
    )
    assert gaps.std() < base.final.std() / 10


def test_steps_saved_end_where_the_test_of_the_pairs_is_at_its_level():
    """At each end of the set the p value of the pairs is 1 − level; curves are straight lines."""
    arm, base = arms(apart=0.002)
    found = compare_pairs(arm, base, 0.9).fewer
    assert found.method.startswith("Student")
    for share in (found.low, found.high):
        at = [np.interp((1 - share) * 200, arm.steps, row) for row in arm.values]
        assert stats.ttest_rel(at, base.final).pvalue < 0.11  # the allowance for a bend only widens
    assert found.low < found.estimate < found.high


def test_what_two_samples_hide_pairs_show():
    """A shift of 4 % of the spread over seeds: not resolved by Welch, resolved by the pairs."""
    arm, base = arms()
    assert compare(arm, base).verdict is Transfer.NOT_RESOLVED
    assert compare_pairs(arm, base).verdict is Transfer.TRANSFERS
    assert compare_pairs(base, arm).verdict is Transfer.DOES_NOT
    assert compare_pairs(arm, base, notes=("an edge",)).verdict is Transfer.NOT_RESOLVED


def test_pairs_must_be_pairs_and_a_run_that_diverged_is_said():
    """Must fail: other numbers of seeds; a run without an end resolves nothing."""
    arm, base = arms()
    with pytest.raises(ValueError, match="seeds must be the same: 8 and 7"):
        differences(arm, Curves(STEPS, base.values[:7]))
    for which in (0, 1):
        values = [arm.values.copy(), base.values.copy()]
        values[which][0, -1] = np.nan
        found = compare_pairs(Curves(STEPS, values[0]), Curves(STEPS, values[1]))
        assert found.verdict is Transfer.NOT_RESOLVED
        assert "a run diverged" in found.notes


def test_one_look_is_no_correction():
    """The level of a single look is the level itself; more looks make each one stricter."""
    assert levels((24,), 0.95)[0] == pytest.approx(0.95, abs=ROUNDING * 10)
    several = levels((8, 16, 24), 0.95)
    assert several[0] > several[1] > several[2] > 0.95


@pytest.mark.parametrize("looks", [(8, 16, 24), (2, 24), (6, 12, 18, 24)])
def test_the_level_holds_over_all_looks(looks):
    """A Brownian motion leaves the barrier at some look with the stated chance, n = 400,000."""
    rng, c = np.random.default_rng(1), barrier(tuple(n / looks[-1] for n in looks), 0.9)
    steps = np.diff((0, *looks)) / looks[-1]
    paths = np.cumsum(rng.normal(size=(400_000, len(looks))) * np.sqrt(steps), axis=1)
    left = np.mean(np.any(np.abs(paths) > c, axis=1))
    assert abs(left - 0.1) < 4 * np.sqrt(0.09 / 400_000)
    assert stays((1.0,), 1.959963984540054) == pytest.approx(0.95, abs=1e-9)


@pytest.mark.parametrize("looks", [(), (8, 8), (16, 8), (0, 4)])
def test_looks_must_increase(looks):
    """Must fail: none, twice the same, backwards, nothing to look at."""
    with pytest.raises(ValueError, match="looks"):
        levels(looks, 0.95)


def test_without_the_barrier_the_looks_would_cheat():
    """Must fail: 95 % intervals at each of three looks err in more than 8 % of null studies."""
    rng = np.random.default_rng(2)
    gaps = rng.normal(size=(4000, 24))

    def errs(at):
        wrong = np.zeros(len(gaps), bool)
        for n, level in zip((8, 16, 24), at, strict=True):
            p = stats.ttest_1samp(gaps[:, :n], 0, axis=1).pvalue
            wrong |= p < 1 - level
        return wrong.mean()

    assert errs((0.95,) * 3) > 0.08
    assert errs(levels((8, 16, 24), 0.95)) < 0.06


def test_the_simulation_keeps_what_it_states_and_could_fail():
    """A null study errs rarely, a planted saving is found; a cell that errs often is refused."""
    rng = np.random.default_rng(3)
    fall = np.linspace(0.5, 0, 6) ** 1.5
    base = Curves(np.linspace(50, 300, 6), fall + rng.normal(0, 0.01, (24, 1)))
    noise = rng.normal(0, 0.004, (24, 6))
    noise -= noise.mean(axis=0)
    null = paired_looks.simulated(base, noise, 0.0, None, 60)
    planted = paired_looks.simulated(base, noise, paired_looks.PLANTED, None, 40)
    assert paired_looks.is_as_it_must_be(null)
    assert paired_looks.is_as_it_must_be(planted)
    assert planted["verdicts"]["below"]["times"] == 40
    assert not paired_looks.is_as_it_must_be({**planted, "saved": 0.0})
    assert not paired_looks.is_as_it_must_be({**null, "saved": paired_looks.PLANTED})
