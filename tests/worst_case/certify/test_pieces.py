"""The explicit function of a lower end: what is claimed of its slopes and values, piece by piece.

The functions are written down by hand, so that the truth is known in Fractions.
"""

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from gpa_theory.worst_case.certify import witness
from gpa_theory.worst_case.certify.upper import NotCertifiedError
from gpa_theory.worst_case.certify.witness import (
    _check_class,
    _check_gradients,
    _shortened,
    certified_lower,
    value_above,
    value_below,
)
from gpa_theory.worst_case.model.ball_vector import BallVector, exact_vector, norms_above
from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.model.program import program
from gpa_theory.worst_case.model.witness import Witness
from tests.worst_case.settings import LIPSCHITZ, STRONG

CLOSE = 1e-12


def function(slopes, offsets, smooth=False, curvature=Fraction(0)):
    """Return max(0, max_i b_i + ⟨g_i, u⟩), or its Moreau envelope, plus (σ/2)|u|²."""
    rows = np.atleast_2d(np.array(slopes, dtype=float))
    start = np.zeros(rows.shape[1])
    return Witness(start, rows, np.array(offsets, dtype=float), smooth, curvature)


def is_gradient(found, y, t=1):
    """Return whether slope t is certified to be a subgradient at y."""
    try:
        _check_gradients(found, [(t, y)])
    except NotCertifiedError:
        return False
    return True


@pytest.mark.parametrize(("at", "expected"), [(0.5, False), (1.5, True)])
def test_a_slope_below_the_zero_piece_is_no_subgradient(at, expected):
    """Must fail: at 1/2 the function max(0, u − 1) is 0, and so is its slope."""
    assert is_gradient(function([[1.0]], [-1.0]), exact_vector(np.array([at]))) is expected


@pytest.mark.parametrize(("radius", "expected"), [(0.25, True), (0.75, False)])
def test_the_error_of_the_own_piece_counts(radius, expected):
    """Must fail: 1/2 ± 3/4 may be negative, where the zero piece is the largest."""
    assert is_gradient(function([[1.0]], [0.0]), BallVector([0.5], [radius])) is expected


@pytest.mark.parametrize(("radius", "expected"), [(0.25, True), (0.75, False)])
def test_the_error_of_another_piece_counts(radius, expected):
    """Must fail: the other piece is 1/2 ± 3/4, the own one 1."""
    y = BallVector([1.0, 0.5], [0.0, radius])
    assert is_gradient(function([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]), y) is expected


@pytest.mark.parametrize(("apart", "expected"), [(3e-14, True), (2e-16, False)])
def test_pieces_apart_by_more_than_rounding_are_told_apart(apart, expected):
    """A lead of 270 roundings is enough for exact points, one of two is not."""
    found = function([[1.0], [1.0]], [-0.25, -0.25 - apart])
    assert is_gradient(found, exact_vector(np.ones(1))) is expected


def test_a_piece_is_compared_at_the_minimizer_of_the_inner_problem():
    """Of the envelope of max(0, u) the slope is 1 at u > 1 only: at 1/2 it is 1/2."""
    found = function([[1.0]], [0.0], smooth=True)
    assert is_gradient(found, exact_vector(np.array([1.5])))
    assert not is_gradient(found, exact_vector(np.array([0.5])))


def of_class(smooth=False, curvature=Fraction(0)):
    return SimpleNamespace(smooth=smooth, curvature=curvature)


@pytest.mark.parametrize("smooth", [False, True])
def test_what_leaves_the_class_by_little_is_refused(smooth):
    """Must fail: a start or a slope longer than 1, or one offset above 0, by 1e−12."""
    good = function([[0.5], [1 - 1e-12]], [-1.0, 0.0], smooth)
    _check_class(of_class(smooth), good)  # type: ignore[arg-type]
    start = Witness(np.array([1 + CLOSE]), good.slopes, good.offsets, smooth, Fraction(0))
    slope = function([[0.5], [1 + CLOSE]], [-1.0, 0.0], smooth)
    offset = function([[0.5], [0.5]], [-1.0, CLOSE], smooth)
    for wrong in (start, offset) if smooth else (start, slope, offset):
        with pytest.raises(NotCertifiedError, match="of the class"):
            _check_class(of_class(smooth), wrong)  # type: ignore[arg-type]
    if smooth:  # no gradient of a smooth function is bounded
        _check_class(of_class(smooth), slope)  # type: ignore[arg-type]


def test_shortened_rows_certainly_are_short_enough():
    """Their bound is ≤ 1, not only their length, and 1e−13 below 1 at most."""
    for seed in range(200):
        root = 3 * np.random.default_rng(seed).normal(size=(4, 3))
        rows, _ = _shortened(of_class(), root, np.zeros(3))  # type: ignore[arg-type]
        assert 1 - 1e-13 < norms_above(rows).max() <= 1


def envelope(b, g, x):
    """Return the Moreau envelope of max(0, b + g u) at x, in Fractions."""
    p, square = Fraction(b) + Fraction(g) * Fraction(x), Fraction(g) ** 2
    if p <= 0:
        return Fraction(0)
    return p**2 / (2 * square) if p <= square else p - square / 2


