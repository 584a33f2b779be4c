r"""Follow the regularized leader with a constant step: z_{t+1} = Π(z_1 − γ(g_1 + … + g_t)).

.. math:: R_T(u) \le \frac{D^2}{2\gamma} + \frac{\gamma}{2}\sum_t |g_t|^2

It is dual averaging with curvature 1/γ at all times ("lazy" projection), and has the bound of
projected gradient descent.

Reference: orabona2019modern.
"""

from __future__ import annotations

from functools import cache

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import Base
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import basis, constant, inner, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases.dual_averaging import potential, s
from gpa_theory.symbolic.bases.gradient_descent import ITERATES, z_last
from gpa_theory.symbolic.bases.regret import (
    BOUNDED_GRADIENTS,
    Regret,
    bounded_gradients,
    by_bounded_gradients,
)
from gpa_theory.symbolic.engine.axioms import square
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Argmin, Minimality, Radius
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import Z_LAST, U, g, u, z, z_next
from gpa_theory.symbolic.engine.symbols import D, G, T, gamma
from gpa_theory.symbolic.engine.vocabulary import GRADIENTS, REGRET, SQUARES

FTRL = Base(
    name="ftrl",
    words="follow the regularized leader with a constant step",
    update="z_{t+1} = Π(z_1 − γ (g_1 + … + g_t))",
    latex=r"z_{t+1}=\Pi\bigl(z_1-\gamma(g_1+\dots+g_t)\bigr)",
    regret="R_T ≤ D²/(2γ) + (γ/2)Σ|g_t|² for follow the regularized leader and any vectors g_t",
)


def one_step() -> Certificate:
    """Certify F_t(z_{t+1}) − F_{t−1}(z_t) + (γ/2)|g_t|² − ⟨g_t, z_t⟩ ≥ 0, F the potential."""
    k = 1 / gamma
    grown = potential(s + g, z_next, k) - potential(s, z, k)
    return Certificate(
        grown + gamma / 2 * norm2(g) - inner(g, z),
        (Minimality(Argmin(s, k)).times(1), square(k / 2, z_next - z + gamma * g)),
    )


def telescoped() -> Induction:
    """Return the induction over t for R ≤ F(z) + (γ/2) Q − ⟨s, u⟩."""
    paid = REGRET.so_far + inner(s, u)
    return Induction(
        potential(s, z, 1 / gamma) + gamma / 2 * SQUARES.so_far - paid,
        (REGRET, GRADIENTS, SQUARES, ITERATES),
        step=(Premise("one step", 1, one_step().claim),),
    )


@cache
def plain() -> Regret:
    """Prove R_T ≤ D²/(2γ) + (γ/2) Σ|g_t|² ≤ D²/(2γ) + γG²T/2."""
    worst = D**2 / (2 * gamma) + gamma * T * G**2 / 2
    end = Certificate(
        constant(worst) - schemes.REGRET,
        (
            Premise("telescoped", 1, telescoped().claim),
            Minimality(Argmin(basis(GRADIENTS.name), 1 / gamma), at=Z_LAST, other=U).times(1),
            square(1 / (2 * gamma), z_last - u),
            Radius().times(1 / (2 * gamma)),
            by_bounded_gradients(gamma / 2),
        ),
    )
    parts = (
        ("one step", one_step()),
        ("telescoped", telescoped()),
        (BOUNDED_GRADIENTS, bounded_gradients()),
        ("worst case", end),
    )
    return Regret(
        base=FTRL,
        quantity=schemes.REGRET,
        observed=worst,
        worst=worst,
        assumptions=frozenset({Assumption.LIPSCHITZ, Assumption.RADIUS}),
        source="orabona2019modern",
        proof=Proof("R_T ≤ D²/(2γ) + γG²T/2", parts),
    )
