r"""Projected online gradient descent, z_{t+1} = Π(z_t − γ g_t): plain and discounted regret.

.. math::
    R_T(u) &\le \frac{D^2}{2\gamma} + \frac{\gamma}{2}\sum_t |g_t|^2 \\
    \sum_{t} \mu^{T-t} r_t &\le \frac{R^2}{2\gamma} + \frac{\gamma G^2}{2(1-\mu)}
        \qquad (|z_t - u| \le R \text{ for all } t)

The discounted bound needs R, not D: without a projection it fails with D in place of R.

Reference: orabona2019modern (plain), after zinkevich2003online.  The discounted form is ours.
"""

from __future__ import annotations

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import OGD
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import ZERO, Point, basis, constant, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases.regret import (
    REGRET_SO_FAR,
    SQUARES,
    SQUARES_SO_FAR,
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
from gpa_theory.symbolic.engine.axioms import nonnegative, square
from gpa_theory.symbolic.engine.proof import Induction, Proof
from gpa_theory.symbolic.engine.symbols import D, G, Q, R, T, gamma, mu_x, rho


def one_step() -> Certificate:
    """Certify (|z_t − u|² − |z_{t+1} − u|²)/(2γ) + (γ/2)|g_t|² − r_t ≥ 0."""
    moved = norm2(z - u) - norm2(z_next - u)
    return Certificate(
        1 / (2 * gamma) * moved + gamma / 2 * norm2(g) - linear_regret(),
        projection(z - gamma * g, 1 / (2 * gamma)),
    )


def _plain_invariant(regret: Point, squares: Point, now: Point) -> Point:
    """Return (|z_1 − u|² − |now − u|²)/(2γ) + (γ/2) Q − R."""
    moved = norm2(z_1 - u) - norm2(now - u)
    return 1 / (2 * gamma) * moved + gamma / 2 * squares - regret


def plain() -> Regret:
    """Prove R_T ≤ D²/(2γ) + (γ/2) Σ|g_t|² ≤ D²/(2γ) + γ G² T/2."""
    step = one_step()
    observed = D**2 / (2 * gamma) + gamma * Q / 2
    worst = observed.subs(Q, T * G**2)
    seen = constant(D**2 / (2 * gamma)) + gamma / 2 * SQUARES - schemes.REGRET
    telescoped = Induction(
        _plain_invariant,
        start=(ZERO, ZERO, z_1),
        now=(REGRET_SO_FAR, SQUARES_SO_FAR, z),
        after=(REGRET_SO_FAR + linear_regret(), SQUARES_SO_FAR + norm2(g), z_next),
        end=(schemes.REGRET, SQUARES, z),
        base=(),
        step=(Premise("one step", 1, step.claim),),
    )
    at_start = Premise("radius", 1 / (2 * gamma), constant(D**2) - norm2(z_1 - u))
    parts = (
        ("one step", step),
        ("telescoped", telescoped),
        (
            "observed",
            Certificate(
                seen,
                (
                    Premise("telescoped", 1, telescoped.claim),
                    at_start,
                    square(1 / (2 * gamma), z - u),
                ),
            ),
        ),
        (
            "worst case",
            Certificate(
                constant(worst) - schemes.REGRET,
                (Premise("observed", 1, seen), bounded_gradients(gamma / 2)),
            ),
        ),
    )
    return Regret(
        base=OGD,
        quantity=schemes.REGRET,
        observed=observed,
        worst=worst,
        assumptions=frozenset({Assumption.LIPSCHITZ, Assumption.RADIUS}),
        source="orabona2019modern; after zinkevich2003online, Theorem 1",
        proof=Proof("R_T ≤ D²/(2γ) + (γ/2) Σ|g_t|²", parts),
    )


MU = rho / (1 + rho)


def _discounted_invariant(regret: Point, mass: Point, now: Point) -> Point:
    """Return (R² − |now − u|²)/(2γ) + (γG²/2) N − A, with A' = μA + r and N' = μN + 1."""
    return 1 / (2 * gamma) * (constant(R**2) - norm2(now - u)) + gamma * G**2 / 2 * mass - regret


def _mass_invariant(mass: Point) -> Point:
    """Return 1 − (1−μ) N."""
    return constant(1) - (1 - MU) * mass


def discounted() -> Regret:
    """Prove Σ_{2≤t≤T} μ^{T−t} r_t ≤ R²/(2γ) + γG²/(2(1−μ)), with μ = ρ/(1+ρ)."""
    one, step = constant(1), one_step()
    A, N, N_T = basis("A"), basis("N"), basis("N_T")  # Σ μ^{t−s} r_s, Σ μ^{t−s}, the latter at T
    inside = constant(R**2) - norm2(z - u)
    mass = Induction(
        _mass_invariant,
        start=(ZERO,),
        now=(N,),
        after=(MU * N + one,),
        end=(N_T,),
        base=(nonnegative(1),),
        step=(),
        hypothesis=MU,
    )
    carried = Induction(
        _discounted_invariant,
        start=(ZERO, ZERO, z),
        now=(A, N, z),
        after=(MU * A + linear_regret(), MU * N + one, z_next),
        end=(schemes.DISCOUNTED, N_T, z),
        base=(Premise("diameter", 1 / (2 * gamma), inside),),
        step=(
            Premise("one step", 1, step.claim),
            Premise("diameter", (1 - MU) / (2 * gamma), inside),
            Premise("Lipschitz", gamma / 2, constant(G**2) - norm2(g)),
        ),
        hypothesis=MU,
    )
    share = gamma * G**2 / (2 * (1 - MU))
    end = Certificate(
        constant(R**2 / (2 * gamma) + share) - schemes.DISCOUNTED,
        (
            Premise("carried", 1, carried.claim),
            square(1 / (2 * gamma), z - u),
            Premise("discounted mass", share, mass.claim),
        ),
    )
    worst = R**2 / (2 * gamma) + gamma * G**2 / (2 * (1 - mu_x))
    return Regret(
        base=OGD,
        quantity=schemes.DISCOUNTED,
        observed=worst,
        worst=worst,
        assumptions=frozenset({Assumption.LIPSCHITZ, Assumption.DIAMETER}),
        source="this project",
        proof=Proof(
            "Σ_{t≥2} μ^{T−t} r_t ≤ R²/(2γ) + γG²/(2(1−μ))",
            (
                ("one step", step),
                ("discounted mass", mass),
                ("carried", carried),
                ("worst case", end),
            ),
        ),
    )
