r"""The whole program by an interior point of our own, on X and F alone.

A solver for general cones has slacks as additional unknowns, so residuals remain, and its sparse
systems fill in.  Here slacks follow from the unknowns X̃ and F̃, which are in `units`.  With
y = (svec X̃, F̃) and A_k the basis of symmetric matrices,

.. math:: \max\ w'y \quad\text{s.t.}\quad \tilde X = \sum_k y_k A_k \succeq 0,\ a + E y \ge 0

has the form that `interior` solves.  The Newton system has the order of y, and

.. math:: \langle A_{ab}, \tilde X^{-1} A_{cd} S\rangle
    = c_{ab} c_{cd}\,(W_{bc} S_{da} + W_{ac} S_{db} + W_{bd} S_{ca} + W_{ad} S_{cb}),
    \quad W = \tilde X^{-1},\ c_{ab} = 1/\sqrt2,\ c_{aa} = 1/2

Its dense factorization takes most of the time.  No pair is dropped, so the slacks of an iterate are
positive, and both ends of the interval follow from the iterate as it is: to seven digits in tens of
milliseconds where f is smooth and T ≤ 20, with all pairs at T = 100 in half a minute where it is
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

CENTERINGS = 4  # steps that make an iterate feasible once its gap is small
NEAR = 1e-3  # that gap, per dimension
HEAVY = 30.0  # the price of an equation's error, which costs more where S is nearly singular
DEAR = 1e4  # the price of what a slack lacks: the next point well inside may be far away
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
    """The best point and the best multipliers seen; rounding spoils later iterates of either.

    Multipliers are judged by their gap and by what they lack in the equations.  A point is judged
    by its objective, less what its slacks lack: the slacks themselves, not the rows of the iterate.
    """

    def __init__(self, problem: Whole, accuracy: float) -> None:
        self.problem, self.accuracy = problem, accuracy
        self.point: Iterate | None = None
        self.multipliers: Iterate | None = None
        self.height, self.width, self.stale = -np.inf, np.inf, 0
        self.status = "stalled"

    def stop(self, at: Iterate, error: float) -> bool:
        """Take an iterate into account and return whether to stop."""
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

    Once the gap per dimension is below `near`, centering steps make the iterate feasible; 0 means
    no such steps.  By default they are taken where f is smooth, whose start lacks more.
    """
    near = (NEAR if of.smooth else 0.0) if near is None else near
    data = scaled(of, units)
    problem = Whole(of, data)
    best = Best(problem, accuracy)
    with np.errstate(all="ignore"), suppress(ValueError):  # a step that overflows is the last
        at = problem.start()
        if near:
            at = descend(problem, lambda at, _: at.mean_gap() < near, limit=limit)
            for _ in range(CENTERINGS):
                at = problem.centered(at)
        descend(problem, best.stop, at, limit=limit)
    point, multipliers = best.point or problem.start(), best.multipliers or problem.start()
    return data.solution(of, point.y, multipliers.multipliers, "interior point", best.status)
