r"""Projected online gradient descent, z_{t+1} = Π(z_t − γ g_t): plain and discounted regret.

.. math::
    R_T(u) &\le \frac{D^2}{2\gamma} + \frac{\gamma}{2}\sum_t |g_t|^2 \\
    \sum_{t} \mu^{T-t} r_t &\le \frac{R^2}{2\gamma} + \frac{\gamma G^2}{2(1-\mu)}
        \qquad (|z_t - u| \le R \text{ for all } t)

The discounted bound needs R, not D: without a projection it fails with D in place of R.

Reference: zinkevich2003online, Theorem 1 (plain; constants as here).  The discounted form is ours.
"""

from __future__ import annotations

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import Point, basis, constant, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.proof import induction
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
    z_1,
    z_next,
)
from gpa_theory.symbolic.symbols import D, Expr, G, Q, R, T, gamma, mu_x, rho


def one_step() -> Certificate:
    """Certify (|z_t − u|² − |z_{t+1} − u|²)/(2γ) + (γ/2)|g_t|² − r_t ≥ 0."""
    moved = norm2(z - u) - norm2(z_next - u)
    return Certificate(
        1 / (2 * gamma) * moved + gamma / 2 * norm2(g) - linear_regret(),
        projection(z - gamma * g, 1 / (2 * gamma)),
    )


def _plain_invariant(regret: Point, squares: Point, now: Point) -> Point:
    moved = norm2(z_1 - u) - norm2(now - u)
    return 1 / (2 * gamma) * moved + gamma / 2 * squares - regret


def plain() -> Regret:
    """Prove R_T ≤ D²/(2γ) + (γ/2) Σ|g_t|² ≤ D²/(2γ) + γ G² T/2."""
    step = one_step()
    observed = D**2 / (2 * gamma) + gamma * Q / 2
    worst = observed.subs(Q, T * G**2)
    seen = constant(D**2 / (2 * gamma)) + gamma / 2 * SQUARES - schemes.REGRET
    end = Premise("hypothesis", 1, _plain_invariant(schemes.REGRET, SQUARES, z))
    close_radius = Premise("|z_1 − u| ≤ D", 1 / (2 * gamma), constant(D**2) - norm2(z_1 - u))
    proof = induction(
        "R_T ≤ D²/(2γ) + (γ/2) Σ|g_t|²",
        Certificate(_plain_invariant(Point({}), Point({}), z_1), ()),
        Certificate(
            _plain_invariant(REGRET_SO_FAR + linear_regret(), SQUARES + norm2(g), z_next),
            (
                Premise("hypothesis", 1, _plain_invariant(REGRET_SO_FAR, SQUARES, z)),
                Premise("one step", 1, step.claim),
            ),
        ),
        (
            "observed",
            Certificate(
                seen, (end, close_radius, Premise("square", 1 / (2 * gamma), norm2(z - u)))
            ),
        ),
        (
            "worst case",
            Certificate(
                constant(worst) - schemes.REGRET,
                (Premise("observed", 1, seen), bounded_gradients(gamma / 2)),
            ),
        ),
        lemmas=(("one step", step),),
    )
    return Regret(
        base="ogd",
        update="z_{t+1} = Π(z_t − γ g_t)",
        quantity=schemes.REGRET,
        observed=observed,
        worst=worst,
        assumptions=frozenset({Assumption.LIPSCHITZ, Assumption.RADIUS}),
        source="zinkevich2003online, Theorem 1",
        proof=proof,
    )


def _discounted_invariant(discount: Expr, regret: Point, mass: Point, now: Point) -> Point:
    """Return (R² − |now − u|²)/(2γ) + (γG²/2) N − A, with A' = μA + r and N' = μN + 1."""
    return 1 / (2 * gamma) * (constant(R**2) - norm2(now - u)) + gamma * G**2 / 2 * mass - regret


def discounted() -> Regret:
    """Prove Σ_{2≤t≤T} μ^{T−t} r_t ≤ R²/(2γ) + γG²/(2(1−μ)), with μ = ρ/(1+ρ)."""
    mu, one = rho / (1 + rho), basis("1")
    A, N = basis("A"), basis("N")  # Σ μ^{T−t} r_t and Σ μ^{T−t}, over the steps so far
    step = one_step()
    invariant = lambda a, n, now: _discounted_invariant(mu, a, n, now)  # noqa: E731
    inside = constant(R**2) - norm2(z - u)
    end = invariant(schemes.DISCOUNTED, N, z)
    proof = induction(
        "Σ_{t≥2} μ^{T−t} r_t ≤ R²/(2γ) + γG²/(2(1−μ))",
        Certificate(
            invariant(Point({}), Point({}), z), (Premise("|z_t − u| ≤ R", 1 / (2 * gamma), inside),)
        ),
        Certificate(
            invariant(mu * A + linear_regret(), mu * N + one, z_next),
            (
                Premise("hypothesis", mu, invariant(A, N, z)),
                Premise("one step", 1, step.claim),
                Premise("|z_t − u| ≤ R", (1 - mu) / (2 * gamma), inside),
                Premise("|g_t| ≤ G", gamma / 2, constant(G**2) - norm2(g)),
            ),
        ),
        (
            "(1−μ) Σ μ^{T−t} ≤ 1, induction step",
            Certificate(
                one - (1 - mu) * (mu * N + one),
                (Premise("hypothesis", mu, one - (1 - mu) * N),),
            ),
        ),
        (
            "worst case",
            Certificate(
                constant(R**2 / (2 * gamma) + gamma * G**2 / (2 * (1 - mu))) - schemes.DISCOUNTED,
                (
                    Premise("hypothesis", 1, end),
                    Premise("square", 1 / (2 * gamma), norm2(z - u)),
                    Premise(
                        "(1−μ) Σ μ^{T−t} ≤ 1", gamma * G**2 / (2 * (1 - mu)), one - (1 - mu) * N
                    ),
                ),
            ),
        ),
        lemmas=(("one step", step),),
    )
    worst = R**2 / (2 * gamma) + gamma * G**2 / (2 * (1 - mu_x))
    return Regret(
        base="ogd",
        update="z_{t+1} = Π(z_t − γ g_t)",
        quantity=schemes.DISCOUNTED,
        observed=worst,
        worst=worst,
        assumptions=frozenset({Assumption.LIPSCHITZ, Assumption.DIAMETER}),
        source="this project",
        proof=proof,
    )
