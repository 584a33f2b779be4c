r"""Multipliers that need no solver: those of the step identity, for the telescoped metric.

.. math:: \varphi_t + \rho\,(f(x_t) - f(x_{t-1})) = \langle g_t, z_t - x_*\rangle - B(x_*, y_t)
    - (1+\nu) B(y_t, x_t) - \nu B(x_t, y_t) - \rho B(x_{t-1}, x_t)

Its mean over t is the metric, so the weights of the divergences, divided by T, carry the metric.
They are optimal where f is Lipschitz, and where it is smooth and γL ≤ 1 (*measured*); a solver gets
there only slowly where points nearly coincide.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from gpa_theory.core.averaging import Exponential, rho
from gpa_theory.core.identity import at_x_and_y, nu
from gpa_theory.worst_case.certify.mixing import quadratic_run
from gpa_theory.worst_case.certify.upper import NotCertifiedError
from gpa_theory.worst_case.model.ball_vector import Array, BallVector, unit_vector
from gpa_theory.worst_case.model.methods import Averaged
from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.model.sampling import played
from gpa_theory.worst_case.model.scaling import InUnits
from gpa_theory.worst_case.model.solution import Solution


def solve_by_identity(of: Program) -> Solution:
    """Return the identity's multipliers, and a quadratic for a primal point.

    >>> from gpa_theory.worst_case.certify.upper import certified_upper
    >>> from gpa_theory.worst_case.model.classes import FunctionClass
    >>> from gpa_theory.worst_case.model.methods import gpa
    >>> from gpa_theory.worst_case.model.program import program
    >>> problem = program(gpa(0.75, 0.5, 0.5), 4, "telescoped", FunctionClass(lipschitz=1))
    >>> found = solve_by_identity(problem)
    >>> 0 <= certified_upper(problem, found.flow, found.norms)[0] - 0.5 < 1e-12
    True
    """
    flow = identity_flow(of)
    norms = smooth_norms(of, flow) if of.smooth else lipschitz_norms(of, flow)
    return Solution(*quadratic_run(of, 0.5), flow, norms, "exact", "step identity")


def identity_flow(of: Program) -> Array:
    """Return the multipliers of all pairs, (N, N)."""
    method = averaged(of)
    if method is None or not isinstance(averaging := method.method.averaging, Exponential):
        raise NotCertifiedError("the step identity is for GPA with a constant μ_x")
    mu_y, past = float(method.method.mu_y), float(rho(averaging, 2.0))
    terms = at_x_and_y(past, nu(mu_y) if mu_y < 1 else 0.0)  # at μ_y = 1 all y_t are x_t
    trace = played(
        of.method, of.steps, unit_vector(0, of.size), lambda t, y: unit_vector(t, of.size)
    )
    x, last = [_index(of, point) for point in trace.x], of.count - 1
    y = [*(_index(of, point) for point in trace.y), x[-1]]
    flow = np.zeros((of.count, of.count))
    for t, (here, query) in enumerate(zip(x, y, strict=True)):
        place = {"u": last, "x": here, "y": query, "prev": x[t - 1] if t else here}
        for _, multiplier, a, b in terms:
            if place[a] != place[b]:
                flow[place[a], place[b]] += multiplier
    return flow / of.steps


def averaged(of: Program) -> Averaged | None:
    """Return the method if it is GPA, in its own units."""
    method = of.method.method if isinstance(of.method, InUnits) else of.method
    return method if isinstance(method, Averaged) else None


def constant_step(of: Program) -> Fraction | None:
    """Return γ in the units of the program, if it is GPA with one step size."""
    method, factor = averaged(of), of.method.factor if isinstance(of.method, InUnits) else 1
    return None if method is None or isinstance(method.gamma, tuple) else method.gamma * factor


def _index(of: Program, point: BallVector) -> int:
    """Return the number of the sample at a point of the run."""
    return int(np.flatnonzero((of.positions == point.center).all(1))[0])


def lipschitz_norms(of: Program, flow: Array) -> Array:
    """Return norm multipliers that make S definite and their sum least.

    On z_1 and the g_t of the queries, S is −1/(2T) off the corner and γ/(2T) elsewhere off the
    diagonal; both branches of the closed form follow from the best equal ν_k.
    """
    T, gamma = of.steps, float(constant_step(of) or 0) if of.steps > 1 else 0.0
    own = max(gamma, 1 - gamma * (T - 1)) / (2 * T)
    norms = np.where(np.append(0.0, flow[-1, :-1]) > 0, own, 0.0)
    norms[0] = 1 / (4 * (gamma * (T - 1) / 2 + T * own))
    return norms


def smooth_norms(of: Program, flow: Array) -> Array:
    """Return ν_0, the least that makes S definite, if the rest of S is."""
    matrix, norms = of.slack_matrix(flow, np.zeros(of.size)), np.zeros(of.size)
    row = matrix[0, 1:]
    norms[0] = max(0.0, float(row @ np.linalg.solve(matrix[1:, 1:], row)) - matrix[0, 0])
    return norms
