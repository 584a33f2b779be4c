r"""Projected gradient descent with any steps that do not grow, γ_1 ≥ γ_2 ≥ … > 0.

.. math:: R_T(u) \le \frac{R^2}{2\gamma_T} + \frac{G^2}{2}\sum_t \gamma_t
    \qquad (|z_t - u| \le R \text{ for all } t)

The proof carries k = 1/γ_{t−1}, which grows by any number ≥ 0 (by one > 0 at first, from 0).

Reference: zinkevich2003online, Theorem 1.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import basis, constant, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases.gradient_descent import ITERATES, z_last
from gpa_theory.symbolic.bases.regret import linear_regret, projection
from gpa_theory.symbolic.engine.axioms import square
from gpa_theory.symbolic.engine.components import Total
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Diameter, Lipschitz
from gpa_theory.symbolic.engine.numbers import Sequence
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import g, u, z, z_next
from gpa_theory.symbolic.engine.symbols import Expr, G, R
from gpa_theory.symbolic.engine.vocabulary import REGRET

k: Expr = sp.Symbol("k", nonnegative=True)  # 1/γ_{t−1}, and 1/γ_T at the end
more: Expr = sp.Symbol("more", positive=True)  # 1/γ_t − 1/γ_{t−1}
STEPS = Total("Σγ_t", constant(1 / (k + more)))


def one_step() -> Certificate:
    """Certify (|z_t − u|² − |z_{t+1} − u|²)/(2γ_t) + (γ_t/2)|g_t|² − r_t ≥ 0."""
    now = k + more
    moved = norm2(z - u) - norm2(z_next - u)
    return Certificate(
        now / 2 * moved + 1 / (2 * now) * norm2(g) - linear_regret(),
        projection(z - 1 / now * g, now / 2),
    )


@cache
def plain() -> Proof:
    """Prove R_T ≤ R²/(2γ_T) + (G²/2) Σγ_t."""
    carried = Induction(
        k / 2 * (constant(R**2) - norm2(z - u)) + G**2 / 2 * STEPS.so_far - REGRET.so_far,
        (REGRET, STEPS, ITERATES, Sequence(k, k + more, sp.S.Zero)),
        step=(
            Premise("one step", 1, one_step().claim),
            Diameter().times(more / 2),
            Lipschitz().times(1 / (2 * (k + more))),
        ),
    )
    end = Certificate(
        constant(k / 2 * R**2) + G**2 / 2 * basis(STEPS.name) - schemes.REGRET,
        (Premise("carried", 1, carried.claim), square(k / 2, z_last - u)),
    )
    parts = (("one step", one_step()), ("carried", carried), ("end", end))
    return Proof("R_T ≤ R²/(2γ_T) + (G²/2) Σγ_t", parts)
