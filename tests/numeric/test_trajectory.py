"""Trajectories: the recursion, regret two ways, gaps, and the refusal of divergence."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform, shares
from gpa_theory.core.recursion import GPA
from gpa_theory.numeric.learners import LEARNERS, Learner, ogd
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.problems.domain import Ball, Box, Space
from gpa_theory.numeric.trajectory import simulate
from tests.strategies import seeds
from tests.tolerances import PARITY_FLOAT64

interior_floats = st.floats(min_value=0.05, max_value=0.95)
averagings = st.one_of(
    st.just(Uniform()),
    st.floats(min_value=0, max_value=3).map(Polynomial),
    interior_floats.map(Exponential),
)
AVERAGING = Exponential(0.9)
PROBLEM = "diabetes-least_absolute_deviation"


def made(averaging=AVERAGING, mu_y=0.7, steps=40, gamma=0.05, rng=None, name=PROBLEM):
    problem = load(name)
    return simulate(problem, ogd(gamma, problem.domain), GPA(averaging, mu_y), steps, rng)


@given(averaging=averagings, mu_y=interior_floats, steps=st.integers(1, 12))
def test_the_arrays_are_the_recursion(averaging, mu_y, steps):
    """x_t is the weighted mean of z, y_t the mix of x and z, g_t the subgradient at y_t."""
    run = made(averaging, mu_y, steps)
    for t in range(1, steps + 1):
        mean = np.array(shares(averaging, t)) @ run.z[:t]
        assert run.x[t - 1] == pytest.approx(mean, rel=PARITY_FLOAT64, abs=PARITY_FLOAT64)
    mixed = mu_y * run.x + (1 - mu_y) * run.z
    assert run.y == pytest.approx(mixed, rel=PARITY_FLOAT64, abs=PARITY_FLOAT64)
    assert run.g == pytest.approx(run.problem.subgradient(run.y), rel=PARITY_FLOAT64, abs=1e-14)


@pytest.mark.parametrize("base", LEARNERS)
def test_every_base_runs_inside_gpa(base):
    """z_{t+1} is the learner's step from z_t with the gradient at y_t."""
    problem = load(PROBLEM, "box" if base == "adagrad-diagonal" else None)
    base_learner = LEARNERS[base](0.1, problem.domain)
    run = simulate(problem, base_learner, GPA(Exponential(0.8), 0.6), 20)
    state, z = base_learner.init(problem.start), problem.start
    for t in range(20):
        assert np.array_equal(run.z[t], z)
        z, state = base_learner.step(state, t + 1, z, run.g[t])


def test_regret_two_ways():
    """R_T(u) = Σ⟨g, z − u⟩ = Σ⟨g, z⟩ − ⟨Σ g, u⟩, plain, weighted and discounted."""
    run, mu = made(), 0.9
    u = run.problem.minimizer
    powers = mu ** np.arange(run.steps - 1, -1, -1)
    for p, found in (
        (np.ones(run.steps), run.regret()),
        (np.arange(1.0, run.steps + 1), run.weighted_regret(np.arange(1.0, run.steps + 1))),
        (powers, run.discounted_regret(mu)),
    ):
        other = p @ np.sum(run.g * run.z, axis=1) - (p @ run.g) @ u
        assert found == pytest.approx(other, rel=1e-10, abs=0)
    tail = np.where(np.arange(run.steps) >= 1, powers, 0.0)
    weighted = run.weighted_regret(tail)
    assert run.discounted_regret(mu, first=2) == pytest.approx(weighted, rel=PARITY_FLOAT64, abs=0)


def test_gaps():
    """The three metrics are what their names say, and Jensen orders two of them."""
    run = made()
    f, f_star = run.problem.value, run.problem.minimum_upper
    assert run.gap("last") == float(f(run.x[-1])) - f_star
    assert run.gap("average") == float(f(run.x.mean(0))) - f_star
    mean = np.mean([f(x) for x in run.x]) - f_star
    assert run.gap("mean") == pytest.approx(mean, rel=PARITY_FLOAT64, abs=0)
    assert run.gap_base == float(f(run.z[-1])) - f_star
    assert run.gap_average <= run.gap_mean
    with pytest.raises(ValueError, match="metric must be one of last, average, mean"):
        run.gap("median")


@given(seed=seeds)
def test_stochastic_runs_are_reproducible_and_keep_the_full_gradient(seed):
    """The base is given sampled gradients, the record keeps those of f; the seed decides all."""
    first, second = (made(rng=np.random.default_rng(seed), steps=5) for _ in range(2))
    assert np.array_equal(first.x, second.x)
    assert np.array_equal(first.g, first.problem.subgradient(first.y))
    assert not np.array_equal(first.g, first.used)
    assert first.regret() != first.regret(used=True)


