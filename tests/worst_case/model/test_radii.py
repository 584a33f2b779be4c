"""Every radius is needed, by vectors that need all of it, and is hardly larger than that."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.worst_case.model.ball_vector import (
    BallVector,
    downward,
    exact_vector,
    norm_above,
    products,
    unit_vector,
    upward,
    zero_vector,
)

U = Fraction(1, 2**53)
CLOSE = 1 + Fraction(1, 10**12)
SMALL = 2.0**-600  # its square underflows
SLIGHT = Fraction(1, 2**1200)


def radius(vector):
    """Return the only radius of a vector."""
    (found,) = vector.radii
    return Fraction(found)


def off(vector, exact):
    """Return how far the only coordinate is from the exact one."""
    return abs(Fraction(vector.centers[0]) - exact)


def test_a_product_by_a_float_needs_half_a_unit():
    """Float times float just above 1 misses by almost u of the product; 3 u would be too many."""
    x, a = 1 + 2.0**-30 + 2.0**-52, 1 + 2.0**-23
    found = Fraction(a) * exact_vector(np.array([x]))
    assert Fraction(9, 10) * U < off(found, Fraction(a) * Fraction(x)) <= radius(found)
    assert radius(found) <= Fraction(11, 10) * U * Fraction(found.centers[0])


def test_a_product_by_what_is_no_float_needs_two_units():
    """The scalar is rounded too, and both roundings can go one way."""
    worst = Fraction(0)
    for k in range(1, 400):
        a, x = 1 + Fraction(k, 3 * 10**6), 1 + k * 2.0**-40 + 2.0**-52 * k
        found = a * exact_vector(np.array([x]))
        miss = off(found, a * Fraction(x))
        assert miss <= radius(found) <= Fraction(5, 2) * U * Fraction(found.centers[0])
        worst = max(worst, miss / Fraction(found.centers[0]))
    assert worst > Fraction(3, 2) * U


@pytest.mark.parametrize("a", [Fraction(1, 3), Fraction(1, 5), Fraction(2, 3), Fraction(10, 11)])
def test_a_radius_is_multiplied_by_the_scalar_and_not_by_a_float_below_it(a):
    """The float may lie below the scalar; the radius must not."""
    found = a * BallVector([0.0], [1.0])
    assert a <= radius(found) <= a * CLOSE


def test_a_product_that_underflows_is_not_exact():
    """2^−600 · 2^−600 is 0 in floats, and its radius is not."""
    found = Fraction(SMALL) * exact_vector(np.array([SMALL]))
    assert found.centers == [0.0]
    assert SLIGHT <= radius(found) < Fraction(1, 10**300)
    (value,), (error,) = products(np.array([[SMALL]]), exact_vector(np.array([SMALL])))
    assert value[0] == 0.0
    assert SLIGHT <= Fraction(float(error[0])) < Fraction(1, 10**300)


def test_radii_of_a_sum_add_up():
    """Both may be off the same way: 1/8 and 1/4 make 3/8, not 1/4 and hardly more than 3/8."""
    one, other = BallVector([1.0], [0.125]), BallVector([-1.0], [0.25])
    for found in (one + other, one - BallVector([1.0], [0.25])):
        assert Fraction(3, 8) <= radius(found) <= Fraction(3, 8) * CLOSE


def test_a_sum_needs_half_a_unit():
    """1 + 2^−53 is 1 in floats: off by u of the result, all that is allowed."""
    found = exact_vector(np.ones(1)) + exact_vector(np.array([2.0**-53]))
    assert off(found, 1 + U) == U <= radius(found) <= U * CLOSE


def test_radii_of_a_sum_are_added_upward():
    """1 + 2^−54 is 1 in floats, and the radius must be more."""
    found = BallVector([1.0], [1.0]) - BallVector([1.0], [2.0**-54])
    assert 1 + Fraction(1, 2**54) <= radius(found) <= CLOSE


def test_radii_enter_products():
    """A radius of 1/8 on either coordinate and a row (1, −2) make 3/8, up to rounding."""
    x = BallVector([1.0, 1.0], [0.125, 0.125])
    _, ((error,),) = products(np.array([[1.0, -2.0]]), x)
    assert Fraction(3, 8) <= Fraction(float(error)) <= Fraction(3, 8) * CLOSE


def test_radii_of_a_product_are_added_upward():
    """1 + 2^−54 again, this time inside a matrix product."""
    _, ((error,),) = products(np.ones((1, 2)), BallVector([0.0, 0.0], [1.0, 2.0**-54]))
    assert 1 + Fraction(1, 2**54) <= Fraction(float(error)) <= CLOSE


def test_rounding_of_a_product_is_that_of_its_summands():
    """Summands that cancel leave their rounding behind: for n = 4 at most about ten units."""
    rows, x = np.array([[1.0, 3.0, -1.0, -3.0]]) / 7, np.array([1.0, 1 / 3, 1.0, 1 / 3])
    ((value,),), ((error,),) = products(rows, exact_vector(x))
    terms = [Fraction(a) * Fraction(b) for a, b in zip(rows[0].tolist(), x.tolist(), strict=True)]
    size = sum(map(abs, terms))
    assert abs(Fraction(float(value)) - sum(terms)) <= Fraction(float(error)) <= 10 * U * size
    assert Fraction(float(error)) >= 4 * U * size  # what four products and three sums can lose


@given(value=st.fractions(max_denominator=10**9).filter(bool))
def test_rounding_outward_is_tight(value):
    """The two roundings are floats next to one another, or the value itself."""
    low, high = downward(value), upward(value)
    assert Fraction(low) <= value <= Fraction(high)
    assert high <= np.nextafter(low, np.inf)


@given(x=st.lists(st.floats(-8, 8), min_size=1, max_size=5))
def test_norms_are_tight(x):
    """The bound exceeds the norm by at most n + 8 roundings, and what underflows."""
    exact = sum(Fraction(v) ** 2 for v in x)
    found = Fraction(norm_above(np.array(x))) - Fraction(1, 2**499)
    assert found <= 0 or found**2 <= exact * (1 + (2 * len(x) + 30) * U)


def test_a_norm_whose_squares_underflow_is_not_zero():
    """2^−600 squared is 0 in floats; the norm is 2^−600."""
    assert Fraction(1, 2**600) <= Fraction(norm_above(np.array([SMALL]))) < Fraction(1, 10**100)


def test_a_norm_is_rounded_up():
    """|(1, 2^−26, …)| computed to nearest is below the truth for some of these, the bound never."""
    below = 0
    for k in range(1, 200):
        x = np.array([1.0, k * 2.0**-20, 1 / 3])
        exact = sum(Fraction(v) ** 2 for v in x.tolist())
        below += Fraction(float(np.sqrt(x @ x))) ** 2 < exact
        assert Fraction(norm_above(x)) ** 2 >= exact
    assert below > 0


def test_vectors_that_are_exact_have_no_radius():
    """Zero, unit and given vectors are what they are, also inside a product."""
    for vector in (zero_vector(3), unit_vector(1, 3), exact_vector(np.ones(3))):
        assert vector.radii == [0.0, 0.0, 0.0]
    assert zero_vector(3).centers == [0.0, 0.0, 0.0]


def test_minus_one_turns_a_vector_and_keeps_its_radius():
    """Times −1 and `negative` are exact: no radius grows, and signs turn."""
    v = BallVector([0.1, -3.0], [0.0, 0.25])
    for found in (Fraction(-1) * v, v.negative()):
        assert found.centers == [-0.1, 3.0]
        assert found.radii == v.radii


def test_vectors_of_two_dimensions_do_not_add():
    """Must fail: a coordinate would be lost."""
    with pytest.raises(ValueError, match="zip"):
        exact_vector(np.ones(2)) + exact_vector(np.ones(3))


def test_the_smallest_scalar_with_a_relative_bound_is_taken():
    """2^−1000 itself is a float and exact; what is near it and no float is still bounded."""
    near = Fraction(2, 3) * Fraction(1, 2**999)
    found = near * exact_vector(np.array([1.0]))
    assert off(found, near) <= radius(found) <= 3 * U * near + Fraction(1, 2**999)


def test_a_product_can_need_exactly_half_a_unit():
    """3 times (2^53 + 1)/3 over 2^53 is 1 + 2^−53, a tie that goes to 1: u is lost."""
    x = ((2**53 + 1) // 3) * 2.0**-53
    found = Fraction(3) * exact_vector(np.array([x]))
    assert found.centers == [1.0]
    assert off(found, 3 * Fraction(x)) == U <= radius(found) <= U * CLOSE
