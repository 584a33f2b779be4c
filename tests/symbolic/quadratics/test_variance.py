"""The stationary variance against Lyapunov's equation, against runs with noise, and its limits."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from scipy.linalg import solve_discrete_lyapunov

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA, Iterates, run
from gpa_theory.symbolic.quadratics.stability import stability_limit
from gpa_theory.symbolic.quadratics.variance import stationary_covariance, stationary_variance
from tests.tolerances import LYAPUNOV, PUBLISHED, ROUNDING, SIMULATED_VARIANCE

RNG = np.random.default_rng(11)
GRID = [tuple(row) for row in RNG.uniform(0.05, 0.95, size=(40, 3))]  # μ_x, μ_y, γh over its limit


def lyapunov(mu_x, mu_y, gamma, h):
    """Return the covariance of (x, z), solved in floats from one step of core's recursion."""
    method, columns = GPA(Exponential(mu_x), mu_y), []
    for x, z, noise in np.eye(3):
        now = Iterates(x=x, z=z)
        after = method.advance(now, z - gamma * (h * method.query(now) + noise), t=2)
        columns.append([after.x, after.z])
    m_x, m_z, n = np.array(columns)
    return solve_discrete_lyapunov(np.column_stack([m_x, m_z]), np.outer(n, n))


def test_it_solves_lyapunovs_equation():
    """On an interior grid, x's variance is what scipy finds; z's and the covariance too."""
    for mu_x, mu_y, share in GRID:
        gamma, h = 0.7, share * stability_limit(mu_x, mu_y) / 0.7
        found = lyapunov(mu_x, mu_y, gamma, h)
        assert stationary_variance(mu_x, mu_y, gamma, h) == pytest.approx(found[0, 0], rel=LYAPUNOV)
        names = dict(zip(("mu_x", "mu_y", "s"), (mu_x, mu_y, gamma * h), strict=True))
        values = {v: names[v.name] for v in stationary_covariance().free_symbols}
        whole = gamma**2 * np.array(stationary_covariance().subs(values), dtype=float)
        assert whole == pytest.approx(found, rel=LYAPUNOV)


@pytest.mark.parametrize(("mu_x", "mu_y", "gamma"), [(0.9, 0.7, 0.5), (0.5, 0.9, 2.0)])
def test_it_is_what_a_long_run_shows(mu_x, mu_y, gamma):
    """40,000 independent runs of 300 noisy steps, by `core.run`: variance and mean zero."""
    rng, n = np.random.default_rng(3), 40_000
    base = lambda t, z, y: z - gamma * (0.6 * y + 1.5 * rng.standard_normal(n))  # noqa: E731
    *_, (_, s) = run(GPA(Exponential(mu_x), mu_y), np.ones(n), base, 300)
    expected = stationary_variance(mu_x, mu_y, gamma, 0.6, 1.5**2)
    assert np.var(s.x) == pytest.approx(expected, rel=SIMULATED_VARIANCE)
    assert abs(np.mean(s.x)) < SIMULATED_VARIANCE * np.sqrt(expected)


def test_small_steps_forget_the_averaging():
    """As γh → 0 the variance is γσ²/(2h), whatever μ_x and μ_y are."""
    for mu_x, mu_y, _ in GRID:
        gamma = Fraction(1, 10**9)
        found = stationary_variance(Fraction(mu_x), Fraction(mu_y), gamma, 1)
        assert float(found / (gamma / 2)) == pytest.approx(1, rel=PUBLISHED)


def test_large_averages_reduce_the_noise_of_large_steps():
    """At γh = 1 and μ_y = 0.7, μ_x = 0.9967 has a 183rd of the variance of the bare base."""
    ratio = stationary_variance(0, 0, 1.0, 1.0) / stationary_variance(0.9967, 0.7, 1.0, 1.0)
    assert ratio == pytest.approx(183.04, rel=PUBLISHED)


def test_the_arithmetic_is_that_of_the_arguments():
    """Fractions in, Fraction out; a symbol in, a formula out that agrees."""
    half = Fraction(1, 2)
    exact = stationary_variance(half, half, half, 1, 3)
    assert type(exact) is Fraction
    assert stationary_variance(0.5, half, half, 1, 3) == pytest.approx(float(exact), rel=ROUNDING)
    gamma = sp.Symbol("gamma", positive=True)
    formula = stationary_variance(half, half, gamma, 1, 3)
    assert formula.subs(gamma, sp.Rational(1, 2)) == exact


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, 0.5, 0.1, 1.0), r"mu_x must lie in \[0, 1\)"),
        ((0.5, 0.5, 0.0, 1.0), r"gamma must lie in \(0"),
        ((0.5, 0.5, 0.1, -1.0), r"curvature must lie in \(0"),
        ((0.5, 0.5, 0.1, 1.0, -1), "noise_variance must lie in"),
        ((Fraction(1, 2), Fraction(1, 2), 3, 1), r"gamma \* curvature must lie below .* limit, 3"),
        ((0.9, 0.9, 13.6, 1.0), "must lie below the stability limit, 13.57"),
    ],
)
def test_what_has_no_stationary_variance_is_refused(arguments, message):
    """Outside the domain, and from the stability limit on."""
    with pytest.raises(ValueError, match=message):
        stationary_variance(*arguments)
