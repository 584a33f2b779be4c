"""The identity on runs: exact discrepancy formula, rigorous budget, signs, mutants caught."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform
from gpa_theory.core.identity import WORDS
from gpa_theory.core.recursion import GPA
from gpa_theory.numeric.divergences import spots
from gpa_theory.numeric.exact_identity import exact_identity
from gpa_theory.numeric.identity import identity, recursion_error
from gpa_theory.numeric.learners import ogd
from gpa_theory.numeric.precision import affine_rounding
from gpa_theory.numeric.problems.catalogue import load, names
from gpa_theory.numeric.trajectory import simulate
from tests.strategies import seeds
from tests.tolerances import PARITY_FLOAT64

AVERAGING = Exponential(0.9)
MODES = [(0.9, 0.7, "step"), (0.99, 0.5, "gradient_at_y"), (0.9, 1.0, "gradient_at_y")]


def made(name, averaging=AVERAGING, mu_y=0.7, steps=60, gamma=0.05):
    problem = load(name)
    return simulate(problem, ogd(gamma, problem.domain), GPA(averaging, mu_y), steps)


@pytest.mark.parametrize(("mu_x", "mu_y", "form"), MODES)
@pytest.mark.parametrize("name", names())
def test_it_closes_to_rounding_on_every_problem(name, mu_x, mu_y, form):
    """|residual| ≤ budget, the budget is tiny, and every divergence is ≥ 0 up to its allowance."""
    found = identity(made(name, Exponential(mu_x), mu_y), form=form)
    assert found.residual <= found.budget < 1e-9
    assert found.recursion <= 1
    for term, value in found.divergences.items():
        assert value >= -found.allowances[term]
        assert found.allowances[term] < 1e-7
    left = found.terms["phi"] + found.terms["telescope"]
    right = found.terms["regret"] - sum(found.divergences.values())
    assert abs(left - right) <= found.budget
    assert set(found.terms) == set(found.steps) <= set(WORDS)


@pytest.mark.parametrize("form", ["step", "gradient_at_y"])
@given(
    averaging=st.one_of(
        st.just(Uniform()), st.floats(0, 3).map(Polynomial), st.floats(0, 0.99).map(Exponential)
    ),
    mu_y=st.floats(0, 0.99),
    seed=seeds,
)
def test_it_closes_for_any_averaging_weights_and_comparator(form, averaging, mu_y, seed):
    """ρ_t may vary, p_t ≥ 0 and u are free."""
    rng = np.random.default_rng(seed)
    run = made("wine-hinge", averaging, mu_y, steps=20)
    u = run.problem.domain.project(rng.standard_normal(run.problem.dim))
    found = identity(run, u, form, rng.random(20))
    assert found.residual <= found.budget < 1e-10


def exact_discrepancy(run, form):
    """Return (left − right, the formula in ex and ey), summed over steps, both as Fractions."""
    q = lambda array: [[Fraction(float(v)) for v in row] for row in np.atleast_2d(array)]  # noqa: E731
    dot = lambda a, b: sum((v * w for v, w in zip(a, b, strict=True)), Fraction(0))  # noqa: E731
    sub = lambda a, b: [v - w for v, w in zip(a, b, strict=True)]  # noqa: E731
    mix = lambda s, a, b: [(1 - s) * v + s * w for v, w in zip(a, b, strict=True)]  # noqa: E731
    mu_y = Fraction(float(run.method.mu_y))
    x, y, z, g, h = (q(getattr(run, name)) for name in ("x", "y", "z", "g", "h"))
    f_x, f_y = ([Fraction(float(v)) for v in getattr(run, name)] for name in ("f_x", "f_y"))
    u, f_u = q(run.problem.minimizer)[0], Fraction(float(run.problem.value(run.problem.minimizer)))
    gap = explained = Fraction(0)
    for t in range(run.steps):
        back = max(t - 1, 0)
        c = Fraction(float(run.method.averaging.coefficient(float(t + 1))))
        rho = (1 - c) / c
        breg = lambda fa, a, fb, b, s: fa - fb - dot(s, sub(a, b))  # noqa: E731
        e_x, e_y = sub(x[t], mix(c, x[back], z[t])), sub(y[t], mix(1 - mu_y, x[t], z[t]))
        lost = breg(f_u, u, f_y[t], y[t], g[t])
        if form == "step":
            nu = mu_y / (1 - mu_y)
            lost += (1 + nu) * breg(f_y[t], y[t], f_x[t], x[t], h[t])
            lost += nu * breg(f_x[t], x[t], f_y[t], y[t], g[t])
            lost += rho * breg(f_x[back], x[back], f_x[t], x[t], h[t])
            explained += (1 + nu) * dot(sub(g[t], h[t]), e_y) + (1 + rho) * dot(h[t], e_x)
        else:
            k = 1 + (1 - mu_y) * rho
            lost += mu_y * rho / k * breg(f_x[back], x[back], f_y[t], y[t], g[t])
            lost += (1 + rho) * (f_y[t] / k + (1 - 1 / k) * f_x[back] - f_x[t])
            both = [mu_y * a + b for a, b in zip(e_x, e_y, strict=True)]
            explained += (1 + rho) / k * dot(g[t], both)
        gap += f_x[t] - f_u + rho * (f_x[t] - f_x[back]) - dot(g[t], sub(z[t], u)) + lost
    return gap, explained


@pytest.mark.parametrize("form", ["step", "gradient_at_y"])
@pytest.mark.parametrize("averaging", [Exponential(0.9), Uniform()])
def test_the_discrepancy_formula_is_exact(form, averaging):
    """Taken as exact data, the floats miss the identity by exactly the formula: difference 0."""
    run = made("diabetes-least_absolute_deviation", averaging, 0.7, steps=12)
    gap, explained = exact_discrepancy(run, form)
    assert gap == explained
    assert abs(gap) <= identity(run, form=form).budget


@pytest.mark.parametrize("form", ["step", "gradient_at_y"])
def test_the_budget_is_the_formula_at_its_worst(form):
    """`recursion_error` is the discrepancy formula with every residual at its largest and worst."""
    run = made("wine-hinge", Uniform(), 0.7, steps=15)
    s = spots(run, run.problem.minimizer)
    rho = np.arange(0.0, 15.0)[:, None]  # ρ_t = t − 1
    x_prev = np.vstack([run.x[:1], run.x[:-1]])
    e_x = affine_rounding(rho / (1 + rho), x_prev, 1 / (1 + rho), run.z)
    e_y = affine_rounding(0.7, run.x, 1 - 0.7, run.z)
    if form == "step":
        worst = (0.3 + 0.7) / 0.3 * np.abs(run.g - run.h) * e_y + (1 + rho) * np.abs(run.h) * e_x
    else:
        worst = (1 + rho) / (1 + 0.3 * rho) * np.abs(run.g) * (0.7 * e_x + e_y)
    assert recursion_error(s, form) == pytest.approx(worst.sum(1), rel=PARITY_FLOAT64, abs=0)


@pytest.mark.parametrize(("form", "displaced"), [("step", "x"), ("gradient_at_y", "y")])
def test_the_share_of_the_recursion_in_the_budget_is_attained(form, displaced):
    """A residual of the allowed size along the subgradient contributes what is allowed, not more.

    The last point is displaced by 2^20 times the allowance, so that the floats can hold it; the
    discrepancy is linear in it.  On |x| with x, y > 0 both subgradients are 1.
    """
    run, factor = made("absolute", Exponential(0.9), 0.7, steps=10), 2.0**20
    c, last = 1 - 0.9, -1
    x_prev, x, z = run.x[last - 1], run.x[last], run.z[last]
    e_x, e_y = affine_rounding(1 - c, x_prev, c, z), affine_rounding(0.7, x, 1 - 0.7, z)
    moved = {name: getattr(run, name).copy() for name in ("x", "y")}
    moved["y"][last] += factor * (0.7 * e_x + (e_y if displaced == "y" else 0.0))
    moved["x"][last] += factor * e_x
    at_last = np.eye(run.steps)[last]
    off = exact_identity(replace(run, **moved), form=form, p=at_last).explained
    allowed = recursion_error(spots(run, run.problem.minimizer), form)[last]
    assert float(off) / factor == pytest.approx(allowed, rel=1e-3, abs=0)


def stale_y(run):
    """Build y from x_{t−1}, as a careless implementation would."""
    x_prev = np.vstack([run.x[:1], run.x[:-1]])
    y = 0.7 * x_prev + 0.3 * run.z
    g = run.problem.subgradient(y)
    return replace(run, y=y, g=g, f_y=run.problem.value(y))


def old_z(run):
    """Average the old z into x."""
    x = [run.x[0]]
    for z in run.z[:-1]:
        x.append(0.9 * x[-1] + 0.1 * z)
    return with_x(run, np.array(x))


def with_x(run, x):
    value, slope = run.problem.value(x), run.problem.subgradient(x)
    return replace(run, x=x, f_x=value, h=slope)


MUTANTS = {
    "y from x_{t-1}": stale_y,
    "x averages the old z": old_z,
    "z pulled 1e-6 toward x": lambda run: replace(run, z=run.z - 1e-6 * (run.z - run.x)),
    "x moved by 1e-7": lambda run: with_x(run, run.x + 1e-7),
}


@pytest.mark.parametrize("form", ["step", "gradient_at_y"])
@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_mutants_break_the_identity_and_not_the_inequality(mutant, form):
    """A wrong recursion passes the bound by a mile, and misses the identity by far (μ_x ≠ μ_y)."""
    run = mutant(made("breast_cancer-logistic"))
    telescope = run.rho[-1] * (run.f_x[0] - run.f_x[-1]) / run.steps
    assert run.gap_mean < run.regret() / run.steps + telescope  # the inequality sleeps
    found = identity(run, form=form)
    assert found.residual > 100 * found.budget
    assert found.recursion > 100


def test_a_stale_y_hides_from_the_identity_at_equal_constants():
    """At μ_x = μ_y the stale y_t equals x_t, another valid y: only `recursion` sees it."""
    honest = made("breast_cancer-logistic", Exponential(0.7), 0.7)
    assert identity(honest).recursion <= 1
    run = stale_y(honest)
    found = identity(run)
    assert found.residual <= 100 * found.budget
    assert found.recursion > 100


def test_refusals():
    """An unknown form, the step form at μ_y = 1, and negative weights are refused."""
    run = made("absolute", mu_y=1.0)
    with pytest.raises(ValueError, match="form must be one of step, gradient_at_y"):
        identity(run, form="third")
    with pytest.raises(ValueError, match="mu_y must be below 1"):
        identity(run, form="step")
    for weights, rule in (
        (-np.ones(60), "be 60 weights ≥ 0"),
        (np.full(60, np.inf), "be finite"),
        (np.full(60, np.nan), "be finite"),
        (np.ones(3), r"have shape \(60,\)"),
    ):
        with pytest.raises(ValueError, match=f"`identity.*`: p must {rule}"):
            identity(run, p=weights)


@pytest.mark.parametrize("closed", [identity, exact_identity])
def test_broken_comparators_are_refused(closed):
    """NaN, infinity and a wrong shape have no identity, in floats or in rationals."""
    run = made("absolute", steps=3)
    for u, rule in ((np.nan, "be finite"), (np.inf, "be finite"), ([0, 0], r"have shape \(1,\)")):
        with pytest.raises(ValueError, match=f"`{closed.__name__}.*`: u must {rule}"):
            closed(run, np.atleast_1d(u))
    with pytest.raises(ValueError, match=f"`{closed.__name__}.*`: p must be finite"):
        closed(run, p=np.array([1.0, np.nan, 1.0]))


@pytest.mark.parametrize("form", ["step", "gradient_at_y"])
@pytest.mark.parametrize("gamma", [1e160, 1e308])
def test_a_run_too_large_to_check_is_refused(form, gamma):
    """An infinite budget would pass anything: refused, without a warning on the way."""
    run = made("absolute", Exponential(0.9), 0.5, steps=3, gamma=gamma)
    with pytest.raises(ValueError, match=r"`identity\(\)`: run is not finite, or too large"):
        identity(run, form=form)


@pytest.mark.parametrize("form", ["step", "gradient_at_y"])
@pytest.mark.parametrize("name", ["x", "z", "g", "f_x"])
@pytest.mark.parametrize("values", [(np.nan, 1.0), (np.inf, -np.inf)])
def test_a_record_that_is_not_finite_is_refused(form, name, values):
    """A missing number in a record is no discrepancy of 0, nor are infinities that cancel."""
    run = made("absolute", steps=3)
    broken = getattr(run, name).copy()
    broken[1], broken[2] = values
    with pytest.raises(ValueError, match="run is not finite"):
        identity(replace(run, **{name: broken}), form=form)


def test_a_comparator_too_large_is_refused():
    """|u| = 1e308 is finite, its divergence from the run is not."""
    with pytest.raises(ValueError, match="its terms leave the floats"):
        identity(made("absolute", steps=3), np.array([1e308]))
