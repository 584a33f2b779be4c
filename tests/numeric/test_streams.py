"""Online losses: adversaries do what they claim, regret bounds hold, x_t has no guarantee."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA
from gpa_theory.numeric.learners import LEARNERS, ogd
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.problems.domain import Ball, Space
from gpa_theory.numeric.streams import (
    Play,
    against_x,
    data_pass,
    orthogonal,
    play,
    push,
    rademacher,
)
from tests.strategies import seeds
from tests.tolerances import ORTHOGONAL, PARITY_FLOAT64

LIPSCHITZ, RADIUS, STEPS, DIM = 2.0, 1.5, 200, 6
STREAMS = {"rademacher": rademacher, "orthogonal": orthogonal, "push": push}
START = np.linspace(-0.4, 0.3, DIM)  # not the origin: displacements are from z_1


def ogd_bound(played, u, gamma):
    """Return D²/(2γ) + (γ/2) Σ|g|², with |z_1 − u| as observed."""
    squares, radius2 = np.sum(played.g**2), np.sum((played.z[0] - u) ** 2)
    return radius2 / (2 * gamma) + gamma / 2 * squares


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("mu", [0.6, 0.9, 0.99])
def test_discounted_regret_of_projected_ogd(stream, mu):
    """(1−μ) Σ μ^{T−t} r_t ≤ (1−μ) R²/(2γ) + γG²/2, with R the diameter seen."""
    gamma = 2 * sqrt(1 - mu) / LIPSCHITZ
    rng = np.random.default_rng(3)
    made = ogd(gamma, Ball(1.0))
    played = play(made, STREAMS[stream](LIPSCHITZ), np.zeros(DIM), STEPS, rng)
    u = played.worst_comparator(1.0)
    reach2 = np.max(np.sum((played.z - u) ** 2, axis=1))
    powers = mu ** np.arange(STEPS - 1.0, -1.0, -1.0)
    regret = (1 - mu) * powers @ np.sum(played.g * (played.z - u), axis=1)
    assert regret <= (1 - mu) * reach2 / (2 * gamma) + gamma * LIPSCHITZ**2 / 2


@pytest.mark.parametrize("base", LEARNERS)
def test_no_learner_beats_the_orthogonal_adversary(base):
    """Every learner loses exactly DG√T: |S| = G√T and the play itself costs nothing."""
    made = LEARNERS[base](0.3, Space())
    played = play(made, orthogonal(LIPSCHITZ), START, STEPS, np.random.default_rng(1))
    unit = RADIUS * LIPSCHITZ * sqrt(STEPS)
    u = played.worst_comparator(RADIUS)
    assert played.regret(u) / unit == pytest.approx(1.0, rel=PARITY_FLOAT64)
    assert np.linalg.norm(played.g, axis=1) == pytest.approx(LIPSCHITZ, rel=PARITY_FLOAT64)


def test_ogd_attains_its_bound():
    """With γ = D/(G√T) bound and lower bound meet: DG√T is the regret of OGD, not an estimate."""
    gamma = RADIUS / (LIPSCHITZ * sqrt(STEPS))
    rng = np.random.default_rng(2)
    played = play(ogd(gamma), orthogonal(LIPSCHITZ), START, STEPS, rng)
    u = played.worst_comparator(RADIUS)
    ratio = played.regret(u) / ogd_bound(played, u, gamma)
    assert ratio == pytest.approx(1.0, rel=PARITY_FLOAT64)


def test_a_learner_that_moves_the_wrong_way_breaks_the_bound():
    """Must fail: ascent instead of descent loses more than D²/(2γ) + γ/2 Σ|g|²."""
    gamma = RADIUS / (LIPSCHITZ * sqrt(STEPS))
    made = ogd(gamma)
    wrong = type(made)("ascent", gamma, made.init, lambda s, t, z, g: made.step(s, t, z, -g))
    played = play(wrong, push(LIPSCHITZ), START, STEPS, np.random.default_rng(2))
    u = played.worst_comparator(RADIUS)
    assert played.regret(u) > ogd_bound(played, u, gamma)


@given(seed=seeds)
def test_the_worst_comparator_is_the_worst(seed):
    """No point at distance ≤ D has more regret than z_1 − D S/|S|."""
    rng = np.random.default_rng(seed)
    played = Play(*rng.standard_normal((2, 7, 3)), np.zeros((7, 3)))
    worst = played.regret(played.worst_comparator(RADIUS))
    other = played.z[0] + Ball(RADIUS).project(2 * rng.standard_normal(3))
    assert played.regret(other) <= worst + PARITY_FLOAT64


def test_gradients_that_cancel_have_no_worst_comparator():
    """If S = 0 every u has the same regret; z_1 is returned, not NaN."""
    g = np.array([[1.0, 0.0], [-1.0, 0.0]])
    played = Play(np.ones((2, 2)), g, np.ones((2, 2)))
    assert played.worst_comparator(1.0).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("mu_y", [0.0, 0.7])
@pytest.mark.parametrize(("mu_x", "excess"), [(0.99, 3.0), (0.999, 15.0)])
def test_x_has_no_guarantee_when_losses_change(mu_x, excess, mu_y):
    """Pushed along x_t − z_t, z_t keeps DG√T and x_t exceeds it many times over (T = 1000)."""
    steps = 1000
    gamma = 1 / (LIPSCHITZ * sqrt(steps))
    method = GPA(Exponential(mu_x), mu_y)
    played = against_x(ogd(gamma, Ball(1.0)), method, np.zeros(4), steps, LIPSCHITZ)
    unit, u = LIPSCHITZ * sqrt(steps), played.worst_comparator(1.0)
    assert played.regret(u) <= unit
    assert played.regret(u, at_x=True) > excess * unit
    lag = mu_x / (1 - mu_x) * gamma * LIPSCHITZ**2 * steps  # at most ρ γ G² T comes on top
    assert played.regret(u, at_x=True) - played.regret(u) <= lag


def test_x_equals_z_without_averaging():
    """At μ_x = 0 there is nothing to exploit."""
    played = against_x(ogd(0.1, Ball(1.0)), GPA(Exponential(0.0), 0.5), np.zeros(4), 50, 1.0)
    assert np.array_equal(played.x, played.z)


def test_play_is_reproducible_and_follows_the_learner():
    """The seed decides the stream; z_{t+1} is the learner's step."""
    first, second = (
        play(ogd(0.1), rademacher(1.0), START, 20, np.random.default_rng(5)) for _ in range(2)
    )
    assert np.array_equal(first.g, second.g)
    assert np.array_equal(first.z[1:], first.z[:-1] - 0.1 * first.g[:-1])