def hinge(b, g, x):
    """Return max(0, b + g u) at x, in Fractions."""
    return max(Fraction(0), Fraction(b) + Fraction(g) * Fraction(x))


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("curvature", [Fraction(0), Fraction(1, 3)])
def test_values_are_enclosed_and_tightly(smooth, curvature):
    """At exact points lower and upper value hold the truth, up to 1e−12 of it on either side."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        g, b = float(rng.uniform(0.2, 1)), -float(rng.random())
        x = float((g**2 - b) / g + rng.random())  # beyond the curved part
        found = function([[g]], [b], smooth, curvature)
        truth = (envelope if smooth else hinge)(b, g, x) + curvature / 2 * Fraction(x) ** 2
        low, high = (f(found, exact_vector(np.array([x]))) for f in (value_below, value_above))
        assert Fraction(low) <= truth <= Fraction(high)
        assert truth * (1 - Fraction(CLOSE)) <= Fraction(low)
        assert Fraction(high) <= truth * (1 + Fraction(CLOSE))


def test_a_curvature_alone_is_enclosed():
    """Where all pieces are 0 the value is (σ/2) x², which floats round up as often as down."""
    found, sides = function([[1.0]], [-9.0], False, Fraction(1, 3)), set()
    for k in range(1, 300):
        x = k / 101
        truth = Fraction(x) ** 2 / 6
        sides.add(Fraction(float(Fraction(1, 3)) / 2 * x * x) > truth)
        assert Fraction(value_below(found, exact_vector(np.array([x])))) <= truth
        assert Fraction(value_above(found, exact_vector(np.array([x])))) >= truth
    assert sides == {True, False}


@pytest.mark.parametrize("x", [1.0, -1.0])
def test_values_over_a_ball_hold_the_ends(x):
    """Over 1 ± 1/4, max(0, |u| − 1/2) runs from 1/4 to 3/4 and (σ/2) u² from 9/16 to 25/16."""
    ball = BallVector([x], [0.25])
    tilted = function([[1.0], [-1.0]], [-0.5, -0.5])
    assert 0.25 - CLOSE < value_below(tilted, ball) <= 0.25
    assert 0.75 <= value_above(tilted, ball) < 0.75 + CLOSE
    bent = function([[1.0]], [-9.0], False, Fraction(2))
    assert 9 / 16 - CLOSE < value_below(bent, ball) <= 9 / 16
    assert 25 / 16 <= value_above(bent, ball) < 25 / 16 + CLOSE


def test_a_negative_weight_takes_the_upper_value(monkeypatch):
    """A lower bound of f(a) − f(b) is the lower value at a less the upper value at b."""
    found = function([[0.5, 0.0]], [0.0])
    a, b = BallVector([3.0, 0.0], [0.5, 0.0]), BallVector([1.0, 0.0], [0.25, 0.0])
    monkeypatch.setattr(witness, "_run", lambda *_: [(a, Fraction(2)), (b, Fraction(-1))])
    lower = certified_lower(of_class(), found)  # type: ignore[arg-type]
    assert 2 * 1.25 - 0.625 - CLOSE < lower <= 2 * 1.25 - 0.625


def test_weights_of_a_program_are_enclosed():
    """1/7 is no float; its radius holds it, and is half a unit at most."""
    of = program(gpa(0.5, 0.5, 0.3), 7, "mean", LIPSCHITZ)
    pairs = zip(of.samples.weights, of.weights.tolist(), of.weight_radius.tolist(), strict=False)
    off = [(abs(w - Fraction(f)), Fraction(r), w) for w, f, r in pairs]
    assert all(miss <= r <= w / 2**52 for miss, r, w in off)
    assert any(miss > 0 for miss, _, _ in off)


@pytest.mark.parametrize("radius", [0.0, 2.0**-20])
def test_the_error_of_the_metrics_curvature_is_counted(radius):
    """Σ w (σ/2) h h′ is off by what is allowed at most: rounding, and positions off by a radius."""
    of = program(gpa(0.83, 0.37, 0.29), 7, "mean", STRONG)
    of = replace(of, radius=np.full_like(of.radius, radius))
    fine, missed = np.vectorize(Fraction, otypes=[object]), Fraction(0)
    h = fine(of.positions) + Fraction(radius)
    weights = [*of.samples.weights, Fraction(0)]
    exact = sum(w * of.curvature / 2 * np.outer(v, v) for w, v in zip(weights, h, strict=True))
    allowed = of.quadratic_error()
    for (i, j), miss in np.ndenumerate(abs(fine(of.quadratic) - exact)):
        assert miss <= Fraction(float(allowed[i, j]))
        missed = max(missed, miss)
    assert missed > 0
    size, share = np.abs(of.positions), float(of.curvature) * np.abs(of.weights)
    rounding = 2.0**-53 * (8 * of.count + 64) * (size.T * share) @ size
    moved = (size.T * share) @ of.radius
    both = rounding + 2 * (moved + moved.T) + 2 * (of.radius.T * share) @ of.radius
    assert (allowed <= both + 1e-290).all()
