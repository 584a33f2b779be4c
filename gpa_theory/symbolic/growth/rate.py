"""The rate of a closed form: its leading order in T, with every other constant fixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from gpa_theory.core.validation import refuse
from gpa_theory.symbolic.engine.symbols import Expr, T, mu_x, simplified


@dataclass(frozen=True, slots=True)
class Rate:
    r"""The leading order of a bound: :math:`\text{bound} / \text{order} \to \text{constant}`.

    >>> from gpa_theory.symbolic.engine.symbols import D, G
    >>> Rate(order=1 / sp.sqrt(T), constant=D * G)
    Rate(order=1/sqrt(T), constant=D*G)
    """

    order: Expr
    constant: Expr


PARTS = 12  # powers of T are looked for among multiples of 1/12
LOGS = tuple(sp.Rational(k, 2) for k in (4, 3, 2, 1, 0))  # powers of ln T, the slowest first
FAR = (10**200, 10**400)  # two horizons between which the power of T is read off


def rate_of(bounded: Expr) -> Rate:
    """Return the rate in T with every other constant fixed (0 ≤ μ_x < 1, γ as chosen).

    It is 1, or T^{−p} (ln T)^q with 12p = 1, 2, … and q = 0, 1/2, …, 2, if there is such an order.

    >>> rate_of(3 / sp.sqrt(T) + mu_x / T).constant
    3
    >>> rate_of(sp.log(T) * T ** sp.Rational(-1, 3)).order
    log(T)/T**(1/3)
    """
    decay, present = (
        sp.Dummy(name, positive=True) for name in ("kappa", "c")
    )  # μ_x^{T−1} = e^{−κ(T−1)}, c = 1 − μ_x
    expression = bounded.subs(mu_x ** (T - 1), sp.exp(-decay * (T - 1)))
    expression = expression.subs(mu_x, 1 - present)
    for order in _orders(expression):
        summands = sp.Add.make_args(sp.expand(expression / order))
        limit = sp.Add(*(sp.limit(term, T, sp.oo) for term in summands))
        if limit.is_finite and limit != 0:
            return Rate(order, simplified(limit.subs(present, 1 - mu_x)))
    raise refuse("rate()", "bound", f"has none of the known orders in T: {bounded}")


def _orders(expression: Expr) -> Iterator[Expr]:
    """Yield the orders worth trying, the slowest first; their limits decide."""
    ones = {s: sp.Rational(1, 2) for s in expression.free_symbols - {T}}
    near, far = (sp.log(abs(expression.subs(ones).subs(T, far))).evalf(50) for far in FAR)
    power = (near - far) / sp.log(sp.Integer(FAR[1]) / FAR[0])
    if not power.is_finite:
        return
    nearest = round(float(power) * PARTS)
    for k in range(max(nearest - 1, 0), nearest + 2):
        for q in LOGS if k else (0,):  # what grows with T is no rate
            yield T ** sp.Rational(-k, PARTS) * sp.log(T) ** q
