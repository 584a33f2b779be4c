"""Linear regret of a base optimizer: what a proved bound says, and on what it rests.

Only *linearized* regret R_T(u) = Σ⟨g_t, z_t − u⟩ transfers through GPA, since g_t is taken at y_t.
Each base is proved from its own one-step inequality, in a file of this folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import ANY, BASES, Base
from gpa_theory.core.certificate import CertificateError, Premise
from gpa_theory.core.gram import Point, basis, constant, inner
from gpa_theory.symbolic.bases.methods import ANYHOW, METHODS, Method, check_method
from gpa_theory.symbolic.engine.axioms import square
from gpa_theory.symbolic.engine.forms import same
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Lipschitz, Projection
from gpa_theory.symbolic.engine.numbers import Count
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import g, u, z, z_next
from gpa_theory.symbolic.engine.stated import AnyBase
from gpa_theory.symbolic.engine.symbols import COUNT, Q_1, Expr, G, Q, S, T, in_rho, q
from gpa_theory.symbolic.engine.vocabulary import SQUARES, check_names

BOUNDED_GRADIENTS = "Σ|g_t|² ≤ TG²"


@dataclass(frozen=True, slots=True)
class Regret:
    """A proved bound on the regret of a base optimizer.

    `observed` may use the gradients a run has seen (Q = Σ|g_t|², Q_1 = Σ_i |g_{1:T,i}|);
    `worst` uses G and T only.  A base that is no row of `core.bases` is the user's own: it moves as
    the proof says.  Both bound `quantity`, a named sum of `schemes`.  Refused is what
    its proof does not end in, down to the meaning of the names: the sum must be that of
    `engine.vocabulary`, the motion of z that of the base, the assumptions those of the proof.
    """

    base: Base
    quantity: Point
    observed: Expr
    worst: Expr
    assumptions: frozenset[Assumption]
    source: str
    proof: Proof

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raise `CertificateError` unless the proof re-checks and ends in exactly this bound."""
        call = f"Regret({getattr(self.base, 'name', self.base)!s})"
        if type(self.base) is not Base or BASES.get(self.base.name, self.base) != self.base:
            raise CertificateError(f"{call}: base must be a row of its own, or one of the table")
        if type(self.proof) is not Proof:
            raise CertificateError(f"{call}: {self.proof!r} is no proof")
        proved = self.proof.proved()
        if not same(self.gap(), proved.claim):
            raise CertificateError(f"{call}: the proof ends in another bound")
        if proved.assumptions != self.assumptions:
            found = sorted(a.name for a in proved.assumptions)
            raise CertificateError(f"{call}: the proof rests on other assumptions: {found}")
        parts, seen = self.proof.everything().values(), self._observed_gap()
        observed = [part for part in parts if same(seen, part.claim)]
        if not observed:
            raise CertificateError(f"{call}: no part proves what is observed")
        for part in (proved, *observed):
            check_names(call, part.scope, self.quantity.terms)
            check_method(call, part.scope, self._method(part.scope))

    def _method(self, scope: Mapping[Any, Any]) -> Method:
        """Return how z must move: as the table says, anyhow, or as a user's own proof says."""
        if self.base == ANY:
            return ANYHOW
        if self.base.name in METHODS:
            return METHODS[self.base.name]
        laws = {key: law for key, law in scope.items() if key[0] == "law"}
        if not laws or any(type(law) is AnyBase for law in laws.values()):
            raise CertificateError(f"Regret({self.base.name}): the proof does not say how z moves")
        return laws

    def gap(self) -> Point:
        """Return worst − quantity ≥ 0 as a linear form, with μ_x = ρ/(1+ρ)."""
        return constant(in_rho(self.worst)) - self.quantity

    def _observed_gap(self) -> Point:
        """Return observed − quantity in the names of the proof: Q_T, or its root q, or S."""
        observed = in_rho(self.observed)
        slope = observed.diff(Q)
        if slope.has(Q):  # √Q occurs
            return constant(observed.subs(Q, q**2)) - self.quantity
        rest = (observed - slope * Q).expand().subs(Q_1, S)
        return constant(rest) + slope * basis(SQUARES.name) - self.quantity


def linear_regret() -> Point:
    """Return r_t = ⟨g_t, z_t − u⟩."""
    return inner(g, z - u)


def bounded_gradients() -> Induction:
    """Return the induction over t for Σ|g_t|² ≤ T G²."""
    return Induction(
        constant(COUNT * G**2) - SQUARES.so_far,
        (SQUARES, Count(COUNT)),
        step=(Lipschitz().times(1),),
    )


def by_bounded_gradients(weight: Expr) -> Premise:
    """Return Σ|g_t|² ≤ T G², as proved by the part `BOUNDED_GRADIENTS`."""
    return Premise(BOUNDED_GRADIENTS, weight, constant(T * G**2) - basis(SQUARES.name))


def projection(target: Point, weight: Expr) -> tuple[Premise, Premise]:
    """Return the premises that make weight · (|target − u|² − |z_{t+1} − u|²) ≥ 0.

    They are what is known of z_{t+1} = Π(target); without a projection both gaps are 0.
    """
    return Projection(target).times(2 * weight), square(weight, target - z_next)
