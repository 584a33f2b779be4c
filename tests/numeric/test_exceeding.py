"""Whether averages beat the base's iterates on a run: both sides, and what rounding may hide."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.recursion import GPA
from gpa_theory.numeric.exceeding import BEAT, LOST, UNDECIDED, exceeding
from gpa_theory.numeric.learners import learner
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.trajectory import simulate


def ran(name="absolute", mu_x=0.9, mu_y=0.7, gamma=0.3, steps=40, base="ogd"):
    problem = load(name)
    averaging = Uniform() if mu_x is None else Exponential(mu_x)
    return simulate(problem, learner(base, gamma, problem.domain), GPA(averaging, mu_y), steps)


@pytest.mark.parametrize("name", ["absolute", "quadratic", "wine-hinge", "diabetes-least_squares"])
@pytest.mark.parametrize("mu_x", [0.5, 0.99, None])
@pytest.mark.parametrize("mu_y", [0.0, 0.7, 1.0])
def test_both_sides_agree(name, mu_x, mu_y):
    """The lead, read off the values of f, is what was gained less what was paid."""
    run = ran(name, mu_x, mu_y, 0.1)
    found = exceeding(run)
    plain = float(np.mean(run.problem.value(run.z)) - np.mean(run.f_x))
    assert abs(found.lead - plain) <= found.budget
    assert abs(found.lead - (found.gained - found.paid)) <= found.budget
    if mu_x is not None:
        fall = float(run.f_x[0] - run.f_x[-1])
        assert abs(found.paid - run.rho[-1] * fall / run.steps) <= found.budget
    assert found.gained >= -found.budget  # f is convex


@given(mu_y=st.floats(0, 1), gamma=st.floats(0.01, 1))
def test_without_averaging_nothing_is_decided(mu_y, gamma):
    """At μ_x = 0 GPA is its base: the lead is 0, and 0 is no victory."""
    found = exceeding(ran("quadratic", 0.0, mu_y, gamma, 10))
    assert found.verdict == UNDECIDED
    assert "neither beat" in found.words


def test_on_a_slope_averaging_loses():
    """For linear f every divergence is 0 and the past costs ρ(f(x_1) − f(x_T))/T."""
    found = exceeding(ran("linear", gamma=0.1))
    assert found.verdict == LOST
    assert abs(found.gained) <= found.budget
    assert "lost to the base's iterates by" in found.words


def test_where_the_base_swings_averaging_wins():
    """Around a kink the base jumps to and fro, and the average does not."""
    found = exceeding(ran("absolute", 0.9, 1.0, 0.4, 200))
    assert found.verdict == BEAT
    assert "because" in found.words


def test_a_lead_within_the_error_of_the_values_is_undecided():
    """Computed values of f may be off: a lead no larger decides nothing."""
    run = ran("absolute", 0.5, 0.5, 0.3, 30)
    lead = abs(exceeding(run).lead)

    def with_error(error):
        def inexact(w):
            shape = np.shape(w)[:-1]
            return np.full(shape, error), np.zeros(shape)

        return replace(run, problem=Off(run.problem, inexact))

    assert exceeding(with_error(lead)).verdict == UNDECIDED
    assert exceeding(with_error(lead / 100)).verdict == BEAT


class Off:
    """A problem whose values are said to be off by more than they are."""

    def __init__(self, problem, inexactness):
        self._problem, self.inexactness = problem, inexactness

    def __getattr__(self, name):
        return getattr(self._problem, name)


def test_the_verdict_follows_the_sign(monkeypatch):
    """Must fail: exchanging x and z in the record changes the sides' agreement."""
    run = ran("absolute", 0.9, 1.0, 0.4, 50)
    wrong = replace(run, x=run.z, z=run.x)
    found = exceeding(wrong)
    assert abs(found.lead - (found.gained - found.paid)) > found.budget
