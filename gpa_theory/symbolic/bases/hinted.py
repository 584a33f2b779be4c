r"""Optimistic follow the regularized leader: each step begins with a guess h_t of what comes.

.. math::
    w_{t+1} = w_t - \gamma g_t, \quad z_t = w_t - \gamma h_t, \qquad
    \sum_t \langle g_t, z_t - u\rangle \le
        \frac{D^2}{2\gamma} + \frac\gamma2\sum_t |g_t - h_t|^2

D is measured from w_1, which is `z_1` in this proof; the first point played is w_1 − γh_1.  GPA
begins at z_1 = x_1, so inside it h_1 = 0 and w_1 = z_1: with another h_1 the bound is false for a D
measured from z_1, as a test shows.  h_t may depend on all that came before.  On the whole space
this is the method of Rakhlin and Sridharan (2013); with h = 0 it is gradient descent.

The theorem is theirs, there with any regularizer and a constraint.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import basis, constant, inner, norm2
from gpa_theory.symbolic.engine.axioms import square
from gpa_theory.symbolic.engine.components import Total, Vector
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Radius
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import g, u, z_1
from gpa_theory.symbolic.engine.symbols import D, gamma

w, hint = basis("w"), basis("h")
REGRET = Total("Σ⟨g_t, w_t − γh_t − u⟩", inner(g, w - gamma * hint - u))
MISSED = Total("Σ|g_t − h_t|²", norm2(g - hint))
LAST = "w_{T+1}"


@cache
def optimistic() -> Proof:
    """Prove Σ⟨g_t, z_t − u⟩ ≤ D²/(2γ) + (γ/2) Σ|g_t − h_t|²."""
    weight = 1 / (2 * gamma)
    telescoped = Induction(
        weight * (norm2(z_1 - u) - norm2(w - u)) + gamma / 2 * MISSED.so_far - REGRET.so_far,
        (REGRET, MISSED, Vector("w", z_1, w - gamma * g, last=LAST)),
        step=(square(gamma / 2, hint),),  # what a guess gains beyond the claim
    )
    end = Certificate(
        constant(weight * D**2) + gamma / 2 * basis(MISSED.name) - basis(REGRET.name),
        (
            Premise("telescoped", sp.S.One, telescoped.claim),
            Radius().times(weight),
            square(weight, basis(LAST) - u),
        ),
    )
    return Proof(
        "Σ⟨g_t, z_t − u⟩ ≤ D²/(2γ) + (γ/2) Σ|g_t − h_t|²",
        (("telescoped", telescoped), ("end", end)),
    )
