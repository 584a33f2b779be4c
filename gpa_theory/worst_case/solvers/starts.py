"""Where an interior point for the whole program starts: inside both cones.

Where f is Lipschitz, it starts at the run on a resisting function, and at multipliers that carry
the metric's weights from x*: to the last iterate in jumps, for other metrics directly, with a
little more on all arcs, to and fro.  That start is stationary and saves steps (*measured*: 1 to 49
of 12 to 76 steps in eight settings).  A slack that would be too small starts at a share of the
distance of its points: where points nearly coincide, there is room for no more.  Where f is smooth,
everything starts at 1 in units of an earlier solution, and steps remove what the equations lack.
"""

from __future__ import annotations

import numpy as np

from gpa_theory.worst_case.certify.mixing import resisting_run
from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.solvers.conic import all_pairs
from gpa_theory.worst_case.solvers.interior import Iterate
from gpa_theory.worst_case.solvers.triangular import jumps
from gpa_theory.worst_case.solvers.units import Scaled

LEAST, CLOSE = 1e-2, 1e-6  # the least row, per distance of its points; the least such distance
ALONG = 0.15  # the slope of the resisting function toward z_1
EXTRA = 0.1  # of multipliers, per pair


def start(of: Program, data: Scaled) -> Iterate:
    """Return the first iterate in the given units."""
    (a, b), n = data.upper, of.size
    if of.smooth:
        y = np.ones(len(data.weights))
        y[: len(a)] = 0.5 * (a == b)
        rows = np.maximum(data.constants + data.matrix @ y, 0.5)
        return Iterate(y, 0.5 * np.eye(n), rows, np.eye(n), np.ones(len(rows)))
    gram, values = resisting_run(of, ALONG)
    svec = gram[a, b] * np.where(a == b, 1.0, np.sqrt(2.0))
    y = np.concatenate([svec, values])
    pairs = all_pairs(of.count)
    apart = np.linalg.norm(of.positions[pairs[:, 0]] - of.positions[pairs[:, 1]], axis=1)
    least = LEAST * np.concatenate([np.clip(apart, CLOSE, 1), np.ones(n)])
    rows = np.maximum(data.constants + data.matrix @ y, least)
    flow, norms = carrying(of)
    multipliers = np.concatenate([flow[pairs[:, 0], pairs[:, 1]], norms]) / data.rows
    return Iterate(y, gram, rows, of.slack_matrix(flow, norms), multipliers)


def carrying(of: Program) -> tuple[Array, Array]:
    """Return multipliers > 0, (N, N), that carry the weights, and (n,) that make S definite."""
    flow = np.zeros((of.count, of.count))
    if of.metric == "last":
        flow = jumps(of.count - 1)
    else:
        flow[-1], flow[:, -1] = np.maximum(of.weights, 0), np.maximum(-of.weights, 0)
    flow += EXTRA / of.count**2
    np.fill_diagonal(flow, 0)
    dual = of.slack_matrix(flow, np.zeros(of.size))
    diagonal = np.diag(dual)
    others = np.abs(dual).sum(0) - np.abs(diagonal)
    return flow, np.maximum(1.05 * others + 1e-3 - diagonal, 1e-3)