def test_refusals():
    """Bad constants, too small a space, a problem without rows and zero steps are refused."""
    rng = np.random.default_rng(0)
    for stream in (rademacher, orthogonal, push):
        for lipschitz in (0.0, -1.0, float("nan")):
            with pytest.raises(ValueError, match=r"lipschitz must lie in \(0, ∞\)"):
                stream(lipschitz)
    with pytest.raises(ValueError, match="dim must be an integer ≥ 3"):
        play(ogd(0.1), orthogonal(1.0), np.zeros(2), 5, rng)
    with pytest.raises(ValueError, match="problem must be a finite sum"):
        data_pass(load("absolute"))
    with pytest.raises(ValueError, match="steps must be an integer ≥ 1"):
        play(ogd(0.1), push(1.0), START, 0, rng)
    with pytest.raises(ValueError, match=r"`play.*`: rng must be a numpy Generator"):
        play(ogd(0.1), push(1.0), START, 2, 5)
    for u in (np.zeros(1), np.full(DIM, np.nan)):
        with pytest.raises(ValueError, match=r"`regret\(u\)`: u must"):
            play(ogd(0.1), push(1.0), START, 2, rng).regret(u)
    with pytest.raises(ValueError, match="radius must lie in"):
        play(ogd(0.1), push(1.0), START, 2, rng).worst_comparator(-1.0)


def test_the_orthogonal_adversary_is_orthogonal():
    """|g_t| = G, g_t ⟂ z_t − z_1 and g_t ⟂ g_1 + … + g_{t−1}, to rounding."""
    steps = 60
    rng = np.random.default_rng(0)
    played = play(ogd(0.1), orthogonal(1.0), np.zeros(6), steps, rng)
    before = np.cumsum(played.g, axis=0) - played.g
    assert np.linalg.norm(played.g, axis=1) == pytest.approx(np.ones(steps))
    for direction in (played.z - played.z[0], before):
        assert np.abs(np.sum(played.g * direction, axis=1)).max() < ORTHOGONAL
