"""Signs are proved of every coefficient and every symbol, not of some; a float proves nothing."""

from fractions import Fraction

import pytest
import sympy as sp

from gpa_theory.core.certificate import CertificateError
from gpa_theory.symbolic.engine.fields import (
    fits,
    has_pole,
    is_exact,
    is_nonnegative,
    is_positive,
    is_real,
    reduced,
)

a, b, c, d = sp.symbols("a b c d", nonnegative=True)
x = sp.Symbol("x", real=True)


@pytest.mark.parametrize(
    "expression",
    [a - b, b - a, (a - b) / (1 + c), (1 + a) / (b - c), (a - b) / (c - d), (b - a) / (-c - d)],
    ids=str,
)
def test_one_coefficient_of_either_sign_is_enough_to_refuse(expression):
    """Must fail: each of these is negative somewhere, whatever most of its coefficients say."""
    assert not is_nonnegative(expression)


@pytest.mark.parametrize("expression", [x, a * x, a + x, 1 / x, (1 + a) / (1 + x)], ids=str)
def test_one_symbol_of_any_sign_is_enough_to_refuse(expression):
    """Must fail: x may be negative, though a may not."""
    assert not is_nonnegative(expression)


@pytest.mark.parametrize(
    "expression",
    [sp.Integer(0), sp.Rational(1, 3), a, (-a - b) / (-1 - c), (a * b + 2) / (a + c), a / (a + b)],
    ids=str,
)
def test_what_has_one_sign_throughout_is_proved(expression):
    """Zero, numbers and quotients of one sign, also where both signs are written as minus."""
    assert is_nonnegative(expression)


@pytest.mark.parametrize(
    "expression", [sp.Integer(-1), sp.Rational(-1, 3), -a, a / (-1 - b)], ids=str
)
def test_what_is_negative_is_refused(expression):
    """Must fail: a negative number, and a negative quotient."""
    assert not is_nonnegative(expression)


@pytest.mark.parametrize("value", [0.5, 0.5 * a, a / (1.0 + b), sp.Float("0.1")])
def test_a_float_is_refused(value):
    """Must fail: 0.1 is not what it says."""
    with pytest.raises(CertificateError, match="is not exact"):
        reduced(value)
    with pytest.raises(CertificateError, match="is not exact"):
        is_nonnegative(value)


@pytest.mark.parametrize(
    ("exact", "value"),
    [(Fraction(1), 1.0), (sp.Integer(1), sp.Float(1)), (a / (1 + b), a / (1.0 + b))],
)
def test_an_exact_twin_does_not_vouch_for_a_float(exact, value):
    """Must fail: what is remembered of 1 is no answer for 1.0."""
    reduced(exact)
    with pytest.raises(CertificateError, match="is not exact"):
        reduced(value)


P = sp.Symbol("P", positive=True)


def test_positive_is_more_than_nonnegative():
    """Symbols that may be 0 are put to 0; what is only ≥ 0, or of any sign, is not proved > 0."""
    for value in (P, P / (1 + a), a + P, 1 + a, (P + a) / (P * (1 + a)), sp.S.Half / (2 + P)):
        assert is_positive(value)
    for value in (a, a * P, a / P, -P, P - a, x, sp.S.Zero, a - a):
        assert not is_positive(value)


def test_a_pole_is_where_a_denominator_may_be_0():
    """Of the symbols that are asked about; one sign throughout and a constant keep it away."""
    assert has_pole(1 / a, {a})
    assert not has_pole(1 / a, {b})
    assert not has_pole(a, {a})
    assert not has_pole(sp.Integer(3), {a})
    assert not has_pole(1 / (1 + a), {a})
    assert not has_pole(-1 / (1 + a), {a})
    assert not has_pole(1 / (-1 - a), {a})
    assert has_pole(1 / (a - b), {a})
    assert has_pole(1 / (a + b), {a, b})
    assert not has_pole(1 / (a + b), {a})


def test_a_value_fits_a_symbol_of_its_sign():
    """Positive ones take what is proved > 0, nonnegative ones ≥ 0, plain ones any real number."""
    plain = sp.Symbol("s")
    assert fits(P, P + 1)
    assert fits(a, b)
    assert fits(plain, -b)
    assert fits(plain, 3)
    assert not fits(P, a)
    assert not fits(a, -b)
    assert not fits(x, b)  # a real symbol stands for itself alone
    assert not fits(plain, sp.I)
    assert not fits(plain, sp.Symbol("t"))
    assert not fits("s", 3)
    assert not fits(a + b, 3)


def test_exact_is_what_the_language_can_say():
    """Symbols of four kinds, fractions, + · ^ and log; no quotient by a zero in disguise."""
    kinds = [sp.Symbol("s"), x, a, P]
    assert all(map(is_exact, kinds))
    for odd in ({"real": False}, {"negative": True}, {"integer": True}, {"zero": True}):
        assert not is_exact(sp.Symbol("s", **odd))
    assert is_exact(Fraction(1, 3))
    assert is_exact(sp.log(1 + a) * sp.sqrt(P) / (1 + P))
    assert is_exact((a - b) ** 2 * (a + 1) ** -1)
    assert is_exact((a - a + 1) ** -1)
    assert is_exact(sp.Pow(sp.Integer(-1) + a, -1))
    for value in (sp.sin(a), sp.pi, sp.oo, sp.nan, sp.I, 0.5, "a", None, True, sp.Float(1)):
        assert not is_exact(value)
    disguised = sp.Pow(sp.Add(sp.Mul(a, a + 1), -(a**2) - a, evaluate=False), -1, evaluate=False)
    assert not is_exact(disguised)


def test_real_is_what_is_proved_to_be():
    """A root of what may be negative, a log of what may be 0, and a plain symbol are not."""
    for value in (
        2,
        Fraction(1, 3),
        sp.Rational(2, 3),
        a,
        P,
        x,
        x**2,
        sp.sqrt(a),
        sp.log(P),
        1 / P,
    ):
        assert is_real(value)
    for value in (sp.Symbol("s"), sp.sqrt(x), sp.sqrt(a - 1), sp.log(a), sp.log(x), sp.I, 0.5, "a"):
        assert not is_real(value)
    assert not is_real(sp.log(a) + P)
    assert is_real(sp.log(1 + a) / (2 + x**2))
