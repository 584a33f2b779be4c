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

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import ADAGRAD_DIAGONAL, ADAGRAD_NORM
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import ZERO, Point, basis, constant, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases.regret import (
    REGRET_SO_FAR,
    SQUARES,
    Regret,
    bounded_gradients,
    g,
    linear_regret,
    projection,
    u,
    z,
    z_next,
)
from gpa_theory.symbolic.engine.axioms import definition, nonnegative, square
from gpa_theory.symbolic.engine.proof import Induction, Proof, Summed
from gpa_theory.symbolic.engine.symbols import Q_1, Expr, G, Q, R, R_inf, T, d, gamma

q, e = sp.symbols("q e", nonnegative=True)  # √Q_{t−1}, and its increase √Q_t = q + e


def one_step() -> Certificate:
    """Certify (|z_t − u|² − |z_{t+1} − u|²)/(2γ_t) + γ(√Q_t − √Q_{t−1}) − r_t ≥ 0, γ_t = γ/√Q_t."""
    step = gamma / (q + e)
    moved = norm2(z - u) - norm2(z_next - u)
    grown = constant((q + e) ** 2 - q**2)
    return Certificate(
        1 / (2 * step) * moved + constant(gamma * e) - linear_regret(),
        (
            *projection(z - step * g, 1 / (2 * step)),
            nonnegative(gamma / (2 * (q + e)) * e**2),
            definition(step / 2, grown - norm2(g)),  # |g_t|² = Q_t − Q_{t−1}
        ),
    )


def factor(reach: Expr) -> Expr:
    """Return reach²/(2γ) + γ."""
    return reach**2 / (2 * gamma) + gamma


def _observed(reach: Expr, quantity: Point) -> tuple[tuple[str, Certificate | Induction], ...]:
    """Return the parts that prove quantity ≤ (reach²/(2γ) + γ) √Q_T, if |z_t − u| ≤ reach."""

    def invariant(regret: Point, now: Point, root: Expr) -> Point:
        left = constant(reach**2) - norm2(now - u)
        return root / (2 * gamma) * left + constant(gamma * root) - regret

    step = one_step()
    carried = Induction(
        invariant,
        start=(ZERO, z, sp.Integer(0)),
        now=(REGRET_SO_FAR, z, q),
        after=(REGRET_SO_FAR + linear_regret(), z_next, q + e),
        end=(quantity, z, q),
        base=(),
        step=(
            Premise("one step", 1, step.claim),
            Premise("diameter", e / (2 * gamma), constant(reach**2) - norm2(z - u)),
        ),
    )
    end = Certificate(
        constant(factor(reach) * q) - quantity,
        (Premise("carried", 1, carried.claim), square(q / (2 * gamma), z - u)),
    )
    return ("one step", step), ("carried", carried), ("observed", end)


def _below(root: Expr, limit: Expr, *premises: Premise) -> Certificate:
    """Certify root ≤ limit from limit² − root² ≥ 0, by dividing by limit + root."""
    scaled = (Premise(p.name, p.multiplier / (limit + root), p.gap, p.equality) for p in premises)
    return Certificate(constant(limit - root), tuple(scaled))


def norm() -> Regret:
    """Prove R_T ≤ (R²/(2γ) + γ) √(Σ|g_t|²) ≤ (R²/(2γ) + γ) G√T."""
    limit, observed = G * sp.sqrt(T), _observed(R, schemes.REGRET)
    worst = factor(R) * limit
    root = _below(q, limit, definition(1, SQUARES - constant(q**2)), bounded_gradients(1))
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
            (*observed, ("√Q_T ≤ G√T", root), ("worst case", end)),
        ),
    )


S = sp.Symbol("S", nonnegative=True)  # Σ_i √Q_{T,i}


def _spread_invariant(count: Expr, total: Point, squares: Point) -> Point:
    """Return n Σ q_i² − (Σ q_i)²; scalars are vectors on the line."""
    return count * squares - norm2(total)


def cauchy_schwarz() -> Induction:
    """Return the induction over n for (Σ_{i≤n} q_i)² ≤ n Σ_{i≤n} q_i²."""
    n: Expr = sp.Symbol("n", positive=True)
    total, new, squares = basis("Σq"), basis("q_{n+1}"), basis("Σq²")
    return Induction(
        _spread_invariant,
        start=(sp.Integer(1), new, norm2(new)),
        now=(n, total, squares),
        after=(n + 1, total + new, squares + norm2(new)),
        end=(d, total, SQUARES),
        base=(),
        step=(square(1 / n, total - n * new),),
        hypothesis=1 + 1 / n,
    )


def diagonal() -> Regret:
    """Prove R_T ≤ (R_∞²/(2γ) + γ) Σ_i |g_{1:T,i}| ≤ (R_∞²/(2γ) + γ) G√(dT)."""
    limit = G * sp.sqrt(d) * sp.sqrt(T)
    worst = factor(R_inf) * limit
    spread = cauchy_schwarz()
    total = definition(1, norm2(basis("Σq")) - constant(S**2))
    root = _below(
        S, limit, Premise("(Σ q_i)² ≤ d Σ q_i²", 1, spread.claim), total, bounded_gradients(d)
    )
    summed = Summed("every coordinate", {q: S}, {"R_{T,i}": "R_T"})
    coordinate = Proof("coordinate i", _observed(R_inf, basis("R_{T,i}")))
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
                ("every coordinate", coordinate),
                ("all coordinates", summed),
                ("(Σ q_i)² ≤ d Σ q_i²", spread),
                ("Σ_i √Q_{T,i} ≤ G√(dT)", root),
                ("worst case", end),
            ),
        ),
    )
