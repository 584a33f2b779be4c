"""Closed forms in the arithmetic of their arguments: exact in, exact out; floats rounded once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy as sp

from gpa_theory.symbolic.engine.symbols import Expr


def exact(value: Any) -> Expr:
    """Return the number as a sympy expression; a float is the rational number that it is.

    >>> exact(0.5), exact(Fraction(1, 3)), exact(sp.Symbol("a"))
    (1/2, 1/3, a)
    """
    if isinstance(value, sp.Basic):
        return value
    return sp.Rational(Fraction(value if isinstance(value, int | Fraction) else float(value)))


def like(found: Expr, *given: Any) -> Any:
    """Return an exact result as the type that was given: sympy, else Fraction, else float.

    >>> like(sp.Rational(1, 3), 1, Fraction(1, 2)), like(sp.Rational(1, 4), 1, 0.5)
    (Fraction(1, 3), 0.25)
    """
    if any(isinstance(value, sp.Basic) for value in given):
        return found
    rational = Fraction(int(found.p), int(found.q))
    return rational if all(isinstance(v, int | Fraction) for v in given) else float(rational)
