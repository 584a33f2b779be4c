r"""An interior point for the triangular reduction: few unknowns, one dense factorization a step.

.. math:: \max\ w'y \quad\text{s.t.}\quad Z = I + \sum_k y_k A_k \succeq 0,\ v = a + E y \ge 0

y holds the T values and the slacks of K; v the slacks themselves and any extra rows.  The search
direction is the primal-dual one of Helmberg, Rendl, Vanderbei and Wolkowicz with Mehrotra's
corrector; its matrix has the order of y.  Slack images are of rank two, so their part is made of
Hadamard products.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.linalg as sla

from gpa_theory.worst_case.ball import Array
from gpa_theory.worst_case.triangular import NO_PAIRS, Pairs, Triangle, jumps

DAMPING = 0.9  # bolder steps need more iterations here, not fewer
ROWS = 128  # of the Newton system at a time
CORRECTORS, LONG = 3, 0.7  # a step shorter than that is corrected again: the factor is at hand


@dataclass(slots=True)
class Iterate:
    """The unknowns: values and slacks y, Gram matrix Z, rows v; multipliers S of Z and m of v."""

    y: Array
    gram: Array
    rows: Array
    dual: Array
    multipliers: Array

    def mean_gap(self) -> float:
        """Return the complementarity per dimension."""
        total = float((self.dual * self.gram).sum() + self.rows @ self.multipliers)
        return total / (len(self.gram) + len(self.rows))


class Interior:
    """The problem for one set K of slacks and extra rows, and its steps."""

    def __init__(self, of: Triangle, kept: Pairs, extra: Pairs = NO_PAIRS) -> None:
        self.of, self.kept, self.extra = of, kept, extra
        T, p = of.steps, len(kept)
        self.columns = of.columns(kept)
        self.at = kept[:, 1] + 1
        self.flat = of.images.reshape(T, -1)
        self.weights = np.concatenate([of.of.weights[:T], np.zeros(p)])
        slacks = np.hstack([np.zeros((p, T)), np.eye(p)])
        rows, constants = of.extra_rows(extra, kept, self.columns)
        self.matrix = np.vstack([slacks, rows])
        self.constants = np.concatenate([np.zeros(p), constants])

    def apply(self, matrix: Array) -> Array:
        """Return ⟨A_k, matrix⟩ for every unknown."""
        slack = 2 * np.einsum("ij,ij->i", self.columns, matrix[:, self.at].T)
        return np.concatenate([self.flat @ matrix.ravel(), slack])

    def image(self, y: Array) -> Array:
        """Return Σ y_k A_k."""
        T = self.of.steps
        return self.of.gram(y[:T], self.kept, y[T:])

    def start(self) -> Iterate:
        """Return a point strictly inside both cones, stationary: steps keep it so."""
        T, n = self.of.steps, self.of.size
        y = np.concatenate([np.zeros(T), np.full(len(self.kept), 1e-2)])
        gram = np.eye(n) + self.image(y)
        while np.linalg.eigvalsh(gram)[0] < 0.05:
            y *= 0.5
            gram = np.eye(n) + self.image(y)
        rows = np.maximum(self.constants + self.matrix @ y, 0)
        rows[len(self.kept) :] = np.maximum(rows[len(self.kept) :], 1e-2)
        flow = jumps(T)
        later, earlier = self.extra[:, 0], self.extra[:, 1]
        flow[later, earlier] = flow[earlier, later]  # and back: as much again
        flow[earlier, later] *= 2
        dual = self.of.of.slack_matrix(flow, np.zeros(n))
        np.fill_diagonal(dual, 0.0)
        np.fill_diagonal(dual, 1.05 * np.abs(dual).sum(0) + 1e-3)
        pairs = np.vstack([self.kept, self.extra])
        return Iterate(y, gram, rows, dual, flow[pairs[:, 0], pairs[:, 1]])

    def residuals(self, at: Iterate) -> tuple[Array, Array]:
        """Return what stationarity lacks and what the rows lack."""
        lacking = -self.weights - self.apply(at.dual) - self.matrix.T @ at.multipliers
        return lacking, self.constants + self.matrix @ at.y - at.rows

    def schur(self, at: Iterate, inverse: Array) -> Array:
        """Return the matrix of the Newton system, its lower triangle."""
        T, p = self.of.steps, len(self.kept)
        found = np.zeros((T + p, T + p))
        spread = np.matmul(np.matmul(inverse, self.of.images), at.dual)
        found[:T, :T] = self.flat @ spread.reshape(T, -1).T
        spread = spread + spread.transpose(0, 2, 1)
        for k in range(T if p else 0):
            found[T:, k] = np.einsum("lq,lq->l", spread[k][self.at], self.columns)
        self.slack_block(found[T:, T:], at.dual, inverse)
        ratio = at.multipliers / at.rows
        if len(self.extra):
            found += (self.matrix.T * ratio) @ self.matrix
        else:
            found[np.arange(T, T + p), np.arange(T, T + p)] += ratio
        return found

    def slack_block(self, found: Array, dual: Array, inverse: Array) -> None:
        """Write ⟨B_k, Z⁻¹ B_l S⟩ for l ≤ k, some rows at a time: all of them leave the cache."""
        a, c = self.columns, self.at
        left, right = a @ dual, a @ inverse
        left_t, right_t = left.T.copy(), right.T.copy()
        for begin in range(0, len(found), ROWS):
            k = slice(begin, begin + ROWS)
            row, to = c[k], c[: begin + ROWS]
            upto = len(to)
            block = left[k].take(to, 1) * right_t[row, :upto]
            block += right[k].take(to, 1) * left_t[row, :upto]
            block += (left[k] @ a[:upto].T) * inverse[row].take(to, 1)
            block += (right[k] @ a[:upto].T) * dual[row].take(to, 1)
            found[k, :upto] = block

    def step(self, at: Iterate) -> Iterate:
        """Return the next iterate: predictor, centering, corrector."""
        inverse = np.linalg.inv(at.gram)
        inverse = (inverse + inverse.T) / 2
        factor = _factor(self.schur(at, inverse))
        stationarity, lacking = self.residuals(at)
        mean = at.mean_gap()

        def direction(target: float, bent: Array | float, bent_rows: Array | float) -> Iterate:
            free = target * inverse - at.dual - bent
            free = (free + free.T) / 2
            ratio = at.multipliers / at.rows
            moved = target / at.rows - at.multipliers - bent_rows - ratio * lacking
            right = self.apply(free) + self.matrix.T @ moved - stationarity
            dy = sla.cho_solve(factor, right, check_finite=False)
            gram = self.image(dy)
            turned = at.dual @ gram @ inverse
            rows = self.matrix @ dy + lacking
            multipliers = target / at.rows - at.multipliers - bent_rows - ratio * rows
            return Iterate(dy, gram, rows, free - (turned + turned.T) / 2, multipliers)

        def corrected(by: Iterate, centering: float, share: float) -> Iterate:
            bent = by.dual @ by.gram @ inverse
            bent_rows = by.multipliers * by.rows / at.rows
            return direction(centering * mean, share * (bent + bent.T) / 2, share * bent_rows)

        first = direction(0.0, 0.0, 0.0)
        ahead = moved(at, first, 1.0)
        centering = min(1.0, max(1e-5, (max(ahead.mean_gap(), 0.0) / mean) ** 3))
        best = corrected(first, centering, 1.0)
        far = min(_lengths(at, best))
        for _ in range(CORRECTORS):
            if far > LONG:
                break
            again = corrected(best, max(centering, 0.1), max(far, 0.1))
            farther = min(_lengths(at, again))
            if farther <= far:
                break
            best, far = again, farther
        return moved(at, best, DAMPING)

    def flow(self, at: Iterate) -> tuple[Array, Array]:
        """Return the multipliers of all pairs, (N, N), and of the norms, (n,)."""
        extra = np.zeros((self.of.size, self.of.size))
        extra[self.extra[:, 0], self.extra[:, 1]] = at.multipliers[len(self.kept) :]
        rest = at.dual - self.of.of.slack_matrix(extra, np.zeros(self.of.size))
        return self.of.flow(rest) + extra, np.diag(rest)


def _factor(matrix: Array):
    """Return the Cholesky factor of a symmetric matrix, of which the lower triangle is read."""
    for shift in (0.0, 1e-13, 1e-10):
        try:
            size = shift * np.trace(matrix) / len(matrix)
            lifted = matrix + size * np.eye(len(matrix)) if shift else matrix
            return sla.cho_factor(lifted.T, lower=False, check_finite=False)  # LAPACK's order
        except np.linalg.LinAlgError:
            continue
    raise np.linalg.LinAlgError("the Newton system is singular")


def _reach(matrix: Array, change: Array) -> float:
    """Return how far one can go before matrix + t · change loses definiteness."""
    root = np.linalg.cholesky(matrix)
    turned = sla.solve_triangular(root, change, lower=True)
    turned = sla.solve_triangular(root, turned.T, lower=True)
    lowest = float(np.linalg.eigvalsh((turned + turned.T) / 2)[0])
    return np.inf if lowest >= 0 else -1 / lowest


def _reach_rows(rows: Array, change: Array) -> float:
    falling = change < 0
    return float((-rows[falling] / change[falling]).min(initial=np.inf))


def _lengths(at: Iterate, by: Iterate, damping: float = DAMPING) -> tuple[float, float]:
    """Return the longest damped steps that stay inside, at most 1 each: primal and dual."""
    far = min(_reach(at.gram, by.gram), _reach_rows(at.rows, by.rows))
    back = min(_reach(at.dual, by.dual), _reach_rows(at.multipliers, by.multipliers))
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
