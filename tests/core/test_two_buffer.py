"""Two stored vectors carry the same iterates as three, exactly, for any base step."""

from fractions import Fraction

import pytest
import sympy as sp
import torch
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


FORMS = {  # name: (the call at some μ_y, the interval μ_y must lie in)
    "advance_yz": (lambda mu_y: two_buffer.advance_yz(3.0, 1.0, 2.0, 0.5, mu_y), r"\(0, 1\]"),
    "iterates_yz": (lambda mu_y: two_buffer.iterates_yz(3.0, 1.0, mu_y), r"\(0, 1\]"),
    "advance_y_delta": (
        lambda mu_y: two_buffer.advance_y_delta(3.0, 1.0, 2.0, 0.5, mu_y),
        r"\[0, 1\]",
    ),
    "iterates_y_delta": (lambda mu_y: two_buffer.iterates_y_delta(3.0, 1.0, mu_y), r"\[0, 1\]"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mu_y", [-0.25, 1.25, float("nan"), Fraction(5, 4), torch.tensor(1.5)])
def test_every_form_refuses_the_same_mu_y(form, mu_y):
    """μ_y outside [0, 1] is refused by all four, with the name of the one that was called."""
    call, interval = FORMS[form]
    with pytest.raises(ValueError, match=rf"`{form}\(mu_y=.*\)`: mu_y must lie in {interval}"):
        call(mu_y)


@pytest.mark.parametrize("form", FORMS)
def test_zero_is_refused_by_the_form_that_cannot_hold_it(form):
    """(y, z) forgets x at μ_y = 0; (y, δ) does not."""
    call, interval = FORMS[form]
    if interval.startswith(r"\["):
        call(0.0)
    else:
        with pytest.raises(ValueError, match=rf"`{form}\(mu_y=0.0\)`"):
            call(0.0)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mu_y", [sp.Symbol("mu_y"), sp.Rational(1, 2), torch.tensor(0.75)])
def test_symbols_and_tensors_pass(form, mu_y):
    """An undecided μ_y passes, and so does a number of any library."""
    FORMS[form][0](mu_y)
