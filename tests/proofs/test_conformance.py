"""The statements that Rocq proved, evaluated on runs of the package: the same formulas, exactly.

One test per claim of the manifest.  A statement and the code could each be right about different
things; here the code's Fractions are put into the statement's formula.
"""

from fractions import Fraction
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA, run
from gpa_theory.core.two_buffer import advance_y_delta, advance_yz
from gpa_theory.numeric.learners import learner, ogd
from gpa_theory.numeric.problems.domain import Ball, Box
from tests.proofs.exact_runs import (
    Run,
    breg,
    exponentials,
    inner,
    loss,
    made,
    odds,
    runs,
    sqnorm,
    uniform,
    vectors,
)
from tests.strategies import interior, positive, reals
from tests.tolerances import PROVED_IN_FLOATS

weights = st.lists(reals, min_size=7, max_size=7)
gradients = st.lists(vectors, min_size=1, max_size=6)


@given(runs())
def test_affine_relations(s: Run):
    """z_t − x_t = ρ_t (x_t − x_{t−1}), z_t − y_t = ν (y_t − x_t), x_T is the weighted mean."""
    w, mass = [Fraction(0)], Fraction(1)
    for t in range(1, s.T + 1):
        assert all(s.z[t] - s.x[t] == s.rho(t) * (s.x[t] - s.x[t - 1]))
        if s.method.mu_y < 1:
            assert all(s.z[t] - s.y[t] == odds(s.method.mu_y) * (s.y[t] - s.x[t]))
        mass = mass / (1 - s.c(t)) if t > 1 else mass
        w.append(s.c(t) * mass)
    assert all(s.x[s.T] == sum(w[t] * s.z[t] for t in range(1, s.T + 1)) * (1 / sum(w)))


@given(runs(), interior)
def test_two_buffer_forms(s: Run, mu_y):
    """The forms of TwoBuffer.v, and `core.two_buffer`, carry the iterates of `core.run`."""
    s = made(s.z[1:], s.u, GPA(s.method.averaging, mu_y), s.x[0])
    for t in range(1, s.T):
        c, moved = s.c(t + 1), s.z[t + 1] - s.z[t]
        delta, after = s.x[t] - s.z[t], s.x[t + 1] - s.z[t + 1]
        assert all(after == (1 - c) * (delta - moved))
        assert all(s.y[t + 1] == s.y[t] + moved + mu_y * (after - delta))
        y = (1 - c) * s.y[t] + c * s.z[t] + (1 - mu_y * (1 - c)) * moved
        assert all(s.y[t + 1] == y)
        assert all(advance_yz(s.y[t], s.z[t], moved, c, mu_y)[0] == y)
        assert all(advance_y_delta(s.y[t], delta, moved, c, mu_y)[0] == y)


def bregman_terms(s: Run, t):
    """Return everything that step t loses, as in StepIdentity.v."""
    nu, g, h = odds(s.method.mu_y), s.g(t), s.h(t)
    return (
        breg(g, s.u, s.y[t])
        + (1 + nu) * breg(h, s.y[t], s.x[t])
        + nu * breg(g, s.x[t], s.y[t])
        + s.rho(t) * breg(h, s.x[t - 1], s.x[t])
    )


def gained(s: Run, t):
    return s.phi(t) + s.rho(t) * (loss(s.x[t]) - loss(s.x[t - 1]))


@given(runs(mu_y=interior))
def test_step_identity(s: Run):
    """φ_t + ρ_t (f(x_t) − f(x_{t−1})) = r_t − the four Bregman terms, the first step included."""
    for t in range(1, s.T + 1):
        assert gained(s, t) == s.r(t) - bregman_terms(s, t)


def losses_at_y(s: Run, t):
    """Return the three losses of the second identity."""
    mu_y, rho = s.method.mu_y, s.rho(t)
    k = 1 + (1 - mu_y) * rho
    jensen = loss(s.y[t]) / k + (1 - 1 / k) * loss(s.x[t - 1]) - loss(s.x[t])
    at_past = mu_y * rho / k * breg(s.g(t), s.x[t - 1], s.y[t])
    return breg(s.g(t), s.u, s.y[t]) + at_past + (1 + rho) * jensen


