"""What a divergence may lie below zero by: each error counts, once, and rounding counts.

The cases are linear functions, whose divergences are exactly 0: whatever is computed is error.
"""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA
from gpa_theory.numeric.divergences import Spot, Spots, _jensen, bregman, spots
from gpa_theory.numeric.identity import identity, recursion_error
from gpa_theory.numeric.learners import ogd
from gpa_theory.numeric.precision import theta
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.trajectory import simulate
from tests.strategies import seeds

ERROR = 1e-3  # of a value or of a gradient: far above rounding
CLOSE = 1 + 1e-9
ONE = np.ones(1)


def spot(w, f, slope, value_error=0.0, gradient_error=0.0):
    """Return one point as a spot."""
    row = lambda v: np.array([v], dtype=float)  # noqa: E731
    return Spot(row(w), row(f), row(slope), row(value_error), row(gradient_error))


@pytest.mark.parametrize("wrong", ["value at a", "value at b", "slope at b"])
def test_every_error_of_a_divergence_is_allowed_for_and_not_twice(wrong):
    """An error of 1/1000 makes a divergence of 0 as negative as is allowed, to nine digits."""
    slope, a, b = np.array([0.75, -1.0]), np.array([3.0, 4.0]), np.zeros(2)
    f_a, f_b, tilt = slope @ a, 0.0, np.zeros(2)
    errors = {"value at a": 0.0, "value at b": 0.0, "slope at b": 0.0, wrong: ERROR}
    if wrong == "value at a":
        f_a -= ERROR
    elif wrong == "value at b":
        f_b += ERROR
    else:
        tilt = ERROR * a / 5  # along a − b, of length 5
    first = spot(a, f_a, slope, errors["value at a"], 7.0)  # the slope at a does not enter
    second = spot(b, f_b, slope + tilt, errors["value at b"], errors["slope at b"])
    found = bregman(ONE, first, second)
    assert found.value[0] < -0.999 * ERROR
    assert -found.value[0] <= found.inexact[0] <= -found.value[0] * CLOSE + 1e-12


def exact_divergence(a, b):
    """Return f(a) − f(b) − ⟨slope(b), a − b⟩ of spots taken as exact data."""
    pairs = zip(b.slope[0].tolist(), a.w[0].tolist(), b.w[0].tolist(), strict=True)
    inner = sum(Fraction(s) * (Fraction(v) - Fraction(w)) for s, v, w in pairs)
    return Fraction(float(a.f[0])) - Fraction(float(b.f[0])) - inner


def random_divergence(seed):
    """Return two random spots without errors, of 1 to 5 dimensions."""
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 6))
    slope, v, w = rng.standard_normal((3, d))
    return spot(v, slope @ v, slope), spot(w, slope @ w, slope), d


@given(seed=seeds)
def test_rounding_of_a_divergence_is_allowed_for(seed):
    """|fl B − B| ≤ inexact, which is at most 2 d + 16 roundings of what is added up."""
    a, b, d = random_divergence(seed)
    found = bregman(ONE, a, b)
    missed = abs(Fraction(float(found.value[0])) - exact_divergence(a, b))
    assert missed <= Fraction(float(found.inexact[0]))
    size = np.abs(a.f) + np.abs(b.f) + np.abs(b.slope) @ (np.abs(a.w) + np.abs(b.w)).T
    assert found.inexact[0] <= theta(2 * d + 16) * size.item()
    assert found.size[0] == pytest.approx(size.item(), rel=1e-12, abs=0)


def test_rounding_of_a_divergence_is_seen():
    """Without an allowance half of these would be below zero by themselves."""
    found = [bregman(ONE, *random_divergence(seed)[:2]) for seed in range(100)]
    assert sum(v.value[0] < 0 for v in found) > 20
    assert all(v.value[0] >= -v.inexact[0] for v in found)


def jensen(x, y, prev, rho=3.0, mu_y=0.5):
    """Return the Jensen gap of three spots."""
    k = 1 + (1 - mu_y) * rho
    weights = np.array([(1 - mu_y) * rho / k]), np.array([1 / k])
    return _jensen(Spots(None, None, prev, x, y), np.array([rho]), *weights)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["x", "y", "prev"])
def test_every_value_of_a_jensen_gap_may_be_wrong(wrong):
    """Each value's error is allowed for, once, though a mean takes only a part of it."""
    slope, y, prev = np.array([2.0, 0.25]), np.array([1.0, 0.0]), np.array([0.0, 8.0])
    at = {"y": y, "prev": prev, "x": 0.4 * y + 0.6 * prev}
    errors = dict.fromkeys(at, 0.0) | {wrong: ERROR}
    off = dict.fromkeys(at, 0.0) | {wrong: ERROR if wrong == "x" else -ERROR}
    made = {n: spot(w, slope @ w + off[n], slope, errors[n]) for n, w in at.items()}
    found = jensen(**made)
    assert found.value[0] < -0.39 * ERROR
    assert -found.value[0] <= found.inexact[0] <= ERROR * CLOSE + 1e-12


