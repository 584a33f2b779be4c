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
are attained for T ≥ 2: see `worst_case.telescoped`.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import Point, basis, constant, inner, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases import gradient_descent
from gpa_theory.symbolic.bases.regret import SQUARES, SQUARES_SO_FAR, bounded_gradients, g, u, z_1
from gpa_theory.symbolic.engine.axioms import square
from gpa_theory.symbolic.engine.proof import Induction, Proof
from gpa_theory.symbolic.engine.symbols import Expr, G, T, gamma
from gpa_theory.symbolic.rows import ROWS

COUNT: Expr = sp.Symbol("n", positive=True)
SPARE: Expr = sp.Symbol("s", nonnegative=True)  # D = GT(γ + s): what γ ≤ D/(GT) leaves
SUM_SO_FAR, SUM = basis("S_{t-1}"), basis("S_T")  # Σ g_s
REGRET_SO_FAR = basis("R")


def always() -> Proof:
    """Prove mean φ_t − (ρ/T)(f(x_1) − f(x_T)) ≤ D²/(2γT) + γG²/2."""
    regret = gradient_descent.plain()
    return _composed(
        "telescoped metric ≤ D²/(2γT) + γG²/2",
        ("regret bound", regret.proof),
        regret.gap(),
    )


def small_steps() -> Proof:
    """Prove the same metric ≤ DG − γG²(T−1)/2 for γ ≤ D/(GT), D being GT(γ + s)."""
    parts = (
        ("regret as a square", _regret_as_square()),
        ("sum of gradients", _sum_of_gradients()),
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
    """Carry ⟨S, z_1 − u⟩ − (γ/2)|S|² + (γ/2)Q − R ≥ 0 (it is 0) with z_t = z_1 − γ S_{t−1}."""

    def invariant(regret: Point, total: Point, squares: Point) -> Point:
        return inner(total, z_1 - u) - gamma / 2 * norm2(total) + gamma / 2 * squares - regret

    z = z_1 - gamma * SUM_SO_FAR
    return Induction(
        invariant,
        start=(Point({}), Point({}), Point({})),
        now=(REGRET_SO_FAR, SUM_SO_FAR, SQUARES_SO_FAR),
        after=(
            REGRET_SO_FAR + inner(g, z - u),
            SUM_SO_FAR + g,
            SQUARES_SO_FAR + norm2(g),
        ),
        end=(schemes.REGRET, SUM, SQUARES),
        base=(),
        step=(),
    )


def _sum_of_gradients() -> Induction:
    """Carry n Σ|g|² − |Σg|² ≥ 0."""

    def invariant(count: Expr, total: Point, squares: Point) -> Point:
        return count * squares - norm2(total)

    return Induction(
        invariant,
        start=(sp.Integer(1), g, norm2(g)),
        now=(COUNT, SUM_SO_FAR, SQUARES_SO_FAR),
        after=(COUNT + 1, SUM_SO_FAR + g, SQUARES_SO_FAR + norm2(g)),
        end=(T, SUM, SQUARES),
        base=(),
        step=(square(1 / COUNT, SUM_SO_FAR - COUNT * g),),
        hypothesis=1 + 1 / COUNT,
    )


def _largest() -> Certificate:
    """Certify DGT − γG²T(T−1)/2 − R_T ≥ 0: D|S| − (γ/2)|S|² grows up to |S| = GT ≤ D/γ."""
    radius, most = G * T * (gamma + SPARE), G * T
    w = z_1 - u
    regret = inner(SUM, w) - gamma / 2 * norm2(SUM) + gamma / 2 * SQUARES - schemes.REGRET
    sums = T * SQUARES - norm2(SUM)
    claim = constant(radius * most - gamma * G**2 * T * (T - 1) / 2) - schemes.REGRET
    return Certificate(
        claim,
        (
            Premise("regret as a square", sp.Integer(1), regret),
            Premise("radius", most / (2 * radius), constant(radius**2) - norm2(w)),
            square(most / (2 * radius), w - radius / most * SUM),
            Premise("sum of gradients", SPARE / 2, sums),
            bounded_gradients(T * SPARE / 2 + gamma / 2),
        ),
    )


TELESCOPED: dict[str, Callable[[], Proof]] = {
    "telescoped": always,
    "telescoped-small-steps": small_steps,
}
