"""Tuning where the worst case has kinks, and where the solver has nothing to show."""

import numpy as np
import pytest

from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.landscape import Landscape
from gpa_theory.worst_case.model.families import FAMILIES, diloco
from gpa_theory.worst_case.model.methods import sgd
from gpa_theory.worst_case.tuning import tune
from tests.worst_case.settings import LIPSCHITZ, SMOOTH

pytestmark = pytest.mark.solver


def test_polishing_is_never_worse():
    """A search without gradients from the best point keeps what is better."""
    plain = tune(diloco(2), 5, starts=[[0.2, 0.2, 0.8]], evaluations=3)
    polished = tune(diloco(2), 5, starts=[[0.2, 0.2, 0.8]], evaluations=3, polish=25)
    assert polished.found.upper <= plain.found.upper * (1 + 1e-6)
    assert plain.evaluations == 3  # a line search does not go on
    assert 3 < polished.evaluations <= 28


def test_smooth_searches_start_at_long_steps():
    """From steps of the nonsmooth class, DiLoCo's search ended a quarter higher."""
    assert tune(diloco(2), 3, of=SMOOTH).found.upper <= 0.0626 * float(SMOOTH.value_scale)


def test_tuned_diloco_is_not_worse_than_its_base():
    """μ = 0, γ_outer = 1 is subgradient descent, so tuned DiLoCo is at most that at its best."""
    found = tune(diloco(4), 9, polish=40)
    assert found.found.upper <= worst_case(sgd(0.136967), 9).upper * (1 + 1e-6)


def test_a_hopeless_point_is_not_mistaken_for_a_good_one():
    """Must fail: where no narrow interval is found, the value is an upper end, never below it."""
    landscape = Landscape(FAMILIES["sgd"], 21, "last", LIPSCHITZ, 1e-5)
    value, _ = landscape(np.array([2.2]))  # γ = 9
    assert np.exp(value) >= worst_case(sgd(9), 21, width=0.1).lower
