"""The whole program in cvxpy, written as one reads it: slow, a check of `conic`."""

from __future__ import annotations

import numpy as np

from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.model.solution import Solution
from gpa_theory.worst_case.solvers.panics import contained


def solve_cvxpy(of: Program, solver: str = "CLARABEL") -> Solution:
    """Solve the whole program by the named cvxpy solver; if that fails, no other one is tried."""
    import cvxpy as cp
    from cvxpy.error import SolverError

    n, N = of.size, of.count
    gram = cp.Variable((n, n), PSD=True)
    values = cp.Variable((N, 1))
    selects = np.vstack([np.eye(n)[1:], np.zeros((1, n))])  # g_i = selects[i] · basis, g_* = 0
    inner = of.positions @ gram @ selects.T  # ⟨h_i, g_j⟩
    ones = np.ones((1, N))
    own = cp.reshape(cp.diag(inner), (1, N), order="F")
    excess = ones.T @ values.T - values @ ones + inner - ones.T @ own
    if of.smooth:
        squares = selects @ gram @ selects.T
        norms = cp.reshape(cp.diag(squares), (N, 1), order="F")
        excess += (norms @ ones + ones.T @ norms.T) / 2 - squares
    pairs = excess <= 0
    bound = cp.diag(gram)[: 1 if of.smooth else n] <= 1
    gain = of.weights @ values[:, 0] + cp.trace(of.quadratic @ gram)
    problem = cp.Problem(cp.Maximize(gain), [pairs, bound, values[N - 1, 0] == 0])
    try:
        with contained():
            problem.solve(solver=solver)
    except SolverError as error:
        raise RuntimeError(f"worst_case: cvxpy's {solver}: {error}") from None
    if problem.status not in (cp.OPTIMAL, cp.OPTIMAL_INACCURATE):
        raise RuntimeError(f"worst_case: cvxpy's {solver} stopped with status {problem.status!r}")
    flow = np.maximum(np.asarray(pairs.dual_value, float), 0)
    np.fill_diagonal(flow, 0)
    norms = np.zeros(n)
    norms[: 1 if of.smooth else n] = bound.dual_value
    at = np.asarray(values.value, float)[:-1, 0]
    square = np.asarray(gram.value, float)
    return Solution(square, at, flow, norms, problem.status, f"cvxpy/{solver}")
