r"""From regret to rates: a row of the weighted theorem composed with a regret bound.

Every bound here is assembled by machine: the row gives metric ≤ (coefficients) · (named sums), each
named sum is replaced by its proved upper bound, and the whole is one more certificate.  The two
closing facts are φ_1 ≤ ⟨g_1, z_1 − u⟩ ≤ GD (convexity at x_1 = y_1 = z_1) and φ_T ≥ −ε, where u
minimizes f up to ε; what ε costs is kept apart from the terms, in `Bound.per_epsilon`.

All bounds hold for every 0 ≤ μ_y ≤ 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import ANY, BASES
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
from gpa_theory.symbolic.bases.stated import stated
from gpa_theory.symbolic.bound import Bound
from gpa_theory.symbolic.engine.axioms import square
from gpa_theory.symbolic.engine.components import Kept
from gpa_theory.symbolic.engine.convexity import AT_MEAN, JensenOverRun, Minimizer
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Lipschitz, Radius
from gpa_theory.symbolic.engine.proof import Part, Proof
from gpa_theory.symbolic.engine.run import g, u, z_1
from gpa_theory.symbolic.engine.stated import NOT_GIVEN
from gpa_theory.symbolic.engine.symbols import D, Expr, G, epsilon, tidy
from gpa_theory.symbolic.engine.vocabulary import FIRST, FIRST_REGRET, LAST
from gpa_theory.symbolic.expressions import expression
from gpa_theory.symbolic.readings import Reading, reading
from gpa_theory.symbolic.rows import in_power
from gpa_theory.symbolic.step_identity import first_step_inequality

REGRETS: dict[str, Callable[[], Regret]] = {
    "ogd": gradient_descent.plain,
    "dual-averaging": dual_averaging.anytime,
    "adagrad-norm": adagrad.norm,
    "adagrad-diagonal": adagrad.diagonal,
    "ogd-anytime": anytime_gradient_descent.anytime,
}
(DISCOUNTED_NAME,) = schemes.DISCOUNTED.terms
DISCOUNTED: dict[str, Callable[[], Regret]] = {"ogd": gradient_descent.discounted}


def bound(
    base: str | None = None,
    metric: str = "average",
    averaging: str = "exponential",
    *,
    regret: Any = None,
    discounted: Any = None,
    linearized: bool = True,
    against: str = NOT_GIVEN,
    domain: str = "",
) -> Bound:
    """Return the bound on `metric` for GPA around a base optimizer; constants are left symbolic.

    `metric` is one of `core.metrics.BOUNDED`; `averaging` is exponential (constant μ_x) or uniform
    (Schedule-Free, c_t = 1/t; last iterate only).

    The base is a name of `core.bases`, or any base whose `regret` is given: a formula in T and
    positive constants of one's own (`"C*sqrt(T)"`), a measured number, or a `Regret` with a proof
    of its own.  A formula is a hypothesis: `linearized`, `against` (which u) and `domain` say what
    is known of it.  The last iterate under constant μ_x needs a bound on the `discounted` regret
    Σ_{2≤t≤T} μ_x^{T−t} r_t.

    >>> bound("ogd", "last", "uniform").tuned("gamma").expression
    D*G/sqrt(T)
    >>> bound("adagrad-norm", "last")
    Traceback (most recent call last):
    ValueError: `bound(base='adagrad-norm', metric='last')`: base has no proved discounted regret \
bound; those that have one: ogd
    """
    if regret is not None or discounted is not None:
        known = {"linearized": linearized, "against": against, "domain": domain}
        return _of_any(base, metric, averaging, regret, discounted, known)
    if (linearized, against, domain) != (True, NOT_GIVEN, ""):
        raise refuse("bound()", "regret", "is needed: what is known of it is said, and not what")
    if base not in REGRETS:
        rule = f"must be one of {', '.join(REGRETS)}, or a regret must be given"
        raise refuse(f"bound(base={base!r})", "base", rule)
    return replace(_bound(base, metric, averaging))  # a copy: what a caller does to it stays there


def _of_any(
    base: Any, metric: str, averaging: str, regret: Any, discounted: Any, known: dict[str, Any]
) -> Bound:
    """Return the bound for a regret that the user brings."""
    kind, given = ("plain", regret) if discounted is None else ("discounted", discounted)
    name = "regret" if discounted is None else "discounted"
    call = f"bound({name}={str(given)[:60]!r}, metric={metric!r})"
    if base is not None or (regret is not None and discounted is not None):
        raise refuse(call, "base, regret, discounted", "are three ways to say one thing: give one")
    chosen = reading("bound", metric, averaging)
    if not isinstance(given, Regret):
        given = stated(call, expression(call, name, given), kind, **known)
    (quantity,) = given.quantity.terms
    if quantity not in chosen.charged().terms:
        wanted = "discounted" if DISCOUNTED_NAME in chosen.charged().terms else "regret"
        raise refuse(
            call, wanted, f"is what bounds the metric {metric!r} with {averaging} averaging"
        )
    given.check()
    return _compose(chosen, given, metric)


@cache
def _bound(base: str, metric: str, averaging: str) -> Bound:
    chosen = reading("bound", metric, averaging)
    if DISCOUNTED_NAME not in chosen.charged().terms:
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
        own=regret.base != ANY and regret.base.name not in BASES,
        per_epsilon=per_epsilon,
    )


def _proof(chosen: Reading, regret: Regret, metric: str, total: Expr) -> Proof:
    """Prove total − metric ≥ 0 from the row, the regret bound and the closing facts."""
    row, charged = chosen.row, _in_power(chosen.charged())
    (regret_name,) = regret.quantity.terms
    parts: list[tuple[str, Part]] = [("row", row.proof()), ("regret bound", regret.proof)]
    premises = [
        Premise("row", sp.Integer(1), row.inequality()),
        Premise("regret bound", charged.coefficient(regret_name), regret.gap()),
    ]
    for first in (FIRST, FIRST_REGRET):
        if charged.coefficient(first.name) != 0:
            start = at_start(first)
            parts.append(("start", start))
            premises.append(Premise("start", charged.coefficient(first.name), start.claim))
    at_end = charged.coefficient(LAST.name)
    if at_end != 0:
        premises.append(Minimizer().times(-at_end))
    target = left = _in_power(chosen.left())
    if chosen.at_mean:
        target = basis(AT_MEAN)
        premises.append(JensenOverRun(left).times(sp.Integer(1)))
    certificate = Certificate(constant(in_power(total)) - target, tuple(premises))
    statement = f"{METRICS[metric].gap()} with {regret.base.name}, {row.scheme.words}"
    return Proof(statement, (*parts, ("composition", certificate)))


def at_start(first: Kept) -> Induction:
    """Return the proof of φ_1 ≤ GD or r_1 ≤ GD; φ_1 ≤ r_1 = ⟨g_1, z_1 − u⟩ as x_1 = y_1 = z_1."""
    most = (
        Lipschitz().times(D / (2 * G)),
        Radius().times(G / (2 * D)),
        square(G / (2 * D), z_1 - u - D / G * g),
    )
    gap = first_step_inequality().premises if first is FIRST else ()
    return Induction(constant(G * D) - basis(first.name), (first,), base=(*gap, *most), begins=1)


def _in_power(form: Point) -> Point:
    """Return the form with M for μ_x^{T−1} and μ_x = ρ/(1+ρ)."""
    return Point({name: in_power(c) for name, c in form.terms.items()})
