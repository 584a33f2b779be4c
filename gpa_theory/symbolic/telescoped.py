r"""The telescoped metric's worst case, proved from above for every T, μ_x, μ_y and γ.

.. math::
    \tfrac1T \sum_t \varphi_t - \tfrac{\rho}{T}(f(x_1) - f(x_T)) \le
    \begin{cases}
        D^2/(2\gamma T) + \gamma G^2/2 & \text{always, sharp for } \gamma \ge D/(GT) \\
        DG - \gamma G^2 (T-1)/2        & \gamma \le D/(GT)
    \end{cases}

for subgradient descent z_{t+1} = z_t − γ g_t.  The first line is the average row with the regret of
OGD.  The second keeps |Σg_t| ≤ GT: with S = Σg_t and w = z_1 − u the regret *is*
⟨S, w⟩ − (γ/2)|S|² + (γ/2)Σ|g_t|², and DGT − ⟨S, w⟩ is a sum of squares and premises.  Both lines
are attained by the function of `worst_case.extremal.telescoped`, run exactly at many settings.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import Point, basis, constant, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases import gradient_descent
from gpa_theory.symbolic.bases.regret import (
    BOUNDED_GRADIENTS,
    bounded_gradients,
    by_bounded_gradients,
)
from gpa_theory.symbolic.engine.axioms import square
from gpa_theory.symbolic.engine.components import Vector
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Radius
from gpa_theory.symbolic.engine.numbers import Count
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import Z_LAST, Z, g, u, z, z_1
from gpa_theory.symbolic.engine.symbols import D, Expr, G, T
from gpa_theory.symbolic.engine.vocabulary import REGRET, SQUARES
from gpa_theory.symbolic.rows import ROWS

SPARE: Expr = sp.Symbol("s", nonnegative=True)  # γ = D/(GT(1+s)): what γ ≤ D/(GT) says
STEP = D / (G * T * (1 + SPARE))
COUNT: Expr = sp.Symbol("n", positive=True)
DESCENT = Vector(Z, z_1, z - STEP * g, last=Z_LAST)
SUM = 1 / STEP * (z_1 - basis(Z_LAST))  # Σ g_t


def always() -> Proof:
    """Prove mean φ_t − (ρ/T)(f(x_1) − f(x_T)) ≤ D²/(2γT) + γG²/2."""
    regret = gradient_descent.plain()
    return _composed(
        "telescoped metric ≤ D²/(2γT) + γG²/2",
        ("regret bound", regret.proof),
        regret.gap(),
    )


def small_steps() -> Proof:
    """Prove the same metric ≤ DG − γG²(T−1)/2 for γ ≤ D/(GT), γ being D/(GT(1+s))."""
    parts = (
        ("regret as a square", _regret_as_square()),
        ("sum of gradients", _sum_of_gradients()),
        (BOUNDED_GRADIENTS, bounded_gradients()),
        ("regret bound", _largest()),
    )
    inner_proof = Proof("R_T ≤ DGT − γG²T(T−1)/2 for γ ≤ D/(GT)", parts)
    return _composed(
        "telescoped metric ≤ DG − γG²(T−1)/2 for γ ≤ D/(GT)",
        ("regret bound", inner_proof),
        inner_proof.claim,
    )


def _composed(words: str, regret: tuple[str, Proof], gap: Point) -> Proof:
    """Put a bound on R_T into the average row: claim = allowed − metric."""
    row = ROWS["average"]
    inequality = row.inequality()
    (name,) = schemes.REGRET.terms
    share = inequality.coefficient(name)
    claim = inequality + share * gap
    premises = (Premise("row", sp.Integer(1), inequality), Premise("regret bound", share, gap))
    return Proof(
        words, (("row", row.proof()), regret, ("composition", Certificate(claim, premises)))
    )


def _regret_as_square() -> Induction:
    """Carry (|z_1 − u|² − |z − u|²)/(2γ) + (γ/2) Q − R ≥ 0 (it is 0) with z_{t+1} = z_t − γ g_t."""
    moved = norm2(z_1 - u) - norm2(z - u)
    return Induction(
        1 / (2 * STEP) * moved + STEP / 2 * SQUARES.so_far - REGRET.so_far,
        (REGRET, SQUARES, DESCENT),
    )


def _sum_of_gradients() -> Induction:
    """Carry n Σ|g|² − |Σg|² ≥ 0, where γ Σg = z_1 − z."""
    total = 1 / STEP * (z_1 - z)
    return Induction(
        COUNT * SQUARES.so_far - norm2(total),
        (SQUARES, Count(COUNT), DESCENT),
        step=(square(1 / COUNT, total - COUNT * g),),
        hypothesis=1 + 1 / COUNT,
        begins=1,
    )


def _largest() -> Certificate:
    """Certify DGT − γG²T(T−1)/2 − R_T ≥ 0: D|S| − (γ/2)|S|² grows up to |S| = GT ≤ D/γ."""
    most, excess = G * T, STEP * SPARE  # excess = D/(GT) − γ
    w = z_1 - u
    claim = constant(D * most - STEP * G**2 * T * (T - 1) / 2) - schemes.REGRET
    return Certificate(
        claim,
        (
            Premise("regret as a square", sp.Integer(1), _regret_as_square().claim),
            Radius().times(most / (2 * D)),
            square(most / (2 * D), w - D / most * SUM),
            Premise("sum of gradients", excess / 2, _sum_of_gradients().claim),
            by_bounded_gradients(T * excess / 2 + STEP / 2),
        ),
    )


TELESCOPED: dict[str, Callable[[], Proof]] = {
    "telescoped": always,
    "telescoped-small-steps": small_steps,
}
