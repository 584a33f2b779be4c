"""The rate of a closed form: its leading order in T, with every other constant fixed."""

from __future__ import annotations

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


ORDERS = (  # slowest first; the first with a finite limit > 0 is the rate
    sp.Integer(1),
    sp.sqrt(sp.log(T) / T),
    1 / sp.sqrt(T),
    sp.log(T) / T,
    1 / T,
)


def rate_of(bounded: Expr) -> Rate:
    """Return the rate in T with every other constant fixed (0 ≤ μ_x < 1, γ as chosen).

    >>> rate_of(3 / sp.sqrt(T) + mu_x / T).constant
    3
    """
    decay, present = (
        sp.Dummy(name, positive=True) for name in ("kappa", "c")
    )  # μ_x^{T−1} = e^{−κ(T−1)}, c = 1 − μ_x
    expression = bounded.subs(mu_x ** (T - 1), sp.exp(-decay * (T - 1)))
    expression = expression.subs(mu_x, 1 - present)
    for order in ORDERS:
        summands = sp.Add.make_args(sp.expand(expression / order))
        limit = sp.Add(*(sp.limit(term, T, sp.oo) for term in summands))
        if limit.is_finite and limit != 0:
            return Rate(order, simplified(limit.subs(present, 1 - mu_x)))
    raise refuse("rate()", "bound", f"has none of the known orders in T: {bounded}")
