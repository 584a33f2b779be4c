"""The statements about steps and averaging, on exact runs in the plane."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA, run
from gpa_theory.verify.formal.arbitrary import Weights
from gpa_theory.verify.formal.descent import weights_of
from tests.proofs.exact_runs import Run, loss, made, slope, sqnorm, vectors
from tests.strategies import closed, interior, positive

STEPS = st.lists(positive, min_size=1, max_size=6)


def descended(start, u, gamma, averaging, mu_y=Fraction(0)):
    """Return the run of subgradient descent; one more step is made, and not looked at."""
    method = GPA(averaging, mu_y)
    move = lambda t, z, y: z - gamma[t - 1] * slope(y)  # noqa: E731
    zs = [s.z for _, s in run(method, start, move, len(gamma), Fraction)]
    return made(zs, u, method, start)


def rest(a, T, k):
    """Return `rest` of Tails.v: a_k + … + a_T."""
    return sum((a(t) for t in range(k, T + 1)), Fraction(0))


def share(p, gamma, T, k):
    return rest(p, T, k) / rest(gamma, T, k)


def noise_factor(p, gamma, T, t):
    return share(p, gamma, T, T if t == T else t + 1)


def step_noise(s: Run, gamma, t):
    return gamma(t) ** 2 * sqnorm(s.g(t)) / 2


@given(vectors, vectors, STEPS, st.lists(positive, min_size=5, max_size=5))
def test_weights_on_descent(start, u, steps, jumps):
    """`weighted_descent`, for weights made from growing shares."""
    s = descended(start, u, steps, Exponential(Fraction(1, 2)))
    shares = [1 / sum(steps)]
    for jump in jumps[: len(steps) - 1]:
        shares.append(shares[-1] + jump)
    weights = weights_of(shares, steps)
    p, gamma = (lambda t, a=a: a[t - 1] for a in (weights, steps))
    assert [share(p, gamma, s.T, t) for t in range(1, s.T + 1)] == shares
    assert s.total(p) == 1
    bound = sqnorm(start - u) / (2 * s.total(gamma))
    bound += s.total(lambda t: step_noise(s, gamma, t) * noise_factor(p, gamma, s.T, t))
    assert s.total(lambda t: p(t) * (loss(s.z[t]) - loss(u))) <= bound


@given(vectors, vectors, STEPS, closed)
def test_averaging_tied_to_the_steps(start, u, steps, mu_y):
    """`tied_rate`."""
    s = descended(start, u, steps, Weights((*steps, Fraction(1))), mu_y)
    noise = s.total(lambda t: steps[t - 1] ** 2 * sqnorm(s.g(t)))
    assert s.phi(s.T) <= (sqnorm(start - u) + noise) / (2 * sum(steps))


def ema_weight(mu, n, t):
    return mu ** (n - 1) if t == 1 else (1 - mu) * mu ** (n - t)


def ema_sum(mu, T):
    return sum(((1 - mu**m) / m for m in range(1, T)), Fraction(0)) + (1 - mu)


@given(vectors, vectors, positive, interior, st.integers(2, 7))
def test_log_log(start, u, gamma, mu_x, T):
    """`log_log`, its weights, its shares and its noise."""
    assume(mu_x ** (T - 1) <= Fraction(1, T))
    s = descended(start, u, [gamma] * T, Exponential(mu_x))
    average = sum(ema_weight(mu_x, T, t) * s.z[t] for t in range(1, T + 1))
    assert (average == s.x[T]).all()
    steepest = max(sqnorm(s.g(t)) for t in range(1, T + 1))
    p, steps = (lambda t: ema_weight(mu_x, T, t)), (lambda t: gamma)
    shares = [share(p, steps, T, t) for t in range(1, T + 1)]
    assert shares == sorted(shares)
    noise = s.total(lambda t: gamma**2 * steepest / 2 * noise_factor(p, steps, T, t))
    assert noise == gamma * steepest / 2 * ema_sum(mu_x, T)
    assert s.phi(T) <= sqnorm(start - u) / (2 * gamma * T) + noise


@given(interior, st.integers(3, 7))
def test_outside_the_window_the_shares_fall(mu_x, T):
    """Must fail: where μ_x^(T−1) > 1/T, the first share is above the second."""
    assume(mu_x ** (T - 1) > Fraction(1, T))
    p, steps = (lambda t: ema_weight(mu_x, T, t)), (lambda t: Fraction(1))
    assert share(p, steps, T, 1) > share(p, steps, T, 2)


@given(vectors, vectors, positive, interior, closed, st.integers(1, 7))
def test_descent_reaches(start, u, gamma, mu_x, mu_y, T):
    """`ogd_moves` and `ogd_moves_rate`."""
    s = descended(start, u, [gamma] * T, Exponential(mu_x), mu_y)
    steepest = max(sqnorm(s.g(t)) for t in range(1, T + 1))
    for t in range(1, T + 1):
        assert sqnorm(s.z[1] - s.z[t]) <= (t - 1) ** 2 * gamma**2 * steepest
    odds = mu_x / (1 - mu_x)
    factor = 1 + 2 * (odds * (1 - mu_x ** (T - 1))) * (T - 1) / Fraction(T)
    bound = sqnorm(start - u) / (2 * gamma * T) + gamma * steepest / 2 * factor
    assert s.total(s.phi) / T <= bound
