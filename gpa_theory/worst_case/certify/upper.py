r"""From approximate multipliers to an upper bound that is valid whatever made them.

Weak duality: if λ ≥ 0 carries the metric's weights (its flow is w), ν ≥ 0 and S(λ, ν) is positive
semidefinite, then the worst case is at most Σν.  Repair, in floats with every error bounded:

1. Negative multipliers become 0.  What the flow then lacks at a sample is sent over an arc from or
   to x*.  Rounding leaves a rest of at most `left` per sample.  Some real multipliers carry it over
   the same arcs; they are never computed, but what they can do to S is part of E below.
2. S is computed, with a bound E on its error.
3. S is made positive enough.  Lipschitz class: every diagonal entry of S has a norm multiplier of
   its own, so a constant is added to all of them.  Smooth class: only ν_0 can be raised.  That is
   enough if the solver stayed strictly inside (see `solvers.conic`), with errors compared entry by
   entry where gradients differ by orders of magnitude.  If it is not enough, a circulation is
   added: arcs to and fro that carry nothing on balance.
4. S ⪰ E is *verified* (`definite`).
5. Σν is summed in Fractions and rounded up.

Reference: rump2006verification.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from gpa_theory.worst_case.certify.definite import certainly_above, certainly_definite, slack_errors
from gpa_theory.worst_case.model.ball_vector import GROW, Array, theta
from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.model.solution import Solution

FINER = 0.63  # five steps down the last decade
ABSURD = 1e100  # a solver that broke down may return numbers beyond this
SHARES = (0.0, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6)  # to raise ν_0 by


class NotCertifiedError(RuntimeError):
    """An approximate solution from which no valid bound could be made."""


def is_finite(found: Solution) -> bool:
    """Return whether a solver's answer consists of numbers, none absurdly large."""
    parts = (found.gram, found.values, found.flow, found.norms)
    return all(float(np.abs(part).max()) < ABSURD for part in parts)  # not so for nan


def repaired_flow(of: Program, flow: Array) -> tuple[Array, Array]:
    """Return multipliers ≥ 0 whose flow is the metric's up to `left`, and `left` (N−1,)."""
    flow = np.maximum(flow, 0.0)
    np.fill_diagonal(flow, 0.0)
    lacking = (of.weights - flow.sum(0) + flow.sum(1))[:-1]
    flow[-1, :-1] += np.maximum(lacking, 0.0)
    flow[:-1, -1] += np.maximum(-lacking, 0.0)
    size = np.abs(of.weights) + flow.sum(0) + flow.sum(1)
    left = (2 * theta(of.count + 6) * size + of.weight_radius) * GROW
    return flow, left[:-1]


def certified_upper(of: Program, flow: Array, norms: Array) -> tuple[Fraction, Array, Array]:
    """Return a valid upper bound of the normalized worst case, and the multipliers behind it."""
    norms, reason = np.maximum(norms, 0.0), ""
    if of.smooth:
        norms[1:] = 0.0  # no gradient is bounded, so these have no inequality to multiply
        if (raised := _raised(of, flow, norms)) is not None:
            return raised
    for way in (by_norms, by_circulation):
        along = way(of)
        if along is None:
            continue
        try:
            return _lifted(of, flow, norms, along)
        except NotCertifiedError as error:
            reason = str(error)
    raise NotCertifiedError(reason)


def _raised(of: Program, flow: Array, norms: Array) -> tuple[Fraction, Array, Array] | None:
    """Return bound and multipliers with ν_0 raised by as little as makes S definite, or None."""
    flow, left = repaired_flow(of, flow)

    def proved(share: float) -> Array | None:
        higher = norms * (1 + share)
        errors = slack_errors(of, flow, higher, left)
        return higher if certainly_definite(of.slack_matrix(flow, higher), errors) else None

    never_positive = of.quadratic[0, 0] < 0  # the metric perhaps is, and then ν_0 = 0 proves it
    shares = (-1.0, *SHARES) if never_positive else SHARES
    share, found = next(((s, p) for s in shares if (p := proved(s)) is not None), (0.0, None))
    while found is not None and share > SHARES[1]:
        share *= FINER
        less = proved(share)
        if less is None:
            break
        found = less
    return None if found is None else (sum(map(Fraction, found.tolist()), Fraction(0)), flow, found)


Way = tuple[Array, Array]  # multipliers (N, N) without net flow, and norm multipliers (n,)


def _lifted(of: Program, flow: Array, norms: Array, along: Way) -> tuple[Fraction, Array, Array]:
    """Return bound and multipliers after going along a way until S is certainly definite.

    The first round only measures how far: a solver's S lies on the border of the cone.
    """
    flow, left = repaired_flow(of, flow)
    of_flow = _error_of_flow(of, flow, left)
    lowest = error = 0.0
    of_pairs = of.slack_matrix(flow, np.zeros(of.size))
    for attempt in range(7):
        matrix = of_pairs + np.diag(norms)
        error = (of_flow + theta(8) * float(norms.max())) * GROW  # rounding ν into the diagonal
        if attempt and certainly_above(matrix, error):
            return sum(map(Fraction, norms.tolist()), Fraction(0)), flow, norms
        if not np.isfinite(matrix).all():
            raise NotCertifiedError("the multipliers overflow")
        lowest = float(np.linalg.eigvalsh(matrix)[0])
        lift = max(2.0 * error - lowest, error) * (1 + 0.5 * attempt) + 4 * theta(
            of.size + 4
        ) * float(np.trace(matrix))
        if of.smooth:
            flow, left = repaired_flow(of, flow + lift * along[0])
            of_flow = _error_of_flow(of, flow, left)
            of_pairs = of.slack_matrix(flow, np.zeros(of.size))
        norms = norms + lift * along[1]
    raise NotCertifiedError(f"the multipliers leave an eigenvalue {lowest:.1e} below {error:.1e}")


def _error_of_flow(of: Program, flow: Array, left: Array) -> float:
    """Return a bound on the spectral norm of the error of S(λ, 0)."""
    errors = slack_errors(of, flow, np.zeros(of.size), left)
    return float(errors.sum(0).max()) * (1 + theta(of.size))


def by_norms(of: Program) -> Way:
    """Return the way along the norm multipliers: where all are bounded, S grows by I."""
    norms = np.zeros(of.size)
    norms[: 1 if of.smooth else of.size] = 1.0
    return np.zeros((of.count, of.count)), norms


def by_circulation(of: Program) -> Way | None:
    """Return a way along which S grows by at least I in the smooth class; None if none is known.

    Arcs from x* to i and back add |g_i|² − ⟨g_i, h_i⟩.  With weights that fall in i these outweigh
    what they couple, and ν_0 what is coupled to z_1.
    """
    if not of.smooth:
        return None
    best: tuple[float, Array, Array] | None = None
    for ratio in (1.0, 0.9, 0.8, 0.65, 0.5, 0.3):
        flow, norms = np.zeros((of.count, of.count)), np.zeros(of.size)
        flow[-1, :-1] = flow[:-1, -1] = ratio ** np.arange(of.count - 1)
        matrix = of.slack_matrix(flow, norms) + of.quadratic
        least = float(np.linalg.eigvalsh(matrix[1:, 1:])[0])
        if least <= 0:
            continue
        scale = 2 / least
        below = matrix[1:, 1:] - least / 2 * np.eye(of.size - 1)
        row = matrix[0, 1:]
        norms[0] = float(row @ np.linalg.solve(below, row)) - matrix[0, 0] + least / 2
        if best is None or scale * norms[0] < best[0]:
            best = (scale * norms[0], scale * flow, scale * norms)
    return None if best is None else best[1:]
