"""The statements about matching and exceeding the base, on exact runs."""

from fractions import Fraction

from hypothesis import assume, given

from gpa_theory.core.averaging import Exponential
from tests.proofs.exact_runs import (
    Run,
    breg,
    exponentials,
    inner,
    loss,
    odds,
    runs,
    sqnorm,
    uniform,
)
from tests.strategies import costly, interior, positive


def gained(s: Run, t):
    """Return what step t gains: the step identity's divergences with z_t for u, μ_y < 1."""
    nu, past = odds(s.method.mu_y), s.rho(t)
    back = s.x[t - 1] if t > 1 else s.x[t]
    return (
        breg(s.g(t), s.z[t], s.y[t])
        + (1 + nu) * breg(s.h(t), s.y[t], s.x[t])
        + nu * breg(s.g(t), s.x[t], s.y[t])
        + past * breg(s.h(t), back, s.x[t])
    )


def gained_at_y(s: Run, t):
    """Return the same with one slope, at y_t."""
    past, mu_y = s.rho(t), s.method.mu_y
    k = 1 + (1 - mu_y) * past
    back = s.x[t - 1] if t > 1 else s.x[t]
    jensen = loss(s.y[t]) / k + (1 - 1 / k) * loss(back) - loss(s.x[t])
    return (
        breg(s.g(t), s.z[t], s.y[t])
        + mu_y * past / k * breg(s.g(t), back, s.y[t])
        + (1 + past) * jensen
    )


def lead(s: Run):
    return s.total(lambda t: loss(s.z[t]) - loss(s.x[t]))


def drop(s: Run):
    return loss(s.x[1]) - loss(s.x[s.T])


@given(runs(averaging=exponentials, mu_y=interior))
def test_the_averages_beat_the_base_by_what_divergences_gain(s: Run):
    """Σ f(z_t) − f(x_t) = gained − ρ(f(x_1) − f(x_T)); so it is > 0 iff that is."""
    rho = odds(s.method.averaging.mu_x)
    assert lead(s) == s.total(lambda t: gained(s, t)) - rho * drop(s)
    below = s.total(lambda t: loss(s.x[t])) < s.total(lambda t: loss(s.z[t]))
    assert below == (rho * drop(s) < s.total(lambda t: gained(s, t)))


@given(runs(averaging=exponentials))
def test_one_slope_is_enough(s: Run):
    """The same identity with the slope at y_t alone, μ_y = 0 and 1 included."""
    rho = odds(s.method.averaging.mu_x)
    assert lead(s) == s.total(lambda t: gained_at_y(s, t)) - rho * drop(s)


@given(runs(averaging=exponentials, mu_y=interior))
def test_a_divergence_left_out_breaks_it(s: Run):
    """Must fail: without B(z_t, y_t) the two sides differ wherever that is not 0."""
    left_out = s.total(lambda t: breg(s.g(t), s.z[t], s.y[t]))
    assume(left_out != 0)
    rho = odds(s.method.averaging.mu_x)
    assert lead(s) != s.total(lambda t: gained(s, t)) - left_out - rho * drop(s)


def at_most(square):
    """Return a fraction whose square is ≥ this."""
    return 1 + square


@given(runs(averaging=exponentials))
def test_what_the_past_costs(s: Run):
    """f(x_1) − f(x_T) ≤ ⟨g_1, x_1 − x_T⟩ ≤ (1 − μ_x^{T−1}) |g_1| max|z_t − z_1|."""
    mu_x = s.method.averaging.mu_x
    moves = max(sqnorm(s.z[1] - s.z[t]) for t in range(1, s.T + 1))
    share = 1 - mu_x ** (s.T - 1)
    assert drop(s) <= inner(s.g(1), s.x[1] - s.x[s.T])
    if drop(s) > 0:  # squares, since lengths are no fractions
        assert drop(s) ** 2 <= share**2 * sqnorm(s.g(1)) * moves


def test_what_the_past_costs_is_attained():
    """On a slope, with all the base's moves made at once, it is an equality."""
    import numpy as np

    from gpa_theory.core.recursion import GPA
    from tests.proofs.exact_runs import made

    start, end = (np.array([Fraction(v), Fraction(0)], dtype=object) for v in (9, 4))
    s = made([start, end, end, end], end, GPA(Exponential(Fraction(2, 3)), Fraction(1, 2)), end)
    assert drop(s) == (1 - Fraction(2, 3) ** 3) * 1 * 5


@costly
@given(runs(averaging=uniform), runs(averaging=exponentials), positive)
def test_matching(even: Run, s: Run, spare):
    """R_T ≤ K√T gives K/√T for c_t = 1/t, and (1 + η)K/√T on average from the stated T on."""
    assert even.phi(even.T) <= (max(even.total(even.r), 0) + spare) / even.T
    assume(s.phi(s.T) >= 0)
    bound = max(s.total(s.r), 0) + spare  # K√T
    eta = max(odds(s.method.averaging.mu_x) * s.phi(1) / bound, Fraction(0)) + Fraction(1, 9)
    assert s.total(s.phi) / s.T <= (1 + eta) * bound / s.T
