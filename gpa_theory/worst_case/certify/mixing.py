r"""Making an approximate primal optimum certain, by mixing it with a little of a point well inside.

A point of the program is read as a function, and the method is run on that function.  Every slack
must then exceed what rounding does to it.  An optimum has slacks near 0; a point well inside has
larger ones.  Such points are runs on a quadratic (a/2)|x|², runs on resisting functions, and points
that a solver found.

Where f is smooth, gradients may shrink by orders of magnitude along a run, and rounding with them;
so each pair has its own margin.  With b_i the offset of piece i and r_i the uncertainty of point i,

.. math:: m_{ij} = (|g_i| + |g_j|)\,r_i + \theta\,(|b_i| + |b_j|)
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from gpa_theory.worst_case.certify.upper import NotCertifiedError
from gpa_theory.worst_case.model.ball_vector import Array, theta
from gpa_theory.worst_case.model.program import Program

CURVATURES = (0.5, 0.25, 0.8, 0.1)  # of the quadratics to mix with
SLOPES = (0.5, 0.15)  # of the resisting functions to mix with

Place = tuple[Array, Array]  # Gram matrix and values of a point of the program


def quadratic_run(of: Program, curvature: float) -> Place:
    """Return Gram matrix and values of the run on (a/2)|x|² from z_1 = 1: strictly inside."""
    gradients = np.zeros(of.size)
    gradients[0] = 0.99
    for i in range(of.count - 1):
        gradients[i + 1] = curvature * float(of.positions[i] @ gradients)
    h = of.positions[:-1] @ gradients
    return np.outer(gradients, gradients), curvature / 2 * h**2


def resisting_run(of: Program, along: float) -> Place:
    """Return the run on slopes a z_1 + c e_t, a new e_t at each step, with falling values.

    The slack of a pair (earlier, later) is how far the value has fallen in between.  That of a pair
    (later, earlier) is how far the later point has moved against the earlier slope, less that fall.
    On a quadratic such moves are tiny squares; here they are of the order of a step.  Nothing
    guarantees that all slacks are positive; `inside` checks.
    """
    last, reach = of.count - 1, of.positions[:-1]
    slope = along / max(1.0, float(np.abs(reach[-1, 1:]).sum()))
    own = 0.98 * (1 - slope**2)
    gram = np.full((of.size, of.size), slope**2) + own * np.eye(of.size)
    gram[0, :] = gram[:, 0] = 0.99 * slope
    gram[0, 0] = 0.99**2
    ahead = slope * (0.99 * reach[:, 0] + slope * reach[:, 1:].sum(1))
    later, earlier = np.tril_indices(last, -1)
    moves = -own * reach[later, earlier + 1] / (later - earlier)
    order = np.arange(last) + 0.5
    fall = 0.5 * min(float(moves.min(initial=np.inf)), float((ahead / order).min()))
    return gram, ahead - fall * order


def rounding(of: Program, gram: Array, values: Array) -> Array:
    """Return how far the slack of each pair must be from 0 to be certain, roughly, (N, N)."""
    size = np.sqrt(np.maximum(np.diag(gram), 0.0))
    slope = np.append(size[1:], 0.0)
    unit = theta(of.size + 8)
    apart = (of.radius + unit * np.abs(of.positions)) @ size + unit * slope
    along = np.append(np.einsum("ij,ij->i", of.positions[:-1], gram[1:]), 0.0)
    offset = np.abs(np.append(values, 0.0) - along) + slope**2
    return (slope[:, None] + slope) * apart[:, None] + unit * (offset[:, None] + offset)


def inside(
    of: Program,
    gram: Array,
    values: Array,
    margin: float | Array,
    others: Sequence[Place] = (),
) -> tuple[Array, Array, float]:
    """Return a point mixed with one strictly inside so that all slacks are ≥ margin, and its share.

    What it is mixed with is a run, or one of the `others` that a solver found well inside: the one
    that lowers the metric least.
    """
    longest = float(np.diag(gram)[: 1 if of.smooth else None].max())
    gram = gram / longest if longest > 1 else gram
    slack = of.slacks(gram, values)
    np.fill_diagonal(slack, np.inf)
    short = slack < margin
    if not short.any():
        return gram, values, 0.0
    wanted, slack = np.broadcast_to(margin, slack.shape)[short], slack[short]
    best, most = (np.inf, gram, values), -np.inf
    runs = [quadratic_run(of, a) for a in CURVATURES]
    if not of.smooth:
        runs += [resisting_run(of, a) for a in SLOPES]
    for other, heights in (*runs, *others):
        if not of.smooth and np.diag(other).max() > 1:
            continue
        room = of.slacks(other, heights)[short]
        if (room <= wanted).any():
            continue
        share = float(((wanted - slack) / (room - slack)).max()) * (1 + 1e-9)
        mixed = (1 - share) * gram + share * other
        at = (1 - share) * values + share * heights
        if share < 1 and (value := objective(of, mixed, at)) > most:
            best, most = (share, mixed, at), value
    if not np.isfinite(best[0]):
        raise NotCertifiedError("no point strictly inside was found to mix with")
    return best[1], best[2], best[0]


def objective(of: Program, gram: Array, values: Array) -> float:
    """Return the metric at a point of the program."""
    bent = float((of.quadratic * gram).sum()) if of.curvature else 0.0
    return float(of.weights[:-1] @ values) + bent


def factor(gram: Array, lift: float = 0.0) -> Array:
    """Return R with R R' = gram + lift·I, the lift only if gram alone has no Cholesky factor.

    If neither has one, negative eigenvalues are left out; small rows keep their precision.
    """
    for level in (0.0, lift) if lift else (0.0,):
        with suppress(np.linalg.LinAlgError):
            return np.asarray(np.linalg.cholesky(gram + level * np.eye(len(gram))), float)
    largest = float(np.diag(gram).max())
    if not largest > 0:
        raise NotCertifiedError("the Gram matrix has no positive diagonal entry")
    size = np.sqrt(np.maximum(np.diag(gram), 1e-24 * largest))
    lowest, vectors = np.linalg.eigh(gram / size / size[:, None])
    keep = lowest > 1e-16 * max(1.0, float(lowest[-1]))
    return size[:, None] * (vectors[:, keep] * np.sqrt(lowest[keep]))
