"""Rational functions as an arithmetic for certificates: normal forms, and signs that are proved.

A sign is never sampled.  With every symbol ≥ 0, a quotient of two polynomials whose coefficients
are all ≥ 0 is ≥ 0 wherever it is defined; an interpolation constant is written so that this applies
(μ_y = ν/(1+ν), μ_x = ρ/(1+ρ), the closed interval as a/(a+b)).
"""

from __future__ import annotations

from collections.abc import Set
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from gpa_theory.core.certificate import CertificateError, Field


def _one_signed(polynomial: sp.Poly) -> int:
    """Return +1 or −1 if all coefficients have that sign, else 0."""
    coefficients = polynomial.coeffs()
    if all(c.is_nonnegative for c in coefficients):
        return 1
    return -1 if all(c.is_nonpositive for c in coefficients) else 0


def is_nonnegative(expression: Any) -> bool:
    """Return True only if `expression` is proved ≥ 0, all its symbols being ≥ 0.

    >>> a, b = sp.symbols("a b", nonnegative=True)
    >>> is_nonnegative(1 / (1 + a) - b / (a + b + a * b + 1))  # = 1 / ((1 + a)(1 + b))
    True
    >>> is_nonnegative(a**2 - a * b + b**2)  # true, but not by this argument
    False
    """
    numerator, denominator = sp.fraction(reduced(expression))
    signs = []
    for part in (numerator, denominator):
        if part.is_number:
            signs.append(1 if part.is_nonnegative else -1 if part.is_nonpositive else 0)
            continue
        polynomial = sp.Poly(part)
        if not all(generator.is_nonnegative for generator in polynomial.gens):
            return False
        signs.append(_one_signed(polynomial))
    return signs[0] * signs[1] > 0


def is_positive(expression: Any) -> bool:
    """Return True only if `expression` is proved > 0 for all values that its symbols may have.

    Symbols that may be 0 are put to 0: with no negative coefficient that is the smallest value.

    >>> a, b = sp.symbols("a", nonnegative=True), sp.symbols("b", positive=True)
    >>> is_positive(b / (1 + a)), is_positive(a + b), is_positive(a / b)
    (True, True, False)
    """
    if not is_nonnegative(expression):
        return False
    least = {s: 0 for s in sp.sympify(expression).free_symbols if not s.is_positive}
    numerator, denominator = (part.subs(least) for part in sp.fraction(reduced(expression)))
    return bool((numerator * denominator).is_positive)


def has_pole(value: Any, symbols: Set[Any]) -> bool:
    """Return whether `value` is not proved to be finite where some of `symbols`, all ≥ 0, are 0.

    >>> q, e = sp.symbols("q e", nonnegative=True)
    >>> has_pole(1 / q, {q}), has_pole(1 / (q + e), {q}), has_pole(1 / (q - e), {q})
    (True, False, True)
    """
    denominator = sp.fraction(sp.together(sp.sympify(value)))[1]
    if not denominator.free_symbols & symbols:
        return False
    one_signed = is_nonnegative(denominator) or is_nonnegative(-denominator)
    return not one_signed or denominator.subs(dict.fromkeys(symbols, 0)) == 0


def fits(symbol: Any, value: Any) -> bool:
    """Return whether `value` is proved to have the sign that `symbol` is declared to have."""
    if type(symbol) is not sp.Symbol or not is_real(value):
        return False
    if symbol.is_positive:
        return is_positive(value)
    return is_nonnegative(value) if symbol.is_nonnegative else symbol.is_real is None


_LANGUAGE = (sp.Symbol, sp.Rational, sp.Add, sp.Mul, sp.Pow, sp.log)
# A symbol ranges over all numbers of its sign: one that can only be 0, say, would be such a zero.
_SIGNS: tuple[dict[str, bool], ...] = (
    {},
    {"real": True},
    {"nonnegative": True},
    {"positive": True},
)
_KINDS = tuple(sp.Symbol("s", **sign).assumptions0 for sign in _SIGNS)


def is_exact(value: Any) -> bool:
    """Return whether `value` is an int, a Fraction, or made of symbols and rationals by + · ^ log.

    >>> is_exact(sp.sqrt(2) * sp.Symbol("a")), is_exact(sp.I), is_exact(0.5), is_exact(True)
    (True, False, False, False)
    """
    return type(value) in (int, Fraction) or (isinstance(value, sp.Expr) and _is_made_of(value))


@lru_cache(maxsize=4096, typed=True)
def _is_made_of(value: sp.Expr) -> bool:
    if type(value) not in _LANGUAGE and not isinstance(value, sp.Rational):
        return False
    if isinstance(value, sp.Symbol):
        return value.assumptions0 in _KINDS
    if not all(map(_is_made_of, value.args)):
        return False
    # A quotient by a zero in disguise would make 0 · (1/0) = 1 of two sound-looking factors.
    return not isinstance(value, sp.Pow) or bool(value.exp.is_positive) or reduced(value.base) != 0


@lru_cache(maxsize=4096, typed=True)
def is_real(value: Any) -> bool:
    """Return True only if `value` is an exact expression that is proved to be a real number.

    >>> a = sp.Symbol("a", nonnegative=True)
    >>> is_real(sp.sqrt(a) / (1 + a)), is_real(sp.I * a), is_real(sp.sqrt(a - 1)), is_real(0.5)
    (True, False, False, False)
    """
    if not is_exact(value):
        return False
    if not isinstance(value, sp.Expr) or isinstance(value, sp.Rational):
        return True
    if isinstance(value, sp.Symbol):
        return bool(value.is_real)
    if isinstance(value, sp.log):
        return is_positive(value.args[0])
    if isinstance(value, sp.Pow) and not value.exp.is_integer and not is_nonnegative(value.base):
        return False
    return all(map(is_real, value.args))


@lru_cache(maxsize=4096, typed=True)  # twins of a certificate differ in few coefficients
def reduced(value: Any) -> sp.Expr:
    """Return the normal form of a rational function; a float in it is refused.

    >>> reduced((sp.Symbol("a") ** 2 - 1) / (sp.Symbol("a") - 1))
    a + 1
    """
    expression = sp.sympify(value)
    if expression.has(sp.Float):
        raise CertificateError(f"{value} is not exact: it holds a float")
    return sp.cancel(sp.together(expression))


RATIONAL_FUNCTIONS = Field(reduce=reduced, is_nonnegative=is_nonnegative)
