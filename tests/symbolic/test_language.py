"""The coefficients of a certificate: one language of exact expressions, with signs to prove."""

from dataclasses import replace

import pytest
import sympy as sp

from gpa_theory.core.certificate import Certificate, CertificateError
from gpa_theory.core.gram import basis, inner
from gpa_theory.symbolic.engine.axioms import square
from gpa_theory.symbolic.engine.convexity import Convexity
from gpa_theory.symbolic.engine.fields import is_exact, is_positive, is_real
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import Place
from gpa_theory.symbolic.engine.symbols import T

a, b = sp.symbols("a b", nonnegative=True)
v, w = basis("v"), basis("w")
Y = Place("y", w)


def proof_by(premise):
    """Return a proof whose claim is its one premise."""
    claim = premise.multiplier * premise.gap
    return Proof("theorem", (("only part", Certificate(claim, (premise,))),))


def refused(premise, reason):
    with pytest.raises(CertificateError, match=reason):
        proof_by(premise).check()


ZERO_IN_DISGUISE = (a + 1) ** 2 - a**2 - 2 * a - 1


def test_no_quotient_by_zero():
    """0 · (1/0) is not 1: from f at 1/0 · v, times 0, ⟨g, v⟩ ≤ 0 would follow."""
    far = Place("x", 1 / ZERO_IN_DISGUISE * v)
    premise = Convexity(far, Place("y", v - v)).times(ZERO_IN_DISGUISE)
    claim = -inner(basis("g(y)"), v)
    with pytest.raises(CertificateError):
        Proof("⟨g, v⟩ ≤ 0", (("only part", Certificate(claim, (premise,))),)).check()
    refused(Convexity(far, Y).times(1), "is no exact coefficient|not known to be real")


@pytest.mark.parametrize(
    "value",
    [
        *(0.5, True, "1", sp.I, sp.oo, sp.nan, sp.zoo, sp.pi, sp.sin(a), sp.Float(1)),
        *(sp.Dummy("a"), sp.Symbol("o", zero=True), sp.Symbol("k", integer=True)),
        1 / ZERO_IN_DISGUISE,
    ],
)
def test_coefficients_are_of_one_language(value):
    """Symbols that range over a sign, rational numbers, +, ·, powers and logarithms: no more."""
    assert not is_exact(value)
    with pytest.raises(CertificateError):
        proof_by(replace(square(1, v), multiplier=value)).check()


def test_what_is_real_and_positive_is_proved():
    """A root of what may be negative is not real; what may be 0 is not positive."""
    positive = sp.Symbol("c", positive=True)
    assert is_real(sp.sqrt(a) + sp.log(1 + a) / positive)
    assert not is_real(sp.sqrt(a - b))
    assert not is_real(sp.log(a))
    assert not is_real(sp.Symbol("r"))
    assert is_positive(positive + a)
    assert not is_positive(a)
    assert not is_positive(positive / a)
    assert not is_positive(a**T)
    assert not is_positive(positive - 1)


def test_what_was_accepted_as_an_int_is_refused_as_a_float():
    """1 and 1.0 are equal, but only one of them is exact, whichever was asked for first."""
    assert (is_real(1), is_exact(1)) == (True, True)
    assert (is_real(1.0), is_exact(1.0)) == (False, False)
