"""Online streams: proved regret bounds hold against every adversary, and one adversary is tight."""

import numpy as np
import pytest

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA
from gpa_theory.numeric import streams
from gpa_theory.numeric.catalogue import load
from gpa_theory.numeric.domain import Ball, Box
from gpa_theory.numeric.learners import BASES, ogd
from tests.tolerances import PARITY_FLOAT64

STEPS, DIM = 300, 6
UNIT = STEPS**0.5  # DG√T with D = G = 1
SIZES = {  # γ tuned for D = G = 1 and R = 2
    "ogd": 1 / UNIT,
    "dual-averaging": 0.5**0.5,
    "adagrad-norm": 2**0.5,
    "adagrad-diagonal": 2**0.5,
}
STREAMS = {
    "rademacher": streams.rademacher(1.0),
    "orthogonal": streams.orthogonal(1.0),
    "push": streams.push(1.0),
}


def played(base, stream, seed=0):
    domain = Box(1.0) if base == "adagrad-diagonal" else Ball(1.0)
    learner = BASES[base](SIZES[base], domain)
    return streams.play(learner, stream, np.zeros(DIM), STEPS, np.random.default_rng(seed))


def allowed(base, play, u):
    """Return the regret bound of the base at what the run showed, from its closed form."""
    squares = np.sum(play.g**2)
    reach = np.linalg.norm(play.z - u, axis=1).max()
    reach_inf = np.abs(play.z - u).max()
    gamma, radius = SIZES[base], np.linalg.norm(play.z[0] - u)
    return {
        "ogd": radius**2 / (2 * gamma) + gamma / 2 * squares,
        "dual-averaging": (radius**2 / (2 * gamma) + gamma) * UNIT,
        "adagrad-norm": (reach**2 / (2 * gamma) + gamma) * squares**0.5,
        "adagrad-diagonal": (reach_inf**2 / (2 * gamma) + gamma)
        * np.sqrt((play.g**2).sum(0)).sum(),
    }[base]


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
@pytest.mark.parametrize("base", BASES)
def test_regret_bounds_hold_pathwise(base, stream):
    """For these gradients, whatever they are, regret is at most the bound (up to rounding)."""
    play = played(base, stream)
    u = play.worst_comparator(1.0)
    assert play.regret(u) <= allowed(base, play, u) * (1 + PARITY_FLOAT64)


@pytest.mark.parametrize("base", BASES)
def test_the_orthogonal_adversary_costs_every_learner_dg_sqrt_t(base):
    """Regret to the worst comparator at distance D is DG√T, whoever plays."""
    play = played(base, STREAMS["orthogonal"])
    assert play.regret(play.worst_comparator(1.0)) / UNIT == pytest.approx(1, abs=1e-9)


def test_the_orthogonal_adversary_is_orthogonal():
    """|g_t| = G, g_t ⟂ z_t − z_1 and g_t ⟂ g_1 + … + g_{t−1}."""
    play = played("ogd", STREAMS["orthogonal"])
    before = np.cumsum(play.g, axis=0) - play.g
    assert np.linalg.norm(play.g, axis=1) == pytest.approx(np.ones(STEPS))
    assert np.abs(np.sum(play.g * (play.z - play.z[0]), axis=1)).max() < 1e-12
    assert np.abs(np.sum(play.g * before, axis=1)).max() < 1e-12


def test_the_worst_comparator_is_the_worst():
    """No u at distance D from z_1 has more regret; with S = 0 every u is as good."""
    play = played("ogd", STREAMS["rademacher"])
    worst = play.regret(play.worst_comparator(1.0))
    rng = np.random.default_rng(1)
    for _ in range(50):
        u = rng.standard_normal(DIM)
        assert play.regret(u / np.linalg.norm(u)) <= worst + 1e-9
    still = streams.Play(play.z, play.g - play.g, play.x)
    assert np.array_equal(still.worst_comparator(1.0), play.z[0])


@pytest.mark.parametrize("base", BASES)
def test_a_pass_over_real_rows(base):
    """Losses that change with every sampled row: the bound holds, the seed decides everything."""
    problem = load("breast_cancer-logistic", "box" if base == "adagrad-diagonal" else None)
    learner = BASES[base](SIZES[base], problem.domain)
    first, second = (
        streams.play(
            learner,
            streams.data_pass(problem),
            problem.start,
            STEPS,
            np.random.default_rng(7),
        )
        for _ in range(2)
    )
    assert np.array_equal(first.z, second.z)
    assert len({tuple(g) for g in first.g}) > STEPS // 4
    if base in ("ogd", "adagrad-norm", "adagrad-diagonal"):
        assert first.regret(problem.minimizer) <= allowed(base, first, problem.minimizer)


def test_a_data_pass_needs_rows():
    """A closed-form problem has no rows to sample."""
    with pytest.raises(ValueError, match="problem must be a finite sum"):
        streams.data_pass(load("absolute"))


@pytest.mark.parametrize(("mu_x", "factor"), [(0.99, 2.0), (0.999, 10.0)])
def test_changing_losses_break_gpa_at_x_and_not_the_base_at_z(mu_x, factor):
    """Pushing along x − z: regret at z_t obeys DG√T, regret at x_t is several times DG√T."""
    steps = 1000
    unit = steps**0.5
    method = GPA(Exponential(mu_x), 0.7)
    play = streams.against_x(ogd(1 / unit, Ball(1.0)), method, np.zeros(4), steps, 1.0)
    u = play.worst_comparator(1.0)
    assert play.regret(u) <= unit
    assert play.regret(u, at_x=True) >= factor * unit


def test_refusals():
    """Zero rounds and a Lipschitz constant that is none are refused."""
    with pytest.raises(ValueError, match="steps must be an integer ≥ 1"):
        streams.play(ogd(0.1), STREAMS["push"], np.zeros(2), 0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="lipschitz must lie in"):
        streams.against_x(ogd(0.1), GPA(Exponential(0.9), 0.7), np.zeros(2), 10, 0.0)
