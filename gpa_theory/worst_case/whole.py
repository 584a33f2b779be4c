r"""The whole program by an interior point of our own: all pairs at once, T = 100 in half a minute.

y holds the upper triangle of the Gram matrix X, column by column, and the values F; the rows are
the slacks of all pairs and of the norms.  The pairs (·, j) touch column j of X only (smooth: and
the diagonal), so what they add to the Newton system is one product of small matrices per j:

.. math:: \sum_i \frac{\lambda_{ij}}{s_{ij}}\, v_{ij} v_{ij}', \qquad v_{ij} = h_i - h_j

and the time goes into one dense factorization of order n(n+1)/2 + N − 1.  A solver for general
cones keeps the pairs as unknowns of a sparse system, which fills: at T = 40 that takes five times
as long.  Nothing is dropped, so an iterate's own slacks are positive: both ends of the interval
follow from it as it is.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from gpa_theory.worst_case.ball import Array
from gpa_theory.worst_case.conic import Solution, all_pairs, flow_entries
from gpa_theory.worst_case.interior import Interior, Iterate, descend
from gpa_theory.worst_case.newton import Newton
from gpa_theory.worst_case.program import Program
from gpa_theory.worst_case.triangular import jumps
from gpa_theory.worst_case.upper import NotCertifiedError, certified_upper
from gpa_theory.worst_case.witness import inside, objective, resisting_run

LEAST = 1e-2  # of a row at the start


class Whole(Interior):
    """The program of all pairs, Lipschitz class; see the module for y and the rows."""

    def __init__(self, of: Program) -> None:
        self.of, self.pairs, self.newton = of, all_pairs(of.count), Newton()
        n, last, m = of.size, of.count - 1, len(self.pairs)
        self.b, self.a = np.tril_indices(n)  # the upper triangle, a ≤ b, column by column
        self.entries = len(self.a)
        self.twice = np.where(self.a == self.b, 1.0, 2.0)
        k = np.arange(n)
        self.places = _place(k[:, None], k)  # of column k of X: row k
        h, j = of.positions, self.pairs[:, 1]
        moved = (h[self.pairs[:, 0]] - h[j]) * (j != last)[:, None]
        row, at = np.nonzero(moved)
        blocks = [(row, self.places[j[row] + 1, at], -moved[row, at])]
        blocks += [(r, self.entries + c, -v) for r, c, v in flow_entries(of.count, self.pairs)]
        blocks.append((m + k, np.diag(self.places), np.full(n, -1.0)))
        rows, columns, values = (np.concatenate(part) for part in zip(*blocks, strict=True))
        self.matrix = sp.csr_matrix((values, (rows, columns)), shape=(m + n, self.entries + last))
        self.constants = np.concatenate([np.zeros(m), np.ones(n)])
        self.weights = np.concatenate([np.zeros(self.entries), of.weights[:-1]])

    def apply(self, matrix: Array) -> Array:
        """Return ⟨A_k, matrix⟩ for every unknown: entries of the matrix, twice off the diagonal."""
        return np.concatenate([matrix[self.a, self.b] * self.twice, np.zeros(self.of.count - 1)])

    def image(self, y: Array) -> Array:
        """Return X, or its change."""
        found = np.empty((self.of.size, self.of.size))
        found[self.a, self.b] = found[self.b, self.a] = y[: self.entries]
        return found

    def start(self) -> Iterate:
        """Return a point inside both cones and stationary: the metric's weights are carried.

        For the last iterate in jumps from x* on; otherwise straight from x*.  On all arcs there is
        a little more, to and fro.
        """
        of = self.of
        gram, values = resisting_run(of, 0.15)
        y = np.concatenate([gram[self.a, self.b], values])
        rows = np.maximum(self.constants + self.matrix @ y, LEAST)
        flow = np.zeros((of.count, of.count))
        if of.metric == "last":
            flow = jumps(of.count - 1)
        else:
            flow[-1], flow[:, -1] = np.maximum(of.weights, 0), np.maximum(-of.weights, 0)
        flow += 0.1 / of.count**2
        np.fill_diagonal(flow, 0)
        dual = of.slack_matrix(flow, np.zeros(of.size))
        diagonal = np.diag(dual)
        others = np.abs(dual).sum(0) - np.abs(diagonal)
        norms = np.maximum(1.05 * others + 1e-3 - diagonal, 1e-3)
        multipliers = np.concatenate([flow[self.pairs[:, 0], self.pairs[:, 1]], norms])
        return Iterate(y, gram, rows, dual + np.diag(norms), multipliers)

    def flow(self, at: Iterate) -> tuple[Array, Array]:
        """Return the multipliers of all pairs, (N, N), and of the norms, (n,)."""
        return self._table(at.multipliers), at.multipliers[len(self.pairs) :]

    def _table(self, rows: Array) -> Array:
        found = np.zeros((self.of.count, self.of.count))
        found[self.pairs[:, 0], self.pairs[:, 1]] = rows[: len(self.pairs)]
        return found

    def schur(self, at: Iterate, inverse: Array) -> Array:
        """Return the matrix of the Newton system, its lower triangle."""
        order = len(self.weights)
        found = np.zeros((order, order))
        self._add_cone(found, at.dual, inverse)
        ratio = at.multipliers / at.rows
        self._add_pairs(found, self._table(ratio))
        k = np.diag(self.places)
        found[k, k] += ratio[len(self.pairs) :]
        return found

    def _add_cone(self, found: Array, dual: Array, inverse: Array) -> None:
        """Write ⟨E_ab, Z⁻¹ E_cd S⟩ with E_ab = e_a e_b' + e_b e_a', halved where a = b."""
        for b in range(self.of.size):
            upto = self.places[b, b] + 1
            c, d, half = self.a[:upto], self.b[:upto], self.twice[:upto] / 2
            w, s = inverse[: b + 1], dual[: b + 1]
            block = w.take(d, 1) * (half * dual[b].take(c))
            block += w.take(c, 1) * (half * dual[b].take(d))
            block += s.take(c, 1) * (half * inverse[b].take(d))
            block += s.take(d, 1) * (half * inverse[b].take(c))
            block[b] /= 2
            found[upto - b - 1 : upto, :upto] = block

    def _add_pairs(self, found: Array, ratio: Array) -> None:
        """Add E' diag(ratio) E of the pairs, one j at a time; `ratio` is (N, N)."""
        h, d = self.of.positions, self.entries
        for j in range(self.of.count - 1):
            moved = h - h[j]
            weighed = ratio[:, j, None] * moved
            at = self.places[j + 1]
            found[np.ix_(at, at)] += moved.T @ weighed
            found[d:, at] -= weighed[:-1]
            found[d + j, at] += weighed.sum(0)
        both = ratio + ratio.T
        found[d:, d:] = (np.diag(both.sum(0)) - both)[:-1, :-1]


def _place(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return where the entry (a, b) of a symmetric matrix stands, column by column."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    return high * (high + 1) // 2 + low


def solve_whole(of: Program, width: float, limit: int = 80) -> Solution:
    """Solve the program of all pairs until both ends are `width` apart, or no step helps."""
    problem = Whole(of)

    def enough(at: Iterate, error: float) -> bool:
        values = at.y[problem.entries :]
        gap = at.mean_gap() * (len(at.gram) + len(at.rows))
        size = abs(objective(of, at.gram, values))
        if at.mean_gap() < 1e-15:
            return True
        if error > 1e-3 or gap > width * size:  # certifying costs as much as a step
            return False
        try:
            upper = float(certified_upper(of, *problem.flow(at))[0])
            gram, values, _ = inside(of, at.gram, values, 1e-13)
        except NotCertifiedError:
            return False
        return upper - objective(of, gram, values) < width * upper

    at = descend(problem, enough, limit=limit)
    flow, norms = problem.flow(at)
    status = "narrow" if enough(at, 0.0) else "stalled"
    return Solution(at.gram, at.y[problem.entries :], flow, norms, status, "interior point")
