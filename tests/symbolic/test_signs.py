"""Signs are proved of every coefficient and every symbol, not of some; a float proves nothing."""

import pytest
import sympy as sp

from gpa_theory.core.certificate import CertificateError
from gpa_theory.symbolic.engine.fields import is_nonnegative, reduced

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
