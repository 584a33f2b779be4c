"""The cost of averaging that cannot explode: its factor, and where it is the smaller one."""

from __future__ import annotations

from fractions import Fraction
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.symbolic.engine.symbols import T, mu_x
from gpa_theory.symbolic.rates import bound
from gpa_theory.symbolic.schedules.reach import FACTOR, reach_factor, reach_proof, reached
from tests.strategies import interior

SUMMED = 1e-13  # relative: μ_x/(1−μ_x) loses a few units near 1
NUMBERS = {"steps": 100, "lipschitz": 2.0, "radius": 3.0}


@given(mu=interior, steps=st.integers(1, 40))
def test_the_factor_is_that_of_the_theorem(mu, steps):
    """In floats as in fractions; at most 1 + 2(T−1)²/T, whatever μ_x is."""
    share = Fraction(float(mu))
    power = share ** (steps - 1)
    exact = 1 + 2 * share / (1 - share) * (1 - power) * Fraction(steps - 1, steps)
    assert isclose(reach_factor(float(mu), steps), exact, rel_tol=SUMMED)
    assert exact <= 1 + 2 * Fraction((steps - 1) ** 2, steps)
    assert isclose(FACTOR.subs({mu_x: share, T: steps}), exact, rel_tol=SUMMED)


def test_it_is_the_smaller_one_for_long_windows_only():
    """At μ_x = 0 they agree; the other explodes."""
    plain = bound("ogd", "average").tuned("gamma")
    for share, is_smaller in ((0.5, False), (0.9, False), (0.9999, True)):
        other = reached("average").at(**NUMBERS, mu_x=share)
        assert (other < plain.at(**NUMBERS, mu_x=share)) == is_smaller
    same = reached("mean").at(**NUMBERS, mu_x=0.0)
    assert isclose(same, plain.at(**NUMBERS, mu_x=0.0))


def test_the_terms_are_those_of_the_bound():
    """At a given step the regret is that of the plain bound, and the cost what K adds."""
    own = reached("average", frozenset({"gamma", "mu_x"}))
    found = own.terms_at(**NUMBERS, gamma=0.1, mu_x=0.99)
    plain = bound("ogd", "average").terms_at(**NUMBERS, gamma=0.1, mu_x=0.99)
    assert isclose(found["regret"], plain["regret"])
    cost = 0.1 * 4 / 2 * (reach_factor(0.99, 100) - 1)
    assert isclose(found["EMA cost"], cost, rel_tol=SUMMED)


def test_mu_x_must_be_given():
    """Must fail: the bound is best at μ_x = 0, which is no choice of a window."""
    with pytest.raises(ValueError, match="must hold mu_x, which this bound does not choose"):
        reached("average", frozenset())


def test_the_proof_checks():
    """Projection and squares are all that it takes."""
    reach_proof().check()
    assert set(reach_proof().axioms()) == {"projection", "square"}
