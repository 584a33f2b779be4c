"""The identity in rationals: its discrepancy is a formula, exactly, and floats agree with it."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform
from gpa_theory.core.recursion import GPA
from gpa_theory.numeric.exact_identity import exact_identity
from gpa_theory.numeric.identity import identity
from gpa_theory.numeric.learners import ogd
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.trajectory import simulate
from tests.strategies import seeds

FORMS = ["step", "gradient_at_y"]
AVERAGINGS = [Exponential(0.9), Polynomial(1.5), Uniform()]


def made(averaging=AVERAGINGS[0], mu_y=0.7, name="diabetes-least_absolute_deviation", steps=12):
    problem = load(name)
    return simulate(problem, ogd(0.05, problem.domain), GPA(averaging, mu_y), steps)


@pytest.mark.parametrize("form", FORMS)
@given(
    seed=seeds,
    averaging=st.sampled_from(AVERAGINGS),
    mu_y=st.floats(min_value=0.05, max_value=0.95),
)
def test_the_formula_holds_for_any_numbers_whatever(form, seed, averaging, mu_y):
    """Discrepancy − formula is exactly 0 even if nothing in the record is related to anything."""
    rng, run = np.random.default_rng(seed), made(averaging, mu_y, "absolute", steps=4)
    noise = {name: rng.standard_normal((4, 1)) for name in ("x", "y", "z", "g", "h")}
    noise["x"][0] = noise["z"][0]  # x_1 = z_1 is part of the definition
    values = {name: rng.standard_normal(4) for name in ("f_x", "f_y")}
    record = replace(run, **noise, **values)
    found = exact_identity(record, rng.standard_normal(1), form, rng.random(4))
    assert found.discrepancy == found.explained
    assert found.discrepancy != 0  # not a comparison of nothing with nothing


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("averaging", AVERAGINGS)
def test_an_honest_run_is_off_by_rounding_only(form, averaging):
    """On a real problem the exact discrepancy lies within the float budget."""
    run = made(averaging)
    found, floats = exact_identity(run, form=form), identity(run, form=form)
    assert found.discrepancy == found.explained
    assert abs(found.discrepancy) <= floats.budget
    assert abs(floats.residual - abs(found.discrepancy)) <= floats.budget


@pytest.mark.parametrize("form", FORMS)
def test_float_terms_agree_with_the_rational_ones(form):
    """Each float term is its exact sum up to the budget: the two codes are independent."""
    run, p = made(Polynomial(2.0)), np.linspace(0.5, 2.0, 12)
    found, floats = exact_identity(run, p=p, form=form), identity(run, p=p, form=form)
    assert set(found.terms) == set(floats.terms)
    for name, value in found.terms.items():
        assert abs(Fraction(floats.terms[name]) - value) <= floats.budget


def test_dyadic_runs_have_no_discrepancy():
    """On |x| with dyadic μ_x, μ_y and γ no operation rounds: the identity holds exactly."""
    problem = load("absolute")
    run = simulate(problem, ogd(0.25), GPA(Exponential(0.5), 0.75), 8)
    for form in FORMS:
        assert exact_identity(run, form=form).discrepancy == 0


@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_recursion_has_a_large_discrepancy(form):
    """Moving z by 1e-6 toward x is explained by the formula, and is no rounding."""
    run = made()
    off = replace(run, z=run.z - 1e-6 * (run.z - run.x))
    found = exact_identity(off, form=form)
    assert found.discrepancy == found.explained
    assert abs(found.discrepancy) > 100 * identity(off, form=form).budget


def test_at_mu_y_one_the_second_form_is_chosen():
    """ν is infinite there; the identity with the gradient at y only still closes."""
    run = made(mu_y=1.0)
    found = exact_identity(run)
    assert found.form == "gradient_at_y"
    assert found.discrepancy == found.explained
    with pytest.raises(ValueError, match="mu_y must be below 1"):
        exact_identity(run, form="step")
    with pytest.raises(ValueError, match="form must be one of step, gradient_at_y"):
        exact_identity(run, form="third")
