r"""One theorem, every averaging scheme: weighted regret becomes convergence.

For any weights p_t ≥ 0 put q_t = p_t (1+ρ_t) − p_{t+1} ρ_{t+1} (t < T), q_T = p_T (1+ρ_T), ρ_1 = 0:

.. math::
    \sum_{t \le T} q_t \varphi_t = \sum_{t \le T} p_t r_t
        - \sum_{t \le T} p_t\,(\text{Bregman terms of step } t) \le \sum_{t \le T} p_t r_t,
    \qquad \sum q_t = \sum p_t

The proof is an induction over T whose step is the step identity, certified exactly.  Every row of
`SCHEMES` is a choice of (p_t, ρ_t); its q_t are computed, not typed in.

Reference: defazio2024road, Theorems 2 and 5, for the rows with ρ_t = w_{1:t−1}/w_t; the weights p_t
decoupled from the averaging, and the rows marked ours, are this project's.
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.core.averaging import Uniform
from gpa_theory.core.averaging import rho as rho_of
from gpa_theory.core.certificate import Premise
from gpa_theory.core.gram import ZERO, Point, basis, constant
from gpa_theory.symbolic.engine.proof import Induction, Proof
from gpa_theory.symbolic.engine.symbols import Expr, rho
from gpa_theory.symbolic.step_identity import (
    MU_Y_CLOSED,
    Step,
    divergences,
    divergences_at_y,
    first_step,
    first_step_inequality,
    later_step,
)

# Weights and past shares of two consecutive steps, free of one another.
p, p_next = sp.symbols("p_t p_next", nonnegative=True)
rho_next = sp.Symbol("rho_next", nonnegative=True)


def _invariant(regrets: Point, gaps: Point, weight: Expr, past: Expr, phi: Point) -> Point:
    """Return Σ_{s≤t} p_s r_s − Σ_{s<t} q_s φ_s − p_t (1+ρ_t) φ_t."""
    return regrets - gaps - weight * (1 + past) * phi


def _theorem(first: Step, step: Step, losses: tuple[Premise, ...]) -> Induction:
    """Return the induction over T whose step is the step identity times p_{t+1}."""
    regrets, gaps = basis("Σ p r"), basis("Σ q φ")
    q = p * (1 + rho) - p_next * rho_next
    phi_prev = step.phi("x_prev")
    return Induction(
        _invariant,
        start=(p * first.regret(), ZERO, p, rho_of(Uniform(), sp.Integer(1)), first.phi("x")),
        now=(regrets, gaps, p, rho, phi_prev),
        after=(
            regrets + p_next * step.regret(),
            gaps + q * phi_prev,
            p_next,
            rho_next,
            step.phi("x"),
        ),
        end=(basis("Σ_{t≤T} p r"), basis("Σ_{t<T} q φ"), p, rho, basis("φ_T")),
        base=first_step_inequality(p).premises,
        step=losses,
    )


def weighted_theorem() -> Proof:
    """Prove Σ q_t φ_t ≤ Σ p_t r_t for 0 ≤ μ_y < 1; the loss is the four Bregman terms."""
    step = later_step(past=rho_next)
    theorem = _theorem(first_step(), step, divergences(step, p_next, rho_next))
    statement = "Σ q_t φ_t ≤ Σ p_t r_t, with equality if the Bregman terms are kept"
    return Proof(statement, (("by induction", theorem),))


def weighted_theorem_at_y() -> Proof:
    """Prove the same with one subgradient, at y_t: μ_y = 1 and nonsmooth f included."""
    step = later_step(MU_Y_CLOSED, rho_next)
    theorem = _theorem(first_step(MU_Y_CLOSED), step, divergences_at_y(step, p_next, rho_next))
    statement = "Σ q_t φ_t ≤ Σ p_t r_t for 0 ≤ μ_y ≤ 1, one subgradient per step"
    return Proof(statement, (("by induction", theorem),))


def _mass_invariant(regrets: Point, gaps: Point, weight: Expr, past: Expr) -> Point:
    """Return Σ_{s≤t} p_s − Σ_{s<t} q_s − p_t (1+ρ_t)."""
    return regrets - gaps - constant(weight * (1 + past))


def equal_mass() -> Proof:
    """Prove Σ q_t = Σ p_t: no axiom is used, so the invariant is 0."""
    P, before = basis("Σ p"), basis("Σ q")
    q = p * (1 + rho) - p_next * rho_next
    equal = Induction(
        _mass_invariant,
        start=(constant(p), ZERO, p, rho_of(Uniform(), sp.Integer(1))),
        now=(P, before, p, rho),
        after=(P + constant(p_next), before + constant(q), p_next, rho_next),
        end=(basis("Σ_{t≤T} p"), basis("Σ_{t<T} q"), p, rho),
        base=(),
        step=(),
    )
    return Proof("Σ q_t = Σ p_t", (("by induction", equal),))