@given(runs())
def test_step_identity_at_y(s: Run):
    """The second identity, for 0 ≤ μ_y ≤ 1, and the inequality that convexity makes of it."""
    for t in range(1, s.T + 1):
        assert gained(s, t) == s.r(t) - losses_at_y(s, t)
        assert gained(s, t) <= s.r(t)


@given(runs(), weights)
def test_weighted_theorem(s: Run, p):
    """Σ q_t φ_t = Σ p_t (r_t − losses) for any p, Σ q_t = Σ p_t; ≤ Σ p_t r_t for p ≥ 0."""
    gaps = s.total(lambda t: s.q(p.__getitem__, t) * s.phi(t))
    assert gaps == s.total(lambda t: p[t] * (s.r(t) - losses_at_y(s, t)))
    assert s.total(lambda t: s.q(p.__getitem__, t)) == sum(p[1 : s.T + 1])
    size = [abs(v) for v in p]
    gaps = s.total(lambda t: s.q(size.__getitem__, t) * s.phi(t))
    assert gaps <= s.total(lambda t: size[t] * s.r(t))


@given(runs(averaging=exponentials))
def test_average_iterate(s: Run):
    """f(mean x) − f(u) ≤ mean φ_t ≤ R_T/T + ρ (f(x_1) − f(x_T))/T."""
    rho, mean = odds(s.method.averaging.mu_x), s.total(s.phi) / s.T
    telescope = rho * (loss(s.x[1]) - loss(s.x[s.T]))
    assert loss(s.wmean(lambda t: 1)) - loss(s.u) <= mean <= (s.total(s.r) + telescope) / s.T


@given(runs(averaging=exponentials))
def test_no_remainder(s: Run):
    """f(x̂) − f(u) ≤ (R_T + ρ r_1)/(T + ρ), x̂ counting x_T 1 + ρ times."""
    rho = odds(s.method.averaging.mu_x)
    heavy = s.wmean(lambda t: 1 + rho if t == s.T else Fraction(1))
    assert loss(heavy) - loss(s.u) <= (s.total(s.r) + rho * s.r(1)) / (s.T + rho)


@given(runs(averaging=uniform))
def test_schedule_free(s: Run):
    """f(x_T) − f(u) ≤ R_T/T for c_t = 1/t."""
    assert s.phi(s.T) <= s.total(s.r) / s.T


def discount(mu, T, t):
    return Fraction(0) if t == 1 else mu ** (T - t)


@given(runs(averaging=exponentials))
def test_last_iterate(s: Run):
    """φ_T ≤ μ_x^{T−1} φ_1 + (1 − μ_x) Σ_{t≥2} μ_x^{T−t} r_t, and φ_1 ≤ r_1."""
    mu = s.method.averaging.mu_x
    discounted = s.total(lambda t: discount(mu, s.T, t) * s.r(t))
    assert s.phi(s.T) <= mu ** (s.T - 1) * s.phi(1) + (1 - mu) * discounted
    assert s.phi(1) <= s.r(1)


@given(gradients, vectors, vectors, positive, interior)
def test_ogd_discounted_regret(gs, z, u, gamma, mu):
    """Σ_{t≥2} μ^{T−t} r_t ≤ R²/(2γ) + γG²/(2(1−μ)), R and G the largest seen; exact."""
    made, zs = ogd(gamma), [z]
    for t, g in enumerate(gs, start=1):
        zs.append(made.step(None, t, zs[-1], g)[0])
    T = len(gs)
    found = sum(discount(mu, T, t) * inner(gs[t - 1], zs[t - 1] - u) for t in range(1, T + 1))
    reach, largest = max(sqnorm(v - u) for v in zs[:T]), max(map(sqnorm, gs))
    assert found <= reach / (2 * gamma) + gamma * largest / (2 * (1 - mu))


@given(gradients, vectors, vectors, positive)
def test_ogd_regret(gs, z, u, gamma):
    """R_T ≤ |z_1 − u|²/(2γ) + (γ/2) Σ|g_t|², with equality at u = z_{T+1}; exact."""
    made, zs = ogd(gamma), [z]
    for t, g in enumerate(gs, start=1):
        zs.append(made.step(None, t, zs[-1], g)[0])

    def regret(u):
        return sum(inner(g, v - u) for g, v in zip(gs, zs, strict=False))

    def bound(u):
        return sqnorm(z - u) / (2 * gamma) + gamma / 2 * sum(map(sqnorm, gs))

    assert regret(u) <= bound(u)
    assert regret(zs[-1]) == bound(zs[-1])


