"""Exact numbers: conversions lose nothing, roundings go the promised way, roots and logs bound."""

import math
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.numeric.exact import (
    down,
    exactly,
    integers,
    log1p_exp_up,
    norm_up,
    products,
    sqrt_up,
    up,
    x_log_x_up,
)
from tests.tolerances import LOGARITHM

floats = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e200, max_value=1e200)
rationals = st.fractions(min_value=-10, max_value=10)


@given(values=st.lists(floats, min_size=1, max_size=6))
def test_floats_become_integers_without_rounding(values):
    """The integers over 2^k equal the floats, subnormal numbers and mixed sizes included."""
    m, k = integers(np.array(values))
    assert [Fraction(i, 2**k) for i in m] == [Fraction(v) for v in values]


@given(
    rows=st.lists(st.tuples(floats, floats), min_size=1, max_size=4), w=st.tuples(floats, floats)
)
def test_products_are_exact(rows, w):
    """The matrix-vector product equals the one in Fractions."""
    expected = [sum(x * y for x, y in zip(exactly(r), exactly(w), strict=True)) for r in rows]
    assert products(integers(np.array(rows)), np.array(w)) == expected


@given(q=rationals)
def test_rounding_is_outward_and_tight(q):
    """down(q) ≤ q ≤ up(q), and no float fits strictly between either bound and q."""
    assert Fraction(down(q)) <= q <= Fraction(up(q))
    assert up(q) <= math.nextafter(down(q), math.inf)
    assert (up(q) == down(q)) == (Fraction(float(q)) == q)


@given(q=st.fractions(min_value=0, max_value=1000))
def test_square_root_bounds_from_above(q):
    """sqrt_up(q)² ≥ q, and one unit of 2^−128 less would not do unless the root is exact."""
    root = sqrt_up(q)
    assert root**2 >= q
    assert root**2 == q or max(root - Fraction(1, 2**128), Fraction(0)) ** 2 < q


@given(values=st.lists(rationals, min_size=1, max_size=5))
def test_norm_bounds_from_above(values):
    """norm_up(v)² ≥ Σ v_i²."""
    assert norm_up(values) ** 2 >= sum(v * v for v in values)


@given(m=st.fractions(min_value=-40, max_value=40))
def test_log1p_exp_bounds_from_above(m):
    """The bound is ≥ log(1 + e^{−m}): its exponential exceeds 1 + e^{−m}, checked by series."""
    bound = log1p_exp_up(m)
    assert float(bound) == pytest.approx(math.log1p(math.exp(-m)), rel=LOGARITHM, abs=0)
    # φ(m) − φ(−m) = −m, exactly: both are upper bounds within 1e-49 of the truth.
    assert abs(bound - log1p_exp_up(-m) + m) < Fraction(1, 10**49)


@given(m=st.fractions(min_value=-40, max_value=40))
def test_log1p_exp_bounds_from_above_to_the_last_digit(m):
    """The bound is ≥ log(1 + e^{−m}) and within 1e-49 of it, which a hundred digits decide."""
    fine = Context(prec=100, Emax=MAX_EMAX, Emin=MIN_EMIN)
    size = fine.divide(Decimal(abs(m).numerator), Decimal(abs(m).denominator))
    tail = fine.ln(fine.add(1, fine.exp(fine.minus(size))))
    above = log1p_exp_up(m) - max(-m, Fraction(0)) - Fraction(tail)
    assert 0 < above < Fraction(1, 10**49)


def test_log_bounds_lie_above_series_of_log_two():
    """log(1 + e^0) = log 2 is exceeded, but by less than 1e-49 (rational series of log 2)."""
    log_two = sum(Fraction(1, k * 2**k) for k in range(1, 200))  # from below, to 2^−199
    assert 0 < log1p_exp_up(Fraction(0)) - log_two < Fraction(1, 10**49)
    assert 0 < x_log_x_up(Fraction(1, 2)) + log_two / 2 < Fraction(1, 10**49)


@pytest.mark.parametrize("m", [Fraction(10**6), Fraction(-(10**6)), Fraction(10) ** 300])
def test_huge_margins_are_bounded_without_overflow(m):
    """Far from 0 the bound is max(0, −m) and a tail that is not noticeable."""
    assert 0 < log1p_exp_up(m) - max(-m, Fraction(0)) < Fraction(1, 10**49)


@given(x=st.floats(min_value=0, max_value=1))
def test_x_log_x_agrees_with_floats(x):
    """It is x log x to float accuracy, 0 at 0."""
    expected = x * math.log(x) if x > 0 else 0.0
    # The allowance of 1e-50, which decides near 0 and 1, is all that may be absolute.
    assert float(x_log_x_up(Fraction(x))) == pytest.approx(expected, rel=LOGARITHM, abs=1e-49)
