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
from gpa_theory.core.validation import refuse
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases import adagrad, dual_averaging, gradient_descent
from gpa_theory.symbolic.bases.regret import Regret
from gpa_theory.symbolic.bound import METRICS, Bound
from gpa_theory.symbolic.engine.axioms import first_regret_bounded
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import D, Expr, G, T, epsilon, tidy
from gpa_theory.symbolic.rows import ROWS, Row, in_power

REGRETS: dict[str, Callable[[], Regret]] = {
    "ogd": gradient_descent.plain,
    "dual-averaging": dual_averaging.anytime,
    "adagrad-norm": adagrad.norm,
    "adagrad-diagonal": adagrad.diagonal,
}
DISCOUNTED: dict[str, Callable[[], Regret]] = {"ogd": gradient_descent.discounted}

AT_MEAN = basis("φ at the mean")

_METRICS = ("average", "mean", "last", "weighted")
_AVERAGINGS = ("exponential", "uniform")


def bound(base: str, metric: str, averaging: str = "exponential") -> Bound:
    """Return the bound on `metric` for GPA around `base`; constants are left symbolic.

    `metric` is last, average, mean or weighted; `averaging` is exponential (constant μ_x) or
    uniform (Schedule-Free, c_t = 1/t; last iterate only).

    >>> bound("ogd", "last", "uniform").tuned("gamma").expression
    D*G/sqrt(T)
    >>> bound("adagrad-norm", "last")
    Traceback (most recent call last):
    ValueError: `bound(base='adagrad-norm', metric='last')`: base has no proved discounted regret \
bound; those that have one: ogd
    """
    _check_choice("bound", "base", base, tuple(REGRETS))
    _check_choice("bound", "metric", metric, _METRICS)
    _check_choice("bound", "averaging", averaging, _AVERAGINGS)
    return _bound(base, metric, averaging)


@cache
def _bound(base: str, metric: str, averaging: str) -> Bound:
    call = f"bound(base={base!r}, metric={metric!r})"
    if averaging == "uniform":
        if metric != "last":
            raise refuse(call, "averaging", "'uniform' bounds the metric 'last' only")
        return _compose(ROWS["schedule_free"], REGRETS[base](), metric)
    if metric == "last":
        if base not in DISCOUNTED:
            known = ", ".join(DISCOUNTED)
            rule = f"has no proved discounted regret bound; those that have one: {known}"
            raise refuse(call, "base", rule)
        return _compose(ROWS["last"], DISCOUNTED[base](), metric)
    return _compose(
        ROWS["no_remainder" if metric == "weighted" else "average"], REGRETS[base](), metric
    )


def _check_choice(call: str, parameter: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        rule = f"must be one of {', '.join(allowed)}"
        raise refuse(f"{call}({parameter}={value!r})", parameter, rule)


def _compose(row: Row, regret: Regret, metric: str) -> Bound:
    """Bound the metric by the row's inequality and the regret bound, and prove it."""
    plain = row.scheme.normalized(row.mass)
    (regret_name,) = regret.quantity.terms
    at_start = plain.coefficient("φ_1") + plain.coefficient("r_1")
    terms = {"regret": tidy(regret.worst, plain.coefficient(regret_name))}
    assumptions = {Assumption.CONVEX, *regret.assumptions}
    if at_start != 0:
        terms["start" if metric == "last" else "EMA cost"] = tidy(G * D, at_start)
        assumptions |= {Assumption.LIPSCHITZ, Assumption.RADIUS}
    average = row.scheme.name == "average"
    per_epsilon = tidy(-plain.coefficient("φ_T")) if average else sp.S.Zero
    if average:
        assumptions.add(Assumption.MINIMIZER)
    return Bound(
        metric=metric,
        terms=terms,
        assumptions=frozenset(assumptions),
        source=f"conversion: this project, after defazio2024road; regret: {regret.source}",
        proofs=(_proof(row, regret, metric, sp.Add(*terms.values(), per_epsilon * epsilon)),),
        per_epsilon=per_epsilon,
    )


def _proof(row: Row, regret: Regret, metric: str, total: Expr) -> Proof:
    """Prove total − metric ≥ 0 from the row, the regret bound and the closing facts."""
    inequality = row.inequality()
    (regret_name,) = regret.quantity.terms
    start = inequality.coefficient("φ_1")
    premises = [
        Premise("row", sp.Integer(1), inequality),
        Premise("regret bound", inequality.coefficient(regret_name), regret.gap()),
    ]
    if start != 0:  # φ_1 ≤ r_1 = ⟨g_1, z_1 − u⟩ ≤ GD
        premises.append(Premise("convexity", start, schemes.FIRST_REGRET - schemes.FIRST))
    if start != 0 or inequality.coefficient("r_1") != 0:
        at_start = start + inequality.coefficient("r_1")
        premises.append(first_regret_bounded(at_start, schemes.FIRST_REGRET))
    if row.scheme.name == "average":
        at_end = schemes.LAST + constant(epsilon)
        premises.append(Premise("minimizer", -inequality.coefficient("φ_T"), at_end))
    target, jensen = _target(row, metric, inequality)
    certificate = Certificate(constant(in_power(total)) - target, (*premises, *jensen))
    return Proof(
        f"{METRICS[metric]} with {regret.base}, {row.scheme.words}",
        (("row", row.proof()), ("regret bound", regret.proof), ("composition", certificate)),
    )


def _target(row: Row, metric: str, inequality: Point) -> tuple[Point, list[Premise]]:
    """Return the metric as a linear form, and the Jensen step that leads to it if one is needed."""
    if metric == "last":
        return schemes.LAST, []
    mean = Point({n: -inequality.coefficient(n) for n in ("Σφ", "φ_T") if n in inequality.terms})
    if row.scheme.name == "average":
        mean = 1 / T * schemes.SUM
    if metric == "mean":
        return mean, []
    return AT_MEAN, [Premise("Jensen", sp.Integer(1), mean - AT_MEAN)]
