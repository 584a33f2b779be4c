"""Base optimizers: pure, exact where the arithmetic is, and refusing what they cannot do."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.gram import Point, basis
from gpa_theory.numeric.learners import LEARNERS, learner, ogd
from gpa_theory.numeric.problems.domain import Ball, Box, Space
from tests.strategies import positive, reals
from tests.tolerances import PARITY_FLOAT64

walks = st.lists(reals, min_size=1, max_size=6)


def play(base, gradients, start):
    state, z, points = base.init(start), start, [start]
    for t, g in enumerate(gradients, start=1):
        z, state = base.step(state, t, z, g)
        points.append(z)
    return points


@given(gamma=positive, gradients=walks, start=reals)
def test_ogd_is_exact_in_fractions(gamma, gradients, start):
    """z_T = z_1 − γ Σ g, in any arithmetic."""
    assert play(ogd(gamma), gradients, start)[-1] == start - gamma * sum(gradients)


def test_ogd_runs_on_named_vectors():
    """On Points the iterate is the combination a worst-case program needs."""
    end = play(ogd(Fraction(1, 2)), [basis("g1"), basis("g2")], basis("z1"))[-1]
    assert end == Point({"z1": 1, "g1": Fraction(-1, 2), "g2": Fraction(-1, 2)})


@pytest.mark.parametrize("base", LEARNERS)
def test_nothing_is_mutated(base):
    """The same state and gradient give the same step twice, and the inputs stay as they were."""
    made = LEARNERS[base](0.5, Box(1.0))
    z, g = np.array([0.2, -0.1]), np.array([0.3, 0.0])
    state = made.init(z)
    first = made.step(state, 1, z, g)[0]
    assert np.array_equal(first, made.step(state, 1, z, g)[0])
    assert z.tolist() == [0.2, -0.1]
    assert np.all(np.abs(first) <= 1.0)


@pytest.mark.parametrize("base", ["adagrad-norm", "adagrad-diagonal"])
def test_adagrad_stands_still_without_gradients(base):
    """0/0 is no step."""
    made = LEARNERS[base](0.5, Space())
    z = np.ones(2)
    assert made.step(made.init(z), 1, z, np.zeros(2))[0].tolist() == [1.0, 1.0]


@pytest.mark.parametrize("base", ["adagrad-norm", "adagrad-diagonal"])
@pytest.mark.parametrize("scale", [2.0**-700, 2.0**700])
def test_adagrad_is_scale_free(base, scale):
    """Gradients of any size give the same iterates, though their squares leave the floats."""
    g = np.random.default_rng(0).standard_normal((5, 3))
    small, large = (play(LEARNERS[base](0.5, Space()), s * g, np.ones(3)) for s in (1.0, scale))
    assert np.array(large) == pytest.approx(np.array(small), rel=PARITY_FLOAT64)


@pytest.mark.parametrize("base", LEARNERS)
@pytest.mark.parametrize("gamma", [0, -1.0, float("nan"), "0.1"])
def test_bad_step_sizes_are_refused(base, gamma):
    """γ must be a number > 0."""
    with pytest.raises(ValueError, match=r"gamma must lie in \(0, ∞\)"):
        LEARNERS[base](gamma, Space())


def test_diagonal_adagrad_refuses_a_ball():
    """Its proof needs a projection that works coordinate by coordinate."""
    with pytest.raises(ValueError, match="domain must be a box or the whole space"):
        learner("adagrad-diagonal", 0.1, Ball(1.0))


def test_unknown_bases_are_refused():
    """The refusal lists what exists."""
    with pytest.raises(ValueError, match="base must be one of ogd, dual-averaging"):
        learner("adam", 0.1, Space())


@pytest.mark.parametrize("base", LEARNERS)
def test_learners_know_their_domain(base):
    """The domain that the step projects onto is on record, the whole space by default."""
    assert learner(base, 0.1, Box(1.0)).domain == Box(1.0)
    assert LEARNERS[base](0.1).domain == Space()
