"""The proved equalities with textbook methods, evaluated on exact runs of the package.

Gradients are arbitrary vectors, as in Momentum.v: gradients in the loop are a special case.
"""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.recursion import GPA, Iterates
from gpa_theory.numeric.learners import ogd
from gpa_theory.symbolic.quadratics.stability import stability_limit
from gpa_theory.symbolic.quadratics.variance import stationary_variance
from gpa_theory.symbolic.schedule_free import PackageUniform
from tests.proofs.exact_runs import Run, exponentials, made, runs, vectors
from tests.proofs.test_conformance import discount
from tests.strategies import closed, interior, positive, reals

gradients = st.lists(vectors, min_size=1, max_size=5)
ZERO = np.array([Fraction(0), Fraction(0)])


def descended(z, gs, gamma, mu_x, mu_y):
    """Return the run around z_{t+1} = z_t − γ g_t, by the package's learner."""
    step, zs = ogd(gamma).step, [z]
    for t, g in enumerate(gs, start=1):
        zs.append(step(None, t, zs[-1], g)[0])
    return made(zs, ZERO, GPA(Exponential(mu_x), mu_y), ZERO)


def displacement(s: Run, t):
    return ZERO if t == 1 else s.x[t] - s.x[t - 1]


@given(vectors, gradients, positive, interior, closed)
def test_quasi_hyperbolic(z, gs, gamma, mu_x, mu_y):
    """m⁺ = μ_x m + (1−μ_x) g and y⁺ = y − γ((1−μ_y) g + μ_y m⁺)."""
    s, m = descended(z, gs, gamma, mu_x, mu_y), ZERO
    for t, g in enumerate(gs, start=1):
        m = mu_x * m + (1 - mu_x) * g
        assert all(s.y[t + 1] == s.y[t] - gamma * ((1 - mu_y) * g + mu_y * m))


@given(vectors, gradients, positive, interior, closed)
def test_nesterov(z, gs, gamma, mu, mu_y):
    """By torch's buffer for y, by Sutskever's displacement for x; the latter for any μ_y too."""
    s, m = descended(z, gs, gamma, mu, mu), ZERO
    other, ahead = descended(z, gs, gamma, mu, mu_y), (1 - mu_y) * mu / (1 - mu)
    for t, g in enumerate(gs, start=1):
        m, lr = mu * m + g, (1 - mu) * gamma
        assert all(s.y[t + 1] == s.y[t] - lr * (g + mu * m))
        assert all(s.y[t] == s.x[t] + mu * displacement(s, t))
        assert all(s.x[t + 1] == s.y[t] - lr * g)
        assert all(other.y[t] == other.x[t] + ahead * displacement(other, t))
        assert all(other.x[t + 1] == other.x[t] + mu * displacement(other, t) - lr * g)


@given(vectors, gradients, positive, interior)
def test_heavy_ball(z, gs, gamma, mu_x):
    """At μ_y = 1: x⁺ = x + μ_x (x − x⁻) − (1−μ_x)γ g, and y = x."""
    s = descended(z, gs, gamma, mu_x, Fraction(1))
    for t, g in enumerate(gs, start=1):
        assert all(s.x[t + 1] == s.x[t] + mu_x * displacement(s, t) - (1 - mu_x) * gamma * g)
        assert all(s.y[t] == s.x[t])


@given(vectors, gradients, positive, positive, interior)
def test_diloco_one_worker(z, gs, gamma_in, gamma_out, mu):
    """m⁺ = μ m + γ_in g and y⁺ = y − γ_out (γ_in g + μ m⁺), with γ = γ_in γ_out/(1−μ)."""
    s, m = descended(z, gs, gamma_in * gamma_out / (1 - mu), mu, mu), ZERO
    for t, g in enumerate(gs, start=1):
        m = mu * m + gamma_in * g
        assert all(s.y[t + 1] == s.y[t] - gamma_out * (gamma_in * g + mu * m))


@given(runs(averaging=exponentials, mu_y=st.just(Fraction(0))))
def test_ema_of_the_base(s: Run):
    """x_n is the EMA of z_1 … z_n, y = z at μ_y = 0; at μ_x = 0 both are z."""
    mu = s.method.averaging.mu_x
    for n in range(1, s.T + 1):
        recent = sum((discount(mu, n, t) * s.z[t] for t in range(1, n + 1)), ZERO)
        assert all(s.x[n] == mu ** (n - 1) * s.z[1] + (1 - mu) * recent)
        assert all(s.y[n] == s.z[n])
    bare = made(s.z[1:], s.u, GPA(Exponential(Fraction(0)), Fraction(1, 3)), ZERO)
    for t in range(1, s.T + 1):
        assert all(bare.x[t] == s.z[t])
        assert all(bare.y[t] == s.z[t])


@given(st.lists(vectors, min_size=2, max_size=6), closed)
def test_schedule_free_package(zs, mu_y):
    """c_t = 1/t gives the mean of z_1 … z_t; the package's run is one of those, one step later."""
    paper = made(zs, ZERO, GPA(Uniform(), mu_y), ZERO)
    package = made(zs, ZERO, GPA(PackageUniform(), mu_y), ZERO)
    later = made(zs[1:], ZERO, GPA(Uniform(), mu_y), ZERO)
    for t in range(1, len(zs) + 1):
        assert all(paper.x[t] * t == sum(zs[:t], ZERO))
    for t in range(1, len(zs)):
        assert all(package.x[t + 1] == later.x[t])
        assert all(package.y[t + 1] == later.y[t])


@given(interior, closed, positive, reals, reals)
def test_quadratic_stability(mu_x, mu_y, s, x, z):
    """x⁺⁺ = tr x⁺ − det x, so does z, on f = w²/2 with γ = s, from any state; the same limit."""
    method, found = GPA(Exponential(mu_x), mu_y), [Iterates(x, z)]
    for _ in range(3):
        now = found[-1]
        found.append(method.advance(now, now.z - s * method.query(now), t=2))
    tau, delta = 1 + mu_x - s * (1 - mu_x * mu_y), mu_x * (1 - s * (1 - mu_y))
    for a, b, c in zip(found, found[1:], found[2:], strict=False):
        assert c.x == tau * b.x - delta * a.x
        assert c.z == tau * b.z - delta * a.z
    assert stability_limit(mu_x, mu_y) == 2 * (1 + mu_x) / (1 + mu_x - 2 * mu_x * mu_y)


@given(interior, closed, positive, positive, interior)
def test_quadratic_variance(mu_x, mu_y, gamma, sigma, share):
    """The package's stationary variance is the formula of Variance.v, h anywhere in the limit."""
    s = share * stability_limit(mu_x, mu_y)
    tau, delta = 1 + mu_x - s * (1 - mu_x * mu_y), mu_x * (1 - s * (1 - mu_y))
    shape = (1 + delta) / ((1 - delta) * ((1 + delta) ** 2 - tau**2))
    found = stationary_variance(mu_x, mu_y, gamma, s / gamma, sigma**2)
    assert found == ((1 - mu_x) * gamma) ** 2 * sigma**2 * shape


def test_a_wrong_step_is_not_momentum():
    """Must fail: with step γ instead of (1−μ)γ Nesterov's formula is broken."""
    half, g = Fraction(1, 2), np.array([Fraction(1), Fraction(-2)])
    s = descended(ZERO, [g], Fraction(1), half, half)
    assert all(s.x[2] == s.y[1] - half * g)
    assert any(s.x[2] != s.y[1] - g)
