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
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import Point, basis, constant, inner, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.proof import induction
from gpa_theory.symbolic.regret import Regret, g, square_root_sum, u, z, z_1, z_next
from gpa_theory.symbolic.symbols import D, Expr, G, T, gamma

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
            Premise("z_t minimizes F_t", 1, minimizes(s, z, z_next, k)),
            Premise("|z_{t+1} − z_t + γ_t g_t|² ≥ 0", k / 2, norm2(z_next - z + 1 / k * g)),
            Premise("|z_{t+1} − z_1|² ≥ 0", e / 2, norm2(z_next - z_1)),
        ),
    )


def _invariant(total: Point, at: Point, curvature: Expr, price: Point, paid: Point) -> Point:
    return potential(total, at, curvature) + price - paid


def anytime() -> Regret:
    """Prove R_T ≤ (D²/(2γ) + γG²) √T for γ_t = γ/√t."""
    step = one_step()
    last = sp.sqrt(T) / gamma  # the curvature at the end; z_{T+1} is never played
    paid = schemes.REGRET + inner(s, u)  # Σ⟨g_t, z_t⟩ = R_T + ⟨s, u⟩
    worst = (D**2 / (2 * gamma) + gamma * G**2) * sp.sqrt(T)
    proof = induction(
        "R_T ≤ (D²/(2γ) + γG²) √T",
        Certificate(_invariant(Point({}), z_1, k, Point({}), Point({})), ()),
        Certificate(
            _invariant(s + g, z_next, k + e, PRICE + 1 / (2 * k) * norm2(g), PAID + inner(g, z)),
            (
                Premise("hypothesis", 1, _invariant(s, z, k, PRICE, PAID)),
                Premise("one step", 1, step.claim),
            ),
        ),
        square_root_sum(e),
        (
            "worst case",
            Certificate(
                constant(worst) - schemes.REGRET,
                (
                    Premise("hypothesis", 1, _invariant(s, z, last, PRICE, paid)),
                    Premise("z_{T+1} minimizes F", 1, minimizes(s, z, u, last)),
                    Premise("|z_{T+1} − u|² ≥ 0", last / 2, norm2(z - u)),
                    Premise("|z_1 − u| ≤ D", last / 2, constant(D**2) - norm2(z_1 - u)),
                    Premise("Σ|g_s|²/(2√s) ≤ G²√T", 1, constant(gamma * G**2 * sp.sqrt(T)) - PRICE),
                ),
            ),
        ),
        lemmas=(("one step", step),),
    )
    return Regret(
        base="dual-averaging",
        update="z_{t+1} = Π(z_1 − γ (g_1 + … + g_t)/√(t+1))",
        quantity=schemes.REGRET,
        observed=worst,
        worst=worst,
        assumptions=frozenset({Assumption.LIPSCHITZ, Assumption.RADIUS}),
        source="xiao2010dual; orabona2019modern",
        proof=proof,
    )
