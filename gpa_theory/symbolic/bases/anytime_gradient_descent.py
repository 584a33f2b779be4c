r"""Projected online gradient descent with steps γ_t = γ/√t: no horizon is needed.

.. math::
    R_T(u) \le \Bigl(\frac{R^2}{2\gamma} + \gamma G^2\Bigr) \sqrt T
        \qquad (|z_t - u| \le R \text{ for all } t)

The steps shrink, so what is left of |z_t − u|² is paid for at every step: D is not enough, R is
needed.  The price of the gradients is γG² Σ 1/(2√t) ≤ γG²√T.

Reference: after zinkevich2003online, Theorem 1 (there γ = 1, and R is the diameter of the domain).
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import OGD_ANYTIME
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import ZERO, Point, constant, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases.regret import (
    REGRET_SO_FAR,
    Regret,
    consecutive_roots,
    g,
    linear_regret,
    projection,
    u,
    z,
    z_next,
)
from gpa_theory.symbolic.engine.axioms import nonnegative, square
from gpa_theory.symbolic.engine.proof import Induction, Proof
from gpa_theory.symbolic.engine.symbols import Expr, G, R, T, gamma

e = sp.Symbol("e", positive=True)  # √t − √(t−1)
BEFORE, ROOT = consecutive_roots(e)
STEP = gamma / ROOT


def one_step() -> Certificate:
    """Certify (|z_t − u|² − |z_{t+1} − u|²)/(2γ_t) + (γ_t/2)|g_t|² − r_t ≥ 0, γ_t = γ/√t."""
    moved = norm2(z - u) - norm2(z_next - u)
    return Certificate(
        1 / (2 * STEP) * moved + STEP / 2 * norm2(g) - linear_regret(),
        projection(z - STEP * g, 1 / (2 * STEP)),
    )


def _invariant(regret: Point, now: Point, root: Expr) -> Point:
    """Return (√t/(2γ)) (R² − |now − u|²) + γG²√t − R_t, with root = √t."""
    left = constant(R**2) - norm2(now - u)
    return root / (2 * gamma) * left + constant(gamma * G**2 * root) - regret


def carried() -> Induction:
    """Return the induction over t; a step costs γG²/(2√t) and is allowed γG²(√t − √(t−1))."""
    slack = gamma * G**2 * sp.cancel(ROOT - BEFORE - 1 / (2 * ROOT))
    return Induction(
        _invariant,
        start=(ZERO, z, sp.Integer(0)),
        now=(REGRET_SO_FAR, z, BEFORE),
        after=(REGRET_SO_FAR + linear_regret(), z_next, ROOT),
        end=(schemes.REGRET, z, sp.sqrt(T)),
        base=(),
        step=(
            Premise("one step", 1, one_step().claim),
            Premise("diameter", e / (2 * gamma), constant(R**2) - norm2(z - u)),
            Premise("Lipschitz", STEP / 2, constant(G**2) - norm2(g)),
            nonnegative(slack),
        ),
    )


def anytime() -> Regret:
    """Prove R_T ≤ (R²/(2γ) + γG²) √T for γ_t = γ/√t."""
    worst = (R**2 / (2 * gamma) + gamma * G**2) * sp.sqrt(T)
    end = Certificate(
        constant(worst) - schemes.REGRET,
        (
            Premise("carried", 1, carried().claim),
            square(sp.sqrt(T) / (2 * gamma), z - u),
        ),
    )
    return Regret(
        base=OGD_ANYTIME,
        quantity=schemes.REGRET,
        observed=worst,
        worst=worst,
        assumptions=frozenset({Assumption.LIPSCHITZ, Assumption.DIAMETER}),
        source="after zinkevich2003online, Theorem 1",
        proof=Proof(
            "R_T ≤ (R²/(2γ) + γG²) √T",
            (("one step", one_step()), ("carried", carried()), ("worst case", end)),
        ),
    )
