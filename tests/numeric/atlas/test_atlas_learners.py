"""The learners of the atlas take the steps that their rows say."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.numeric.atlas import discounted, matrices, momentum, newton, of_gaps, simplex
from gpa_theory.numeric.atlas import parameter_free as free
from gpa_theory.numeric.learners import Learner, adagrad_norm
from gpa_theory.numeric.problems.domain import Ball, Box
from gpa_theory.worst_case.certifying import certify
from tests.strategies import seeds
from tests.tolerances import PARITY_FLOAT64

betas = st.floats(0.5, 0.99)
ball = Ball(1.0)


def walked(learner: Learner, start, gradients) -> np.ndarray:
    """Return z_1, z_2, … for the gradients g_1, g_2 and so on."""
    state, z, found = learner.init(start), start, [start]
    for t, g in enumerate(gradients, start=1):
        z, state = learner.step(state, t, z, g)
        found.append(z)
    return np.array(found)


def drawn(seed: int, shape: tuple[int, int] = (6, 3)) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


def close(a, b) -> bool:
    return bool(np.allclose(a, b, rtol=PARITY_FLOAT64, atol=PARITY_FLOAT64))


@given(seed=seeds, beta=betas)
def test_adagrad_that_forgets_is_adagrad_at_other_vectors(seed, beta):
    """Its run from t = 2 is that of AdaGrad-norm at β^{−t}g_t: the theorem is the same one."""
    g, start = drawn(seed), np.full(3, 0.2)
    found = walked(discounted.discounted_adagrad(beta, 0.5, ball), start, g)
    scaled = [beta**-t * v for t, v in enumerate(g[1:], start=2)]
    assert close(found[1:], walked(adagrad_norm(0.5, ball), start, scaled))


@given(seed=seeds, beta=betas)
def test_what_is_drawn_back_is_dual_averaging_of_gradients_that_age(seed, beta):
    """z_{t+1} = z_1 − γ Σ_{2≤s≤t} β^{t+1−s} g_s."""
    g, start = drawn(seed), np.full(3, 0.2)
    found = walked(discounted.drawn_back(beta, 0.5), start, g)
    for t in range(1, len(g) + 1):
        aged = sum((beta ** (t + 1 - s) * g[s - 1] for s in range(2, t + 1)), np.zeros(3))
        assert close(found[t], start - 0.5 * aged)


def test_weights_of_ages_leave_the_first_out():
    """0, β^{T−2}, …, β, 1."""
    assert discounted.ages(0.5, 4).tolist() == [0.0, 0.25, 0.5, 1.0]


@given(seed=seeds)
def test_clipped_adam_stays_in_its_ball_and_forgets_scale(seed):
    """Within D of z_1, and gradients times 8 move it the same."""
    g, start = drawn(seed), np.ones(3)
    found = walked(discounted.clipped_adam(0.9, 0.7), start, g)
    assert np.linalg.norm(found - start, axis=1).max() <= 0.7 * (1 + PARITY_FLOAT64)
    assert close(found, walked(discounted.clipped_adam(0.9, 0.7), start, 8 * g))


@given(seed=seeds)
def test_scale_free_leaders_forget_scale(seed):
    """SOLO and DoG: gradients times 8 move them the same."""
    g, start = drawn(seed), np.zeros(3)
    for learner in (free.solo(), free.dog(0.1)):
        assert close(walked(learner, start, g), walked(learner, start, 8 * g))


@given(seed=seeds)
def test_the_bettor_owns_what_it_won(seed):
    """z_{t+1} − z_1 is the bet −S_t/(t+1) times its wealth ε − Σ⟨g_s, z_s − z_1⟩."""
    g, start = drawn(seed) / 9, np.full(3, 0.4)
    found = walked(free.coin_betting(2.0, 1.0), start, g)
    for t in range(1, len(g) + 1):
        wealth = 2.0 - sum(float(v @ (z - start)) for v, z in zip(g[:t], found, strict=False))
        assert close(found[t], start - wealth / (t + 1) * g[:t].sum(0))


@given(seed=seeds)
def test_full_adagrad_on_a_line_is_adagrad_norm(seed):
    """In one dimension the matrix is a number."""
    g, start = drawn(seed, (6, 1)), np.zeros(1)
    assert close(walked(matrices.adagrad_full(0.5), start, g), walked(adagrad_norm(0.5), start, g))


@given(seed=seeds)
def test_one_sided_shampoo_with_one_column_is_full_adagrad(seed):
    """Matrices of shape (3, 1) are vectors."""
    g, start = drawn(seed), np.zeros(3)
    one, full = matrices.one_sided_shampoo((3, 1), 0.5), matrices.adagrad_full(0.5)
    assert close(walked(one, start, g), walked(full, start, g))


def test_shampoo_takes_the_step_that_it_says():
    """One gradient diag(1, 4): L = R = diag(1, 16), so the step is diag(1, 4/4)."""
    learner = matrices.shampoo((2, 2), 0.5, 1e-12)
    moved = walked(learner, np.zeros(4), [np.array([1.0, 0.0, 0.0, 4.0])])[1]
    assert moved == pytest.approx([-0.5, 0.0, 0.0, -0.5], abs=1e-9)  # the ridge of 1e-12


@given(seed=seeds)
def test_the_newton_step_minimizes_on_its_ball(seed):
    """⟨Mw − b, v − w⟩ ≥ 0 for the w found and any v of the ball."""
    rng = np.random.default_rng(seed)
    root, b = rng.standard_normal((3, 3)), 3 * rng.standard_normal(3)
    matrix = root @ root.T
    w = newton.on_ball(matrix, b, 1.0)
    slope = matrix @ w - b
    assert np.linalg.norm(w) <= 1 + 1e-9  # of the root-finder
    assert -np.linalg.norm(slope) - slope @ w >= -1e-8 * (1 + np.linalg.norm(slope)) or close(
        slope @ w, -np.linalg.norm(slope)
    )


@given(seed=seeds)
def test_hedge_with_one_rate_multiplies_weights(seed):
    """z_{t+1} ∝ z_t exp(−γ g_t/span): the update of mirror descent with the entropy."""
    g = drawn(seed)
    found = walked(simplex.hedge(2.0, 0.3), simplex.uniform(3), g)
    for (z, following), v in zip(pairwise(found), g, strict=True):
        weights = z * np.exp(-0.3 * v / 2.0)
        assert close(following, weights / weights.sum())


def test_hedge_starts_from_the_uniform_point_alone():
    """Must fail: another start, one expert, a rate or a span of 0."""
    for learner in (simplex.hedge(1.0, 0.1), simplex.hedge_anytime(1.0)):
        with pytest.raises(ValueError, match="z_1 must be the uniform point"):
            learner.init(np.array([0.9, 0.1]))
    with pytest.raises(ValueError, match="experts"):
        simplex.uniform(1)
    with pytest.raises(ValueError, match="gamma"):
        simplex.hedge(1.0, 0.0)
    with pytest.raises(ValueError, match="span"):
        simplex.hedge(0.0, 1.0)


def test_adam_and_amsgrad_part_where_v_falls():
    """Equal while v grows; then AMSGrad's step is the shorter one."""
    g, start = np.array([[1.0], [2.0], [0.1]]), np.zeros(1)
    ams, adam = (
        walked(make(0.1, (0.0, 0.1), Box(9.0)), start, g)
        for make in (momentum.amsgrad, momentum.adam)
    )
    assert close(ams[:3], adam[:3])
    assert abs(ams[3] - ams[2]) < abs(adam[3] - adam[2])
    with pytest.raises(ValueError, match="separable"):
        momentum.amsgrad(0.1, (0.9, 0.99), ball)


@pytest.mark.solver
@pytest.mark.parametrize("steps", [2, 3, 6])
def test_the_last_iterate_keeps_to_its_bound_in_the_worst_case(steps):
    """Certified at the row's step for T = 2, 3, 6; must fail: twice that step exceeds it."""
    allowed = float(np.sqrt(of_gaps.growth(steps) / steps))

    def descent(scale):
        gamma = Fraction(scale * of_gaps.best_step(steps)).limit_denominator(10**6)

        def method(x, g, steps):
            for _ in range(steps - 1):
                x = x - gamma * g(x)
            return x

        return method

    assert certify(descent(1), steps=steps).upper <= allowed * (1 + 1e-6)  # γ has 6 digits
    assert certify(descent(2), steps=steps).lower > 1.1 * allowed
