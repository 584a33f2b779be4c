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
from gpa_theory.symbolic.engine.algebra import PRESENT, Exponential, HorizonRoot, h
from gpa_theory.symbolic.engine.forms import changed
from gpa_theory.symbolic.engine.instance import Instance
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import D, Expr, G, R, T, gamma, rho
from gpa_theory.symbolic.engine.vocabulary import M

LEAST_STEPS = 2  # at T = 1 the rule would ask for ln 1 / 0
TERMS: dict[str, Expr] = {"regret": R * G * sp.sqrt(PRESENT), "start": G * D / sp.sqrt(T)}


def proof_from(last: Proof) -> Proof:
    """Prove the rule from the last-iterate bound; h stands for 1/√(1−μ_x) − 1, M for μ_x^{T−1}."""
    chosen = {rho: (1 + h) ** 2 - 1, gamma: R / (G * (1 + h))}
    tuned_claim = changed(last.claim, chosen)
    certificate = Certificate(
        constant(R * G / (1 + h) + G * D / sp.sqrt(T)) - schemes.LAST,
        (
            Premise("at the tuned γ", 1, tuned_claim),
            # M = μ_x^{T−1} ≤ e^{−(1−μ_x)(T−1)} = 1/√T
            Exponential(M).times(G * D),
        ),
    )
    return Proof(
        "f(x_T) − f(u) ≤ GD/√T + RG√(ln T/(2(T−1)))",
        (
            ("last iterate", last),
            ("at the tuned γ", Instance("last iterate", chosen)),
            ("in h", certificate),
            ("horizon", Instance("in h", {h: HorizonRoot().value})),
        ),
    )
