"""Closed forms at numbers: which numbers are allowed, and values that are correctly rounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import isclose, isfinite
from numbers import Real
from typing import Any

import mpmath
import sympy as sp

from gpa_theory.core.validation import check_range, refuse
from gpa_theory.symbolic.engine.symbols import MEASURED, WORDS, Expr, named

DIGITS = 40  # working precision: the rounding of the result to a float is all that is left
FINEST = 1280  # digits tried where a formula of the user's own cancels


def evaluate(call: str, expression: Expr, values: Mapping[str, Any]) -> float:
    """Return the expression at `values`, given by interface word, rounded once.

    Floats count as the rational numbers that they are.  `call` refuses a result that is not finite.

    >>> from gpa_theory.symbolic.engine.symbols import G, T
    >>> evaluate("doctest", G / sp.sqrt(T), {"steps": 4, "lipschitz": 0.5})
    0.25
    """
    found = _settled(call, sp.sympify(expression), values)
    if not isfinite(found):
        raise refuse(call, "the bound", f"is not a finite float at {dict(values)}")
    return found


def _settled(call: str, expression: Expr, values: Mapping[str, Any]) -> float:
    """Return the value at the first precision that twice as many digits confirm."""
    digits = DIGITS
    found = before = _rounded(call, expression, values, digits)
    while digits < FINEST:
        digits *= 2
        finer = _rounded(call, expression, values, digits)
        if isclose(found, finer, rel_tol=2.0**-51) and found != 0:  # 0 may be a lost difference
            return found
        before, found = found, finer
    if found != before:
        raise refuse(call, "the bound", f"is lost in rounding at {dict(values)}")
    return found


def _rounded(call: str, expression: Expr, values: Mapping[str, Any], digits: int) -> float:
    """Return the value at this precision, or refuse one that is no real number."""
    names = tuple(sorted(values))
    with mpmath.workdps(digits):
        try:
            return float(_compiled(expression, names)(*(_exact(values[n]) for n in names)))
        except (ZeroDivisionError, TypeError):  # float() takes no complex number
            rule = f"has no real value at {dict(values)}"
            raise refuse(call, "the bound", rule) from None


@lru_cache(maxsize=256)
def _compiled(expression: Expr, names: tuple[str, ...]) -> Callable[..., Any]:
    own = named(expression)
    symbols: list[Any] = [own.get(n, WORDS.get(n, sp.Symbol(n))) for n in names]
    # a constant may be called mpf: no name of a user's is one of the program that is made
    plain = {s: sp.Dummy(f"x{k}", **s.assumptions0) for k, s in enumerate(symbols)}
    return sp.lambdify([plain[s] for s in symbols], expression.xreplace(plain), "mpmath")


def _exact(value: Any) -> Any:
    """Return `value` as an mpmath number: floats, ints, Fractions and sympy rationals are exact."""
    exact = Fraction(str(sp.Rational(value)) if isinstance(value, sp.Basic) else value)
    return mpmath.mpf(int(exact.numerator)) / int(exact.denominator)


def check_value(call: str, name: str, value: Any, least_steps: int = 1) -> None:
    """Raise unless `value` lies in the domain of the interface word `name`."""
    if isinstance(value, bool) or getattr(value, "free_symbols", None):
        raise refuse(call, name, "must be a number")
    if name in ("steps", "dimension"):
        least = least_steps if name == "steps" else 1
        check_range(call, name, value, least)
        if value != int(value):
            raise refuse(call, name, f"must be an integer ≥ {least}")
    elif name == "mu_x":
        check_range(call, name, value, 0, 1, open_high=True)
    elif name == MEASURED:
        check_range(call, name, abs(value) if isinstance(value, Real) else value, 0)
    else:
        check_range(call, name, value, 0, open_low=name not in ("squared_gradients", "epsilon"))


def check_distances(call: str, values: Mapping[str, Any]) -> None:
    """Raise if the distances contradict one another: D ≤ R and D ≤ √d R_∞, as z_1 is a z_t.

    The second is compared up to rounding, √d being no float.

    >>> check_distances("Bound.at()", {"radius": 2, "diameter": 1})
    Traceback (most recent call last):
    ValueError: `Bound.at()`: radius must be at most diameter: z_1 is one of the z_t
    """
    names = ("radius", "diameter", "coordinate_diameter", "dimension")
    D, R, R_inf, d = (values.get(name) for name in names)
    if D is None:
        return
    if R is not None and D > R:
        raise refuse(call, "radius", "must be at most diameter: z_1 is one of the z_t")
    if R_inf is not None and d is not None and d * R_inf * R_inf * (1 + 1e-9) < D * D:
        raise refuse(call, "radius", "must be at most √dimension · coordinate_diameter")
