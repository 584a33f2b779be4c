r"""Projected online gradient descent, z_{t+1} = Π(z_t − γ g_t): plain and discounted regret.

.. math::
    R_T(u) &\le \frac{D^2}{2\gamma} + \frac{\gamma}{2}\sum_t |g_t|^2 \\
    \sum_{t} \mu^{T-t} r_t &\le \frac{R^2}{2\gamma} + \frac{\gamma G^2}{2(1-\mu)}
        \qquad (|z_t - u| \le R \text{ for all } t)

The discounted bound needs R, not D: without a projection it fails with D in place of R.

Reference: orabona2019modern (plain), after zinkevich2003online.  The discounted form is ours.
"""

from __future__ import annotations

from functools import cache

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import OGD
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import basis, constant, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases.regret import (
    BOUNDED_GRADIENTS,
    Regret,
    bounded_gradients,
    by_bounded_gradients,
    linear_regret,
    projection,
)
from gpa_theory.symbolic.engine.axioms import nonnegative, square
from gpa_theory.symbolic.engine.components import Total, Vector
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Diameter, Lipschitz, Radius
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import Z_LAST, Z, g, u, z, z_1, z_next
from gpa_theory.symbolic.engine.symbols import D, G, Q, R, T, gamma, mu_x
from gpa_theory.symbolic.engine.vocabulary import DISCOUNTED, MU, REGRET, SQUARES

ITERATES = Vector(Z, z_1, z_next, last=Z_LAST)
z_last = basis(Z_LAST)


def one_step() -> Certificate:
    """Certify (|z_t − u|² − |z_{t+1} − u|²)/(2γ) + (γ/2)|g_t|² − r_t ≥ 0."""
    moved = norm2(z - u) - norm2(z_next - u)
    return Certificate(
        1 / (2 * gamma) * moved + gamma / 2 * norm2(g) - linear_regret(),
        projection(z - gamma * g, 1 / (2 * gamma)),
    )


def _telescoped() -> Induction:
    """Return the induction over t for R ≤ (|z_1 − u|² − |z − u|²)/(2γ) + (γ/2) Q."""
    moved = norm2(z_1 - u) - norm2(z - u)
    return Induction(
        1 / (2 * gamma) * moved + gamma / 2 * SQUARES.so_far - REGRET.so_far,
        (REGRET, SQUARES, ITERATES),
        step=(Premise("one step", 1, one_step().claim),),
    )


@cache
def plain() -> Regret:
    """Prove R_T ≤ D²/(2γ) + (γ/2) Σ|g_t|² ≤ D²/(2γ) + γ G² T/2."""
    observed = D**2 / (2 * gamma) + gamma * Q / 2
    worst = observed.subs(Q, T * G**2)
    telescoped = _telescoped()
    seen = Certificate(
        constant(D**2 / (2 * gamma)) + gamma / 2 * basis(SQUARES.name) - schemes.REGRET,
        (
            Premise("telescoped", 1, telescoped.claim),
            Radius().times(1 / (2 * gamma)),
            square(1 / (2 * gamma), z_last - u),
        ),
    )
    end = Certificate(
        constant(worst) - schemes.REGRET,
        (Premise("observed", 1, seen.claim), by_bounded_gradients(gamma / 2)),
    )
    parts = (
        ("one step", one_step()),
        ("telescoped", telescoped),
        ("observed", seen),
        (BOUNDED_GRADIENTS, bounded_gradients()),
        ("worst case", end),
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


def _mass() -> tuple[Total, Induction]:
    """Return N = Σ_{2≤t≤T} μ^{T−t}, and the induction over t for (1−μ) N ≤ 1."""
    mass = Total("N_T", constant(1), discount=MU, since=2)
    at_most_one = Induction(
        constant(1) - (1 - MU) * mass.so_far,
        (mass,),
        base=(nonnegative(1),),
        hypothesis=MU,
        begins=1,
    )
    return mass, at_most_one


def _carried(mass: Total) -> Induction:
    """Return the induction over t for A ≤ (R² − |z − u|²)/(2γ) + (γG²/2) N."""
    left = constant(R**2) - norm2(z - u)
    paid = gamma * G**2 / 2 * mass.so_far
    return Induction(
        1 / (2 * gamma) * left + paid - DISCOUNTED.so_far,
        (DISCOUNTED, mass, Vector(Z, z, z_next, last=Z_LAST)),
        base=(Diameter().times(1 / (2 * gamma)),),
        step=(
            Premise("one step", 1, one_step().claim),
            Diameter().times((1 - MU) / (2 * gamma)),
            Lipschitz().times(gamma / 2),
        ),
        hypothesis=MU,
        begins=1,
    )


@cache
def discounted() -> Regret:
    """Prove Σ_{2≤t≤T} μ^{T−t} r_t ≤ R²/(2γ) + γG²/(2(1−μ)), with μ = ρ/(1+ρ)."""
    mass, at_most_one = _mass()
    carried = _carried(mass)
    share = gamma * G**2 / (2 * (1 - MU))
    end = Certificate(
        constant(R**2 / (2 * gamma) + share) - schemes.DISCOUNTED,
        (
            Premise("carried", 1, carried.claim),
            square(1 / (2 * gamma), z_last - u),
            Premise("discounted mass", share, at_most_one.claim),
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
                ("one step", one_step()),
                ("discounted mass", at_most_one),
                ("carried", carried),
                ("worst case", end),
            ),
        ),
    )
