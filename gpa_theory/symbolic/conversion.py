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
from gpa_theory.core.gram import constant
from gpa_theory.symbolic.engine.components import Total
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.numbers import Sequence
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.vocabulary import LAST
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
rho_t, rho_next = sp.symbols("rho_t rho_next", nonnegative=True)
_WEIGHTS = (  # p_t and ρ_t, with ρ_1 = 0
    Sequence(p, p_next, p),
    Sequence(rho_t, rho_next, rho_of(Uniform(), sp.Integer(1))),
)


def _theorem(first: Step, step: Step, losses: tuple[Premise, ...]) -> Induction:
    """Return the induction over T whose step is the step identity times p_{t+1}.

    Its invariant is Σ_{s≤t} p_s r_s − Σ_{s<t} q_s φ_s − p_t (1+ρ_t) φ_t.
    """
    phi = step.phi("x_prev")
    q = p * (1 + rho_t) - p_next * rho_next
    regrets = Total("Σ_{t≤T} p r", p_next * step.regret(), first=p * first.regret())
    gaps = Total("Σ_{t<T} q φ", q * phi, since=2)
    return Induction(
        regrets.so_far - gaps.so_far - p * (1 + rho_t) * phi,
        (regrets, gaps, *_WEIGHTS, LAST),
        base=first_step_inequality(p).premises,
        step=losses,
        begins=1,
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


def equal_mass() -> Proof:
    """Prove Σ q_t = Σ p_t: no axiom is used, so Σ_{s≤t} p_s − Σ_{s<t} q_s − p_t (1+ρ_t) is 0."""
    q = p * (1 + rho_t) - p_next * rho_next
    sums = Total("Σ_{t≤T} p", constant(p_next), first=constant(p))
    before = Total("Σ_{t<T} q", constant(q), since=2)
    invariant = sums.so_far - before.so_far - constant(p * (1 + rho_t))
    equal = Induction(invariant, (sums, before, *_WEIGHTS), begins=1)
    return Proof("Σ q_t = Σ p_t", (("by induction", equal),))
