r"""Means over long horizons: an upper bound from O(T) inequalities.

O(T) inequalities are kept: those of the regret proof (neighbors in time, both ways, and pairs with
x*) and those with the metric's own point.  Dropping the others can only raise the optimum, so the
multipliers still bound the worst case from above.  How loose that is, the width of the interval
shows.

The Newton system has one row per inequality: with C_k = sym(u_k v_k'),

.. math:: \langle C_k, X C_l S^{-1}\rangle
    = \tfrac14 \sum (u_k' X u_l)(v_k' S^{-1} v_l) + \dots \quad (4\ \text{Hadamard products})

so the matrix of order n² of the whole program never appears.  Lipschitz class only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.linalg as sla

from gpa_theory.core.validation import refuse
from gpa_theory.worst_case.model.ball_vector import Array, theta
from gpa_theory.worst_case.model.methods import Averaged
from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.model.solution import Solution
from gpa_theory.worst_case.model.witness import Witness
from gpa_theory.worst_case.solvers.conic import flow_entries
from gpa_theory.worst_case.solvers.interior import reach, reach_rows

DAMPING = 0.95
LOOSE = ("average", "mean", "weighted")  # the metrics whose interval it leaves wide
MEANS = (*LOOSE, "telescoped")  # the metrics it is for


def sparse_pairs(of: Program) -> np.ndarray:
    """Return the kept pairs: at most three apart in time, with x*, with a point of the metric."""
    names = of.samples.names
    order = np.array([int(name[1:]) if name[1:].isdigit() else len(names) for name in names])
    near = np.abs(order[:, None] - order[None, :]) <= 1
    of_metric = order == len(names)  # a mean of iterates belongs to no time
    near |= of_metric[:, None] | of_metric[None, :]
    table = np.ones((of.count, of.count), bool)
    table[:-1, :-1] = near
    np.fill_diagonal(table, False)
    return np.argwhere(table)


@dataclass(slots=True)
class _Iterate:
    """Gram matrix X, values and slacks; multipliers and the dual's matrix S."""

    gram: Array
    values: Array
    slacks: Array
    multipliers: Array
    dual: Array


class _Multipliers:
    """max w'F with C_k·X + (B F)_k + s_k = b_k, rows scaled to unit size; steps on its dual."""

    def __init__(self, of: Program, pairs: np.ndarray) -> None:
        n, last = of.size, of.count - 1
        select = np.zeros((of.count, n))
        select[np.arange(last), np.arange(last) + 1] = 1.0
        i, j = pairs[:, 0], pairs[:, 1]
        left = np.vstack([select[j], np.eye(n)])
        right = np.vstack([of.positions[i] - of.positions[j], np.eye(n)])
        flows = np.zeros((len(pairs) + n, last))
        for row, column, sign in flow_entries(of.count, pairs):
            flows[row, column] = sign
        limits = np.concatenate([np.zeros(len(pairs)), np.ones(n)])
        self.scale = np.ones(len(limits))
        self.scale[: len(pairs)] = 1 / np.sqrt(1 + (right[: len(pairs)] ** 2).sum(1))
        self.left, self.right = left, right * self.scale[:, None]
        self.flows, self.limits = flows * self.scale[:, None], limits * self.scale
        self.weights = of.weights[:-1]

    def apply(self, matrix: Array) -> Array:
        """Return C_k · matrix for every row."""
        return np.einsum("ij,ij->i", self.left @ matrix, self.right)

    def adjoint(self, multipliers: Array) -> Array:
        """Return Σ multiplier · C_k."""
        found = self.left.T @ (multipliers[:, None] * self.right)
        return (found + found.T) / 2

    def start(self) -> _Iterate:
        """Return a point inside all cones, equations not yet satisfied."""
        n, m = self.left.shape[1], len(self.limits)
        size = max(1.0, np.sqrt(m))
        return _Iterate(
            np.eye(n), np.zeros(len(self.weights)), np.ones(m), np.ones(m), size * np.eye(n)
        )

    def mean_gap(self, at: _Iterate) -> float:
        """Return the complementarity per dimension."""
        total = float((at.gram * at.dual).sum() + at.slacks @ at.multipliers)
        return total / (len(at.gram) + len(at.slacks))

    def schur(self, at: _Iterate, inverse: Array) -> Array:
        """Return the matrix of the Newton system."""
        u, v = self.left, self.right
        ux, vx, uw, vw = u @ at.gram, v @ at.gram, u @ inverse, v @ inverse
        found = (vx @ u.T) * (uw @ v.T) + (ux @ v.T) * (vw @ u.T)
        found += (vx @ v.T) * (uw @ u.T) + (ux @ u.T) * (vw @ v.T)
        found = (found + found.T) / 8
        found[np.diag_indices(len(found))] += at.slacks / at.multipliers
        return found

    def step(self, at: _Iterate) -> _Iterate:
        """Return the next point: predictor, centering, corrector."""
        inverse = sla.cho_solve(sla.cho_factor(at.dual, lower=True), np.eye(len(at.dual)))
        inverse = (inverse + inverse.T) / 2
        factor = sla.cho_factor(self.schur(at, inverse), lower=True, check_finite=False)
        across = sla.cho_solve(factor, self.flows, check_finite=False)
        small = self.flows.T @ across
        small[np.diag_indices(len(small))] += 1e-14 * np.trace(small) / len(small)
        inner = sla.cho_factor(small)
        primal = self.limits - self.apply(at.gram) - self.flows @ at.values - at.slacks
        dual = at.dual - self.adjoint(at.multipliers)
        flow = self.weights - self.flows.T @ at.multipliers

        def direction(target: float, bent: Any, bent_rows: Any) -> _Iterate:
            free = target * inverse - at.gram + at.gram @ dual @ inverse - bent
            free = (free + free.T) / 2
            rows = target / at.multipliers - at.slacks - bent_rows
            alone = sla.cho_solve(factor, self.apply(free) + rows - primal, check_finite=False)
            values = sla.cho_solve(inner, flow - self.flows.T @ alone)
            multipliers = alone + across @ values
            moved = self.adjoint(multipliers) - dual
            gram = target * inverse - at.gram - at.gram @ moved @ inverse - bent
            slacks = rows - at.slacks / at.multipliers * multipliers
            return _Iterate((gram + gram.T) / 2, values, slacks, multipliers, moved)

        mean = self.mean_gap(at)
        first = direction(0.0, 0.0, 0.0)
        ahead = self.mean_gap(_moved(at, first, 1.0))
        centering = min(1.0, max(1e-6, (max(ahead, 0.0) / mean) ** 3))
        bent = first.gram @ first.dual @ inverse
        turned = first.slacks * first.multipliers / at.multipliers
        return _moved(at, direction(centering * mean, bent, turned), DAMPING)


