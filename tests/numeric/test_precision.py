"""Rounding bounds are upper bounds: against Fractions, over many orders of magnitude."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.recursion import GPA
from gpa_theory.numeric.identity import identity
from gpa_theory.numeric.learners import ogd
from gpa_theory.numeric.precision import (
    UNIT_ROUNDOFF,
    affine_residual,
    affine_rounding,
    dot,
    theta,
)
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.trajectory import simulate

magnitudes = st.floats(min_value=1e-9, max_value=1e9)
signed = st.one_of(st.just(0.0), magnitudes, magnitudes.map(lambda v: -v))
shares = st.one_of(st.floats(0, 1), st.floats(1e-20, 1e-3), st.sampled_from([0.0, 1e-17, 1.0]))
TINY_SHARES = [1e-17, 1e-10, 0.3, 0.99, 1 - 2**-40]


def one(value):
    return np.array([float(value)])


def exact_residual(result, share, first, second):
    kept = Fraction(share)
    return Fraction(result) - kept * Fraction(first) - (1 - kept) * Fraction(second)


@given(k=st.integers(1, 10_000))
def test_theta_bounds_k_roundings(k):
    """(1 + u)^k − 1 ≤ θ_k: k roundings of at most u each."""
    u = Fraction(1, 2**53)
    assert u == UNIT_ROUNDOFF
    exact = k * u / (1 - k * u)
    assert abs(Fraction(theta(k)) - exact) <= 3 * u * exact  # θ_k itself is a float
    first_order = k * u * (1 + k * u / 2 + (k * u) ** 2)  # ≥ (1 + u)^k − 1 while k u < 1
    assert first_order <= exact


@given(share=shares, first=signed, second=signed)
def test_an_honest_step_stays_within_its_rounding(share, first, second):
    """|fl(μ a + (1−μ) b) − (μ a + (1−μ) b)| ≤ affine_rounding, however small μ is."""
    made = share * first + (1 - share) * second
    allowed = affine_rounding(share, one(first), 1 - share, one(second))[0]
    assert abs(exact_residual(made, share, first, second)) <= allowed


@given(result=signed, share=shares, first=signed, second=signed)
@example(result=1e-3, share=1e-17, first=1.0, second=1e-3)  # 1 − fl(1 − μ) = 0 would forget `first`
def test_a_residual_is_bounded_from_above(result, share, first, second):
    """|result − μ a − (1−μ) b| ≤ affine_residual for any numbers at all."""
    bound = affine_residual(one(result), share, one(first), 1 - share, one(second))[0]
    assert abs(exact_residual(result, share, first, second)) <= bound


@given(share=shares, first=signed, second=signed, off=st.sampled_from([-10, 0, 10]))
def test_a_residual_is_bounded_though_its_coefficients_are_rounded(share, first, second, off):
    """The bound covers coefficients ten roundings away, where the computed residual is 0."""
    kept = share * (1 + off * UNIT_ROUNDOFF)
    moved = (1 - share) * (1 + off * UNIT_ROUNDOFF)
    result = kept * first + moved * second
    bound = affine_residual(one(result), kept, one(first), moved, one(second))[0]
    assert abs(exact_residual(result, share, first, second)) <= bound


@given(result=signed, share=shares, first=signed, second=signed)
def test_a_residual_is_not_bounded_from_far_above(result, share, first, second):
    """The bound exceeds the truth by a few dozen roundings of the summands, no more."""
    bound = affine_residual(one(result), share, one(first), 1 - share, one(second))[0]
    size = abs(result) + abs(share * first) + abs((1 - share) * second)
    assert bound <= abs(exact_residual(result, share, first, second)) + theta(64) * size + 1e-300


@given(pairs=st.lists(st.tuples(signed, signed), min_size=1, max_size=8))
def test_inner_products_err_by_theta_d(pairs):
    """|fl⟨a, b⟩ − ⟨a, b⟩| ≤ θ_d Σ|a_i b_i|."""
    a, b = np.array(pairs).T
    exact = sum(Fraction(v) * Fraction(w) for v, w in pairs)
    size = sum(abs(Fraction(v) * Fraction(w)) for v, w in pairs)
    assert abs(Fraction(float(dot(a, b))) - exact) <= Fraction(theta(len(pairs))) * size


@pytest.mark.parametrize("mu_x", [0.0, *TINY_SHARES])
@pytest.mark.parametrize("mu_y", [0.0, *TINY_SHARES, 1.0])
def test_honest_runs_are_never_accused(mu_x, mu_y):
    """`recursion` ≤ 1 and residual ≤ budget at extreme constants too, in every form."""
    run = simulate(load("absolute"), ogd(0.05), GPA(Exponential(mu_x), mu_y), 30)
    for form in ["gradient_at_y"] + ["step"] * (mu_y < 1):
        found = identity(run, form=form)
        assert found.recursion <= 1
        assert found.residual <= found.budget


def test_a_small_fault_is_seen_by_the_residuals():
    """A relative error of 1e-13 in x hides in a sum of 200 terms; `recursion` finds it."""
    run = simulate(load("quadratic"), ogd(0.05), GPA(Uniform(), 0.6), 200)
    run.x[100] *= 1 + 1e-13
    assert identity(run).recursion > 1
