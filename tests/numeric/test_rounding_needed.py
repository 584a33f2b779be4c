"""Allowances for rounding are needed, and no larger than a few times what is needed.

Each is met by numbers that need it, in exact arithmetic: half of it would be too little.
"""

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gpa_theory.numeric.exact import down, log1p_exp_up, sqrt_up, up, x_log_x_up
from gpa_theory.numeric.precision import affine_residual, affine_rounding, theta
from gpa_theory.worst_case.model import ball_vector

U = Fraction(1, 2**53)
SLIGHT = Fraction(1, 2**1200)  # a product that underflows to 0
SMALL = 2.0**-600
FINE = Context(prec=100, Emax=MAX_EMAX, Emin=MIN_EMIN)


def one(value):
    return np.array([float(value)])


def exact_mean(kept, first, second):
    """Return kept·first + (1 − kept)·second."""
    return Fraction(kept) * Fraction(first) + (1 - Fraction(kept)) * Fraction(second)


def test_a_mean_can_lose_more_than_two_roundings_of_each_summand():
    """Coefficient, product and sum all round one way: 2.75 of the three roundings there are."""
    kept = float.fromhex("0x1.ffe2b50b0398fp-2")
    first, second = float.fromhex("0x1.0016fd4902e69p+0"), float.fromhex("0x1.00032e2312399p+3")
    lost = abs(Fraction(kept * first + (1 - kept) * second) - exact_mean(kept, first, second))
    size = Fraction(kept * first) + Fraction((1 - kept) * second)
    assert Fraction(27, 10) * U * size < lost
    allowed = Fraction(float(affine_rounding(kept, one(first), 1 - kept, one(second))[0]))
    assert max(lost, 3 * U * size) <= allowed <= 6 * U * size


def test_a_mean_that_underflows_is_allowed_for():
    """2^−600 · 2^−600 is 0 in floats, and the residual says more than 0; both bounds stay tiny."""
    small, none = one(SMALL), one(0.0)
    rounding = affine_rounding(SMALL, small, 1.0, none)[0]
    residual = affine_residual(none, SMALL, small, 1.0, none)[0]
    assert min(Fraction(float(rounding)), Fraction(float(residual))) >= SLIGHT
    assert affine_rounding(0.0, none, 1.0, none)[0] < 1e-300
    assert affine_residual(none, 0.0, none, 1.0, none)[0] < 1e-300


def test_a_residual_that_cancels_needs_all_of_ten_roundings_of_its_coefficients():
    """Coefficients ten roundings away, in opposite directions: the floats cancel, the truth not."""
    kept, first = float.fromhex("0x1.fa630d3db4daep-2"), float.fromhex("0x1.0f3a3204cf96ep+0")
    larger, smaller = kept + 9 * 2.0**-54, (1 - kept) - 5 * 2.0**-53
    assert 1 < Fraction(larger) / Fraction(kept) <= 1 + 10 * U
    assert 1 > Fraction(smaller) / (1 - Fraction(kept)) >= 1 - 10 * U
    second = -larger * first / smaller
    result = larger * first + smaller * second
    truth = abs(Fraction(result) - exact_mean(kept, first, second))
    bound = affine_residual(one(result), larger, one(first), smaller, one(second))[0]
    size = Fraction(abs(result)) + Fraction(larger * first) + Fraction(abs(smaller * second))
    assert 10 * U * size < truth <= Fraction(float(bound)) <= 40 * U * size


def test_the_size_of_the_result_counts():
    """1 − (−2^−54) is 1 in floats: the rounding of the result itself is all there is."""
    second = -(2.0**-54)
    bound = affine_residual(one(1.0), 0.0, one(0.0), 1.0, one(second))[0]
    assert 1 + Fraction(1, 2**54) <= Fraction(float(bound)) <= 1 + 40 * U


@pytest.mark.parametrize("allowance", [theta, ball_vector.theta])
@given(k=st.integers(1, 10_000))
def test_k_roundings_are_bounded_and_not_by_much_more(allowance, k):
    """It is k u/(1 − k u) up to its own rounding; that of `ball_vector` is upward."""
    exact = k * U / (1 - k * U)
    found = Fraction(allowance(k))
    assert exact * (1 - 4 * U) <= found <= exact * (1 + Fraction(1, 10**12))
    if allowance is ball_vector.theta:
        assert found >= exact


def fine_log(value):
    """Return log of a positive Fraction to 100 digits."""
    return Fraction(FINE.ln(FINE.divide(Decimal(value.numerator), Decimal(value.denominator))))


def fine_exp(value):
    """Return e to the power of a Fraction to 100 digits."""
    return Fraction(FINE.exp(FINE.divide(Decimal(value.numerator), Decimal(value.denominator))))


@given(x=st.fractions(min_value=0, max_value=1).filter(lambda x: x > 0))
@example(x=Fraction(1, 3))
@example(x=Fraction(2, 7))
def test_x_log_x_bounds_from_above_to_the_last_digit(x):
    """The bound exceeds x log x and by less than 1e-49, which a hundred digits decide."""
    above = x_log_x_up(x) - x * fine_log(x)
    assert 0 < above < Fraction(1, 10**49)


def test_sixty_digits_alone_do_not_bound_a_logarithm():
    """Without the allowance x log x would come out too small for one of these x, too large for one.

    So the allowance is needed: sixty digits are rounded to nearest.
    """
    allowance, shares = Fraction(1, 10**50), [Fraction(k, 97) for k in range(1, 97)]
    bare = [x_log_x_up(x) - allowance - x * fine_log(x) for x in shares]
    assert min(bare) < 0 < max(bare)
    bare = [log1p_exp_up(m) - allowance - fine_log(1 + fine_exp(-m)) for m in shares]
    assert min(bare) < 0 < max(bare)


@pytest.mark.parametrize("step", [Fraction(1, 2**54), Fraction(1, 2**200)])
def test_an_end_is_rounded_outward_on_either_side(step):
    """Just above 1 the upper end is the next float and the lower one is 1; just below, likewise."""
    assert (down(1 + step), up(1 + step)) == (1.0, 1 + 2.0**-52)
    assert (down(1 - step), up(1 - step)) == (1 - 2.0**-53, 1.0)
    assert (down(-1 - step), up(-1 - step)) == (-1 - 2.0**-52, -1.0)


def test_a_root_is_rounded_up_by_one_unit_only_where_it_is_irrational():
    """√2 is exceeded by at most 2^−128, √(1/4) not at all."""
    excess = sqrt_up(Fraction(2)) ** 2 - 2
    assert 0 < excess <= Fraction(3, 2**128)
    assert sqrt_up(Fraction(1, 4)) == Fraction(1, 2)
