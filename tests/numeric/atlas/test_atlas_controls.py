"""Negative controls: average regret that does not vanish, with its limit where that is known."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.atlas.controls import CONTROLS
from gpa_theory.numeric.atlas import controls, momentum
from gpa_theory.numeric.learners import ogd_anytime
from tests.strategies import positive, reals

LONG, LONGER = 300, 3000
LEAST = {name: control.least for name, control in CONTROLS.items()}
BETAS = (0.9, 0.99)


def average(make, steps):
    """Return R_T/T on the losses of Reddi et al."""
    learner = make(controls.REDDI_STEP, controls.REDDI_BETAS, controls.INTERVAL)
    return controls.average_regret(controls.reddi(learner, steps))


def test_adam_stays_where_amsgrad_does_not():
    """R_T/T ≥ 2/3 for Adam at both horizons; AMSGrad's falls below a tenth of that."""
    assert LEAST["adam"] == controls.REDDI_LEAST
    assert average(momentum.adam, LONG) >= LEAST["adam"]
    assert average(momentum.adam, LONGER) >= LEAST["adam"]
    assert average(momentum.amsgrad, LONGER) < LEAST["adam"] / 10  # the control of the control
    assert average(momentum.amsgrad, LONGER) < average(momentum.amsgrad, LONG) / 2


def test_adam_is_back_after_every_period():
    """The two margins of the proof are > 0, and z_{3k+1} = 1 in the play."""
    assert all(margin > 0 for margin in controls.reddi_margins())
    learner = momentum.adam(controls.REDDI_STEP, controls.REDDI_BETAS, controls.INTERVAL)
    played = controls.reddi(learner, LONGER)
    assert np.all(played.z[::3] == 1.0)


def test_the_limit_of_sign_descent_is_exact():
    """The stationary law stays where it is; its regret is at least what the row says."""
    ups, law = controls.SKEWED[1][1], controls.stationary(controls.SKEWED[1][1], 20)
    assert sum(law) == 1
    assert controls.moved_once(law, ups) == law
    limit = controls.limit_of_sign_descent(10)
    assert LEAST["sign-descent"] < limit < 2 * controls.mean(controls.SKEWED)
    assert abs(limit - Fraction("0.38500001")) < Fraction(1, 10**8)  # what the row says


def test_another_law_moves():
    """Must fail: the uniform law is not stationary."""
    uniform = (Fraction(1, 3),) * 3
    assert controls.moved_once(uniform, Fraction(7, 10)) != uniform
    with pytest.raises(ValueError, match="ups"):
        controls.stationary(Fraction(1), 3)


def share_of(learner, coin, steps, seeds=200):
    """Return the mean and the standard error of the share of the largest regret."""
    found = controls.flips(learner, coin, seeds, steps, 0)
    return found.mean(), found.std(ddof=1) / np.sqrt(seeds)


@pytest.mark.parametrize("steps", [500, 2000])
def test_sign_descent_goes_the_wrong_way(steps):
    """With steps 1/√t it keeps more than 9/10 of the largest regret at both horizons.

    Must fail: gradient descent on the same coins keeps less than a third.
    """
    share, error = share_of(momentum.sign_descent(1.0, controls.INTERVAL), controls.SKEWED, steps)
    assert share - 4 * error > 0.9
    share, error = share_of(ogd_anytime(1.0, controls.INTERVAL), controls.SKEWED, steps)
    assert share + 4 * error < 1 / 3


def test_lion_misses_rare_spikes():
    """At least 3/4 of the largest regret at T = 8000, three standard errors below what is seen."""
    lion = momentum.lion(1.0, BETAS, controls.INTERVAL)
    early, _ = share_of(lion, controls.RARE, 2000)
    share, error = share_of(lion, controls.RARE, 8000)
    assert share - 3 * error > LEAST["lion"]
    assert abs(share - early) < 0.06  # it does not fall: four standard errors at T = 2000


def test_lion_survives_a_mild_skew():
    """Must fail: on the other coin its average regret does vanish, so `flips` can tell."""
    lion = momentum.lion(1.0, BETAS, controls.INTERVAL)
    share, _ = share_of(lion, controls.SKEWED, 2000)
    assert share < 1 / 3


@given(steps=st.lists(positive, max_size=12), start=st.tuples(reals, reals))
def test_the_trap_conserves_a_sum(steps, start):
    """x_1 + x_2 stays, whatever the steps and the start: the signs are always opposite."""
    points = list(controls.trapped(steps, start))
    assert len({a + b for a, b in points}) == 1


def test_the_gap_stays_above_what_the_row_says():
    """From (1, 2/5): f ≥ 7/50 at every step, for steps that vanish and for steps that do not."""
    for steps in ([Fraction(1, t) for t in range(1, 60)], [Fraction(1, 4)] * 60):
        gaps = [controls.trap(point) for point in controls.trapped(steps)]
        assert min(gaps) >= LEAST["polar-descent"]
    assert min(gaps) < 4 * LEAST["polar-descent"]  # it does get near


def test_muon_without_momentum_is_trapped_too():
    """On diag(x_1, x_2) the trace is conserved to rounding, and the rest stays 0."""
    played = controls.trapped_matrix(0.5, 200)
    trace = played.z[:, 0] + played.z[:, 3]
    assert np.ptp(trace) < 1e-12  # 200 roundings
    assert np.abs(played.z[:, 1:3]).max() < 1e-12
    gaps = [controls.trap((z[0], z[3])) for z in played.z]
    assert min(gaps) > float(LEAST["polar-descent"]) - 1e-12
