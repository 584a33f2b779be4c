"""Closed forms at numbers: what a user's own formula may do to their value."""

from __future__ import annotations

import math
from typing import Any

import pytest
import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import ANY
from gpa_theory.core.certificate import Certificate, CertificateError
from gpa_theory.core.gram import basis
from gpa_theory.symbolic.bases.regret import Regret
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.stated import StatedRegret
from gpa_theory.symbolic.engine.symbols import Q_1, Q, S, T, q, rho
from gpa_theory.symbolic.engine.vocabulary import REGRET, M
from gpa_theory.symbolic.evaluation import evaluate
from gpa_theory.symbolic.rates import bound

C = sp.Symbol("C", positive=True)


@pytest.mark.parametrize("name", ["mpf", "mpmath", "exp", "pi", "E", "I", "tau", "kappa", "M", "q"])
def test_a_constant_may_have_any_name(name):
    """R_T = 3√T + 1/3 at T = 100, whatever 3 is called: (30 + 1/3)/100."""
    stated = bound(regret=f"{name}*sqrt(T) + 1/3", metric="last", averaging="uniform")
    assert stated.at(steps=100, **{name: 3}) == pytest.approx(91 / 300, rel=1e-15)


@pytest.mark.parametrize("name", ["sqrt", "log", "n"])
def test_a_name_with_a_meaning_is_no_constant(name):
    """A constant called sqrt would read as the function, and n is the step of the proofs."""
    with pytest.raises(ValueError, match="name it otherwise"):
        bound(regret=f"{name}*T")


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("1/(T-10)", {}),
        ("sqrt(T-20)", {}),
        ("log(T-20)", {}),
        ("sqrt(R_T)", {"R_T": -5}),
        ("1/R_T", {"R_T": 0}),
        ("1/(log(2)+log(3)-log(6))", {}),  # 1/0 in disguise
    ],
)
def test_what_has_no_real_value_is_refused(text, given):
    """A pole, a root or a logarithm of a number < 0: the numbers are named, nothing is printed."""
    with pytest.raises(ValueError, match=r"no real value|rounding|finite"):
        bound(regret=text, metric="last", averaging="uniform").at(steps=10, **given)


@pytest.mark.parametrize("text", ["(-8)**(1/3)", "T*(-2)**(1/4)", "sqrt(-1-T)"])
def test_a_formula_that_is_never_real_is_refused(text):
    """The principal root of −8 is complex, as the root of −1 − T is: neither bounds a number."""
    with pytest.raises(ValueError, match="real"):
        bound(regret=text)


@pytest.mark.parametrize("digits", [10, 60, 200])
def test_cancellation_costs_no_digits(digits):
    """√(T+1) − √T = 1/(√(T+1) + √T), which is 1/(2√T) to a relative error of 1/(4T)."""
    steps = 10**digits
    found = evaluate("test", sp.sqrt(T + 1) - sp.sqrt(T), {"steps": steps})
    assert found == pytest.approx(1 / (math.sqrt(steps + 1) + math.sqrt(steps)), rel=1e-14)


def test_zero_is_zero():
    """R_T = 0 was measured: the last iterate of c_t = 1/t has a gap of at most 0."""
    assert bound(regret="R_T", metric="last", averaging="uniform").at(steps=5, R_T=0) == 0


def stated_as(said: Any, observed: Any, worst: Any) -> Regret:
    """Return the regret of any base, from one stated bound."""
    hypothesis = StatedRegret(said)
    part = Certificate(hypothesis.gap(), (hypothesis.times(1),))
    proof = Proof(hypothesis.said(), (("as stated", part),))
    assumed = frozenset({Assumption.REGRET})
    return Regret(ANY, basis(REGRET.name), observed, worst, assumed, "a user", proof)


@pytest.mark.parametrize(
    ("said", "observed", "worst"),
    [(q, sp.sqrt(Q), q), (S, Q_1, S), (M, M, M), (rho * T, rho * T, rho * T), (rho, rho, rho)],
)
def test_a_stated_regret_takes_no_symbol_of_the_proofs(said, observed, worst):
    """In proofs q is √Σ|g_t|²: a *constant* called so would prove R_T ≤ √Σ|g_t|² of any base."""
    with pytest.raises(CertificateError, match=r"otherwise|no μ_x"):
        stated_as(said, observed, worst)
    assert stated_as(C * T, C * T, C * T).worst == C * T  # the way it is done is not what is wrong


def test_a_value_that_no_digits_tried_can_confirm_is_refused():
    """√T(√(T+1) − √T) is 1/2 nearly: found with 60 digits, and out of reach at T = 10^1000."""
    half = sp.sqrt(T) * (sp.sqrt(T + 1) - sp.sqrt(T))
    assert evaluate("call", half, {"steps": 10**50}) == pytest.approx(0.5, rel=1e-15)
    with pytest.raises(ValueError, match="lost in rounding"):
        evaluate("call", half, {"steps": 10**1000})
