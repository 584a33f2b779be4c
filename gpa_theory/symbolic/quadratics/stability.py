r"""For which step sizes GPA is stable on a quadratic f = h w²/2, and how momentum shrinks them.

.. math::
    \text{SGD base:}\quad \text{stable} \iff 0 < s < \frac{2(1+\mu_x)}{1 + \mu_x - 2\mu_x\mu_y},
    \qquad s = \gamma h

A base with momentum β of its own adds a second face, where a complex pair of roots leaves the unit
disc.  With s = γh (1 − dampening) it is stable iff

.. math::
    0 < s < \frac{2(1+\beta)(1+\mu_x)}{1 + \mu_x - 2\mu_x\mu_y} \quad\text{and}\quad
    s\,\mu_x \bigl(\beta(1-\mu_x\mu_y) - (1-\mu_y)\bigr) < (1-\beta)(1-\mu_x)(1-\beta\mu_x)

Stable means that all roots of `quadratic.characteristic` have modulus < 1.  Taken over are the
Routh-Hurwitz criterion (degrees 2 and 3) and that w = (r−1)/(r+1) maps the unit disc to Re w < 0.

Reference: hurwitz1895bedingungen (the criterion).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from gpa_theory.core.certificate import Certificate
from gpa_theory.core.validation import check_range, refuse
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import Expr
from gpa_theory.symbolic.quadratics.exactness import exact, like
from gpa_theory.symbolic.quadratics.step import BETA, MU_X, MU_Y, R, S, above, characteristic, zero

Q = sp.Symbol(
    "q", nonnegative=True
)  # s = q/((1+q) a) runs over [0, 1/a), s = (1+q)/a over the rest
W = sp.Symbol("w")  # (r−1)/(r+1)


@cache
def stability_conditions(momentum: Expr = sp.S.Zero) -> tuple[Expr, ...]:
    """Return numbers that are all > 0 iff every root of `characteristic` has modulus < 1.

    They are the coefficients of (1−w)ⁿ p((1+w)/(1−w)), highest first, and for n = 3 Hurwitz's
    determinant; all are affine in s.  The first is ±p(−1), the n-th after it p(1).
    """
    p = characteristic(momentum)
    degree = sp.Poly(p, R).degree()
    mapped = sp.cancel((1 - W) ** degree * p.subs(R, (1 + W) / (1 - W)))
    found: list[Expr] = [sp.factor(c) for c in sp.Poly(mapped, W).all_coeffs()]
    hurwitz = [sp.factor(found[1] * found[2] - found[0] * found[3])] if degree == 3 else []
    return tuple(found + hurwitz)


def _face(condition: Expr) -> Expr:
    """Return a with condition = c (1 − a s): the condition holds iff a s < 1, where c > 0."""
    return sp.factor(-sp.diff(condition, S) / condition.subs(S, 0))


@cache
def faces(momentum: Expr = sp.S.Zero) -> tuple[Expr, ...]:
    """Return the a such that stable iff s > 0 and a s < 1 for each; the first is > 0.

    >>> faces()[0]
    -(2*mu_x*mu_y - mu_x - 1)/(2*(mu_x + 1))
    """
    conditions = stability_conditions(momentum)
    binding = conditions[:1] if momentum == 0 else (conditions[0], conditions[-1])
    return tuple(_face(condition) for condition in binding)


def stability_limit(mu_x: Any, mu_y: Any, beta: Any = 0, dampening: Any = 0) -> Any:
    r"""Return the γh from which GPA is unstable on h w²/2: stable iff 0 < γh < limit.

    .. math:: \frac{2(1+\mu_x)}{1+\mu_x-2\mu_x\mu_y} \quad\text{for an SGD base.}

    With beta > 0 the base is b⁺ = beta b + (1 − dampening) g, z⁺ = z − γ b⁺, as torch writes its
    SGD with momentum (dampening = beta is the EMA form).  Exact for ints, Fractions and sympy, else
    correctly rounded.  Domain: 0 ≤ mu_x, beta, dampening < 1, 0 ≤ mu_y ≤ 1; dampening needs beta.

    >>> from fractions import Fraction
    >>> stability_limit(Fraction(9, 10), Fraction(9, 10))
    Fraction(95, 7)
    >>> round(stability_limit(0.9967, 0.7), 2), round(stability_limit(0.9, 0.9, beta=0.9), 4)
    (6.64, 0.0297)
    """
    given = (mu_x, mu_y, beta, dampening)
    call = f"stability_limit(mu_x={mu_x}, mu_y={mu_y}, beta={beta}, dampening={dampening})"
    for name, value in zip(("mu_x", "mu_y", "beta", "dampening"), given, strict=True):
        check_range(call, name, value, 0, 1, open_high=name != "mu_y")
    if beta == 0 and dampening != 0:
        raise refuse(call, "dampening", "must be 0 without momentum (torch then ignores it)")
    values = dict(zip((MU_X, MU_Y, BETA), map(exact, given), strict=False))
    bounding = faces() if beta == 0 else faces(BETA)
    steepest = sp.Max(*(face.xreplace(values) for face in bounding))
    return like(1 / (steepest * (1 - exact(dampening))), *given)


def _first_face(condition: Expr, a: Expr) -> tuple[tuple[str, Certificate], ...]:
    """Certify condition > 0 at s = q/((1+q) a), and condition ≤ 0 at s = (1+q)/a, for all q ≥ 0."""
    inside = above(condition.subs(S, Q / ((1 + Q) * a)), 2 / (1 + Q))
    outside = above(-condition.subs(S, (1 + Q) / a))
    positive = above(a * 2 * (1 + BETA) * (1 + MU_X), 1 - MU_X)
    return ("limit > 0", positive), ("−1 outside from it on", outside), ("inside below it", inside)


def stability_proof() -> Proof:
    """Prove, for the SGD base: all conditions > 0 iff 0 < s < limit, and only p(±1) can bind.

    p(1) = s (1−μ_x) is > 0 iff s > 0, and then 1 − det ≥ 1 − μ_x > 0, where det = p(0) is the
    determinant of a step; p(−1) > 0 iff s < limit.
    """
    p, (minus, middle, plus), (a,) = characteristic(), stability_conditions(), faces()
    parts = (
        ("first is p(−1)", zero(minus - p.subs(R, -1))),
        ("second is 2(1 − det)", zero(middle - 2 * (1 - p.subs(R, 0)))),
        ("third is p(1)", zero(plus - p.subs(R, 1))),
        ("p(1) = s (1 − μ_x)", zero(plus - S * (1 - MU_X))),
        ("1 − det > 0", above(middle, 2 * (1 - MU_X))),
        *_first_face(minus, a),
        ("limit", zero(1 / a - 2 * (1 + MU_X) / (1 + MU_X - 2 * MU_X * MU_Y))),
    )
    return Proof("stable iff 0 < s < 2(1+μ_x)/(1+μ_x−2μ_xμ_y)", parts)


def momentum_stability_proof() -> Proof:
    """Prove, for a base with momentum: stable iff s > 0 and a s < 1 for both `faces`.

    The third condition is ≥ 2(1−β)(1−μ_x); the second follows, as second · third is the Hurwitz
    determinant plus first · fourth.  The determinant is > 0 at s = 0, and affine in s.
    """
    first, second, third, fourth, hurwitz = stability_conditions(BETA)
    a, turning = faces(BETA)
    at_zero = (1 - BETA) * (1 - MU_X) * (1 - BETA * MU_X)
    slope = MU_X * (BETA * (1 - MU_X * MU_Y) - (1 - MU_Y))
    limit = 2 * (1 + BETA) * (1 + MU_X) / (1 + MU_X - 2 * MU_X * MU_Y)
    parts = (
        ("first is −p(−1)", zero(first + characteristic(BETA).subs(R, -1))),
        ("fourth is p(1) = s (1 − μ_x)", zero(fourth - S * (1 - MU_X))),
        ("third > 0", above(third, 2 * (1 - BETA) * (1 - MU_X))),
        ("second implied", zero(second * third - hurwitz - first * fourth)),
        *_first_face(first, a),
        ("first face", zero(1 / a - limit)),
        ("Hurwitz > 0 at s = 0", above(at_zero, (1 - BETA) ** 2 * (1 - MU_X))),
        ("Hurwitz determinant", zero(hurwitz - 8 * (at_zero - S * slope))),
        ("second face", zero(turning * at_zero - slope)),
    )
    return Proof("stable iff s > 0 and a s < 1 for both faces", parts)
