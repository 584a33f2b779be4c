"""Closed forms of worst cases: proved from above, attained by explicit functions, or refuted."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.recursion import GPA
from gpa_theory.symbolic.engine.fields import RATIONAL_FUNCTIONS
from gpa_theory.symbolic.telescoped import TELESCOPED
from gpa_theory.verify.theorems import weakened
from gpa_theory.worst_case.extremal.huber import huber_value, travelled
from gpa_theory.worst_case.extremal.resisting import forced_value, minimax_squared
from gpa_theory.worst_case.extremal.telescoped import attained, closed_form
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Averaged, gpa, schedule_free
from tests.strategies import averagings, closed, positive

UNIT = FunctionClass(lipschitz=1)
past = st.fractions(0, Fraction(15, 16), max_denominator=16)


@pytest.mark.parametrize("name", TELESCOPED)
def test_the_telescoped_bound_is_proved(name):
    """Its certificates check, and every weakened copy is refused."""
    proof = TELESCOPED[name]()
    proof.check()
    for _, certificate in proof.certificates():
        for copy in weakened(certificate):
            with pytest.raises(CertificateError, match="residual"):
                copy.check(RATIONAL_FUNCTIONS)


@given(mu_x=past, mu_y=closed, gamma=positive, T=st.integers(2, 7), G=positive, D=positive)
def test_the_telescoped_bound_is_attained(mu_x, mu_y, gamma, T, G, D):
    """The simplex function attains the closed form exactly, γ on either side of D/(GT)."""
    of = FunctionClass(lipschitz=G, radius=D)
    assert attained(gpa(mu_x, mu_y, gamma), T, of) == closed_form(gamma, T, of)


@given(gamma=positive, T=st.integers(2, 7))
def test_the_two_branches_meet(gamma, T):
    """At γ = D/(GT) both formulas are the same, and the first is never below the second."""
    of = FunctionClass(lipschitz=1, radius=gamma * T)
    below = of.radius - gamma * Fraction(T - 1, 2)
    assert closed_form(gamma, T, of) == below


@given(averaging=averagings, mu_y=closed, gamma=positive, T=st.integers(1, 7))
def test_no_averaging_beats_the_resisting_function(averaging, mu_y, gamma, T):
    """f(x_T) = 0 on G max_i ⟨e_i, x⟩: a gap of DG/√T, whatever the averaging and the step."""
    assert forced_value(Averaged(GPA(averaging, mu_y), gamma), T) == 0
    assert minimax_squared(T) == Fraction(1, T)


class Backwards:
    """A method that moves up the gradient."""

    def play(self, oracle, z1, steps):
        """Return the run of subgradient ascent."""
        return gpa(0, 0, 1).play(lambda t, y: -1 * oracle(t, y), z1, steps)


def test_the_functions_check_their_subgradients():
    """Must fail: a method whose iterates leave the cone is not what the functions are for."""
    with pytest.raises(ArithmeticError, match="not a subgradient"):
        forced_value(Backwards(), 4)


def test_one_evaluation_has_no_telescoped_form():
    """T = 1 is GD whatever γ is: refused here."""
    with pytest.raises(ValueError, match="an integer ≥ 2"):
        closed_form(Fraction(1), 1, UNIT)
    with pytest.raises(ValueError, match="constant μ_x"):
        attained(schedule_free(0.5, 1), 3, UNIT)


@given(mu_x=past, mu_y=closed, gamma=positive)
def test_what_a_slope_travels_does_not_depend_on_mu_y(mu_x, mu_y, gamma):
    """γK is linear in γ and blind to μ_y."""
    assert travelled(gpa(mu_x, mu_y, gamma), 5) == gamma * travelled(gpa(mu_x, 0, 1), 5)


@pytest.mark.solver
@pytest.mark.parametrize(("mu_x", "mu_y"), [(0, 0.5), (0.3, 0.9), (0.5, 0.25)])
def test_huber_is_the_worst_smooth_function_for_small_mu_x(mu_x, mu_y):
    """γL = 1, T = 4: the certified interval holds Huber's value, scaled classes included."""
    of = FunctionClass(smoothness=4, radius=Fraction(1, 2))
    method = gpa(mu_x, mu_y, 0.25)
    found = worst_case(method, 4, of=of, width=1e-4)
    value = float(huber_value(method, 4, of))
    assert found.lower * (1 - 1e-4) <= value <= found.upper


@pytest.mark.solver
def test_huber_is_not_always_the_worst():
    """T = 3, μ_x = 0.9, γL = 1/2: at μ_y = 0 the worst case is certified 2 % above Huber's."""
    of = FunctionClass(smoothness=1)
    method = gpa(Fraction(9, 10), 0, Fraction(1, 2))
    assert worst_case(method, 3, of=of).lower > 1.02 * float(huber_value(method, 3, of))
    at_one = gpa(Fraction(9, 10), Fraction(9, 10), Fraction(1, 2))
    assert worst_case(at_one, 3, of=of).upper < 1.001 * float(huber_value(at_one, 3, of))
