r"""The whole smooth program by interior-point steps on X and F alone: nine digits in milliseconds.

A solver that carries slacks as unknowns of their own is left with residuals, and what a slack lacks
costs the lower end a hundred times as much.  Here slacks follow from X̃ and F̃, the unknowns, in
`units`: with y = (svec X̃, F̃) and A_k the basis of symmetric matrices,

.. math:: \max\ w'y \quad\text{s.t.}\quad \tilde X = \sum_k y_k A_k \succeq 0,\ a + E y \ge 0

is of the form of `interior`, whose steps are taken; the Newton system is of the order of y, and

.. math:: \langle A_{ab}, \tilde X^{-1} A_{cd} S\rangle
    = c_{ab} c_{cd}\,(W_{bc} S_{da} + W_{ac} S_{db} + W_{bd} S_{ca} + W_{ad} S_{cb}),
    \quad W = \tilde X^{-1},\ c_{ab} = 1/\sqrt2,\ c_{aa} = 1/2
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import scipy.linalg as sla

from gpa_theory.worst_case.ball import Array
from gpa_theory.worst_case.conic import Solution
from gpa_theory.worst_case.interior import DAMPING, Interior, Iterate, _factor, descend, moved
from gpa_theory.worst_case.program import Program
from gpa_theory.worst_case.units import Scaled, Units, scaled

CENTERINGS = 4  # steps in which a point becomes feasible, once it is centered well enough
HEAVY = 30.0  # the price of an equation's error: it is paid for wherever S is nearly singular
DEAR = 1e4  # the price of what a slack lacks: a point well inside may be far away
PATIENCE = 40  # iterates without progress


class Whole(Interior):
    """The program in units, and its steps, which are those of `Interior`."""

    def __init__(self, of: Scaled, order: int) -> None:
        self.matrix, self.constants, self.weights = of.matrix, of.constants, of.weights
        self.order, (self.a, self.b) = order, of.upper
        self.turn = np.where(self.a == self.b, 1.0, np.sqrt(2.0))

    def apply(self, matrix: Array) -> Array:
        """Return ⟨A_k, matrix⟩ for every unknown; values have none."""
        found = np.zeros(len(self.weights))
        found[: len(self.a)] = matrix[self.a, self.b] * self.turn
        return found

    def image(self, y: Array) -> Array:
        """Return Σ y_k A_k."""
        found = np.empty((self.order, self.order))
        found[self.a, self.b] = found[self.b, self.a] = y[: len(self.a)] / self.turn
        return found

    def start(self) -> Iterate:
        """Return a point inside both cones; what it lacks in the equations, steps remove."""
        y = np.ones(len(self.weights))
        y[: len(self.a)] = 0.5 * (self.a == self.b)
        rows = np.maximum(self.constants + self.matrix @ y, 0.5)
        return Iterate(y, self.image(y), rows, np.eye(self.order), np.ones(len(rows)))

    def schur(self, at: Iterate, inverse: Array) -> Array:
        """Return the matrix of the Newton system."""
        aa, ab, ba, bb = (np.ix_(i, j) for i in (self.a, self.b) for j in (self.a, self.b))
        block = inverse[ba] * at.dual[ab] + inverse[aa] * at.dual[bb]
        block += inverse[bb] * at.dual[aa] + inverse[ab] * at.dual[ba]
        block *= self.turn[:, None] * self.turn / 4
        ratio = at.multipliers / at.rows
        found = (self.matrix.T.multiply(ratio).tocsr() @ self.matrix).toarray()
        found[: len(self.a), : len(self.a)] += (block + block.T) / 2
        return found

    def centered(self, at: Iterate) -> Iterate:
        """Return the next iterate at the same gap: what is lacking goes first, if the step is full.

        Where points nearly coincide, slacks are far below 1, and a point that lacks as much as it
        has is of no use; on the way down both shrink alike.
        """
        inverse = np.linalg.inv(at.gram)
        inverse = (inverse + inverse.T) / 2
        factor, (stationarity, lacking) = _factor(self.schur(at, inverse)), self.residuals(at)
        free, ratio = at.mean_gap() * inverse - at.dual, at.multipliers / at.rows
        room = at.mean_gap() / at.rows - at.multipliers
        right = self.apply(free) + self.matrix.T @ (room - ratio * lacking) - stationarity
        y = sla.cho_solve(factor, right, check_finite=False)
        gram, rows = self.image(y), self.matrix @ y + lacking
        turned = at.dual @ gram @ inverse
        by = Iterate(y, gram, rows, free - (turned + turned.T) / 2, room - ratio * rows)
        return moved(at, by, DAMPING)


class Best:
    """The best ends seen on the way: rounding spoils later iterates, one side before the other.

    Multipliers are worth their gap and what they lack in the equations; a point is worth its
    objective, less what its slacks lack, not the rows that stand for them.
    """

    def __init__(self, problem: Whole, accuracy: float) -> None:
        self.problem, self.accuracy = problem, accuracy
        self.point: Iterate | None = None
        self.multipliers: Iterate | None = None
        self.height, self.width, self.stale = -np.inf, np.inf, 0
        self.status = "stalled"

    def stop(self, at: Iterate, error: float) -> bool:
        """Take an iterate into account and return whether more of them are of no use."""
        problem, kept = self.problem, (self.point, self.multipliers)
        height = float(problem.weights @ at.y)
        short = -min(0.0, float((problem.constants + problem.matrix @ at.y).min()))
        gap = at.mean_gap() * (len(at.gram) + len(at.rows))
        if self.point is None or height - DEAR * short > self.height:
            self.point, self.height = at, height - DEAR * short
        if self.multipliers is None or gap + HEAVY * error < self.width:
            self.multipliers, self.width = at, gap + HEAVY * error
        self.stale = self.stale + 1 if kept[0] is self.point and kept[1] is self.multipliers else 0
        if not short and error < self.accuracy and gap < self.accuracy * abs(height):
            self.status = "solved"
        return self.status == "solved" or self.stale > PATIENCE


def solve_whole(
    of: Program, units: Units, accuracy: float = 1e-7, near: float = 1e-3, limit: int = 150
) -> Solution:
    """Solve a smooth program until its gap is `accuracy` of the metric, or no step is possible.

    At a gap of `near` per dimension, unless that is 0, centering steps make feasible what there is.
    """
    data = scaled(of, units)
    problem = Whole(data, of.size)
    best = Best(problem, accuracy)
    with np.errstate(all="ignore"), suppress(ValueError):  # a step may overflow: then it was all
        at = problem.start()
        if near:
            at = descend(problem, lambda at, _: at.mean_gap() < near, limit=limit)
            for _ in range(CENTERINGS):
                at = problem.centered(at)
        descend(problem, best.stop, at, limit=limit)
    point, multipliers = best.point or problem.start(), best.multipliers or problem.start()
    return data.solution(of, point.y, multipliers.multipliers, "interior point", best.status)
