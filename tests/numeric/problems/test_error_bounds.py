"""Errors that oracles state, and constants: needed by these inputs, and not much too large."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.core.assumptions import Assumption
from gpa_theory.numeric.precision import theta
from gpa_theory.numeric.problems import spectrum
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.problems.closed_forms import CURVATURES, SLOPES, linear, quadratic
from gpa_theory.numeric.problems.comparator import Certifier
from gpa_theory.numeric.problems.constants import geometry, regularity
from gpa_theory.numeric.problems.domain import Ball, Box
from gpa_theory.numeric.problems.losses import LOSSES
from gpa_theory.numeric.problems.oracle import FiniteSum
from gpa_theory.numeric.problems.spectrum import _gershgorin, gram_spectrum

U = 2.0**-53
CLOSE = 1 + 1e-12
LAD, SQUARES = LOSSES["least_absolute_deviation"], LOSSES["least_squares"]


def exactly(values):
    """Return an array of Fractions."""
    return np.vectorize(Fraction, otypes=[object])(values)


@pytest.mark.parametrize(("lead", "is_near"), [(4, True), (40, False)])
def test_a_kink_is_near_if_the_prediction_may_lie_beyond_it(lead, is_near):
    """In one dimension a prediction is known to ten roundings: four are near, 40 not."""
    f = FiniteSum(np.ones((1, 1)), np.array([1 + lead * U]), LAD)
    charged = 2 * theta(10) if is_near else 0.0
    error = float(f.inexactness(np.ones(1))[0])
    assert theta(10) + charged <= error <= (theta(10) + charged) * CLOSE + 40 * U * lead * U


def test_values_of_large_residuals_need_the_rounding_of_the_loss():
    """Targets of 10^6 leave the prediction nothing to explain: the loss rounds, and the mean."""
    worst = 0.0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(2, 9))
        a, b, w = 1e-6 * rng.random((n, 1)), 1e6 * (1 + rng.random(n)), rng.random(1)
        f = FiniteSum(a, b, SQUARES)
        residuals = exactly(a)[:, 0] * Fraction(w[0]) - exactly(b)
        exact = sum(residuals**2) / 2 / n
        missed = abs(Fraction(float(f.value(w))) - exact)
        error = Fraction(float(f.inexactness(w)[0]))
        assert missed <= error <= theta(2 * n + 64) * exact
        worst = max(worst, float(missed / exact))
    assert worst > 1.5 * theta(1)


def exact_slope(f, w):
    """Return A′(A w − b)/n in Fractions."""
    a, b = exactly(f.features), exactly(f.targets)
    return a.T @ (a @ exactly(w) - b) / len(f.targets)


def test_slopes_that_cancel_need_the_error_of_the_prediction():
    """Residuals within rounding of 0: the slope is all error, and that error is stated."""
    needed = 0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        a, w = rng.standard_normal((3, 4)), rng.standard_normal(4)
        f = FiniteSum(a, a @ w, SQUARES)
        off = exactly(f.subgradient(w)) - exact_slope(f, w)
        error = float(f.inexactness(w)[1])
        assert sum(off**2) <= Fraction(error) ** 2
        needed += sum(off**2) > (theta(64) * float(np.linalg.norm(f.subgradient(w)))) ** 2
        sizes = np.abs(a)
        most = theta(30) * np.linalg.norm((sizes @ np.abs(w)) @ sizes) / 3
        assert error <= most + theta(64) * np.linalg.norm(np.abs(a @ w - f.targets) @ sizes)
    assert needed > 25


def test_slopes_that_do_not_cancel_need_the_rounding_of_the_sum():
    """Large residuals: the gradient is off by the rounding of its products and of their mean."""
    worst = 0.0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        a, b, w = rng.standard_normal((6, 2)), 1e6 * rng.standard_normal(6), 1e-9 * rng.random(2)
        f = FiniteSum(a, b, SQUARES)
        off = exactly(f.subgradient(w)) - exact_slope(f, w)
        error = float(f.inexactness(w)[1])
        size = float(np.linalg.norm(np.abs(b) @ np.abs(a))) / 6
        assert sum(off**2) <= Fraction(error) ** 2
        assert error <= theta(96) * size
        worst = max(worst, float(sum(off**2)) ** 0.5 / size)
    assert worst > 0.5 * U


@pytest.mark.parametrize(
    ("problem", "value", "slope"),
    [
        (
            quadratic(Ball(9.0)),
            lambda w: sum(Fraction(h) * v**2 for h, v in zip(CURVATURES, w, strict=True)) / 2,
            lambda w: [Fraction(h) * v for h, v in zip(CURVATURES, w, strict=True)],
        ),
        (
            linear(Ball(9.0)),
            lambda w: sum(Fraction(s) * v for s, v in zip(SLOPES, w, strict=True)),
            lambda w: [Fraction(s) for s in SLOPES],
        ),
    ],
    ids=["quadratic", "linear"],
)
def test_closed_forms_state_their_rounding(problem, value, slope):
    """Value and gradient are off by what is stated at most, the value by something."""
    missed = 0
    for seed in range(50):
        w = np.random.default_rng(seed).standard_normal(problem.dim)
        value_error, gradient_error = map(float, problem.inexactness(w))
        off = abs(Fraction(float(problem.value(w))) - value(exactly(w)))
        tilt = exactly(problem.subgradient(w)) - np.array(slope(exactly(w)))
        assert off <= Fraction(value_error)
        assert sum(tilt**2) <= Fraction(gradient_error) ** 2
        size = float(np.abs(problem.subgradient(w)) @ np.abs(w))
        assert value_error <= theta(4 * problem.dim + 16) * size
        assert gradient_error <= theta(16) * np.linalg.norm(problem.subgradient(w)) + 1e-290
        missed += off > 0
    assert missed > 0


@pytest.mark.parametrize("k", range(20))
def test_a_radius_is_the_distance_rounded_up(k):
    """|z_1 − u| is exceeded, by less than one float."""
    z, u = np.random.default_rng(k).standard_normal((2, 3))
    radius = geometry(Ball(99.0), z, u)[Assumption.RADIUS]
    exact = sum((exactly(z) - exactly(u)) ** 2)
    assert Fraction(np.nextafter(radius, 0.0)) ** 2 < exact <= Fraction(radius) ** 2


def test_a_diameter_holds_for_points_that_a_projection_left_outside():
    """Projected in floats, points lie outside the ball by a rounding, and still within reach."""
    outside = 0
    for seed in range(300):
        direction = np.random.default_rng(seed).standard_normal(3)
        z, u = Ball(1.0).project(7 * direction), Ball(1.0).project(-5 * direction) * (1 - 1e-15)
        diameter = geometry(Ball(1.0), np.zeros(3), u)[Assumption.DIAMETER]
        assert sum((exactly(z) - exactly(u)) ** 2) <= Fraction(diameter) ** 2
        bare = Fraction(float(Ball(1.0).diameter_from(u)))
        outside += sum((exactly(z) - exactly(u)) ** 2) > bare**2
        assert diameter <= float(bare) * CLOSE
    assert outside > 0


@pytest.mark.parametrize(
    ("features", "steepest"), [(np.eye(2), 0.5**0.5), (np.diag([1.0, 1e-3]), 0.5005)]
)
def test_the_smaller_of_two_lipschitz_bounds_is_taken(features, steepest):
    """Orthogonal rows: √λ is smaller; one long row: the mean of lengths is."""
    found = regularity(features, np.zeros(2), LAD, Ball(1.0))[Assumption.LIPSCHITZ]
    assert steepest <= found * CLOSE <= steepest * CLOSE**2


def test_constants_of_least_squares_enclose_the_truth_tightly():
    """One row a and one target b: L = σ = a², G = a² r + |a b|, each on the safe side."""
    for a, b in ((1 / 3, 0.7), (0.1, -3.0), (7 / 9, 1e6)):
        found = regularity(np.array([[a]]), np.array([b]), SQUARES, Ball(0.5))
        curvature, steepest = (
            Fraction(a) ** 2,
            Fraction(a) ** 2 / 2 + abs(Fraction(a) * Fraction(b)),
        )
        assert curvature <= Fraction(found[Assumption.SMOOTH]) <= curvature * Fraction(CLOSE)
        assert curvature <= Fraction(found[Assumption.STRONGLY_CONVEX]) * Fraction(CLOSE)
        assert Fraction(found[Assumption.STRONGLY_CONVEX]) <= curvature
        assert steepest <= Fraction(found[Assumption.LIPSCHITZ]) <= steepest * Fraction(CLOSE)


def test_the_corner_of_a_box_bounds_the_slope_of_the_quadratic():
    """G ≥ r √Σ h_i², by 1e−12 of it at most; floats alone would be below for some widths."""
    below = 0
    for k in range(200):
        r = 1 + k / 197
        found = Fraction(quadratic(Box(r)).constants[Assumption.LIPSCHITZ])
        exact = sum((Fraction(h) * Fraction(r)) ** 2 for h in CURVATURES)
        assert exact <= found**2 <= exact * Fraction(CLOSE) ** 2
        below += Fraction(float(np.linalg.norm(CURVATURES)) * r) ** 2 < exact
    assert below > 0


def test_discs_count_the_errors_of_every_entry():
    """Diagonal 1 and 2, each entry uncertain by 1/4: eigenvalues from 1/2 to 5/2, no narrower."""
    low, high = _gershgorin(np.diag([1.0, 2.0]), np.full((2, 2), 0.25))
    assert 0.5 / CLOSE <= low <= 0.5
    assert 2.5 <= high <= 2.5 * CLOSE


def test_discs_count_what_a_sum_swallows():
    """1 + 2^−54 is 1 in floats: the eigenvalues 1 ± 2^−54 lie outside of what is computed."""
    tiny = 2.0**-54
    low, high = _gershgorin(np.array([[1.0, tiny], [tiny, 1.0]]), np.zeros((2, 2)))
    assert Fraction(low) <= 1 - Fraction(tiny)
    assert Fraction(high) >= 1 + Fraction(tiny)
    assert 1 / CLOSE < low < high < CLOSE


def eigenvectors(monkeypatch, v):
    monkeypatch.setattr(spectrum.np.linalg, "eigh", lambda _: (np.ones(len(v)), v))


def test_vectors_that_are_not_of_length_one_are_allowed_for(monkeypatch):
    """Any invertible V gives an enclosure: also diag(1, 2) of the spectrum 4 and 1."""
    eigenvectors(monkeypatch, np.diag([1.0, 2.0]))
    low, high = gram_spectrum(np.diag([2.0, 1.0]))
    assert 0 < low <= 1
    assert high >= 4


def test_vectors_that_do_not_span_the_space_are_refused(monkeypatch):
    """Must fail: of a singular V nothing follows."""
    eigenvectors(monkeypatch, np.ones((2, 2)))
    with pytest.raises(RuntimeError, match="far from orthogonal"):
        gram_spectrum(np.diag([2.0, 1.0]))


def test_a_spectrum_is_enclosed_to_a_few_hundred_roundings():
    """The eigenvalues of ((2, 1), (1, 2)) are 1 and 3."""
    low, high = gram_spectrum(np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]))
    assert 1 - 1e-13 < low <= 1
    assert 3 <= high < 3 * (1 + 1e-13)


def test_a_lower_bound_is_rounded_down():
    """1/3 of 1 is no float: the bound is the float below it."""
    certifier = Certifier(np.ones((3, 1)), np.array([2.0, 1.0, 1.0]), LAD, Ball(1.0))
    lower = certifier.lower(np.array([-1.0, 0.0, 1.0]))
    assert Fraction(lower) < Fraction(1, 3) < Fraction(np.nextafter(lower, 1.0))


def test_what_is_unknown_about_a_minimum_is_rounded_up():
    """1 + 2^−60 is 1 in floats; the gap is the next one."""
    found = replace(load("absolute"), minimum_lower=-(2.0**-60), minimum_upper=1.0)
    assert found.minimum_gap == np.nextafter(1.0, 2.0)
    assert found.constants[Assumption.MINIMIZER] == found.minimum_gap


@pytest.mark.parametrize("limits", [(1e-9, 1.0), (-1.0, -1e-9)])
def test_a_value_outside_the_stated_minimum_is_refused(limits):
    """Must fail: f(u) = 0 is known exactly and lies just outside."""
    with pytest.raises(ValueError, match="must lie within the certified minimum"):
        replace(load("absolute"), minimum_lower=limits[0], minimum_upper=limits[1])
