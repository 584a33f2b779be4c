r"""AdaGrad on a bounded domain: scalar steps γ_t = γ/√Q_t, or one such step per coordinate.

.. math::
    R_T(u) &\le \Bigl(\frac{R^2}{2\gamma} + \gamma\Bigr) \sqrt{\textstyle\sum_t |g_t|^2}
        \le \Bigl(\frac{R^2}{2\gamma} + \gamma\Bigr) G \sqrt T
        && (|z_t - u| \le R) \\
    R_T(u) &\le \Bigl(\frac{R_\infty^2}{2\gamma} + \gamma\Bigr) \sum_i |g_{1:T,i}|_2
        \le \Bigl(\frac{R_\infty^2}{2\gamma} + \gamma\Bigr) G \sqrt{dT}
        && (|z_{t,i} - u_i| \le R_\infty)

The step uses g_t itself: Q_t = |g_1|² + … + |g_t|².  The diagonal form projects coordinatewise, so
each coordinate is the scalar form on the line and the regrets add up.

Reference: streeter2010less (norm form); duchi2011adaptive, Theorem 5 (diagonal form).
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import Point, basis, constant, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.proof import Proof, induction
from gpa_theory.symbolic.regret import (
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
from gpa_theory.symbolic.symbols import Q_1, Expr, G, Q, R, R_inf, T, d, gamma

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
            Premise("(√Q_t − √Q_{t−1})² ≥ 0", gamma / (2 * (q + e)), constant(e**2)),
            Premise("|g_t|² = Q_t − Q_{t−1}", step / 2, grown - norm2(g), equality=True),
        ),
    )


def _invariant(reach: Expr, regret: Point, now: Point, root: Expr) -> Point:
    """Return (reach² − |now − u|²) √Q/(2γ) + γ√Q − regret."""
    left = constant(reach**2) - norm2(now - u)
    return root / (2 * gamma) * left + constant(gamma * root) - regret


def factor(reach: Expr) -> Expr:
    """Return reach²/(2γ) + γ."""
    return reach**2 / (2 * gamma) + gamma


def _observed(reach: Expr, quantity: Point) -> Proof:
    """Prove quantity ≤ (reach²/(2γ) + γ) √Q_T, where |z_t − u| ≤ reach for all t."""
    step = one_step()
    inside = Premise("|z_t − u| ≤ R", e / (2 * gamma), constant(reach**2) - norm2(z - u))
    end = Premise("hypothesis", 1, _invariant(reach, quantity, z, q))
    return induction(
        "R_T ≤ (R²/(2γ) + γ) √(Σ|g_t|²)",
        Certificate(_invariant(reach, Point({}), z, sp.Integer(0)), ()),
        Certificate(
            _invariant(reach, REGRET_SO_FAR + linear_regret(), z_next, q + e),
            (
                Premise("hypothesis", 1, _invariant(reach, REGRET_SO_FAR, z, q)),
                Premise("one step", 1, step.claim),
                inside,
            ),
        ),
        (
            "observed",
            Certificate(
                constant(factor(reach) * q) - quantity,
                (end, Premise("square", q / (2 * gamma), norm2(z - u))),
            ),
        ),
        lemmas=(("one step", step),),
    )


def _below(root: sp.Symbol, limit: Expr, *premises: Premise) -> Certificate:
    """Certify root ≤ limit from limit² − root² ≥ 0, by dividing by limit + root."""
    scaled = (Premise(p.name, p.multiplier / (limit + root), p.gap, p.equality) for p in premises)
    return Certificate(constant(limit - root), tuple(scaled))


def norm() -> Regret:
    """Prove R_T ≤ (R²/(2γ) + γ) √(Σ|g_t|²) ≤ (R²/(2γ) + γ) G√T."""
    limit = G * sp.sqrt(T)
    worst = factor(R) * limit
    square = Premise("√Q_T² = Q_T", 1, SQUARES - constant(q**2), equality=True)
    observed = _observed(R, schemes.REGRET)
    proof = Proof(
        observed.statement,
        (
            *observed.parts,
            ("√Q_T ≤ G√T", _below(q, limit, square, bounded_gradients(1))),
            (
                "worst case",
                Certificate(
                    constant(worst) - schemes.REGRET,
                    (
                        Premise("observed", 1, constant(factor(R) * q) - schemes.REGRET),
                        Premise("√Q_T ≤ G√T", factor(R), constant(limit - q)),
                    ),
                ),
            ),
        ),
    )
    return Regret(
        base="adagrad-norm",
        update="z_{t+1} = Π(z_t − γ g_t/√(|g_1|² + … + |g_t|²))",
        quantity=schemes.REGRET,
        observed=factor(R) * sp.sqrt(Q),
        worst=worst,
        assumptions=frozenset({Assumption.LIPSCHITZ, Assumption.DIAMETER}),
        source="streeter2010less",
        proof=proof,
    )


def cauchy_schwarz() -> Proof:
    """Prove (Σ_{i≤n} q_i)² ≤ n Σ_{i≤n} q_i² by induction over n; S = Σ q_i."""
    n: Expr = sp.Symbol("n", positive=True)
    S, new, squares = basis("S"), basis("q_{n+1}"), basis("Σq²")
    return induction(
        "(Σ q_i)² ≤ n Σ q_i²",
        Certificate(
            1 * squares - norm2(new),
            (Premise("Σ_{i≤1} q_i² = q_1²", 1, squares - norm2(new), equality=True),),
        ),
        Certificate(
            (n + 1) * (squares + norm2(new)) - norm2(S + new),
            (
                Premise("hypothesis", 1 + 1 / n, n * squares - norm2(S)),
                Premise("(S − n q_{n+1})² ≥ 0", 1 / n, norm2(S - n * new)),
            ),
        ),
    )


def diagonal() -> Regret:
    """Prove R_T ≤ (R_∞²/(2γ) + γ) Σ_i |g_{1:T,i}| ≤ (R_∞²/(2γ) + γ) G√(dT)."""
    S = sp.Symbol("S", nonnegative=True)  # Σ_i √Q_{T,i}
    limit = G * sp.sqrt(d) * sp.sqrt(T)
    worst = factor(R_inf) * limit
    spread = Premise("(Σ q_i)² ≤ d Σ q_i²", 1, d * SQUARES - constant(S**2))
    coordinate = _observed(R_inf, basis("R_{T,i}"))
    seen = constant(factor(R_inf) * S) - schemes.REGRET
    proof = Proof(
        "R_T ≤ (R_∞²/(2γ) + γ) Σ_i |g_{1:T,i}|",
        (
            *((f"coordinate i: {name}", part) for name, part in coordinate.parts),
            *cauchy_schwarz().parts,
            ("Σ_i √Q_{T,i} ≤ G√(dT)", _below(S, limit, spread, bounded_gradients(d))),
            (
                "worst case",
                Certificate(
                    constant(worst) - schemes.REGRET,
                    (
                        Premise("coordinate i: observed, summed over i", 1, seen),
                        Premise("Σ_i √Q_{T,i} ≤ G√(dT)", factor(R_inf), constant(limit - S)),
                    ),
                ),
            ),
        ),
    )
    return Regret(
        base="adagrad-diagonal",
        update="z_{t+1,i} = Π(z_{t,i} − γ g_{t,i}/√(g_{1,i}² + … + g_{t,i}²))",
        quantity=schemes.REGRET,
        observed=factor(R_inf) * Q_1,
        worst=worst,
        assumptions=frozenset(
            {Assumption.LIPSCHITZ, Assumption.COORDINATE_DIAMETER, Assumption.DIMENSION}
        ),
        source="duchi2011adaptive, Theorem 5",
        proof=proof,
    )
