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

from gpa_theory.worst_case.ball import Array
from gpa_theory.worst_case.conic import Solution
from gpa_theory.worst_case.interior import Interior, Iterate, descend
from gpa_theory.worst_case.program import Program
from gpa_theory.worst_case.units import Scaled, Units, scaled

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


def solve_whole(of: Program, units: Units, accuracy: float = 1e-7, limit: int = 150) -> Solution:
    """Solve a smooth program until its gap is `accuracy` of the metric, or no step is possible."""
    data = scaled(of, units)
    problem = Whole(data, of.size)
    best = Best(problem, accuracy)
    with np.errstate(all="ignore"), suppress(ValueError):  # a step may overflow: then it was all
        descend(problem, best.stop, limit=limit)
    point, multipliers = best.point or problem.start(), best.multipliers or problem.start()
    return data.solution(of, point.y, multipliers.multipliers, "interior point", best.status)
