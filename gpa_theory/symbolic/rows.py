r"""Every row of the weighted theorem, proved for all T by its own induction.

A row is an invariant of the state (A, S, B, n, M, φ): the regrets so far (discounted or not), the
sum of gaps, the start (φ_1 or r_1), the count t, the power μ_x^{t−1}, and φ_t.  Its step is the
second step identity, so every row holds for 0 ≤ μ_y ≤ 1 with one subgradient per step.  The last
part restates it with the q_t of the weighted theorem: two derivations, one row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import Point, basis
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.numbers import Count
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import Expr, T, in_rho, mu_x, rho
from gpa_theory.symbolic.engine.vocabulary import (
    DISCOUNTED,
    FIRST,
    FIRST_REGRET,
    GAPS,
    LAST,
    MU,
    POWER,
    REGRET,
    M,
)
from gpa_theory.symbolic.schemes import SCHEMES, Scheme
from gpa_theory.symbolic.step_identity import (
    MU_Y_CLOSED,
    divergences_at_y,
    first_step,
    first_step_inequality,
    later_step,
)

COUNT: Expr = sp.Symbol("n", positive=True)  # t

Invariant = Callable[[Point, Point, Point, Expr, Expr, Point], Point]


@dataclass(frozen=True, slots=True)
class Row:
    """How one scheme is carried from step to step.

    `mass` divides Σ q_t φ_t into the metric; `norm` divides the invariant into the same row.
    """

    scheme: Scheme
    mass: Expr
    norm: Expr
    invariant: Invariant
    past: Callable[[Expr], Expr] = lambda n: rho
    discount: Expr = sp.S.One  # of the regrets, per step
    first_weight: Expr = sp.S.One  # of r_1 − φ_1 at the start
    from_regret: bool = False  # the start is r_1, not φ_1

    def inequality(self) -> Point:
        """Return the row as the q_t of the weighted theorem give it, with μ_x = ρ/(1+ρ)."""
        row = self.scheme.normalized(self.mass)
        return Point({name: in_power(c) for name, c in row.terms.items()})

    def proof(self) -> Proof:
        """Prove `inequality() ≥ 0` for every T."""
        carried = self._induction()
        restated = Premise("by induction", 1 / self.norm, carried.claim)
        row = Certificate(self.inequality(), (restated,))
        return Proof(self.scheme.words, (("by induction", carried), ("row", row)))

    def meanings(self) -> dict[Any, Any]:
        """Return where f is asked at step 1 and at any later step, and what n is there."""
        step, first = later_step(MU_Y_CLOSED, self.past(COUNT)), first_step(MU_Y_CLOSED)
        found: dict[Any, Any] = {("place", name): step.place(name).point for name in ("x", "y")}
        found |= {("first place", name): first.place(name).point for name in ("x", "y")}
        return found | {("within", COUNT): Count(COUNT)}

    def _induction(self) -> Induction:
        past = self.past(COUNT)
        step = later_step(MU_Y_CLOSED, past)
        regrets = REGRET if self.discount == 1 else DISCOUNTED
        start = FIRST_REGRET if self.from_regret else FIRST
        phi, B = step.phi("x_prev"), basis(start.name)
        empty = self.first_weight == 0  # the sum starts at t = 2
        return Induction(
            self.invariant(regrets.so_far, GAPS.so_far, B, COUNT, POWER.symbol, phi),
            (regrets, GAPS, start, Count(COUNT), POWER, LAST),
            base=() if empty else first_step_inequality(self.first_weight).premises,
            step=divergences_at_y(step, sp.S.One if self.discount == 1 else 1 - MU, past),
            hypothesis=self.discount,
            begins=1,
        )


def in_power(value: object) -> Expr:
    """Return the expression with M for μ_x^{T−1} and μ_x = ρ/(1+ρ), so that signs can be proved."""
    return in_rho(sp.sympify(value).subs(mu_x ** (T - 1), M))


ROWS = {
    row.scheme.name: row
    for row in (
        Row(SCHEMES["average"], T, T, lambda A, S, B, n, M, phi: A - S - rho * (phi - B)),
        Row(
            SCHEMES["schedule_free"],
            T,
            T,
            lambda A, S, B, n, M, phi: A - n * phi,
            past=lambda n: n,
        ),
        Row(
            SCHEMES["online_to_batch"],
            T,
            T,
            lambda A, S, B, n, M, phi: A - S,
            past=lambda n: sp.S.Zero,
        ),
        Row(
            SCHEMES["last"],
            SCHEMES["last"].q_last(),
            sp.S.One,
            lambda A, S, B, n, M, phi: (1 - MU) * A + M * B - phi,
            discount=MU,
            first_weight=sp.S.Zero,
        ),
        Row(
            SCHEMES["last_from_regret"],
            SCHEMES["last_from_regret"].q_last(),
            sp.S.One,
            lambda A, S, B, n, M, phi: (1 - MU) * A + M * B - phi,
            discount=MU,
            from_regret=True,
        ),
        Row(
            SCHEMES["no_remainder"],
            T + schemes.RHO,
            T + rho,
            lambda A, S, B, n, M, phi: A + rho * B - S - rho * phi,
            first_weight=1 + rho,
            from_regret=True,
        ),
    )
}