def _moved(at: _Iterate, by: _Iterate, damping: float) -> _Iterate:
    far = min(1.0, damping * min(reach(at.gram, by.gram), reach_rows(at.slacks, by.slacks)))
    room = min(reach(at.dual, by.dual), reach_rows(at.multipliers, by.multipliers))
    back = min(1.0, damping * room)
    return _Iterate(
        at.gram + far * by.gram,
        at.values + far * by.values,
        at.slacks + far * by.slacks,
        at.multipliers + back * by.multipliers,
        at.dual + back * by.dual,
    )


def solve_sparse(of: Program, accuracy: float = 1e-5, limit: int = 60) -> Solution:
    """Solve the program with O(T) inequalities, for a metric that is a mean."""
    if of.smooth or of.metric not in MEANS:
        rule = f"must be {', '.join(MEANS[:-1])} or {MEANS[-1]}, over the Lipschitz class"
        raise refuse("solve_sparse(…)", "metric", rule)
    pairs = sparse_pairs(of)
    problem = _Multipliers(of, pairs)
    at, status = problem.start(), "stalled"
    for _ in range(limit):
        value = max(abs(float(problem.weights @ at.values)), 1e-12)
        lacking = np.abs(problem.weights - problem.flows.T @ at.multipliers).max()
        if lacking < 1e-7 and problem.mean_gap(at) * len(problem.limits) < accuracy * value:
            status = "solved"
            break
        try:
            at = problem.step(at)
        except np.linalg.LinAlgError:
            break
    flow = np.zeros((of.count, of.count))
    multipliers = at.multipliers * problem.scale
    flow[pairs[:, 0], pairs[:, 1]] = multipliers[: len(pairs)]
    words = f"sparse, {len(pairs)} of {of.count * (of.count - 1)} pairs"
    return Solution(at.gram, at.values, flow, multipliers[len(pairs) :], status, words)


def simplex_witness(of: Program) -> Witness:
    """Return the function of `extremal.telescoped` in floats, with ties broken in order of time.

    It attains the bound of the telescoped metric, and a mean exceeds that metric by
    (ρ/T)(f(x_1) − f(x_T)).  So it gives a lower end at no cost; a function made from the optimum of
    the sparse program would be far off.
    """
    T = of.steps
    gamma = float(of.method.step(1)) if isinstance(of.method, Averaged) else 1 / np.sqrt(T)
    along = min(1.0, 1 / (gamma * T)) * (1 - 1e-12)
    corners = (np.eye(T) - 1 / T) * np.sqrt(T / max(T - 1, 1))
    slopes = np.hstack([np.full((T, 1), along), np.sqrt(1 - along**2) * corners])
    slopes *= 1 - theta(4 * T + 16)
    rows = np.minimum(np.arange(of.count - 1), T - 1)
    start = np.zeros(T + 1)
    start[0] = 1 - theta(4 * T + 16)
    return Witness(start, slopes[rows], -1e-9 * rows, False, of.curvature)
