r"""From an approximate primal optimum to an explicit function that is that bad: the lower bound.

The function is a `Witness`: a max-affine φ(u) = max(0, max_i b_i + ⟨g_i, u⟩), or its Moreau
envelope.  Its slopes and offsets are floats, and define it exactly.

The method is then *run on it* with vectors that carry error bounds.  Slope t is a subgradient at
y_t if piece t is the largest there (smooth: largest at y_t − g_t, the minimizer of the envelope's
inner problem), and it must be the largest by more than all errors.  To make it so, the optimum is
mixed with a little of a point strictly inside (`mixing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from gpa_theory.worst_case.certify.lines import exact_lower, is_line
from gpa_theory.worst_case.certify.mixing import Place, factor, inside
from gpa_theory.worst_case.certify.upper import NotCertifiedError
from gpa_theory.worst_case.model.ball_vector import (
    GROW,
    TINY,
    Array,
    BallVector,
    exact_vector,
    norm_above,
    norms_above,
    products,
    theta,
)
from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.model.sampling import played, readout
from gpa_theory.worst_case.model.sharp import placed
from gpa_theory.worst_case.model.witness import Witness

# Added to the diagonal of a Gram matrix that a solver left indefinite, Lipschitz class.  Slacks
# grow by it where steps go against gradients; elsewhere `inside` makes up for what they lose.
LIFT = 4e-9


def witness(
    of: Program,
    gram: Array,
    values: Array,
    margin: float | Array = 1e-13,
    others: Sequence[Place] = (),
) -> Witness:
    """Return the explicit function of an approximate primal optimum."""
    lift = 0.0 if of.smooth else LIFT
    root, values = _shortened(of, factor(gram, lift), values)
    gram = root @ root.T
    mixed, values, _ = inside(of, gram, values, margin, others)
    if mixed is not gram:
        root, values = _shortened(of, factor(mixed, lift), values)
    slopes = root[1:]
    at = of.positions[:-1] @ root
    if of.smooth:
        at = at - slopes
        values = values - (slopes**2).sum(1) / 2
    offsets = np.minimum(values - (slopes * at).sum(1), 0.0)
    return Witness(root[0], slopes, offsets, of.smooth, of.curvature)


def _shortened(of: Program, root: Array, values: Array) -> Place:
    """Return rows shortened until those that are bounded by 1 certainly are, and the values.

    Rows are multiplied by a share and values by its square, so all slacks shrink alike.
    """
    bounded = root[:1] if of.smooth else root
    share = (1 - 2 * theta(4)) / max(1.0, float(norms_above(bounded).max()))
    return share * root, share**2 * values


def certified_lower(of: Program, found: Witness) -> Fraction:
    """Run the method on the witness and return a valid lower bound of the normalized worst case."""
    if is_line(found):
        return exact_lower(of, found)
    _check_class(of, found)
    total = Fraction(0)
    for x, weight in _run(of, found):
        bound = value_below(found, x) if weight > 0 else value_above(found, x)
        total += weight * Fraction(bound)
    return total


def _run(of: Program, found: Witness) -> list[tuple[BallVector, Fraction]]:
    """Return the points of the metric and their weights, after proving that slopes are gradients.

    A strongly convex run contracts, but errors that are carried along it do not shrink (`sharp`):
    there, points are made from exact coordinates, all at once.
    """
    if not of.curvature:
        slopes = [exact_vector(slope) for slope in found.slopes]
        queries: list[tuple[int, BallVector]] = []

        def oracle(t: int, y: BallVector) -> BallVector:
            queries.append((t, y))
            return slopes[t - 1]

        trace = played(of.method, of.steps, exact_vector(found.start), oracle)
        _check_gradients(found, queries)
        return [(x, weight) for _, x, weight in readout(of.method, of.steps, of.metric, trace)]
    points = placed(of, np.vstack([found.start, found.slopes]))
    _check_gradients(found, list(enumerate(points[: of.steps - 1], 1)))
    return [(x, w) for x, w in zip(points, of.samples.weights, strict=True) if w]


def _check_class(of: Program, found: Witness) -> None:
    """Raise unless the witness certainly is of the class: kind, start, slopes, minimum at x*."""
    near = norm_above(found.start) <= 1
    flat = found.smooth or norms_above(found.slopes).max() <= 1
    alike = found.smooth == of.smooth and found.curvature == of.curvature
    if not (alike and near and flat and found.offsets.max() <= 0):
        raise NotCertifiedError("the explicit function is not certainly of the class")


def _pieces(found: Witness, *points: BallVector) -> tuple[Array, Array]:
    """Return the affine pieces, (points, pieces), and bounds on their errors."""
    value, error = products(found.slopes, *points)
    size = np.abs(value) + np.abs(found.offsets)
    return value + found.offsets, (error + theta(4) * size) * GROW


def _check_gradients(found: Witness, queries: Sequence[tuple[int, BallVector]]) -> None:
    """Raise unless slope t certainly is a (sub)gradient at y for all (t, y): piece t is largest."""
    if not queries:
        return
    own, points = np.array([t - 1 for t, _ in queries]), [y for _, y in queries]
    if found.smooth:
        points = [y - exact_vector(found.slopes[t]) for t, y in zip(own, points, strict=True)]
    value, error = _pieces(found, *points)
    each, others = np.arange(len(own)), value + error
    low = (value - error)[each, own]
    others[each, own] = 0.0  # the zero piece
    certain = low * (1 - theta(8)) > others.max(1) * (1 + theta(8))
    if not certain.all():
        t = queries[int(np.argmin(certain))][0]
        raise NotCertifiedError(f"piece {t} is not certainly the largest at y_{t}")


def _halved_squares(rows: Array) -> Array:
    return (rows**2).sum(1) / 2


def value_below(found: Witness, x: BallVector) -> float:
    """Return a lower bound of f(x): the best piece, or its conjugate bound where smoothed."""
    value, error = _pieces(found, x)
    if found.smooth:
        squares = _halved_squares(found.slopes)
        value = value - squares
        error = error + theta(len(x.centers) + 8) * (squares + np.abs(value))
    low = max(0.0, float((value - error).max()))
    if found.curvature:
        nearest = np.maximum(np.abs(x.center) - x.radius, 0.0)
        low += float(found.curvature) / 2 * float(nearest @ nearest)
    return max(0.0, low * (1 - theta(len(x.centers) + 16)) - TINY)


def value_above(found: Witness, x: BallVector) -> float:
    """Return an upper bound of f(x); of a Moreau envelope by one point of its inner problem."""
    candidates = [0.0] if not found.smooth else []
    if not found.smooth:
        value, error = _pieces(found, x)
        candidates = [max(0.0, float((value + error).max()))]
    for slope, square in zip(found.slopes, _halved_squares(found.slopes), strict=True):
        if found.smooth:
            value, error = _pieces(found, x - exact_vector(slope))
            top = max(0.0, float((value + error).max()))
            candidates.append(top + square * (1 + theta(len(slope) + 4)))
    farthest = np.abs(x.center) + x.radius
    bent = float(found.curvature) / 2 * float(farthest @ farthest)
    return (min(candidates) + bent) * (1 + theta(len(farthest) + 16)) + TINY
