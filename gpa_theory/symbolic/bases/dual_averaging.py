r"""Dual averaging, z_{t+1} = argmin ⟨g_1 + … + g_t, z⟩ + |z − z_1|²/(2γ_{t+1}) over the domain.

With γ_t = γ/√t no horizon is needed:

.. math:: R_T(u) \le \Bigl(\frac{D^2}{2\gamma} + \gamma G^2\Bigr)\sqrt T

The one-step inequality says that the potential F_t(z_t) = min ⟨s_t, z⟩ + |z − z_1|²/(2γ_t),
s_t = g_1 + … + g_{t−1}, pays for ⟨g_t, z_t⟩ up to γ_t |g_t|²/2.

Reference: xiao2010dual; orabona2019modern (follow the regularized leader with increasing
regularizers).
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import DUAL_AVERAGING
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import ZERO, Point, basis, constant, inner, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases.regret import Regret, consecutive_roots, g, u, z, z_1, z_next
from gpa_theory.symbolic.engine.axioms import nonnegative, square
from gpa_theory.symbolic.engine.proof import Induction, Proof
from gpa_theory.symbolic.engine.symbols import D, Expr, G, T, gamma

k, e = sp.symbols("k e", positive=True)  # k = 1/γ_t, and its increase k_{t+1} = k + e
s = basis("s_t")  # g_1 + … + g_{t−1}
PAID = basis("Σ⟨g,z⟩")  # Σ_{s<t} ⟨g_s, z_s⟩
PRICE = basis("Σγ|g|²/2")  # Σ_{s<t} γ_s |g_s|²/2


def potential(total: Point, at: Point, curvature: Expr) -> Point:
    """Return ⟨total, at⟩ + (curvature/2)|at − z_1|²."""
    return inner(total, at) + curvature / 2 * norm2(at - z_1)


def minimizes(total: Point, at: Point, other: Point, curvature: Expr) -> Point:
    """Return ⟨∇potential(at), other − at⟩, ≥ 0 as `at` minimizes the potential over the domain."""
    return inner(total + curvature * (at - z_1), other - at)


def one_step() -> Certificate:
    """Certify F_{t+1}(z_{t+1}) − F_t(z_t) + |g_t|²/(2k) − ⟨g_t, z_t⟩ ≥ 0."""
    grown = potential(s + g, z_next, k + e) - potential(s, z, k)
    return Certificate(
        grown + 1 / (2 * k) * norm2(g) - inner(g, z),
        (
            Premise("minimality", 1, minimizes(s, z, z_next, k)),
            square(k / 2, z_next - z + 1 / k * g),
            square(e / 2, z_next - z_1),
        ),
    )


def _invariant(total: Point, at: Point, curvature: Expr, price: Point, paid: Point) -> Point:
    """Return F(at) + Σ γ_s|g_s|²/2 − Σ ⟨g_s, z_s⟩."""
    return potential(total, at, curvature) + price - paid


def telescoped() -> Induction:
    """Return the induction over t; at its end T steps are made and the curvature is √T/γ.

    The last iterate z_{T+1} is never played, so its curvature is ours to choose: 1/γ_T = √T/γ.
    """
    return Induction(
        _invariant,
        start=(ZERO, z_1, k, ZERO, ZERO),
        now=(s, z, k, PRICE, PAID),
        after=(s + g, z_next, k + e, PRICE + 1 / (2 * k) * norm2(g), PAID + inner(g, z)),
        end=(s, z, sp.sqrt(T) / gamma, PRICE, schemes.REGRET + inner(s, u)),
        base=(),
        step=(Premise("one step", 1, one_step().claim),),
    )


def _price_invariant(price: Point, root: Expr) -> Point:
    """Return γG²√t − Σ_{s≤t} γ_s|g_s|²/2, with root = √t and γ_s = γ/√s."""
    return constant(gamma * G**2 * root) - price


def price() -> Induction:
    """Return the induction for Σ γ_s|g_s|²/2 ≤ γG²√T."""
    before, after = consecutive_roots(e)
    slack = gamma * G**2 * sp.cancel(after - before - 1 / (2 * after))
    bounded = constant(G**2) - norm2(g)
    return Induction(
        _price_invariant,
        start=(ZERO, sp.Integer(0)),
        now=(PRICE, before),
        after=(PRICE + gamma / (2 * after) * norm2(g), after),
        end=(PRICE, sp.sqrt(T)),
        base=(),
        step=(Premise("Lipschitz", gamma / (2 * after), bounded), nonnegative(slack)),
    )


def anytime() -> Regret:
    """Prove R_T ≤ (D²/(2γ) + γG²) √T for γ_t = γ/√t."""
    last = sp.sqrt(T) / gamma
    worst = (D**2 / (2 * gamma) + gamma * G**2) * sp.sqrt(T)
    end = Certificate(
        constant(worst) - schemes.REGRET,
        (
            Premise("telescoped", 1, telescoped().claim),
            Premise("minimality", 1, minimizes(s, z, u, last)),
            square(last / 2, z - u),
            Premise("radius", last / 2, constant(D**2) - norm2(z_1 - u)),
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
