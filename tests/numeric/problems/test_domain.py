"""Domains: projection laws, support functions, diameters, and refusals."""

from math import inf, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.numeric.exact import exactly
from gpa_theory.numeric.problems.domain import Ball, Box, Space
from tests.strategies import seeds
from tests.tolerances import ROUNDING

bounded = st.one_of(
    st.floats(min_value=0.125, max_value=4).map(Ball),
    st.floats(min_value=0.125, max_value=4).map(Box),
)


def _points(seed, d=3, count=20):
    return 4 * np.random.default_rng(seed).standard_normal((count, d))


@given(domain=bounded, seed=seeds)
def test_projection_lands_inside_and_leaves_inside_alone(domain, seed):
    """P(z) is in the set up to rounding, and P returns points of the set bit for bit."""
    z = _points(seed)
    inside = domain.contains(z)
    assert np.all(domain.contains(domain.project(z), slack=ROUNDING))
    assert np.array_equal(domain.project(z[inside]), z[inside])


@given(domain=bounded, seed=seeds)
def test_projection_obeys_the_variational_inequality(domain, seed):
    """⟨z − P(z), v − P(z)⟩ ≤ 0 for v in the set: that *is* the nearest point."""
    z = _points(seed)
    v, p = domain.project(_points(seed + 1)), domain.project(z)
    assert np.all(((z - p) * (v - p)).sum(-1) <= 100 * ROUNDING)


def test_scaling_into_the_box_is_not_its_projection():
    """The variational inequality tells: a wrong projection (rescaling) breaks it."""
    z, v = np.array([2.0, 1.0]), np.array([1.0, 1.0])
    p = z / 2
    assert Box(1.0).contains(p)
    assert ((z - p) * (v - p)).sum() > 0


@given(domain=bounded, seed=seeds)
def test_support_bounds_inner_products_and_is_attained(domain, seed):
    """support(g) = max ⟨g, z⟩: no point exceeds it, and projecting a far multiple of g meets it."""
    g = _points(seed, count=1)[0]
    z = domain.project(_points(seed + 1))
    assert np.all(z @ g <= domain.support(g) * (1 + ROUNDING))
    assert g @ domain.project(1e9 * g) == pytest.approx(domain.support(g), rel=1e-6, abs=0)
    exact = float(domain.support_up(exactly(g)))
    assert exact == pytest.approx(domain.support(g), rel=ROUNDING, abs=0)


@given(domain=bounded, seed=seeds)
def test_diameters_bound_distances_and_are_attained(domain, seed):
    """They are sup |z − u| and sup |z_i − u_i|, attained at the far side."""
    u = domain.project(_points(seed, count=1)[0])
    z = domain.project(_points(seed + 1))
    widened = 1 + ROUNDING
    assert np.all(np.linalg.norm(z - u, axis=-1) <= domain.diameter_from(u) * widened)
    assert np.all(np.abs(z - u) <= domain.coordinate_diameter_from(u) * widened)
    far = domain.project(-1e9 * (np.sign(u) if isinstance(domain, Box) else u))
    assert np.linalg.norm(far - u) == pytest.approx(domain.diameter_from(u), rel=1e-6, abs=0)
    axis = np.argmax(np.abs(u))
    across = domain.project(-1e9 * np.sign(u[axis]) * np.eye(len(u))[axis])
    assert abs(across - u)[axis] == pytest.approx(domain.coordinate_diameter_from(u), rel=1e-6)


def test_space_is_unbounded():
    """Nothing is projected, the support function is infinite, there is no diameter."""
    z = np.array([[1e9, -2.0], [0.0, 0.0]])
    assert Space().project(z) is z
    assert Space().support(z).tolist() == [inf, 0.0]
    assert Space().diameter_from(z[0]) is None
    assert Space().coordinate_diameter_from(z[0]) is None
    assert np.all(Space().contains(z))
    assert Space().contains_exactly(z[0])


def test_containment_can_be_exact():
    """(0.6, 0.8) of floats is outside the unit ball by 2^−54 or so; only rationals see it."""
    z = np.array([0.6, 0.8])
    assert Ball(1.0).contains(z)
    assert Ball(1.0).contains_exactly(z) == (sum(v * v for v in exactly(z)) <= 1)
    assert not Ball(1.0).contains_exactly(z * (1 + 1e-15))
    assert not Box(0.8).contains_exactly(np.array([0.8, np.nextafter(0.8, 1)]))


def test_operations_act_on_leading_axes():
    """A batch gives the results of its points."""
    z = _points(7, count=6).reshape(2, 3, 3)
    for domain in (Ball(1.0), Box(0.5), Space()):
        assert domain.project(z).shape == z.shape
        assert domain.support(z).shape == domain.contains(z).shape == (2, 3)
        assert np.array_equal(domain.project(z)[1, 2], domain.project(z[1, 2]))
    assert Box(1.0).diameter_from(np.zeros((2, 3, 4))) == pytest.approx(2 * np.ones((2, 3)))
    assert float(Box(1.0).diameter_from(np.zeros(3))) == pytest.approx(sqrt(3))


@pytest.mark.parametrize("size", [0.0, -1.0, nan, inf, "2", None])
@pytest.mark.parametrize("make", [Ball, Box])
def test_bad_sizes_are_refused(make, size):
    """A size must be a finite positive number."""
    with pytest.raises(ValueError, match=r"must lie in \(0, ∞\)"):
        make(size)
