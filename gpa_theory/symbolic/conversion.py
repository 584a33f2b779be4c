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

from typing import Any

import sympy as sp

from gpa_theory.core import averaging
from gpa_theory.core.averaging import Uniform
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import Point, basis
from gpa_theory.symbolic.proof import Proof, induction
from gpa_theory.symbolic.step_identity import (
    MU_Y_CLOSED,
    Step,
    divergences,
    divergences_at_y,
    first_step_inequality,
    later_step,
)
from gpa_theory.symbolic.symbols import rho

# Weights and past shares of two consecutive steps, free of one another.
p, p_next = sp.symbols("p_t p_next", nonnegative=True)
rho_next = sp.Symbol("rho_next", nonnegative=True)


def _invariant(regret: Point, past_gaps: Point, weight: Any, past: Any, phi: Point) -> Point:
    """Return Σ_{s≤t} p_s r_s − Σ_{s<t} q_s φ_s − p_t (1+ρ_t) φ_t, claimed ≥ 0."""
    return regret - past_gaps - weight * (1 + past) * phi


def _induction_step(step: Step, losses: tuple[Premise, ...]) -> Certificate:
    regrets, gaps = basis("Σ p r"), basis("Σ q φ")
    q = p * (1 + rho) - p_next * rho_next
    phi_prev, phi = step.phi("x_prev"), step.phi("x")
    claim = _invariant(regrets + p_next * step.regret(), gaps + q * phi_prev, p_next, rho_next, phi)
    hypothesis = _invariant(regrets, gaps, p, rho, phi_prev)
    return Certificate(claim, (Premise("hypothesis", 1, hypothesis), *losses))


def weighted_theorem() -> Proof:
    """Prove Σ q_t φ_t ≤ Σ p_t r_t for 0 ≤ μ_y < 1; the loss is the four Bregman terms."""
    step = later_step(past=rho_next)
    return induction(
        "Σ q_t φ_t ≤ Σ p_t r_t, with equality if the Bregman terms are kept",
        first_step_inequality(p),
        _induction_step(step, divergences(step, p_next, rho_next)),
    )


def weighted_theorem_at_y() -> Proof:
    """Prove the same with one subgradient, at y_t: μ_y = 1 and nonsmooth f included."""
    step = later_step(MU_Y_CLOSED, rho_next)
    return induction(
        "Σ q_t φ_t ≤ Σ p_t r_t for 0 ≤ μ_y ≤ 1, one subgradient per step",
        first_step_inequality(p),
        _induction_step(step, divergences_at_y(step, p_next, rho_next)),
    )


def equal_mass() -> Proof:
    """Prove Σ q_t = Σ p_t, by induction over T with q_T = p_T (1+ρ_T)."""
    P, before, one = basis("Σ p"), basis("Σ q"), basis("1")
    rho_1 = averaging.rho(Uniform(), sp.Integer(1))  # 0 for every averaging, as c_1 = 1
    q = p * (1 + rho) - p_next * rho_next
    hypothesis = P - before - p * (1 + rho) * one
    claim = (P + p_next * one) - (before + q * one) - p_next * (1 + rho_next) * one
    return induction(
        "Σ q_t = Σ p_t",
        Certificate(p * one - p * (1 + rho_1) * one, ()),
        Certificate(claim, (Premise("hypothesis", 1, hypothesis, equality=True),)),
    )
