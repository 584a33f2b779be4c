"""Linear regret of a base optimizer: what a proved bound says, and on what it rests.

Only *linearized* regret R_T(u) = Σ⟨g_t, z_t − u⟩ transfers through GPA, since g_t is taken at y_t.
Each base is proved from its own one-step inequality: `gradient_descent`, `dual_averaging`,
`adagrad`.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import Point, basis, constant, inner, norm2
from gpa_theory.symbolic.proof import Proof
from gpa_theory.symbolic.symbols import Expr, G, T

# The vectors of one base step, and the scalars that sum up the past.
z, z_next, z_1, g, u = (basis(name) for name in ("z_t", "z_{t+1}", "z_1", "g_t", "u"))
REGRET_SO_FAR = basis("R")  # Σ_{s<t} r_s
SQUARES = basis("Q")  # Σ_{s≤t} |g_s|²


@dataclass(frozen=True, slots=True)
class Regret:
    """A proved bound on the regret of a base optimizer.

    `observed` may use the gradients a run has seen (Q = Σ|g_t|², Q_1 = Σ_i |g_{1:T,i}|);
    `worst` uses G and T only.  Both bound `quantity`, a named sum of `schemes`.
    """

    base: str
    update: str
    quantity: Point
    observed: Expr
    worst: Expr
    assumptions: frozenset[Assumption]
    source: str
    proof: Proof

    def gap(self) -> Point:
        """Return worst − quantity as a linear form: it is ≥ 0."""
        return constant(self.worst) - self.quantity


def linear_regret() -> Point:
    """Return r_t = ⟨g_t, z_t − u⟩."""
    return inner(g, z - u)


def bounded_gradients(weight: Expr) -> Premise:
    """Return the premise Σ|g_t|² ≤ T G², which sums |g_t| ≤ G."""
    return Premise("|g_t| ≤ G, summed", weight, constant(T * G**2) - SQUARES)


def projection(target: Point, weight: Expr) -> tuple[Premise, Premise]:
    """Return the premises that make weight · (|target − u|² − |z_{t+1} − u|²) ≥ 0.

    They are what is known of z_{t+1} = Π(target); without a projection both gaps are 0.
    """
    moved = target - z_next
    return (
        Premise("⟨v − Π(v), Π(v) − u⟩ ≥ 0", 2 * weight, inner(moved, z_next - u)),
        Premise("|v − Π(v)|² ≥ 0", weight, norm2(moved)),
    )


def square_root_sum(e: Expr) -> tuple[str, Certificate]:
    """Certify the step of Σ_{s≤t} |g_s|²/(2√s) ≤ G²√t, by induction.

    With e = √t − √(t−1) > 0 one has √t = (1/e + e)/2 and √(t−1) = (1/e − e)/2; `V` is the sum so
    far, in units where G = 1.
    """
    after: Expr = (1 / e + e) / 2
    before: Expr = (1 / e - e) / 2
    V, one, square = basis("V"), basis("1"), basis("|g_t|²/G²")
    slack: Expr = sp.cancel(after - before - 1 / (2 * after))
    return (
        "Σ |g_s|²/(2√s) ≤ G²√t, induction step",
        Certificate(
            after * one - (V + 1 / (2 * after) * square),
            (
                Premise("hypothesis", 1, before * one - V),
                Premise("|g_t| ≤ G", 1 / (2 * after), one - square),
                Premise("1 ≥ 0", slack, one),
            ),
        ),
    )
