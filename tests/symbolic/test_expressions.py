"""Formulas from text: arithmetic is read exactly, and nothing else is read at all."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
import sympy as sp

from gpa_theory.symbolic.engine.symbols import D, G, T
from gpa_theory.symbolic.expressions import expression

C = sp.Symbol("C", positive=True)

READ = {
    "C*sqrt(T)": C * sp.sqrt(T),
    " 0.1 * C ": C / 10,
    "1e-3*T": T / 1000,
    "2**10": sp.Integer(1024),
    "-(+3) + 4/6": sp.Rational(-7, 3),
    "D*G*T**(1/2)": D * G * sp.sqrt(T),
    "C*log(T)": C * sp.log(T),
    "R_T": sp.Symbol("R_T", real=True),
    "1_000": sp.Integer(1000),
}


@pytest.mark.parametrize(("text", "value"), READ.items())
def test_arithmetic_is_read_exactly(text, value):
    """Decimals are the fractions they write; T, D and G are those of the theory."""
    assert expression("call", "regret", text) == value


def test_numbers_and_expressions_are_taken_as_they_are():
    """A float is the fraction that it is; a symbol counts by its name."""
    assert expression("call", "regret", 0.1) == sp.Rational(Fraction(0.1))
    assert expression("call", "regret", Fraction(1, 3)) == sp.Rational(1, 3)
    assert expression("call", "regret", sp.Symbol("T") * sp.Symbol("C")) == T * C


HOSTILE = [
    "",
    " ",
    "C*",
    "C sqrt(T)",
    "__import__('os').system('true')",
    "().__class__",
    "lambda: 0",
    "[1]",
    "'text'",
    "C if T else D",
    "C == T",
    "sqrt(T, 2)",
    "sqrt(x=T)",
    "exp(T)",
    "C // 2",
    "C % 2",
    "C @ T",
    "~C",
    "1j",
    "0x10",
    "True",
    "None",
    "1/0",
    "0**-1",
    "sqrt(-1)",
    "log(0)",
    "log(-1)",
    "T**C",
    "9**9**9",
    "9**400**3",
    "((9**400)**400)**400",
    "1e999999999",
    "1e-999999999",
    "1e400*1e400**400",
    "(" * 200 + "T" + ")" * 200,
    "+".join(["T"] * 400),
    "T\x00",
    "T;T",
    "T=1",
    "T\nT",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_anything_else_is_refused_at_once(text):
    """Must fail: programs, other operations, what has no value, numbers that fill the memory."""
    start = time.monotonic()
    with pytest.raises(ValueError, match=r"`call`: regret"):
        expression("call", "regret", text)
    assert time.monotonic() - start < 5
