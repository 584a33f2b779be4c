r"""Descent that is drawn back to z_1: its discounted regret needs D alone, on any domain.

.. math::
    z_{t+1} = \Pi\bigl(z_1 + \mu(z_t - \gamma g_t - z_1)\bigr), \qquad
    \sum_{t} \mu^{T-t} r_t \le \frac{D^2}{2\gamma\mu} + \frac{\gamma G^2}{2(1-\mu)}

Without a projection z_{t+1} − z_1 = −γ Σ_s μ^{t+1−s} g_s: dual averaging of gradients that age.
Every step loses a share 1 − μ of the way to z_1, so |z_t − u| needs no bound R of its own, which
projected descent does need.  The sum begins at t = 1; a learner that leaves g_1 out has z_2 = z_1
and the same bound for the sum from t = 2, since it does not depend on T.

Ours; we know of no earlier statement with this constant.  Without a projection the method is that
of Ahn, Magakyan and Cutkosky (2025), Lemma 3.2 (as we read it, with no regularizer and no noise),
whose bound at γ = 2D√(1−μ)/G is 2DG/(μ√(1−μ)); there this one is (μ + 1/4)/2 times as large.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import basis, constant, inner, norm2
from gpa_theory.symbolic.bases.gradient_descent import ITERATES, z_last
from gpa_theory.symbolic.bases.regret import linear_regret, projection
from gpa_theory.symbolic.engine.axioms import nonnegative, square
from gpa_theory.symbolic.engine.components import Total
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Lipschitz, Radius
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import g, u, z, z_1, z_next
from gpa_theory.symbolic.engine.symbols import D, Expr, G, gamma

odds: Expr = sp.Symbol("odds", positive=True)  # μ/(1 − μ): here μ = 0 is no method
MU: Expr = odds / (1 + odds)
SUM = Total("Σ_{t≤T} μ^{T−t} r_t", inner(g, z - u), discount=MU)
MASS = Total("Σ_{t≤T} μ^{T−t}", constant(1), discount=MU)


def one_step() -> Certificate:
    """Certify |z_t − u|² + γ²|g_t|² + (1/μ − 1)|z_1 − u|² − |z_{t+1} − u|²/μ ≥ 2γ r_t, over 2γ."""
    moved = z - gamma * g
    kept = norm2(z - u) + (1 / MU - 1) * norm2(z_1 - u) - 1 / MU * norm2(z_next - u)
    return Certificate(
        1 / (2 * gamma) * kept + gamma / 2 * norm2(g) - linear_regret(),
        (
            *projection(z_1 + MU * (moved - z_1), 1 / (2 * gamma * MU)),
            square((1 - MU) / (2 * gamma), moved - z_1),  # |·|² is convex
        ),
    )


def at_most() -> Induction:
    """Return the induction over t for (1 − μ) Σ_{t≤T} μ^{T−t} ≤ 1."""
    left = constant(1) - (1 - MU) * MASS.so_far
    return Induction(left, (MASS,), base=(nonnegative(1),), hypothesis=MU)


def carried() -> Induction:
    """Return the induction over t for what is paid, |z − u|² at the weight 1/(2γμ) included."""
    weight = 1 / (2 * gamma * MU)
    return Induction(
        constant(weight * D**2)
        - weight * norm2(z - u)
        + gamma * G**2 / 2 * MASS.so_far
        - SUM.so_far,
        (SUM, MASS, ITERATES),
        base=(Radius().times(weight),),
        step=(
            Premise("one step", 1, one_step().claim),
            Lipschitz().times(gamma / 2),
            Radius().times((1 - MU) * weight),
        ),
        hypothesis=MU,
    )


@cache
def discounted() -> Proof:
    """Prove Σ_{t≤T} μ^{T−t} r_t ≤ D²/(2γμ) + γG²/(2(1−μ))."""
    share = gamma * G**2 / 2
    worst = D**2 / (2 * gamma * MU) + share / (1 - MU)
    end = Certificate(
        constant(worst) - basis(SUM.name),
        (
            Premise("carried", 1, carried().claim),
            square(1 / (2 * gamma * MU), z_last - u),
            Premise("mass", share / (1 - MU), at_most().claim),
        ),
    )
    return Proof(
        "Σ_{t≤T} μ^{T−t} r_t ≤ D²/(2γμ) + γG²/(2(1−μ))",
        (("one step", one_step()), ("mass", at_most()), ("carried", carried()), ("end", end)),
    )
