"""The value of one constant that minimizes a closed form: proved, and in closed form itself."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from gpa_theory.core.validation import refuse
from gpa_theory.symbolic.engine.fields import is_nonnegative
from gpa_theory.symbolic.engine.symbols import Expr, in_rho, mu_x, named, simplified


@lru_cache(maxsize=256, typed=True)
def minimizer(expression: Expr, name: str) -> Expr:
    """Return the value > 0 of the constant `name` (an interface word) that minimizes `expression`.

    The stationary point is solved for exactly, and it is the minimum because the second derivative
    is proved ≥ 0.  A constant in which that proof fails is refused.

    >>> from gpa_theory.symbolic.engine.symbols import D, G, T, gamma
    >>> minimizer(D**2 / (2 * gamma) + gamma * G**2 * T / 2, "gamma")
    D/(G*sqrt(T))
    """
    call, symbol = f"tuned({name!r})", named(expression)[name]
    slope = sp.diff(expression, symbol)
    if not is_nonnegative(in_rho(sp.diff(slope, symbol))):
        raise refuse(call, "symbol", "has no minimum in closed form here (convexity is not proved)")
    solutions = [s for s in sp.solve(slope, symbol) if s.subs(mu_x, sp.Rational(1, 2)).is_positive]
    if len(solutions) != 1:
        raise refuse(call, "symbol", f"must have one stationary point > 0, found {solutions}")
    return simplified(solutions[0])
