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
from gpa_theory.symbolic import adagrad, dual_averaging, gradient_descent, schemes
from gpa_theory.symbolic.bound import Bound
from gpa_theory.symbolic.conversion import equal_mass, weighted_theorem_at_y
from gpa_theory.symbolic.proof import Proof
from gpa_theory.symbolic.regret import Regret
from gpa_theory.symbolic.schemes import RHO, SCHEMES, Scheme
from gpa_theory.symbolic.symbols import D, Expr, G, T, epsilon, mu_x, rho, tidy

REGRETS: dict[str, Callable[[], Regret]] = {
    "ogd": gradient_descent.plain,
    "dual-averaging": dual_averaging.anytime,
    "adagrad-norm": adagrad.norm,
    "adagrad-diagonal": adagrad.diagonal,
}
DISCOUNTED: dict[str, Callable[[], Regret]] = {"ogd": gradient_descent.discounted}

POWER = sp.Symbol("M", nonnegative=True)  # μ_x^{T−1} inside certificates
AT_START = constant(G * D)  # bounds φ_1 and r_1

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
        return _compose(SCHEMES["schedule_free"], REGRETS[base](), metric, T)
    if metric == "last":
        if base not in DISCOUNTED:
            known = ", ".join(DISCOUNTED)
            rule = f"has no proved discounted regret bound; those that have one: {known}"
            raise refuse(call, "base", rule)
        last = SCHEMES["last"]
        return _compose(last, DISCOUNTED[base](), metric, last.q_last())
    if metric == "weighted":
        return _compose(SCHEMES["no_remainder"], REGRETS[base](), metric, T + RHO)
    return _compose(SCHEMES["average"], REGRETS[base](), metric, T)


def _check_choice(call: str, parameter: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        rule = f"must be one of {', '.join(allowed)}"
        raise refuse(f"{call}({parameter}={value!r})", parameter, rule)


def _compose(scheme: Scheme, regret: Regret, metric: str, mass: Expr) -> Bound:
    """Bound the metric by the row's inequality, divided by its mass, and the regret bound."""
    row = scheme.normalized(mass)
    (regret_name,) = regret.quantity.terms
    share = row.coefficient(regret_name)
    at_start = row.coefficient("φ_1") + row.coefficient("r_1")
    terms = {"regret": tidy(regret.worst, share)}
    if at_start != 0:
        terms["EMA cost" if metric != "last" else "start"] = tidy(G * D, at_start)
    assumptions = {Assumption.CONVEX, *regret.assumptions}
    if at_start != 0:
        assumptions |= {Assumption.LIPSCHITZ, Assumption.RADIUS}
    if scheme.name == "average":
        assumptions.add(Assumption.MINIMIZER)
    per_epsilon = tidy(-row.coefficient("φ_T")) if scheme.name == "average" else sp.S.Zero
    total = sp.Add(*terms.values(), per_epsilon * epsilon)
    composition = _composition(scheme, regret, metric, row, total)
    conversion = (weighted_theorem_at_y(), equal_mass())
    return Bound(
        metric=metric,
        terms=terms,
        assumptions=frozenset(assumptions),
        source=f"conversion: this project, after defazio2024road; regret: {regret.source}",
        proofs=(*conversion, regret.proof, composition),
        per_epsilon=per_epsilon,
    )


def _composition(scheme: Scheme, regret: Regret, metric: str, row: Point, total: Expr) -> Proof:
    """Certify total − metric ≥ 0 from the row, the regret bound and the closing facts."""
    (regret_name,) = regret.quantity.terms
    target, jensen = _target(scheme, metric, row)
    closing = {
        "φ_1": Premise("φ_1 ≤ GD", row.coefficient("φ_1"), AT_START - schemes.FIRST),
        "r_1": Premise("r_1 ≤ GD", row.coefficient("r_1"), AT_START - schemes.FIRST_REGRET),
        regret_name: Premise("regret bound", row.coefficient(regret_name), regret.gap()),
    }
    premises = [Premise("weighted theorem", sp.Integer(1), row)]
    premises += [premise for name, premise in closing.items() if name in row.terms]
    if metric in ("average", "mean"):
        at_end = schemes.LAST + constant(epsilon)
        premises.append(Premise("φ_T ≥ −ε", -row.coefficient("φ_T"), at_end))
    premises += jensen
    certificate = Certificate(constant(total) - target, tuple(premises))
    return Proof(f"{scheme.name} with {regret.base}", (("composition", _in_rho(certificate)),))


def _target(scheme: Scheme, metric: str, row: Point) -> tuple[Point, list[Premise]]:
    """Return the metric as a linear form, and the Jensen step that leads to it if one is needed."""
    if metric == "last":
        return schemes.LAST, []
    mean = Point({n: -row.coefficient(n) for n in ("Σφ", "φ_T") if n in row.terms})
    if metric == "mean" or scheme.name == "average":
        mean = 1 / T * schemes.SUM
    if metric == "mean":
        return mean, []
    at_mean = basis("φ at the mean")
    return at_mean, [Premise("Jensen", sp.Integer(1), mean - at_mean)]


def _in_rho(certificate: Certificate) -> Certificate:
    """Return the certificate with μ_x = ρ/(1+ρ) and M = μ_x^{T−1}, so that signs can be proved."""

    def substitute(value: object) -> Expr:
        powered = sp.sympify(value).subs(mu_x ** (T - 1), POWER)
        return powered.subs(mu_x, rho / (1 + rho))

    def form(point: Point) -> Point:
        return Point({name: substitute(c) for name, c in point.terms.items()})

    premises = tuple(
        Premise(p.name, substitute(p.multiplier), form(p.gap), p.equality)
        for p in certificate.premises
    )
    return Certificate(form(certificate.claim), premises)