BASES = {
    "dual-averaging": lambda D, R, G, T, gamma, gs: (D**2 / (2 * gamma) + gamma * G**2) * sqrt(T),
    "adagrad-norm": lambda D, R, G, T, gamma, gs: (
        (R**2 / (2 * gamma) + gamma) * sqrt((gs**2).sum())
    ),
    "adagrad-diagonal": lambda D, R, G, T, gamma, gs: (
        (R**2 / (2 * gamma) + gamma) * np.sqrt((gs**2).sum(0)).sum()
    ),
    "ogd-anytime": lambda D, R, G, T, gamma, gs: (R**2 / (2 * gamma) + gamma * G**2) * sqrt(T),
}


def _adaptive(base, seed):
    """Play the package's learner on random gradients, some zero, and return (regret, bound)."""
    rng = np.random.default_rng(seed)
    T, gamma = 40, 0.7
    box = base == "adagrad-diagonal"
    made = learner(base, gamma, Box(1.0) if box else Ball(1.0))
    gs = rng.normal(size=(T, 3)) * (rng.uniform(size=(T, 1)) < 0.7)
    z = rng.uniform(-0.5, 0.5, size=3)
    u, state, zs = rng.uniform(-0.5, 0.5, size=3), made.init(z), []
    for t, g in enumerate(gs, start=1):
        zs.append(z)
        z, state = made.step(state, t, z, g)
    away = np.array(zs) - u
    reach = np.abs(away).max() if box else np.linalg.norm(away, axis=1).max()
    largest = np.linalg.norm(gs, axis=1).max()
    bound = BASES[base](np.linalg.norm(away[0]), reach, largest, T, gamma, gs)
    return float((gs * away).sum()), float(bound)


@pytest.mark.parametrize("seed", range(5))
def test_dual_averaging_regret(seed):
    """R_T ≤ (D²/(2γ) + γG²) √T for the package's learner, projected onto a ball."""
    regret, bound = _adaptive("dual-averaging", seed)
    assert regret <= bound + PROVED_IN_FLOATS


@pytest.mark.parametrize("seed", range(5))
def test_adagrad_norm_regret(seed):
    """R_T ≤ (R²/(2γ) + γ) √(Σ|g_t|²) for the package's learner, zero gradients included."""
    regret, bound = _adaptive("adagrad-norm", seed)
    assert regret <= bound + PROVED_IN_FLOATS


@pytest.mark.parametrize("seed", range(5))
def test_adagrad_diagonal_regret(seed):
    """R_T ≤ (R_∞²/(2γ) + γ) Σ_i |g_{1:T,i}| for the package's learner, projected onto a box."""
    regret, bound = _adaptive("adagrad-diagonal", seed)
    assert regret <= bound + PROVED_IN_FLOATS


@pytest.mark.parametrize("seed", range(5))
def test_ogd_anytime_regret(seed):
    """R_T ≤ (R²/(2γ) + γG²) √T for the package's learner, projected onto a ball."""
    regret, bound = _adaptive("ogd-anytime", seed)
    assert regret <= bound + PROVED_IN_FLOATS


@pytest.mark.parametrize("mu_y", [0.0, 0.4, 1.0])
def test_horizon_rule(mu_y):
    """|x_T| ≤ GD/√T + RG √(ln T/(2(T−1))) for f = |·| on [−1, 1], μ_x and γ by the rule."""
    T, D, R, G = 200, 1.0, 2.0, 1.0
    mu_x = 1 - log(T) / (2 * (T - 1))
    step = ogd(R / G * sqrt(1 - mu_x), Ball(1.0)).step
    base = lambda t, z, y: step(None, t, z, np.sign(y))[0]  # noqa: E731
    steps = list(run(GPA(Exponential(mu_x), mu_y), np.array([D]), base, T))
    assert abs(steps[-1][1].x[0]) <= G * D / sqrt(T) + R * G * sqrt(log(T) / (2 * (T - 1)))
