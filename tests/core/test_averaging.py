"""Averagings one by one: closed forms of the shares, and the refusal of bad constants.

What every averaging has to satisfy is in tests/laws/test_averagings.py.
"""

from fractions import Fraction
from math import comb, inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform, shares
from tests.strategies import interior

steps = st.integers(min_value=1, max_value=12)


@given(mu_x=interior, T=steps)
def test_exponential_shares(mu_x, T):
    """The share of z_1 is μ_x^{T−1}, of z_t it is (1−μ_x) μ_x^{T−t}."""
    expected = [mu_x ** (T - 1)] + [(1 - mu_x) * mu_x ** (T - t) for t in range(2, T + 1)]
    assert shares(Exponential(mu_x), T, Fraction) == expected


@pytest.mark.parametrize("r", range(5))
def test_polynomial_weights_are_binomial(r):
    """w_t / w_{1:T} = C(t+r−1, r) / C(T+r, r+1)."""
    T = 9
    expected = [Fraction(comb(t + r - 1, r), comb(T + r, r + 1)) for t in range(1, T + 1)]
    assert shares(Polynomial(r), T, Fraction) == expected


def test_polynomial_of_degree_zero_is_uniform():
    """Polynomial(0) and Uniform() are the same sequence."""
    assert shares(Polynomial(0), 7, Fraction) == shares(Uniform(), 7, Fraction)


@pytest.mark.parametrize("mu_x", [1, 1.2, -0.1, nan, inf, "0.9", None, 1j])
def test_exponential_refuses(mu_x):
    """μ_x outside [0, 1) is refused with call, parameter and rule."""
    with pytest.raises(ValueError, match=r"`Exponential\(mu_x=.*\)`: mu_x must lie in \[0, 1\)"):
        Exponential(mu_x)


@pytest.mark.parametrize("r", [-1, nan, inf, "2"])
def test_polynomial_refuses(r):
    """A negative or infinite degree is refused."""
    with pytest.raises(ValueError, match=r"`Polynomial\(r=.*\)`: r must lie in \[0, ∞\)"):
        Polynomial(r)


@pytest.mark.parametrize("T", [0, -1, 2.0, True])
def test_shares_refuses(T):
    """The number of steps is an integer ≥ 1."""
    with pytest.raises(ValueError, match="steps must be an integer ≥ 1"):
        shares(Uniform(), T)
