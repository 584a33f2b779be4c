r"""Dual averaging, z_{t+1} = argmin ⟨g_1 + … + g_t, z⟩ + |z − z_1|²/(2γ_{t+1}) over the domain.

With γ_t = γ/√t no horizon is needed:

.. math:: R_T(u) \le \Bigl(\frac{D^2}{2\gamma} + \gamma G^2\Bigr)\sqrt T

The one-step inequality says that the potential ⟨s_t, z⟩ + |z − z_1|²/(2γ_t), which z_t minimizes,
s_t = g_1 + … + g_{t−1}, pays for ⟨g_t, z_t⟩ up to γ_t |g_t|²/2.  The last iterate z_{T+1} is never
played, so its curvature is ours to choose: 1/γ_T = √T/γ.

Reference: xiao2010dual; orabona2019modern (follow the regularized leader with increasing
regularizers).
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import DUAL_AVERAGING
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import Point, basis, constant, inner, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases.gradient_descent import ITERATES, z_last
from gpa_theory.symbolic.bases.methods import BEFORE, ROOT, ROOTS
from gpa_theory.symbolic.bases.regret import Regret
from gpa_theory.symbolic.engine.axioms import nonnegative, square
from gpa_theory.symbolic.engine.components import Total
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Argmin, Lipschitz, Minimality, Radius
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import Z_LAST, U, g, u, z, z_1, z_next
from gpa_theory.symbolic.engine.symbols import D, Expr, G, T, gamma, root
from gpa_theory.symbolic.engine.vocabulary import GRADIENTS, REGRET

s = GRADIENTS.so_far  # g_1 + … + g_{t−1}
STEP = gamma / ROOT  # γ_t
PRICE = Total("Σγ|g|²/2", STEP / 2 * norm2(g))


def potential(total: Point, at: Point, curvature: Expr) -> Point:
    """Return ⟨total, at⟩ + (curvature/2)|at − z_1|²."""
    return inner(total, at) + curvature / 2 * norm2(at - z_1)


def one_step() -> Certificate:
    """Certify F_t(z_{t+1}) + ⟨g_t, z_{t+1} − z_t⟩ − F_{t−1}(z_t) + γ_t|g_t|²/2 ≥ 0.

    F_t is the potential with s_t and 1/γ_t, F_{t−1} that with s_t and 1/γ_{t−1}.
    """
    last, k = BEFORE / gamma, 1 / STEP
    grown = potential(s + g, z_next, k) - potential(s, z, last)
    return Certificate(
        grown + STEP / 2 * norm2(g) - inner(g, z),
        (
            Minimality(Argmin(s, k)).times(1),
            square(k / 2, z_next - z + STEP * g),
            square((k - last) / 2, z - z_1),
        ),
    )


def telescoped() -> Induction:
    """Return the induction over t for R ≤ F(z) + Σ γ_s|g_s|²/2 − ⟨s, u⟩.

    The curvature before step t is 1/γ_{t−1} = √(t−1)/γ, so that at the end it is √T/γ.
    """
    paid = REGRET.so_far + inner(s, u)
    return Induction(
        potential(s, z, root / gamma) + PRICE.so_far - paid,
        (REGRET, GRADIENTS, PRICE, ITERATES, ROOTS),
        step=(Premise("one step", 1, one_step().claim),),
    )


def price() -> Induction:
    """Return the induction over t for Σ γ_s|g_s|²/2 ≤ γG²√t."""
    slack = gamma * G**2 * sp.cancel(ROOT - BEFORE - 1 / (2 * ROOT))
    return Induction(
        constant(gamma * G**2 * root) - PRICE.so_far,
        (PRICE, ROOTS),
        step=(Lipschitz().times(STEP / 2), nonnegative(slack)),
    )


@cache
def anytime() -> Regret:
    """Prove R_T ≤ (D²/(2γ) + γG²) √T for γ_t = γ/√t."""
    last = sp.sqrt(T) / gamma
    worst = (D**2 / (2 * gamma) + gamma * G**2) * sp.sqrt(T)
    minimizer = Argmin(basis(GRADIENTS.name), last)
    end = Certificate(
        constant(worst) - schemes.REGRET,
        (
            Premise("telescoped", 1, telescoped().claim),
            Minimality(minimizer, at=Z_LAST, other=U).times(1),
            square(last / 2, z_last - u),
            Radius().times(last / 2),
            Premise("price", 1, price().claim),
        ),
    )
    proof = Proof(
        "R_T ≤ (D²/(2γ) + γG²) √T",
        (
            ("one step", one_step()),
            ("telescoped", telescoped()),
            ("price", price()),
            ("worst case", end),
        ),
    )
    return Regret(
        base=DUAL_AVERAGING,
        quantity=schemes.REGRET,
        observed=worst,
        worst=worst,
        assumptions=frozenset({Assumption.LIPSCHITZ, Assumption.RADIUS}),
        source="xiao2010dual; orabona2019modern",
        proof=proof,
    )