@pytest.mark.parametrize("unknown", [0.0, 0.25])
def test_a_point_that_is_no_mean_is_charged_the_slope_there(unknown):
    """F at a point off the mean by 1/1000 is higher by the slope, known up to its error."""
    y, prev, slope = np.array([1.0]), np.array([0.0]), 2.0
    x = 0.4 * y + 0.6 * prev + ERROR
    made = jensen(
        x=spot(x, (slope * x).item(), [slope - unknown], 0.0, unknown),
        y=spot(y, (slope * y).item(), [slope]),
        prev=spot(prev, 0.0, [slope]),
    )
    assert made.value[0] == pytest.approx(-slope * ERROR, rel=1e-9)
    assert -made.value[0] <= made.inexact[0] <= slope * ERROR * CLOSE + 1e-12


@given(seed=seeds)
def test_rounding_of_a_jensen_gap_is_allowed_for(seed):
    """|fl − exact| ≤ inexact with ρ and μ_y exact data, and that is at most 40 roundings."""
    rng = np.random.default_rng(seed)
    rho, mu_y = float(rng.exponential()), float(rng.random())
    k = 1 + (1 - Fraction(mu_y)) * Fraction(rho)
    f = rng.standard_normal(3)
    flat = [spot(np.zeros(1), v, np.zeros(1)) for v in f]
    found = jensen(*flat, rho=rho, mu_y=mu_y)
    f_x, f_y, f_prev = map(Fraction, f.tolist())
    exact = f_y / k + (1 - 1 / k) * f_prev - f_x
    missed = abs(Fraction(float(found.value[0])) - exact)
    assert missed <= Fraction(float(found.inexact[0])) <= Fraction(theta(40)) * 3
    assert found.inexact[0] <= theta(40) * float(np.abs(f).sum())


def made(problem, gamma=0.05):
    return simulate(problem, ogd(gamma, problem.domain), GPA(Exponential(0.9), 0.7), 40)


def flat_but_high():
    """Return values near 1/3 with slopes of 2^−60: the identity holds for any two functions."""
    f = load("absolute")
    slight = 2.0**-60
    value = lambda w: 1 / 3 + np.sin(np.asarray(w)[..., 0])  # noqa: E731
    return replace(
        f,
        value=value,
        subgradient=lambda w: slight * f.subgradient(w),
        minimum_lower=1 / 3,
        minimum_upper=1 / 3,
    )


def test_the_budget_covers_the_rounding_of_values_alone():
    """Slopes of 2^−60 leave the recursion nothing to explain; values near 1/3 still round."""
    run = made(flat_but_high(), gamma=0.0625 * 2.0**60)
    found = identity(run)
    explained = float(recursion_error(spots(run, run.problem.minimizer), "step").sum())
    assert explained < found.residual <= found.budget


@pytest.mark.parametrize("name", ["linear", "max", "wine-hinge", "digits-logistic"])
def test_budgets_and_allowances_are_a_few_hundred_roundings(name):
    """Relative to everything that is added up, budget and allowances are d + 64 roundings."""
    run = made(load(name))
    found, s = identity(run, form="step"), spots(run, run.problem.minimizer)
    reach = sum(float(np.abs(getattr(run, part)).max()) for part in "xyz")
    slope = float(np.abs(run.g).sum(1).max() + np.abs(run.h).sum(1).max())
    value = float(np.abs(run.f_x).max() + np.abs(run.f_y).max() + np.abs(s.u.f).max())
    largest = 40 * (1 + 9 + 4) * (value + slope * (reach + np.abs(s.u.w).max()))
    assert found.budget <= 3 * theta(run.problem.dim + 32) * largest
    errors = float(max(s.x.value_error.max(), s.y.value_error.max(), s.u.value_error.max()))
    moved = float(max(s.x.gradient_error.max(), s.y.gradient_error.max()))
    known = 40 * 14 * (2 * errors + moved * reach * run.problem.dim**0.5)
    for allowed in found.allowances.values():
        assert allowed <= 3 * (theta(run.problem.dim + 16) * largest + known)


def test_the_allowances_of_a_run_add_up_the_errors_of_its_values():
    """With values known to 1/1000, each step may lack 1/500 times its multiplier and weight."""
    problem = replace(
        load("absolute"), inexactness=lambda w: (np.full(np.shape(w)[:-1], ERROR), 0.0 * w[..., 0])
    )
    p = np.arange(1.0, 41.0)
    found = identity(made(problem), form="step", p=p)
    multipliers = {"bregman_u_y": 1.0, "bregman_y_x": 1 / 0.3, "bregman_x_y": 0.7 / 0.3}
    past = {"bregman_prev_x": 9 * (p.sum() - 1) / p.sum()}  # ρ_1 = 0, then ρ = 9
    for name, multiplier in {**multipliers, **past}.items():
        assert found.allowances[name] == pytest.approx(2 * ERROR * multiplier * p.sum(), rel=1e-6)
