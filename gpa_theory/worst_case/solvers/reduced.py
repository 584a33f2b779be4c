r"""The triangular reduction for an interior point: few unknowns, the values and the slacks of K.

y holds the T values and the slacks of K; the rows are the slacks themselves and any extra pairs.
Z_0 is the identity: every gradient has the greatest norm.  Slack images are of rank two, so their
part of the Newton system is made of Hadamard products.
"""

from __future__ import annotations

import numpy as np

from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.solvers.interior import Interior, Iterate
from gpa_theory.worst_case.solvers.newton import Newton
from gpa_theory.worst_case.solvers.triangular import NO_PAIRS, Pairs, Triangle, jumps

ROWS = 128  # of the Newton system at a time


class Reduced(Interior):
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
        self.newton = Newton()

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

    def flow(self, at: Iterate) -> tuple[Array, Array]:
        """Return the multipliers of all pairs, (N, N), and of the norms, (n,)."""
        extra = np.zeros((self.of.size, self.of.size))
        extra[self.extra[:, 0], self.extra[:, 1]] = at.multipliers[len(self.kept) :]
        rest = at.dual - self.of.of.slack_matrix(extra, np.zeros(self.of.size))
        return self.of.flow(rest) + extra, np.diag(rest)
