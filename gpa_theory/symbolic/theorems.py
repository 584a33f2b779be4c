"""Every proved theorem by name: what `verify` re-checks, tests attack and citations print."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import sympy as sp

from gpa_theory.symbolic import affine, conversion, rates, same_run, step_identity
from gpa_theory.symbolic.bases import drawn_back
from gpa_theory.symbolic.bound import Bound
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import T, mu_x
from gpa_theory.symbolic.minimax import first_column, matched, uniform_mean
from gpa_theory.symbolic.minimax import rows as minimax_rows
from gpa_theory.symbolic.quadratics import stability, variance
from gpa_theory.symbolic.quadratics import step as quadratic
from gpa_theory.symbolic.rows import ROWS
from gpa_theory.symbolic.schedule_free import SCHEDULE_FREE
from gpa_theory.symbolic.schedules.reach import reach_proof
from gpa_theory.symbolic.schedules.tails import tails_proof
from gpa_theory.symbolic.schedules.window import window_proof
from gpa_theory.symbolic.special_cases import SPECIAL_CASES
from gpa_theory.symbolic.telescoped import TELESCOPED

C = sp.Symbol("C", positive=True)  # a constant of whoever states a regret bound
BOUNDED_BY_REGRET = ("average", "mean", "weighted", "telescoped")


def step_identity_proof() -> Proof:
    """Prove the step identity for 0 ≤ μ_y < 1, first step included."""
    return Proof(
        "φ_t + ρ_t(f(x_t) − f(x_{t−1})) = r_t − B(u,y_t) − (1+ν)B(y_t,x_t) − νB(x_t,y_t)"
        " − ρ_t B(x_{t−1},x_t)",
        (
            ("t = 1", step_identity.first_step_inequality()),
            ("t ≥ 2", step_identity.step_inequality()),
        ),
    )


def second_identity_proof() -> Proof:
    """Prove the second identity for 0 ≤ μ_y ≤ 1, and that Jensen's inequality applies."""
    return Proof(
        "the step identity with one subgradient, at y_t",
        (*step_identity.x_from_y(), ("t ≥ 2", step_identity.step_inequality_at_y())),
    )


PROOFS: dict[str, Callable[[], Proof]] = {
    "affine-relations": affine.affine_relations,
    "weighted-mean": affine.weighted_mean,
    "two-buffer-forms": affine.two_buffer_forms,
    "step-identity": step_identity_proof,
    "second-identity": second_identity_proof,
    "same-run": same_run.same_run_proof,
    "weighted-theorem": conversion.weighted_theorem,
    "weighted-theorem-at-y": conversion.weighted_theorem_at_y,
    "equal-mass": conversion.equal_mass,
    **{f"row-{name}": lambda row=row: row.proof() for name, row in ROWS.items()},
    **{f"regret-{base}": lambda make=make: make().proof for base, make in rates.REGRETS.items()},
    **{
        f"discounted-regret-{base}": lambda make=make: make().proof
        for base, make in rates.DISCOUNTED.items()
    },
    **SPECIAL_CASES,
    **SCHEDULE_FREE,
    **TELESCOPED,
    "quadratic-characteristic": quadratic.characteristic_proof,
    "quadratic-stability": stability.stability_proof,
    "quadratic-momentum-stability": stability.momentum_stability_proof,
    "quadratic-variance": variance.variance_proof,
    "minimax-rows": minimax_rows.rows_proof,
    "minimax-matched-decay": matched.matched_proof,
    "minimax-first-column": first_column.first_column_proof,
    "minimax-uniform-mean": uniform_mean.uniform_mean_proof,
    "descent-tails": tails_proof,
    "window-sum": window_proof,
    "descent-reach": reach_proof,
    "regret-drawn-back": drawn_back.discounted,
}


@cache
def any_base() -> dict[str, Bound]:
    """Return the bounds for any base whose regret is at most C√T, by metric and averaging."""
    regret = C * sp.sqrt(T)
    found = {metric: rates.bound(None, metric, regret=regret) for metric in BOUNDED_BY_REGRET}
    found["schedule-free"] = rates.bound(None, "last", "uniform", regret=regret)
    found["last"] = rates.bound(None, "last", discounted=C / sp.sqrt(1 - mu_x))
    return {f"any-{name}": bound for name, bound in found.items()}


@cache
def bounds() -> dict[str, Bound]:
    """Return every composed bound with γ tuned, and the horizon rule, by name."""
    found = {
        f"{metric}-{base}": rates.bound(base, metric).tuned("gamma")
        for base in rates.REGRETS
        for metric in ("average", "mean", "weighted")
    }
    found |= {
        f"schedule-free-{base}": rates.bound(base, "last", "uniform").tuned("gamma")
        for base in rates.REGRETS
    }
    last = {f"last-{base}": rates.bound(base, "last").tuned("gamma") for base in rates.DISCOUNTED}
    horizon = {f"horizon-{base}": rates.bound(base, "last").horizon() for base in rates.DISCOUNTED}
    return found | last | horizon
