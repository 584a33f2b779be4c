"""Any base optimizer: whoever knows its regret gets the bound, with the regret as a hypothesis."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import gpa_theory
from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.averaging import Averaging, Exponential, Uniform
from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.labels import Label
from gpa_theory.core.recursion import GPA, run
from gpa_theory.symbolic.engine.stated import StatedRegret
from gpa_theory.symbolic.rates import bound
from gpa_theory.symbolic.theorems import any_base, bounds
from tests.strategies import closed, interior, reals

STATED = "C*sqrt(T)"


def test_the_values_are_those_of_the_conversions():
    """R_T = 3√T, T = 100: R_T/T last under c_t = 1/t; R_T/T + ρGD/T in the mean, ρ = 9."""
    last = gpa_theory.bound(regret="3*sqrt(T)", metric="last", averaging="uniform")
    assert last.at(steps=100) == 0.3
    average = gpa_theory.bound(regret="3*sqrt(T)", metric="average")
    given = {"steps": 100, "mu_x": 0.9, "lipschitz": 2, "radius": 1.5}
    assert average.at(**given) == pytest.approx(0.3 + 9 * 2 * 1.5 / 100, rel=1e-15)
    weighted = gpa_theory.bound(regret="3*sqrt(T)", metric="weighted")
    assert weighted.at(**given) == pytest.approx((30 + 9 * 2 * 1.5) / (100 + 9), rel=1e-15)
    telescoped = gpa_theory.bound(regret="3*sqrt(T)", metric="telescoped")
    assert telescoped.at(steps=100) == 0.3


@pytest.mark.parametrize("name", any_base())
def test_the_regret_is_the_one_hypothesis_about_the_base(name):
    """Every bound re-checks, is proved, is about any base, and prints what was stated."""
    found = any_base()[name]
    found.check()
    assert found.label is Label.PROVED
    assert found.base == "any"
    assert Assumption.REGRET in found.assumptions
    stated = [words for words in found.hypotheses if "stated, not proved" in words]
    assert len(stated) == 1
    assert "C" in stated[0]


@pytest.mark.parametrize("metric", ["average", "mean", "weighted", "telescoped"])
def test_a_known_regret_stated_gives_the_known_bound(metric):
    """What is stated of OGD composes to what is proved of OGD."""
    stated = bound(metric=metric, regret="D**2/(2*gamma) + gamma*G**2*T/2")
    assert sp.simplify(stated.formula - bound("ogd", metric).formula) == 0


def test_a_discounted_regret_bounds_the_last_iterate():
    """φ_T ≤ μ^{T−1} GD + (1−μ) A; stated as OGD's, it is OGD's bound."""
    stated = bound(metric="last", discounted="R**2/(2*gamma) + gamma*G**2/(2*(1-mu_x))")
    assert sp.simplify(stated.formula - bound("ogd", "last").formula) == 0


lines = st.lists(st.tuples(reals, reals), min_size=1, max_size=4)


@given(
    lines=lines, zs=st.lists(reals, min_size=1, max_size=6), mu_x=interior, mu_y=closed, at=reals
)
def test_the_bound_holds_on_any_run_whatever_moved_z(lines, zs, mu_x, mu_y, at):
    """With the regret that a run really had: exactly, for any z_1 … z_T and f = max of lines."""

    def f(x: Fraction) -> tuple[Fraction, Fraction]:
        return max((slope * x + height, slope) for slope, height in lines)

    def played(averaging: Averaging) -> tuple[list[Fraction], list[Fraction]]:
        """Return the gaps φ_t and the regrets r_t of the run whose base makes z_1 … z_T."""
        method, steps = GPA(averaging, mu_y), len(zs)
        pairs = list(run(method, zs[0], lambda t, z, y: zs[t % steps], steps, Fraction))
        gaps = [f(s.x)[0] - f(at)[0] for _, s in pairs]
        return gaps, [f(y)[1] * (s.z - at) for y, s in pairs]

    gaps, regrets = played(Uniform())
    assert gaps[-1] <= sum(regrets) / len(zs)
    gaps, regrets = played(Exponential(mu_x))
    rho = mu_x / (1 - mu_x)
    assert sum(gaps) + rho * (gaps[-1] - gaps[0]) <= sum(regrets)
    assert sum(gaps) + rho * gaps[-1] <= sum(regrets) + rho * regrets[0]


def test_a_bound_knows_its_base():
    """By its proof: a base of the table, tuned or by the horizon rule, or any."""
    for name, found in bounds().items():
        assert name.endswith(found.base)


REFUSED = [
    ({"regret": STATED, "linearized": False}, "says nothing there"),
    ({"regret": STATED, "base": "ogd"}, "three ways"),
    ({"regret": STATED, "discounted": STATED}, "three ways"),
    ({"regret": STATED, "metric": "last"}, "discounted is what bounds"),
    ({"discounted": STATED}, "regret is what bounds"),
    ({"regret": "mu_x*sqrt(T)"}, "knows no μ_x"),
    ({"regret": "steps*C"}, "name it otherwise"),
    ({"regret": "rho*C"}, "name it otherwise"),
    ({"regret": "gamma*Q"}, "not in Σ"),
    ({"regret": 1.0, "against": 3}, "in words"),
    ({"regret": float("nan")}, "finite number"),
    ({"regret": float("inf")}, "finite number"),
    ({"regret": True}, "formula or a number"),
    ({"regret": [1]}, "formula or a number"),
    ({"against": "every u"}, "what is known of it"),
    ({}, "a regret must be given"),
]


@pytest.mark.parametrize(("given_", "reason"), REFUSED)
def test_what_cannot_be_composed_is_refused_with_the_reason(given_, reason):
    """Must fail: each names what is wrong."""
    with pytest.raises(ValueError, match=reason):
        gpa_theory.bound(**given_)


@pytest.mark.parametrize("kind", ["weighted", 3, None])
def test_a_regret_of_no_known_kind_is_refused(kind):
    """Must fail: plain and discounted regret alone are known."""
    with pytest.raises(CertificateError, match="no exact bound"):
        StatedRegret(sp.Integer(1), kind).check()


def test_a_stated_bound_cannot_be_made_smaller_afterwards():
    """Must fail: half the regret, a hypothesis dropped, or a constant that nobody stated."""
    found = bound(metric="average", regret=STATED)
    with pytest.raises(CertificateError, match="another bound"):
        replace(found, terms={name: term / 2 for name, term in found.terms.items()})
    with pytest.raises(CertificateError, match="other assumptions"):
        replace(found, assumptions=found.assumptions - {Assumption.REGRET})
    other = {**found.terms, "more": sp.Symbol("E", positive=True)}
    with pytest.raises(CertificateError, match="no constant that one can give"):
        replace(found, terms=other)


def test_constants_of_ones_own_must_be_given_and_positive():
    """Must fail: C missing, negative, not a number; a measured regret may be negative."""
    found = bound(metric="last", averaging="uniform", regret=STATED)
    assert found.parameters == ("C", "steps")
    assert found.at(C=2, steps=16) == 0.5
    with pytest.raises(ValueError, match=r"C .* needed"):
        found.at(steps=16)
    for bad in (0, -1, float("nan"), float("inf"), True):
        with pytest.raises(ValueError, match="C"):
            found.at(C=bad, steps=16)
    measured = bound(metric="last", averaging="uniform", regret="R_T")
    assert measured.at(R_T=-2, steps=4) == -0.5
    with pytest.raises(ValueError, match="R_T"):
        measured.at(R_T=float("inf"), steps=4)
