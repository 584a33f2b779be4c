"""A formula from text, such as `C*sqrt(T)`: read as arithmetic alone, never run as a program."""

from __future__ import annotations

import ast
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import sympy as sp

from gpa_theory.core.validation import refuse
from gpa_theory.symbolic.engine.symbols import MEASURED, WORDS, Expr

LONGEST = 400  # characters
LARGEST = 400  # of an exponent: 9**9**9 would take all memory
KNOWN = {symbol.name: symbol for symbol in WORDS.values()}
FUNCTIONS = {"sqrt": sp.sqrt, "log": sp.log}
MOST_BITS = 10_000  # of a power of numbers
LANGUAGE = "+ - * / **, sqrt, log, numbers and names"


def expression(call: str, parameter: str, text: Any) -> Expr:
    """Return the formula as a sympy expression; a decimal is the fraction that is written.

    T, G, D, R, gamma and the like are the symbols of the theory.  Any other name is a positive
    constant of the user's own, but for R_T, a regret as it was measured: a number of any sign.

    Raises:
        ValueError: if it is anything but arithmetic in `LANGUAGE`.

    >>> expression("doctest", "regret", "0.5*C*sqrt(T)")
    C*sqrt(T)/2
    >>> expression("doctest", "regret", "exit(1)")
    Traceback (most recent call last):
    ValueError: `doctest`: regret must be a formula of + - * / **, sqrt, log, numbers and names: \
'exit' is no function of it
    """
    if isinstance(text, sp.Expr):  # by name: who writes Symbol("T") means the T of the theory
        return text.xreplace({s: symbol(str(s)) for s in text.free_symbols})
    if isinstance(text, bool) or not isinstance(text, str | int | float | Fraction):
        raise refuse(call, parameter, "must be a formula or a number")
    if not isinstance(text, str):
        return _number(call, parameter, text)
    if len(text) > LONGEST:
        raise refuse(call, parameter, f"must be a formula of at most {LONGEST} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise refuse(call, parameter, f"must be a formula of {LANGUAGE}, not {text!r}") from None
    found = _Reader(call, parameter, text.strip()).read(tree)
    if found.has(sp.zoo, sp.nan, sp.oo, sp.I):
        raise refuse(call, parameter, f"is a formula that has no real value: {text!r}")
    return found


def _number(call: str, parameter: str, value: float | Fraction) -> Expr:
    """Return a number as the fraction that it is."""
    try:
        exact = Fraction(value)
    except (ValueError, OverflowError):
        raise refuse(call, parameter, "must be a finite number") from None
    return sp.Rational(exact.numerator, exact.denominator)


class _Reader:
    """Reads one syntax tree; everything that is not arithmetic is refused by name."""

    def __init__(self, call: str, parameter: str, text: str) -> None:
        self.call, self.parameter, self.text = call, parameter, text

    def refusal(self, what: str) -> ValueError:
        return refuse(self.call, self.parameter, f"must be a formula of {LANGUAGE}: {what}")

    def read(self, node: ast.AST) -> Expr:
        """Return the value of a node."""
        match node:
            case ast.Constant(value=value) if type(value) in (int, float):
                return self.decimal(node)
            case ast.Name(id=name):
                return symbol(name)
            case ast.UnaryOp(op=ast.USub(), operand=inside):
                return -self.read(inside)
            case ast.UnaryOp(op=ast.UAdd(), operand=inside):
                return self.read(inside)
            case ast.BinOp(left=left, op=op, right=right):
                return self.combined(op, self.read(left), self.read(right))
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]):
                if name not in FUNCTIONS:
                    raise self.refusal(f"{name!r} is no function of it")
                return FUNCTIONS[name](self.read(argument))
        raise self.refusal(f"{ast.unparse(node)[:40]!r} is not")

    def decimal(self, node: ast.Constant) -> Expr:
        """Return the number as it is written, 0.1 being 1/10."""
        written = ast.get_source_segment(self.text, node) or repr(node.value)
        try:
            value = Decimal(written.replace("_", ""))
        except InvalidOperation:  # hexadecimal and the like
            raise self.refusal(f"{written!r} is no decimal number") from None
        if value and abs(value.adjusted()) > LARGEST:
            raise self.refusal(f"{written[:40]!r} is too large or too small")
        return _number(self.call, self.parameter, Fraction(value))

    def combined(self, op: ast.operator, left: Any, right: Any) -> Expr:
        """Return left op right; of powers, only those with a fraction for an exponent."""
        match op:
            case ast.Add():
                return left + right
            case ast.Sub():
                return left - right
            case ast.Mult():
                return left * right
            case ast.Div():
                if right == 0:
                    raise self.refusal("it divides by zero")
                return left / right
            case ast.Pow():
                if not (right.is_Rational and abs(right.p) <= LARGEST and right.q <= LARGEST):
                    raise self.refusal(f"an exponent must be a fraction, p and q ≤ {LARGEST}")
                digits = max(abs(left.p), left.q).bit_length() if left.is_Rational else 0
                if digits == 1 and left.is_zero and right < 0:
                    raise self.refusal("it divides by zero")
                if digits * abs(right) > MOST_BITS:
                    raise self.refusal("a power of numbers is too large")
                return left**right
        raise self.refusal(f"{type(op).__name__} is no operation of it")


def symbol(name: str) -> sp.Symbol:
    """Return the symbol of a name: the theory's, or a constant of the user's own."""
    if name in KNOWN:
        return KNOWN[name]
    sign = {"real": True} if name == MEASURED else {"positive": True}
    return sp.Symbol(name, **sign)
