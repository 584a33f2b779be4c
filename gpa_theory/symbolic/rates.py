r"""From regret to rates: a row of the weighted theorem composed with a regret bound.

Every bound here is assembled by machine: the row gives metric ≤ (coefficients) · (named sums), each
named sum is replaced by its proved upper bound, and the whole is one more certificate.  The two
closing facts are φ_1 ≤ ⟨g_1, z_1 − u⟩ ≤ GD (convexity at x_1 = y_1 = z_1) and φ_T ≥ −ε, where u
minimizes f up to ε; what ε costs is kept apart from the terms, in `Bound.per_epsilon`.

All bounds hold for every 0 ≤ μ_y ≤ 1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import Point, basis, constant
from gpa_theory.core.metrics import METRICS
from gpa_theory.core.validation import refuse
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases import (
    adagrad,
    anytime_gradient_descent,
    dual_averaging,
    gradient_descent,
)
from gpa_theory.symbolic.bases.regret import Regret
from gpa_theory.symbolic.bound import Bound
from gpa_theory.symbolic.engine.axioms import first_regret_bounded
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import D, Expr, G, epsilon, tidy
from gpa_theory.symbolic.readings import Reading, reading
from gpa_theory.symbolic.rows import in_power

REGRETS: dict[str, Callable[[], Regret]] = {
    "ogd": gradient_descent.plain,
    "dual-averaging": dual_averaging.anytime,
    "adagrad-norm": adagrad.norm,
    "adagrad-diagonal": adagrad.diagonal,
    "ogd-anytime": anytime_gradient_descent.anytime,
}
DISCOUNTED: dict[str, Callable[[], Regret]] = {"ogd": gradient_descent.discounted}

AT_MEAN = basis("φ at the mean")


def bound(base: str, metric: str, averaging: str = "exponential") -> Bound:
    """Return the bound on `metric` for GPA around `base`; constants are left symbolic.

    `metric` is one of `core.metrics.BOUNDED`; `averaging` is exponential (constant μ_x) or uniform
    (Schedule-Free, c_t = 1/t; last iterate only).

    >>> bound("ogd", "last", "uniform").tuned("gamma").expression
    D*G/sqrt(T)
    >>> bound("adagrad-norm", "last")
    Traceback (most recent call last):
    ValueError: `bound(base='adagrad-norm', metric='last')`: base has no proved discounted regret \
bound; those that have one: ogd
    """
    if base not in REGRETS:
        rule = f"must be one of {', '.join(REGRETS)}"
        raise refuse(f"bound(base={base!r})", "base", rule)
    return _bound(base, metric, averaging)


@cache
def _bound(base: str, metric: str, averaging: str) -> Bound:
    chosen = reading("bound", metric, averaging)
    if not set(schemes.DISCOUNTED.terms) & set(chosen.charged().terms):
        return _compose(chosen, REGRETS[base](), metric)
    if base not in DISCOUNTED:
        rule = (
            f"has no proved discounted regret bound; those that have one: {', '.join(DISCOUNTED)}"
        )
        raise refuse(f"bound(base={base!r}, metric={metric!r})", "base", rule)
    return _compose(chosen, DISCOUNTED[base](), metric)


def _compose(chosen: Reading, regret: Regret, metric: str) -> Bound:
    """Bound the metric by the row's inequality and the regret bound, and prove it."""
    charged = chosen.charged()
    (regret_name,) = regret.quantity.terms
    at_start = charged.coefficient("φ_1") + charged.coefficient("r_1")
    terms = {"regret": tidy(regret.worst, charged.coefficient(regret_name))}
    assumptions = {Assumption.CONVEX, *regret.assumptions}
    if at_start != 0:
        terms["start" if metric == "last" else "EMA cost"] = tidy(G * D, at_start)
        assumptions |= {Assumption.LIPSCHITZ, Assumption.RADIUS}
    at_end = charged.coefficient("φ_T")
    if at_end != 0:
        assumptions.add(Assumption.MINIMIZER)
    per_epsilon = tidy(-at_end) if at_end != 0 else sp.S.Zero
    return Bound(
        metric=metric,
        terms=terms,
        assumptions=frozenset(assumptions),
        source=f"conversion: this project, after defazio2024road; regret: {regret.source}",
        proofs=(_proof(chosen, regret, metric, sp.Add(*terms.values(), per_epsilon * epsilon)),),
        per_epsilon=per_epsilon,
    )


def _proof(chosen: Reading, regret: Regret, metric: str, total: Expr) -> Proof:
    """Prove total − metric ≥ 0 from the row, the regret bound and the closing facts."""
    row, charged = chosen.row, _in_power(chosen.charged())
    (regret_name,) = regret.quantity.terms
    start, at_end = charged.coefficient("φ_1"), charged.coefficient("φ_T")
    premises = [
        Premise("row", sp.Integer(1), row.inequality()),
        Premise("regret bound", charged.coefficient(regret_name), regret.gap()),
    ]
    if start != 0:  # φ_1 ≤ r_1 = ⟨g_1, z_1 − u⟩ ≤ GD
        premises.append(Premise("convexity", start, schemes.FIRST_REGRET - schemes.FIRST))
    if start != 0 or charged.coefficient("r_1") != 0:
        at_start = start + charged.coefficient("r_1")
        premises.append(first_regret_bounded(at_start, schemes.FIRST_REGRET))
    if at_end != 0:
        premises.append(Premise("minimizer", -at_end, schemes.LAST + constant(epsilon)))
    target = left = _in_power(chosen.left())
    if chosen.at_mean:
        target = AT_MEAN
        premises.append(Premise("Jensen", sp.Integer(1), left - AT_MEAN))
    certificate = Certificate(constant(in_power(total)) - target, tuple(premises))
    return Proof(
        f"{METRICS[metric].gap()} with {regret.base.name}, {row.scheme.words}",
        (("row", row.proof()), ("regret bound", regret.proof), ("composition", certificate)),
    )


def _in_power(form: Point) -> Point:
    """Return the form with M for μ_x^{T−1} and μ_x = ρ/(1+ρ)."""
    return Point({name: in_power(c) for name, c in form.terms.items()})
