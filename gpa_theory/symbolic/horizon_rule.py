r"""The horizon rule: γ and μ_x of the last-iterate bound, chosen from T alone.

It comes from the last-iterate bound μ_x^{T−1} GD + RG√(1−μ_x):

.. math::
    1 - \mu_x = \frac{\ln T}{2(T-1)} \quad\Longrightarrow\quad
    f(x_T) - f(u) \le \frac{GD}{\sqrt T} + RG \sqrt{\frac{\ln T}{2(T-1)}}

since μ_x^{T−1} ≤ e^{−(1−μ_x)(T−1)} = 1/√T.  It needs no DiLoCo run, only T ≥ 2.  Ours.
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import constant
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.engine.proof import Instance, Proof, substituted
from gpa_theory.symbolic.engine.symbols import D, Expr, G, R, T, gamma, rho
from gpa_theory.symbolic.rows import POWER

LEAST_STEPS = 2  # at T = 1 the rule would ask for ln 1 / 0
PRESENT = sp.log(T) / (2 * (T - 1))  # 1 − μ_x
TERMS: dict[str, Expr] = {"regret": R * G * sp.sqrt(PRESENT), "start": G * D / sp.sqrt(T)}


def proof_from(last: Proof) -> Proof:
    """Prove the rule from the last-iterate bound; s stands for √(1−μ_x), M for μ_x^{T−1}."""
    s: Expr = sp.Symbol("s", positive=True)
    chosen = {rho: (1 - s**2) / s**2, gamma: R * s / G}
    tuned_claim = substituted(last.claim, chosen)
    root = 1 / sp.sqrt(T)
    certificate = Certificate(
        constant(R * G * s + G * D * root) - schemes.LAST,
        (
            Premise("at the tuned γ", 1, tuned_claim),
            # M = (1−s²)^{T−1} ≤ e^{−s²(T−1)} = 1/√T at s² = ln T/(2(T−1))
            Premise("exponential", G * D, constant(root - POWER)),
        ),
    )
    return Proof(
        "f(x_T) − f(u) ≤ GD/√T + RG√(ln T/(2(T−1)))",
        (
            ("last iterate", last),
            ("at the tuned γ", Instance("last iterate", chosen)),
            ("in s", certificate),
            ("horizon", Instance("in s", {s: sp.sqrt(PRESENT)})),
        ),
    )
