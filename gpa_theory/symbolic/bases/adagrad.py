r"""AdaGrad on a bounded domain: scalar steps γ_t = γ/√Q_t, or one such step per coordinate.

.. math::
    R_T(u) &\le \Bigl(\frac{R^2}{2\gamma} + \gamma\Bigr) \sqrt{\textstyle\sum_t |g_t|^2}
        \le \Bigl(\frac{R^2}{2\gamma} + \gamma\Bigr) G \sqrt T
        && (|z_t - u| \le R) \\
    R_T(u) &\le \Bigl(\frac{R_\infty^2}{2\gamma} + \gamma\Bigr) \sum_i |g_{1:T,i}|_2
        \le \Bigl(\frac{R_\infty^2}{2\gamma} + \gamma\Bigr) G \sqrt{dT}
        && (|z_{t,i} - u_i| \le R_\infty)

The step uses g_t itself: Q_t = |g_1|² + … + |g_t|².  The diagonal form projects coordinatewise, so
each coordinate is the scalar form on the line and the regrets add up.  While Q_t = 0 the learner
stands still, no regret is made and the invariant below does not move; the step is for Q_t > 0.

Reference: streeter2010less (norm form); duchi2011adaptive, Theorem 5 (diagonal form).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import ADAGRAD_DIAGONAL, ADAGRAD_NORM
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import basis, constant, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases.gradient_descent import ITERATES, z_last
from gpa_theory.symbolic.bases.regret import (
    BOUNDED_GRADIENTS,
    Regret,
    bounded_gradients,
    by_bounded_gradients,
    linear_regret,
    projection,
)
from gpa_theory.symbolic.engine.algebra import GrowingRoot, RootOfSquares, SquaredNumber
from gpa_theory.symbolic.engine.axiom import Axiom
from gpa_theory.symbolic.engine.axioms import nonnegative, square
from gpa_theory.symbolic.engine.components import Total
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import CoordinateDiameter, Diameter
from gpa_theory.symbolic.engine.numbers import RootOfTotal
from gpa_theory.symbolic.engine.proof import Proof, Summed
from gpa_theory.symbolic.engine.run import g, u, z, z_next
from gpa_theory.symbolic.engine.symbols import Q_1, Expr, G, Q, R, R_inf, S, T, d, e, gamma, q
from gpa_theory.symbolic.engine.vocabulary import NORM, NORM_I, REGRET, SQUARES, SQUARES_I

Parts = tuple[tuple[str, Certificate | Induction], ...]
REGRET_I = replace(REGRET, name="R_{T,i}")  # of one coordinate


def one_step(norm: RootOfTotal) -> Certificate:
    """Certify (|z_t − u|² − |z_{t+1} − u|²)/(2γ_t) + γ(√Q_t − √Q_{t−1}) − r_t ≥ 0, γ_t = γ/√Q_t."""
    step = gamma / (q + e)
    moved = norm2(z - u) - norm2(z_next - u)
    return Certificate(
        1 / (2 * step) * moved + constant(gamma * e) - linear_regret(),
        (
            *projection(z - step * g, 1 / (2 * step)),
            nonnegative(gamma / (2 * (q + e)) * e**2),
            GrowingRoot(norm).times(step / 2),  # |g_t|² = Q_t − Q_{t−1}
        ),
    )


def factor(reach: Expr) -> Expr:
    """Return reach²/(2γ) + γ."""
    return reach**2 / (2 * gamma) + gamma


def _observed(reach: Expr, near: Axiom, regret: Total, norm: RootOfTotal) -> Parts:
    """Return the parts that prove regret ≤ (reach²/(2γ) + γ) √Q_T, as |z_t − u| ≤ reach."""
    step, left = one_step(norm), constant(reach**2) - norm2(z - u)
    carried = Induction(
        q / (2 * gamma) * left + constant(gamma * q) - regret.so_far,
        (regret, ITERATES, norm),
        step=(Premise("one step", 1, step.claim), near.times(e / (2 * gamma))),
    )
    end = Certificate(
        constant(factor(reach) * q) - basis(regret.name),
        (Premise("carried", 1, carried.claim), square(q / (2 * gamma), z_last - u)),
    )
    return ("one step", step), ("carried", carried), ("observed", end)


@cache
def norm() -> Regret:
    """Prove R_T ≤ (R²/(2γ) + γ) √(Σ|g_t|²) ≤ (R²/(2γ) + γ) G√T."""
    limit, observed = G * sp.sqrt(T), _observed(R, Diameter(), REGRET, NORM)
    worst = factor(R) * limit
    root = Certificate(  # limit² − q² ≥ 0, divided by limit + q
        constant(limit - q),
        (RootOfSquares(NORM).times(1 / (limit + q)), by_bounded_gradients(1 / (limit + q))),
    )
    end = Certificate(
        constant(worst) - schemes.REGRET,
        (
            Premise("observed", 1, constant(factor(R) * q) - schemes.REGRET),
            Premise("√Q_T ≤ G√T", factor(R), root.claim),
        ),
    )
    return Regret(
        base=ADAGRAD_NORM,
        quantity=schemes.REGRET,
        observed=factor(R) * sp.sqrt(Q),
        worst=worst,
        assumptions=frozenset({Assumption.LIPSCHITZ, Assumption.DIAMETER}),
        source="streeter2010less",
        proof=Proof(
            "R_T ≤ (R²/(2γ) + γ) √(Σ|g_t|²)",
            (
                *observed,
                (BOUNDED_GRADIENTS, bounded_gradients()),
                ("√Q_T ≤ G√T", root),
                ("worst case", end),
            ),
        ),
    )


def _root_below(share: Expr) -> Proof:
    """Prove √Q_{T,i} ≤ Q_{T,i}/(2 share) + share/2, for one coordinate i."""
    claim = constant(share / 2 - q) + 1 / (2 * share) * basis(SQUARES_I.name)
    weight = 1 / (2 * share)
    premises = SquaredNumber(q - share).times(weight), RootOfSquares(NORM_I).times(weight)
    return Proof("√Q ≤ Q/(2c) + c/2", (("only part", Certificate(claim, premises)),))


@cache
def diagonal() -> Regret:
    """Prove R_T ≤ (R_∞²/(2γ) + γ) Σ_i |g_{1:T,i}| ≤ (R_∞²/(2γ) + γ) G√(dT)."""
    limit, share = G * sp.sqrt(d) * sp.sqrt(T), G * sp.sqrt(T) / sp.sqrt(d)
    worst = factor(R_inf) * limit
    coordinate = Proof("coordinate i", _observed(R_inf, CoordinateDiameter(), REGRET_I, NORM_I))
    summed = Summed(coordinate, {q: S}, {REGRET_I.name: REGRET.name})
    roots = Summed(_root_below(share), {q: S}, {SQUARES_I.name: SQUARES.name})
    spread = constant(d * share / 2 - S) + 1 / (2 * share) * basis(SQUARES.name)
    root = Certificate(
        constant(limit - S),
        (Premise("√Q_{T,i} added up", 1, spread), by_bounded_gradients(1 / (2 * share))),
    )
    seen = constant(factor(R_inf) * S) - schemes.REGRET
    end = Certificate(
        constant(worst) - schemes.REGRET,
        (
            Premise("all coordinates", 1, seen),
            Premise("Σ_i √Q_{T,i} ≤ G√(dT)", factor(R_inf), root.claim),
        ),
    )
    return Regret(
        base=ADAGRAD_DIAGONAL,
        quantity=schemes.REGRET,
        observed=factor(R_inf) * Q_1,
        worst=worst,
        assumptions=frozenset(
            {
                Assumption.LIPSCHITZ,
                Assumption.COORDINATE_DIAMETER,
                Assumption.DIMENSION,
                Assumption.COORDINATEWISE,
            }
        ),
        source="duchi2011adaptive, Theorem 5",
        proof=Proof(
            "R_T ≤ (R_∞²/(2γ) + γ) Σ_i |g_{1:T,i}|",
            (
                ("all coordinates", summed),
                ("√Q_{T,i} added up", roots),
                (BOUNDED_GRADIENTS, bounded_gradients()),
                ("Σ_i √Q_{T,i} ≤ G√(dT)", root),
                ("worst case", end),
            ),
        ),
    )
