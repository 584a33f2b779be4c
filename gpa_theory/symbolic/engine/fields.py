"""Rational functions as an arithmetic for certificates: normal forms, and signs that are proved.

A sign is never sampled.  With every symbol ≥ 0, a quotient of two polynomials whose coefficients
are all ≥ 0 is ≥ 0 wherever it is defined; an interpolation constant is written so that this applies
(μ_y = ν/(1+ν), μ_x = ρ/(1+ρ), the closed interval as a/(a+b)).
"""

from __future__ import annotations

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
