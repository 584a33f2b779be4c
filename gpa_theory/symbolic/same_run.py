r"""By how much f(x_t) is below f(z_t) on the same run: the step identity with z_t itself for u.

The regret term ⟨g_t, z_t − z_t⟩ vanishes, so for any f, any averaging and any base

.. math::
    f(z_t) - f(x_t) = B(z_t,y_t) + (1+\nu)\,B(y_t,x_t) + \nu\,B(x_t,y_t)
        + \rho_t\,B(x_{t-1},x_t) - \rho_t\,(f(x_{t-1}) - f(x_t))

for μ_y < 1, and with the gradient at y_t alone for μ_y ≤ 1.  Summed over a run with constant μ_x,
the averages beat the iterates of the base if and only if the divergences outweigh
ρ(f(x_1) − f(x_T)) (Rocq: `against_base`, `beats_base`).

Ours; we know of no earlier statement.  It rests on the step identity.
"""

from __future__ import annotations

from gpa_theory.core.certificate import Certificate
from gpa_theory.core.gram import Point
from gpa_theory.symbolic.engine.convexity import Convexity, Jensen
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import value
from gpa_theory.symbolic.engine.symbols import rho
from gpa_theory.symbolic.step_identity import (
    MU_Y_CLOSED,
    Step,
    divergences,
    divergences_at_y,
    first_step,
    later_step,
)

BASE = "z"  # the point in the place of u


def _lead(step: Step) -> Point:
    """Return f(z_t) − f(x_t) + ρ_t (f(x_{t−1}) − f(x_t))."""
    return value(BASE) - value("x") + rho * (value("x_prev") - value("x"))


def first() -> Certificate:
    """Certify f(z_1) − f(x_1) ≥ 0: both are the start, and B(z_1, y_1) = f(z_1) − f(y_1)."""
    step = first_step(MU_Y_CLOSED)
    premises = (
        Convexity(step.place(BASE), step.place("y")).times(1),
        Jensen(step.place("x"), ((1, step.place("y")),)).times(1),
    )
    return Certificate(value(BASE) - value("x"), premises)


def later() -> Certificate:
    """Certify f(z_t) − f(x_t) + ρ_t (f(x_{t−1}) − f(x_t)) ≥ 0 by the four divergences, μ_y < 1."""
    step = later_step()
    return Certificate(_lead(step), divergences(step, against=BASE))


def later_at_y() -> Certificate:
    """Certify the same with one subgradient, at y_t; μ_y = 1 included."""
    step = later_step(MU_Y_CLOSED)
    return Certificate(_lead(step), divergences_at_y(step, against=BASE))


def same_run_proof() -> Proof:
    """Prove what averaging gains over the base's own iterates, step by step."""
    return Proof(
        "f(z_t) − f(x_t) + ρ_t(f(x_{t−1}) − f(x_t)) = B(z_t,y_t) + (1+ν)B(y_t,x_t) + νB(x_t,y_t)"
        " + ρ_t B(x_{t−1},x_t)",
        (("t = 1", first()), ("t ≥ 2", later()), ("t ≥ 2, gradient at y_t", later_at_y())),
    )
