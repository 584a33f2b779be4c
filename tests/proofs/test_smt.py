"""A second, independent check of the step inequality: an SMT solver finds no counterexample.

Inner products with g enter as real numbers a = ⟨g, ·⟩, linear in the vector, so the negated
inequality is a system of polynomial (in)equalities over ℝ.  z3 decides it without our algebra.
"""

import pytest
import z3

MU_X, MU_Y, RHO, K, SHARE = z3.Reals("mu_x mu_y rho k share")
F_U, F_X, F_Y, F_PAST = z3.Reals("f_u f_x f_y f_past")
A_U, A_Z, A_PAST = z3.Reals("a_u a_z a_past")
TIMEOUT_MS = 60_000

A_X = MU_X * A_PAST + (1 - MU_X) * A_Z  # x_t = μ_x x_{t−1} + (1 − μ_x) z_t
A_Y = MU_Y * A_X + (1 - MU_Y) * A_Z
PREMISES = {
    "ranges": z3.And(MU_X >= 0, MU_X < 1, MU_Y >= 0, MU_Y <= 1),
    "past": RHO * (1 - MU_X) == MU_X,
    "k": z3.And(K == 1 + (1 - MU_Y) * RHO, SHARE * K == 1),
    "subgradient at u": F_U >= F_Y + (A_U - A_Y),
    "subgradient at x_{t-1}": F_PAST >= F_Y + (A_PAST - A_Y),
    "convexity at x_t": F_X <= SHARE * F_Y + (1 - SHARE) * F_PAST,
}
STEP = F_X - F_U + RHO * (F_X - F_PAST) <= A_Z - A_U


def decided(premises, conclusion):
    """Return whether the conclusion follows: "unsat" if it does, "sat" if a counterexample is."""
    solver = z3.Solver()
    solver.set("timeout", TIMEOUT_MS)
    solver.add(*premises, z3.Not(conclusion))
    return str(solver.check())


def test_the_step_inequality_has_no_counterexample():
    """φ_t + ρ (f(x_t) − f(x_{t−1})) ≤ r_t for every 0 ≤ μ_x < 1, 0 ≤ μ_y ≤ 1."""
    assert decided(PREMISES.values(), STEP) == "unsat"


@pytest.mark.parametrize("dropped", [name for name in PREMISES if name not in ("past", "k")])
def test_every_premise_is_needed(dropped):
    """Must fail: without any one premise the solver finds a counterexample."""
    kept = [premise for name, premise in PREMISES.items() if name != dropped]
    assert decided(kept, STEP) == "sat"


def test_a_stronger_inequality_has_a_counterexample():
    """Must fail: a larger weight of the past is refuted."""
    stronger = F_X - F_U + (1 + RHO) * (F_X - F_PAST) <= A_Z - A_U
    assert decided(PREMISES.values(), stronger) == "sat"


def test_the_induction_step_has_no_counterexample():
    """From S + ρ φ ≤ R + ρ φ_1 and the step inequality the same follows one step later."""
    s, r, rho, first, now, later, step = z3.Reals("S R rho phi_1 phi phi_next r")
    before = s + rho * now <= r + rho * first
    one_step = later + rho * (later - now) <= step
    after = s + later + rho * later <= r + step + rho * first
    assert decided([before, one_step], after) == "unsat"
    assert decided([before], after) == "sat"
