r"""Projected online gradient descent with steps γ_t = γ/√t: no horizon is needed.

.. math::
    R_T(u) \le \Bigl(\frac{R^2}{2\gamma} + \gamma G^2\Bigr) \sqrt T
        \qquad (|z_t - u| \le R \text{ for all } t)

The steps shrink, so what is left of |z_t − u|² is paid for at every step: D is not enough, R is
needed.  The price of the gradients is γG² Σ 1/(2√t) ≤ γG²√T.

Reference: after zinkevich2003online, Theorem 1 (there γ = 1, and R is the diameter of the domain).
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import OGD_ANYTIME
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import constant, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases.gradient_descent import ITERATES, z_last
from gpa_theory.symbolic.bases.methods import BEFORE, ROOT, ROOTS
from gpa_theory.symbolic.bases.regret import Regret, linear_regret, projection
from gpa_theory.symbolic.engine.axioms import nonnegative, square
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Diameter, Lipschitz
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import g, u, z, z_next
from gpa_theory.symbolic.engine.symbols import G, R, T, gamma, root, root_step
from gpa_theory.symbolic.engine.vocabulary import REGRET

STEP = gamma / ROOT


def one_step() -> Certificate:
    """Certify (|z_t − u|² − |z_{t+1} − u|²)/(2γ_t) + (γ_t/2)|g_t|² − r_t ≥ 0, γ_t = γ/√t."""
    moved = norm2(z - u) - norm2(z_next - u)
    return Certificate(
        1 / (2 * STEP) * moved + STEP / 2 * norm2(g) - linear_regret(),
        projection(z - STEP * g, 1 / (2 * STEP)),
    )


def carried() -> Induction:
    """Return the induction over t for R ≤ (√t/(2γ)) (R² − |z − u|²) + γG²√t.

    A step costs γG²/(2√t) and is allowed γG²(√t − √(t−1)).
    """
    left = constant(R**2) - norm2(z - u)
    paid = constant(gamma * G**2 * root)
    slack = gamma * G**2 * sp.cancel(ROOT - BEFORE - 1 / (2 * ROOT))
    return Induction(
        root / (2 * gamma) * left + paid - REGRET.so_far,
        (REGRET, ITERATES, ROOTS),
        step=(
            Premise("one step", 1, one_step().claim),
            Diameter().times(root_step / (2 * gamma)),
            Lipschitz().times(STEP / 2),
            nonnegative(slack),
        ),
    )


@cache
def anytime() -> Regret:
    """Prove R_T ≤ (R²/(2γ) + γG²) √T for γ_t = γ/√t."""
    worst = (R**2 / (2 * gamma) + gamma * G**2) * sp.sqrt(T)
    end = Certificate(
        constant(worst) - schemes.REGRET,
        (
            Premise("carried", 1, carried().claim),
            square(sp.sqrt(T) / (2 * gamma), z_last - u),
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