def test_divergence_is_refused_with_its_step():
    """A step size beyond the stability limit ends in a message, not in NaN."""
    with pytest.raises(ValueError, match=r"gamma is too large: the run diverged at step \d+"):
        made(name="quadratic", gamma=1e3, steps=500)


def test_a_value_that_overflows_is_divergence_too():
    """F(x) leaves the floats at |x| ≈ 1e154, while every iterate is still a number."""
    with pytest.raises(ValueError, match=r"the run diverged at step 5\d"):
        made(Exponential(0.5), 0.5, name="quadratic", gamma=1e3, steps=60)


def test_refusals():
    """Zero steps, noise without a sampler, and weights of the wrong shape are refused."""
    with pytest.raises(ValueError, match="steps must be an integer ≥ 1"):
        made(steps=0)
    with pytest.raises(ValueError, match="rng needs a problem with stochastic subgradients"):
        made(name="absolute", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"p must have shape \(40,\)"):
        made().weighted_regret(np.ones(3))
    with pytest.raises(ValueError, match=r"mu must lie in \[0, 1\)"):
        made().discounted_regret(1.0)


@pytest.mark.parametrize("domain", [Space(), Ball(2.0), Box(1.0)])
def test_a_learner_of_another_domain_is_refused(domain):
    """Off the unit ball no bound with its diameter holds: the run is refused, not made."""
    method = GPA(Exponential(0.9), 0.5)
    with pytest.raises(ValueError, match=r"`simulate.*`: learner must have the domain.*Ball\(radi"):
        simulate(load("linear"), ogd(3.0, domain), method, 2000)
    unprojected = Learner("mine", 3.0, lambda z: None, lambda s, t, z, g: (z - 3.0 * g, s))
    with pytest.raises(ValueError, match=r"not Space\(\)"):
        simulate(load("linear"), unprojected, method, 2000)


def test_domains_are_compared_by_value():
    """Another Ball(1.0) is the same set, and the run stays in it."""
    run = simulate(load("linear"), ogd(3.0, Ball(1.0)), GPA(Exponential(0.9), 0.5), 20)
    assert np.all(run.problem.domain.contains(run.z, 1e-15))


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"mu_y": Fraction(1, 2)}, "mu_y"),
        ({"averaging": Exponential(Fraction(1, 2))}, "averaging"),
        ({"gamma": Fraction(1, 2)}, "gamma"),
    ],
)
def test_exact_parameters_are_refused(change, parameter):
    """Arrays of floats take floats; exact runs are `core.recursion.run`'s."""
    with pytest.raises(ValueError, match=f"{parameter} must be made of floats, not Fraction"):
        made(**change)


def test_numpy_numbers_are_floats():
    """A step count, a γ and a μ_y that come out of numpy arrays are welcome."""
    run = made(mu_y=np.float64(0.7), gamma=np.float64(0.05), steps=np.int64(40))
    assert np.array_equal(run.x, made().x)


@pytest.mark.parametrize("rng", [5, np.random.RandomState(5)])
def test_a_seed_is_not_a_generator(rng):
    """The caller makes the generator, and so decides what shares its stream."""
    with pytest.raises(ValueError, match=r"`simulate.*`: rng must be a numpy Generator"):
        made(rng=rng)


@pytest.mark.parametrize("size", [1, 12, None, "nan"])
def test_comparators_of_the_wrong_shape_are_refused(size):
    """A u that would broadcast, a number, or NaN has no regret."""
    run = made()
    u = np.full(run.problem.dim, np.nan) if size == "nan" else np.zeros(size or ())
    rule = r"`regret\(u\)`: u must (have shape \(11,\)|be finite)"
    for regret in (run.regret, run.step_regrets):
        with pytest.raises(ValueError, match=rule):
            regret(u)
    with pytest.raises(ValueError, match=rule):
        run.weighted_regret(np.ones(40), u)
    with pytest.raises(ValueError, match=rule):
        run.discounted_regret(0.5, u)


def test_broken_weights_are_refused():
    """NaN would turn a regret into NaN; step 0 would be read from the end."""
    for value in (np.nan, np.inf):
        with pytest.raises(ValueError, match=r"`weighted_regret.*`: p must be finite"):
            made().weighted_regret(np.full(40, value))
    with pytest.raises(ValueError, match="first must be an integer ≥ 1"):
        made().discounted_regret(0.5, first=0)
