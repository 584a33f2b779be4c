"""Statements for any base, any weights, noise and strong convexity, on exact runs."""

from fractions import Fraction
from itertools import pairwise, product
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.recursion import GPA, run
from gpa_theory.core.windows import BiasCorrected, Warmed
from gpa_theory.verify.formal.arbitrary import Weights
from gpa_theory.verify.formal.windows import weights_of
from tests.proofs.exact_runs import (
    Run,
    exponentials,
    inner,
    loss,
    made,
    odds,
    runs,
    slope,
    sqnorm,
    uniform,
    vectors,
)
from tests.strategies import averagings, closed, costly, interior, positive
from tests.tolerances import PROVED_IN_FLOATS

any_weights = st.lists(positive, min_size=8, max_size=8).map(lambda w: Weights(tuple(w)))
T = 4  # of the runs with noise, √T being a fraction


def above(v):
    """Return a fraction ≥ |v|."""
    return sum(abs(v), Fraction(0))


@given(runs(averaging=uniform), runs(averaging=exponentials), positive)
def test_any_base(even: Run, s: Run, spare):
    """R_T ≤ B gives B/T for c_t = 1/t, and for constant μ_x the bounds with ρGD and ρ(GD + ε)."""
    assert even.phi(even.T) <= (even.total(even.r) + spare) / even.T
    bound, rho, u = s.total(s.r) + spare, odds(s.method.averaging.mu_x), s.u
    start = max(above(s.g(t)) for t in range(1, s.T + 1)) * above(s.z[1] - u)
    heavy = s.wmean(lambda t: 1 + rho if t == s.T else Fraction(1))
    assert loss(heavy) - loss(u) <= (bound + rho * start) / (s.T + rho)
    epsilon = loss(u)  # the minimum is 0
    mean_gap = s.total(s.phi) / s.T
    assert loss(s.wmean(lambda t: Fraction(1))) - loss(u) <= mean_gap
    assert mean_gap <= (bound + rho * (start + epsilon)) / s.T


@given(runs(averaging=any_weights))
def test_any_weights(s: Run):
    """f(x_T) − f(u) ≤ Σ w_t r_t / w_{1:T} for c_t = w_t/w_{1:t}."""
    w = (Fraction(0), *s.method.averaging.weights)
    assert s.phi(s.T) <= s.total(lambda t: w[t] * s.r(t)) / s.total(lambda t: w[t])


def noisy(method, z_1, u, gamma, noise):
    """Return every outcome of SGD inside GPA under noise ±`noise`, with its noisy gradients."""
    found = []
    for signs in product((-1, 1), repeat=T):
        used = []

        def base(t, z, y, signs=signs, used=used):
            used.append(slope(y) + signs[t - 1] * noise)
            return z - gamma * used[-1]

        zs = [s.z for _, s in run(method, z_1, base, T, Fraction)]
        found.append((made(zs, u, method, z_1), [u, *used]))
    return found


def mean(found, value):
    return sum((value(s, used) for s, used in found), Fraction(0)) / len(found)


@costly
@given(averagings, closed, vectors, vectors, positive, vectors, st.lists(positive, min_size=T + 2))
def test_expected_weighted_theorem(averaging, mu_y, z_1, u, gamma, noise, p):
    """Σ q_t E φ_t ≤ Σ p_t E⟨noisy gradient, z_t − u⟩, and the gradients are unbiased."""
    found = noisy(GPA(averaging, mu_y), z_1, u, gamma, noise)
    weight = lambda t: p[t]  # noqa: E731
    left = mean(found, lambda s, _: s.total(lambda t: s.q(weight, t) * s.phi(t)))
    right = mean(found, lambda s, g: s.total(lambda t: p[t] * inner(g[t], s.z[t] - s.u)))
    assert left <= right
    assert right == mean(found, lambda s, _: s.total(lambda t: p[t] * s.r(t)))


