"""Two stored vectors carry the same iterates as three, exactly, for any base step."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core import two_buffer
from gpa_theory.core.recursion import GPA, run
from tests.strategies import averagings, closed, interior, reals

base_steps = st.lists(reals, min_size=1, max_size=8)


def three_sequences(averaging, mu_y, z1, steps):
    base = lambda t, z, y: z + steps[t - 1]  # noqa: E731
    return run(GPA(averaging, mu_y), z1, base, len(steps), Fraction)


@given(averaging=averagings, mu_y=interior, z1=reals, steps=base_steps)
def test_y_z(averaging, mu_y, z1, steps):
    """Storing (y, z) loses nothing for μ_y > 0."""
    y, z = z1, z1
    for t, (expected, s) in enumerate(three_sequences(averaging, mu_y, z1, steps), start=1):
        assert y == expected
        assert two_buffer.iterates_yz(y, z, mu_y) == s
        c = averaging.coefficient(Fraction(t + 1))
        y, z = two_buffer.advance_yz(y, z, steps[t - 1], c, mu_y)


@given(averaging=averagings, mu_y=closed, z1=reals, steps=base_steps)
def test_y_delta(averaging, mu_y, z1, steps):
    """Storing (y, δ) loses nothing for any μ_y, 0 included."""
    y, delta = z1, z1 - z1
    for t, (expected, s) in enumerate(three_sequences(averaging, mu_y, z1, steps), start=1):
        assert y == expected
        assert two_buffer.iterates_y_delta(y, delta, mu_y) == s
        c = averaging.coefficient(Fraction(t + 1))
        y, delta = two_buffer.advance_y_delta(y, delta, steps[t - 1], c, mu_y)


def test_y_z_needs_positive_mu_y():
    """X cannot be recovered from (y, z) at μ_y = 0, where y = z."""
    with pytest.raises(ValueError, match=r"mu_y must lie in \(0, 1\]"):
        two_buffer.iterates_yz(1.0, 1.0, 0)
