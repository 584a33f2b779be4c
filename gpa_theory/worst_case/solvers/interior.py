r"""An interior point for a worst case: one dense factorization a step.

.. math:: \max\ w'y \quad\text{s.t.}\quad Z = Z_0 + \sum_k y_k A_k \succeq 0,\ v = a + E y \ge 0

In the whole program y is the entries of the Gram matrix and the values (`whole`); in the triangular
reduction it is the values and a few slacks (`reduced`).  The search direction is the
primal-dual one of Helmberg, Rendl, Vanderbei and Wolkowicz with Mehrotra's corrector; its matrix
has the order of y:

.. math:: \langle A_k, Z^{-1} A_l S\rangle + \sum_r \frac{m_r}{v_r} E_{rk} E_{rl}

Reference: helmberg1996interior.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.linalg as sla

from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.solvers.newton import Newton

DAMPING = 0.9  # longer steps need more iterations here, not fewer
CORRECTORS, LONG = 3, 0.7  # a step shorter than LONG is corrected again, at little cost


@dataclass(slots=True)
class Iterate:
    """The unknowns y, the Gram matrix Z, rows v; multipliers S of Z and m of v."""

    y: Array
    gram: Array
    rows: Array
    dual: Array
    multipliers: Array

    def mean_gap(self) -> float:
        """Return the complementarity per dimension."""
        total = float((self.dual * self.gram).sum() + self.rows @ self.multipliers)
        return total / (len(self.gram) + len(self.rows))


class Interior(ABC):
    """A problem in y, and its steps."""

    weights: Array  # w
    matrix: Any  # E, dense or sparse
    constants: Array  # a
    newton: Newton

    @abstractmethod
    def apply(self, matrix: Array) -> Array:
        """Return ⟨A_k, matrix⟩ for every unknown."""

    @abstractmethod
    def image(self, y: Array) -> Array:
        """Return Σ y_k A_k."""

    @abstractmethod
    def schur(self, at: Iterate, inverse: Array) -> Array:
        """Return the matrix of the Newton system, its lower triangle; `inverse` is that of Z."""

    @abstractmethod
    def start(self) -> Iterate:
        """Return a point strictly inside both cones."""

    def residuals(self, at: Iterate) -> tuple[Array, Array]:
        """Return what stationarity lacks and what the rows lack."""
        lacking = -self.weights - self.apply(at.dual) - self.matrix.T @ at.multipliers
        return lacking, self.constants + self.matrix @ at.y - at.rows

    def step(self, at: Iterate) -> Iterate:
        """Return the next iterate: predictor, centering, corrector."""
        toward = Directions(self, at)
        first = toward(0.0)
        ahead = moved(at, first, 1.0)
        centering = min(1.0, max(1e-5, (max(ahead.mean_gap(), 0.0) / toward.mean) ** 3))
        best = toward.corrected(first, centering, 1.0)
        far = min(_lengths(at, best))
        for _ in range(CORRECTORS):
            if far > LONG:
                break
            again = toward.corrected(best, max(centering, 0.1), max(far, 0.1))
            farther = min(_lengths(at, again))
            if farther <= far:
                break
            best, far = again, farther
        return moved(at, best, DAMPING)

    def centered(self, at: Iterate) -> Iterate:
        """Return the next iterate at the same gap; a full step removes all that is lacking.

        Where points nearly coincide, slacks are far below 1, and a point that lacks as much as it
        has is of no use.  Ordinary steps shrink both alike; this one shrinks what is lacking only.
        """
        toward = Directions(self, at)
        return moved(at, toward(toward.mean), DAMPING)


class Directions:
    """Newton directions at one iterate, whose system is factored once."""

    def __init__(self, problem: Interior, at: Iterate) -> None:
        inverse = np.linalg.inv(at.gram)
        self.problem, self.at, self.mean = problem, at, at.mean_gap()
        self.inverse = (inverse + inverse.T) / 2
        self.solve = problem.newton.factored(problem.schur(at, self.inverse))
        self.stationarity, self.lacking = problem.residuals(at)

    def __call__(
        self, target: float, bent: Array | float = 0.0, bent_rows: Array | float = 0.0
    ) -> Iterate:
        """Return the direction to a mean gap of `target`, less given second-order terms."""
        at, problem = self.at, self.problem
        free = target * self.inverse - at.dual - bent
        free = (free + free.T) / 2
        ratio, room = at.multipliers / at.rows, target / at.rows - at.multipliers - bent_rows
        right = problem.apply(free) + problem.matrix.T @ (room - ratio * self.lacking)
        y = self.solve(right - self.stationarity)
        gram, rows = problem.image(y), problem.matrix @ y + self.lacking
        turned = at.dual @ gram @ self.inverse
        return Iterate(y, gram, rows, free - (turned + turned.T) / 2, room - ratio * rows)

    def corrected(self, by: Iterate, centering: float, share: float) -> Iterate:
        """Return the direction to `centering` of the gap, corrected by a share of another."""
        bent = by.dual @ by.gram @ self.inverse
        bent_rows = by.multipliers * by.rows / self.at.rows
        return self(centering * self.mean, share * (bent + bent.T) / 2, share * bent_rows)


def reach(matrix: Array, change: Array) -> float:
    """Return how far one can go before matrix + t · change loses definiteness."""
    root = np.linalg.cholesky(matrix)
    turned = sla.solve_triangular(root, change, lower=True)
    turned = sla.solve_triangular(root, turned.T, lower=True)
    lowest = float(np.linalg.eigvalsh((turned + turned.T) / 2)[0])
    return np.inf if lowest >= 0 else -1 / lowest


def reach_rows(rows: Array, change: Array) -> float:
    """Return how far one can go before rows + t · change has a negative entry."""
    falling = change < 0
    return float((-rows[falling] / change[falling]).min(initial=np.inf))


def _lengths(at: Iterate, by: Iterate, damping: float = DAMPING) -> tuple[float, float]:
    """Return the longest damped steps that stay inside, at most 1 each: primal and dual."""
    far = min(reach(at.gram, by.gram), reach_rows(at.rows, by.rows))
    back = min(reach(at.dual, by.dual), reach_rows(at.multipliers, by.multipliers))
    return min(1.0, damping * far), min(1.0, damping * back)


def moved(at: Iterate, by: Iterate, damping: float) -> Iterate:
    """Return the iterate after the longest damped steps that stay inside."""
    far, back = _lengths(at, by, damping)
    return Iterate(
        at.y + far * by.y,
        at.gram + far * by.gram,
        at.rows + far * by.rows,
        at.dual + back * by.dual,
        at.multipliers + back * by.multipliers,
    )


def descend(
    problem: Interior,
    until: Callable[[Iterate, float], bool],
    start: Iterate | None = None,
    limit: int = 60,
) -> Iterate:
    """Take steps until `until(iterate, stationarity error)` says stop, or no step is possible."""
    at = problem.start() if start is None else start
    for _ in range(limit):
        error = float(np.abs(problem.residuals(at)[0]).max())
        if until(at, error):
            break
        try:
            at = problem.step(at)
        except np.linalg.LinAlgError:
            break
    return at
