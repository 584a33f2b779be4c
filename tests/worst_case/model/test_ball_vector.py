"""Vectors with error bounds: the exact vector is always inside, and identity is kept."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.worst_case.certify.definite import certainly_above
from gpa_theory.worst_case.model.ball_vector import (
    BallVector,
    downward,
    exact_vector,
    norm_above,
    products,
    unit_vector,
    upward,
)
from gpa_theory.worst_case.model.methods import gpa, schedule_free

small = st.fractions(-2, 2, max_denominator=97)
floats = st.floats(-8, 8, allow_nan=False)


def encloses(ball, truth):
    """Return whether every exact coordinate lies within the radius."""
    return all(
        abs(Fraction(c) - t) <= Fraction(r)
        for c, r, t in zip(ball.center.tolist(), ball.radius.tolist(), truth, strict=True)
    )


@given(a=small, b=small, c=small, x=st.lists(floats, min_size=2, max_size=2))
def test_sums_and_multiples_are_enclosed(a, b, c, x):
    """`a·v + b·w − c·v` in balls holds the exact vector."""
    v, w = exact_vector(np.array(x)), unit_vector(1, 2)
    found = a * v + b * w - c * v
    truth = [a * Fraction(p) + b * q - c * Fraction(p) for p, q in zip(x, (0, 1), strict=True)]
    assert encloses(found, truth)


@pytest.mark.parametrize("method", [gpa(0.83, 0.37, 0.29), schedule_free(0.9, Fraction(1, 3))])
def test_a_run_is_enclosed(method):
    """The positions of a run in balls hold those of the same run in Fractions, 12 steps on."""
    steps = 12
    balls = method.play(lambda t, y: unit_vector(t, steps), unit_vector(0, steps), steps)
    for k in range(steps):
        start = Fraction(int(k == 0))
        truth = method.play(lambda t, y, k=k: Fraction(int(t == k)), start, steps)
        for ball, value in zip(balls.x, truth.x, strict=True):
            assert abs(Fraction(ball.center[k]) - value) <= Fraction(ball.radius[k])


@given(a=st.fractions(-50, 50, max_denominator=97))
def test_a_radius_is_multiplied_too(a):
    """What lies within 1/8 of 1 lies, times a, within the radius of a times the ball."""
    found = a * BallVector([1.0], [0.125])
    for x in (Fraction(7, 8), Fraction(9, 8)):
        assert abs(Fraction(found.centers[0]) - a * x) <= Fraction(found.radii[0])


def test_a_radius_that_is_too_small_is_noticed():
    """Must fail: without its radius, a rounded third encloses nothing."""
    third = Fraction(1, 3) * unit_vector(0, 1)
    assert encloses(third, [Fraction(1, 3)])
    assert not encloses(exact_vector(third.center), [Fraction(1, 3)])


def test_multiplying_by_one_keeps_identity_and_by_zero_is_exact():
    """Coinciding points of a method are one object."""
    v = Fraction(1, 3) * unit_vector(0, 2)
    assert Fraction(1) * v is v
    assert (0 * v).is_zero
    assert 0 * v + v is v


@given(value=st.fractions(max_denominator=10**9))
def test_rounding_is_outward(value):
    """`downward` ≤ value ≤ `upward`."""
    assert Fraction(downward(value)) <= value <= Fraction(upward(value))


triples = st.lists(floats, min_size=3, max_size=3)


@given(rows=st.lists(triples, min_size=1, max_size=3), xs=st.lists(triples, min_size=1, max_size=2))
def test_products_are_enclosed(rows, xs):
    """Float rows times balls are within their error bounds of the exact products."""
    values, errors = products(np.array(rows), *(exact_vector(np.array(x)) for x in xs))
    for x, value, error in zip(xs, values.tolist(), errors.tolist(), strict=True):
        for row, near, most in zip(rows, value, error, strict=True):
            truth = sum(Fraction(a) * Fraction(b) for a, b in zip(row, x, strict=True))
            assert abs(Fraction(near) - truth) <= Fraction(most)


@given(x=st.lists(floats, min_size=1, max_size=5))
def test_norms_are_bounded_from_above(x):
    """`norm_above` squared is at least the exact squared norm."""
    assert Fraction(norm_above(np.array(x))) ** 2 >= sum(Fraction(v) ** 2 for v in x)


def test_definiteness_is_only_asserted_where_true():
    """Must fail: a matrix with an eigenvalue of −1e−14 is not certainly above 0."""
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(6, 6)))[0]
    good = (basis * np.array([1, 1, 1, 1, 1, 1e-6])) @ basis.T
    bad = (basis * np.array([1, 1, 1, 1, 1, -1e-14])) @ basis.T
    assert certainly_above((good + good.T) / 2, 1e-7)
    assert not certainly_above((good + good.T) / 2, 1e-5)
    assert not certainly_above((bad + bad.T) / 2, 0.0)


def test_definiteness_below_zero_is_not_claimed():
    """Must fail: an eigenvalue just under −1 is not above −1, and nothing is above NaN."""
    assert not certainly_above(np.array([[-1 - 4 * 2.0**-52]]), -1.0)
    assert not certainly_above(np.eye(2), np.nan)


def test_a_scalar_below_all_floats_is_refused():
    """Must fail: 2^−1076 times 2^200 would come out as 0, with a radius that does not hold it."""
    with pytest.raises(ArithmeticError, match="no relative error bound"):
        Fraction(1, 2**1076) * exact_vector(np.array([2.0**200]))
