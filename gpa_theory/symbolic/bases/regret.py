"""Linear regret of a base optimizer: what a proved bound says, and on what it rests.

Only *linearized* regret R_T(u) = Σ⟨g_t, z_t − u⟩ transfers through GPA, since g_t is taken at y_t.
Each base is proved from its own one-step inequality, in a file of this folder.
"""

from __future__ import annotations

from dataclasses import dataclass

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import Base
from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import Point, basis, constant, inner
from gpa_theory.symbolic.engine.axioms import square
from gpa_theory.symbolic.engine.fields import RATIONAL_FUNCTIONS
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import Expr, G, T, in_rho

# The vectors of one base step, and the scalars that sum up the past.
z, z_next, z_1, g, u = (basis(name) for name in ("z_t", "z_{t+1}", "z_1", "g_t", "u"))
REGRET_SO_FAR = basis("R")  # Σ_{s<t} r_s
SQUARES_SO_FAR = basis("Q_{t-1}")  # Σ_{s<t} |g_s|²
SQUARES = basis("Q_T")  # Σ_{t≤T} |g_t|²


@dataclass(frozen=True, slots=True)
class Regret:
    """A proved bound on the regret of a base optimizer.

    `observed` may use the gradients a run has seen (Q = Σ|g_t|², Q_1 = Σ_i |g_{1:T,i}|);
    `worst` uses G and T only.  Both bound `quantity`, a named sum of `schemes`.  A proof that does
    not end in worst − quantity ≥ 0 is refused.
    """

    base: Base
    quantity: Point
    observed: Expr
    worst: Expr
    assumptions: frozenset[Assumption]
    source: str
    proof: Proof

    def __post_init__(self) -> None:
        difference = Certificate(self.gap() - self.proof.claim, ())
        if difference.residual(RATIONAL_FUNCTIONS):
            raise CertificateError(f"Regret({self.base.name}): the proof ends in another bound")

    def gap(self) -> Point:
        """Return worst − quantity ≥ 0 as a linear form, with μ_x = ρ/(1+ρ)."""
        return constant(in_rho(self.worst)) - self.quantity


def linear_regret() -> Point:
    """Return r_t = ⟨g_t, z_t − u⟩."""
    return inner(g, z - u)


def bounded_gradients(weight: Expr) -> Premise:
    """Return Σ|g_t|² ≤ T G²."""
    return Premise("Lipschitz", weight, constant(T * G**2) - SQUARES)


def consecutive_roots(e: Expr) -> tuple[Expr, Expr]:
    """Return √(t−1) = (1/e − e)/2 and √t = (1/e + e)/2, both rational in e = √t − √(t−1) > 0.

    >>> import sympy as sp
    >>> before, after = consecutive_roots(sp.Symbol("e", positive=True))
    >>> sp.simplify(after**2 - before**2)
    1
    """
    return (1 / e - e) / 2, (1 / e + e) / 2


def projection(target: Point, weight: Expr) -> tuple[Premise, Premise]:
    """Return the premises that make weight · (|target − u|² − |z_{t+1} − u|²) ≥ 0.

    They are what is known of z_{t+1} = Π(target); without a projection both gaps are 0.
    """
    moved = target - z_next
    return (
        Premise("projection", 2 * weight, inner(moved, z_next - u)),
        square(weight, moved),
    )
