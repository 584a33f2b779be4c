r"""Choosing the constants of a bound: the best step size, the horizon rule for μ_x, and rates in T.

The horizon rule comes from the last-iterate bound μ_x^{T−1} GD + RG√(1−μ_x):

.. math::
    1 - \mu_x = \frac{\ln T}{2(T-1)} \quad\Longrightarrow\quad
    f(x_T) - f(u) \le \frac{GD}{\sqrt T} + RG \sqrt{\frac{\ln T}{2(T-1)}}

since μ_x^{T−1} ≤ e^{−(1−μ_x)(T−1)} = 1/√T.  It needs no DiLoCo run, only T.  Ours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy as sp

from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import constant
from gpa_theory.core.validation import refuse
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bound import Bound, word
from gpa_theory.symbolic.engine.fields import is_nonnegative
from gpa_theory.symbolic.engine.proof import Instance, Proof, substituted
from gpa_theory.symbolic.engine.symbols import WORDS, D, Expr, G, R, T, gamma, mu_x, rho
from gpa_theory.symbolic.rows import POWER


def tuned(bound: Bound, name: str) -> Bound:
    """Return the bound at the minimizing value of one constant, given by interface word.

    The stationary point is solved for exactly, and it is the minimum because the second derivative
    is proved ≥ 0.
    """
    call = f"tuned({name!r})"
    if name not in bound.parameters:
        raise refuse(call, "symbol", f"must be one of {', '.join(bound.parameters)}")
    symbol = WORDS[name]
    slope = sp.diff(bound.expression, symbol)
    if not is_nonnegative(sp.diff(slope, symbol).subs(mu_x, rho / (1 + rho))):
        raise refuse(call, "symbol", "has no minimum in closed form here (convexity is not proved)")
    solutions = [s for s in sp.solve(slope, symbol) if s.subs(mu_x, sp.Rational(1, 2)).is_positive]
    if len(solutions) != 1:
        raise refuse(call, "symbol", f"must have one stationary point > 0, found {solutions}")
    choice = _simplified(solutions[0])
    terms = {n: _simplified(term.subs(symbol, choice)) for n, term in bound.terms.items()}
    return replace(bound, terms=terms, choices={**bound.choices, symbol: choice})


def _simplified(expression: Expr) -> Expr:
    """Return a short equal form; √(1−μ_x)² and the like are powers of one positive number."""
    present = sp.Symbol("c", positive=True)  # c = 1 − μ_x
    merged: Expr = sp.powdenest(expression.subs(mu_x, 1 - present), force=True)
    inside = sp.simplify(merged)
    summands: list[Expr] = [sp.factor(term) for term in sp.Add.make_args(inside)]
    return sp.Add(*summands).subs(present, 1 - mu_x)


def horizon(bound: Bound) -> Bound:
    """Return the last-iterate bound with γ tuned and μ_x chosen from the horizon T ≥ 2."""
    if bound.metric != "last" or mu_x not in bound.expression.free_symbols:
        raise refuse("horizon()", "bound", "must be the last-iterate bound with constant μ_x")
    at_best = bound if gamma in bound.choices else tuned(bound, word(gamma))
    present = sp.log(T) / (2 * (T - 1))  # 1 − μ_x
    return replace(
        at_best,
        terms={"regret": R * G * sp.sqrt(present), "start": G * D / sp.sqrt(T)},
        choices={mu_x: 1 - present, gamma: at_best.choices[gamma].subs(mu_x, 1 - present)},
        proofs=(_horizon_proof(bound.proofs[-1], present),),
        least_steps=2,
    )


def _horizon_proof(last: Proof, present: Expr) -> Proof:
    """Prove the rule from the last-iterate bound; s stands for √(1−μ_x), M for μ_x^{T−1}."""
    s: Expr = sp.Symbol("s", positive=True)
    chosen = {rho: (1 - s**2) / s**2, gamma: R * s / G}
    tuned_claim = substituted(last.claim, chosen)
    root = 1 / sp.sqrt(T)
    certificate = Certificate(
        constant(R * G * s + G * D * root) - schemes.LAST,
        (
            Premise("at the tuned γ", 1, tuned_claim),
            # M = (1−s²)^{T−1} ≤ e^{−s²(T−1)} = 1/√T at s² = ln T/(2(T−1))
            Premise("exponential", G * D, constant(root - POWER)),
        ),
    )
    return Proof(
        "f(x_T) − f(u) ≤ GD/√T + RG√(ln T/(2(T−1)))",
        (
            ("last iterate", last),
            ("at the tuned γ", Instance("last iterate", chosen)),
            ("in s", certificate),
            ("horizon", Instance("in s", {s: sp.sqrt(present)})),
        ),
    )


@dataclass(frozen=True, slots=True)
class Rate:
    r"""The leading order of a bound: :math:`\text{bound} / \text{order} \to \text{constant}`.

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


def rate(bound: Bound) -> Rate:
    """Return the rate in T with every other constant fixed (0 ≤ μ_x < 1, γ as chosen)."""
    decay, present = sp.symbols("kappa c", positive=True)  # μ_x^{T−1} = e^{−κ(T−1)}, c = 1 − μ_x
    expression = bound.expression.subs(mu_x ** (T - 1), sp.exp(-decay * (T - 1)))
    expression = expression.subs(mu_x, 1 - present)
    for order in ORDERS:
        summands = sp.Add.make_args(sp.expand(expression / order))
        limit = sp.Add(*(sp.limit(term, T, sp.oo) for term in summands))
        if limit.is_finite and limit != 0:
            return Rate(order, _simplified(limit.subs(present, 1 - mu_x)))
    raise refuse("rate()", "bound", f"has none of the known orders in T: {bound.expression}")
