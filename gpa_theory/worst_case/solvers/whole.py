r"""The whole program by an interior point of our own, on X and F alone.

A solver for general cones carries slacks as unknowns of their own: it is left with residuals, and
its sparse systems fill.  Here slacks follow from X̃ and F̃, the unknowns, in `units`: with
y = (svec X̃, F̃) and A_k the basis of symmetric matrices,

.. math:: \max\ w'y \quad\text{s.t.}\quad \tilde X = \sum_k y_k A_k \succeq 0,\ a + E y \ge 0

is of the form of `interior`, whose steps are taken; the Newton system is of the order of y, and

.. math:: \langle A_{ab}, \tilde X^{-1} A_{cd} S\rangle
    = c_{ab} c_{cd}\,(W_{bc} S_{da} + W_{ac} S_{db} + W_{bd} S_{ca} + W_{ad} S_{cb}),
    \quad W = \tilde X^{-1},\ c_{ab} = 1/\sqrt2,\ c_{aa} = 1/2

The time goes into its dense factorization.  Nothing is dropped, so an iterate's own slacks are
positive, and both ends of the interval follow from it as it is: seven digits in tens of
milliseconds where f is smooth and T ≤ 20, all pairs at T = 100 in half a minute where it is
Lipschitz (*measured*, one core).
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.model.solution import Solution
from gpa_theory.worst_case.solvers.interior import Interior, Iterate, descend
from gpa_theory.worst_case.solvers.newton import Newton
from gpa_theory.worst_case.solvers.starts import start
from gpa_theory.worst_case.solvers.units import Scaled, Units, scaled

CENTERINGS = 4  # steps in which a point becomes feasible, once it is centered well enough
NEAR = 1e-3  # the gap per dimension at which that is
HEAVY = 30.0  # the price of an equation's error: it is paid for wherever S is nearly singular
DEAR = 1e4  # the price of what a slack lacks: a point well inside may be far away
PATIENCE = 40  # iterates without progress


class Whole(Interior):
    """The program in units, and its steps, which are those of `Interior`."""

    def __init__(self, of: Program, data: Scaled) -> None:
        self.of, self.data, self.newton = of, data, Newton()
        self.matrix, self.constants, self.weights = data.matrix, data.constants, data.weights
        self.a, self.b = data.upper  # a ≤ b, column by column
        self.turn = np.where(self.a == self.b, 1.0, np.sqrt(2.0))

    def apply(self, matrix: Array) -> Array:
        """Return ⟨A_k, matrix⟩ for every unknown; values have none."""
        found = np.zeros(len(self.weights))
        found[: len(self.a)] = matrix[self.a, self.b] * self.turn
        return found

    def image(self, y: Array) -> Array:
        """Return Σ y_k A_k."""
        found = np.empty((self.of.size, self.of.size))
        found[self.a, self.b] = found[self.b, self.a] = y[: len(self.a)] / self.turn
        return found

    def start(self) -> Iterate:
        """Return a point inside both cones; what it lacks in the equations, steps remove."""
        return start(self.of, self.data)

    def schur(self, at: Iterate, inverse: Array) -> Array:
        """Return the matrix of the Newton system, its lower triangle."""
        found = np.zeros((len(self.weights), len(self.weights)))
        for b in range(self.of.size):
            self._write_column(found, b, at.dual, inverse)
        ratio = at.multipliers / at.rows
        rows = (self.matrix.T.multiply(ratio).tocsr() @ self.matrix).tocoo()
        found[rows.row, rows.col] += rows.data
        return found

    def _write_column(self, found: Array, b: int, dual: Array, inverse: Array) -> None:
        """Write the rows of column b of X: every a ≤ b against all that come before."""
        upto = (b + 1) * (b + 2) // 2
        c, d, half = self.a[:upto], self.b[:upto], self.turn[:upto] / 2
        w, s = inverse[: b + 1], dual[: b + 1]
        block = w.take(d, 1) * (half * dual[b].take(c))
        block += w.take(c, 1) * (half * dual[b].take(d))
        block += s.take(c, 1) * (half * inverse[b].take(d))
        block += s.take(d, 1) * (half * inverse[b].take(c))
        block *= self.turn[upto - b - 1 : upto, None] / 2
        found[upto - b - 1 : upto, :upto] = block


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
    of: Program, units: Units, accuracy: float = 1e-7, near: float | None = None, limit: int = 150
) -> Solution:
    """Solve a program until its gap is `accuracy` of the metric, or no step is possible.

    At a gap of `near` per dimension, unless that is 0, centering steps make feasible what there is;
    by default where f is smooth, whose start lacks more.
    """
    near = (NEAR if of.smooth else 0.0) if near is None else near
    data = scaled(of, units)
    problem = Whole(of, data)
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