@costly
@given(interior, closed, vectors, vectors, vectors)
def test_sgd_in_expectation(mu_x, mu_y, z_1, u, noise):
    """E f(x_T) − f(u) ≤ DG/√T for c_t = 1/t; plus the telescope term for the mean and constant μ_x.

    G bounds |w_1| + |w_2| plus noise along the run of every outcome, so it is found by doubling.
    """
    radius = above(z_1 - u) + 1
    for averaging in (Uniform(), Exponential(mu_x)):
        G = Fraction(1)
        while True:
            found = noisy(GPA(averaging, mu_y), z_1, u, radius / (2 * G), noise)
            seen = max(mean(found, lambda s, g, t=t: sqnorm(g[t])) for t in range(1, T + 1))
            if seen <= G**2:
                break
            G *= 2
        if isinstance(averaging, Uniform):
            assert mean(found, lambda s, _: s.phi(T)) <= radius * G / 2
            continue
        telescope = mean(found, lambda s, _: s.phi(1) - s.phi(T)) * odds(mu_x) / T
        average = mean(found, lambda s, _: loss(s.wmean(lambda t: Fraction(1))) - loss(s.u))
        assert average <= radius * G / 2 + telescope


def bowl(a):
    """Return a_1² + a_2²/2, which is 1-strongly convex and attains that modulus."""
    return a[0] * a[0] + a[1] * a[1] / 2


def bowl_slope(a):
    return np.array([2 * a[0], a[1]], dtype=object)


@given(runs())
def test_strong_step(s: Run):
    """φ_t + ρ_t(f(x_t) − f(x_{t−1})) ≤ r_t − (σ/2)(1 − (1−c_t)μ_y²)|z_t − u|²."""
    for t in range(1, s.T + 1):
        gap = bowl(s.x[t]) - bowl(s.u)
        before = bowl(s.x[t - 1]) if t > 1 else bowl(s.x[t])
        regret = inner(bowl_slope(s.y[t]), s.z[t] - s.u)
        gain = (1 - (1 - s.c(t)) * s.method.mu_y**2) * sqnorm(s.z[t] - s.u) / 2
        assert gap + s.rho(t) * (bowl(s.x[t]) - before) <= regret - gain


@pytest.mark.parametrize("steps", [1, 2, 9, 30])
@given(interior, closed, vectors, vectors)
def test_strong_ogd_rate(steps, mu_x, mu_y, z_1, u):
    """Steps 1/(s t) give G²(1 + ln T)/(2sT) + ρ(f(x_1) − f(x_T))/T, s = 1 − μ_xμ_y²."""
    s = float(1 - mu_x * mu_y**2)
    method = GPA(Exponential(float(mu_x)), float(mu_y))
    start, used = z_1.astype(float), []

    def base(t, z, y):
        used.append(bowl_slope(y).astype(float))
        return z - used[-1] / (s * t)

    x = [state.x for _, state in run(method, start, base, steps)]
    G = max(float(np.linalg.norm(g)) for g in used)
    rho = odds(float(mu_x))
    allowed = G**2 * (1 + log(steps)) / (2 * s * steps)
    allowed += rho * (bowl(x[0]) - bowl(x[-1])) / steps
    gap = bowl(sum(x) / steps) - bowl(u.astype(float))
    scale = 1 + abs(allowed) + rho * bowl(x[0]) + float(bowl(u))
    assert gap <= allowed + PROVED_IN_FLOATS * scale


@pytest.mark.parametrize("mu_x", [Fraction(0), Fraction(1, 3), Fraction(6, 7)])
def test_growing_window(mu_x):
    """`warmed` and `bias_corrected` are the averagings, `grows_by_one` holds, `q` is as used."""
    for kind, c in (
        (Warmed(mu_x), [max(Fraction(1, t), 1 - mu_x) for t in range(1, 12)]),
        (BiasCorrected(mu_x), [(1 - mu_x) / (1 - mu_x**t) for t in range(1, 12)]),
    ):
        assert [kind.coefficient(Fraction(t)) for t in range(1, 12)] == c
        assert all(1 / after <= 1 + 1 / before for before, after in pairwise(c))
        past = [(1 - one) / one for one in c]
        q = [1 + now - after for now, after in pairwise(past)] + [1 + past[-1]]
        assert weights_of(kind, 11) == q
