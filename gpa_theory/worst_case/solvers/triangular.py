r"""The triangular reduction of a worst case: only pairs (i, j), i before j, are kept.

Samples are in order of time and h_i uses z_1 and the gradients before it, so the matrix H of
positions is lower triangular; R = H⁻¹.  Let s_ij ≥ 0 be the slack of the pair (i, j), i < j, and
s_*j that of (x*, j).  Then

.. math:: \langle h_i, g_j\rangle = F_i - s_{ij} + s_{*j}\ (i \le j,\ s_{jj} = 0)
    \quad\Longrightarrow\quad X_{0:j,\,j} = R\,(F - s_{\cdot j} + s_{*j})

so the Gram matrix is an affine image of T values and of the slacks that are allowed to be positive
(a set K of pairs), and the multipliers are linear in the dual's matrix: λ_ij = 2 (R'S)_ij,
λ_*j = −2 S_0j.  That the dropped pairs are never needed for the last iterate is a conjecture.
Nothing rests on it: both ends of the interval are certified against *all* pairs, and violated pairs
can be brought back as `extra` rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg as sla

from gpa_theory.core.validation import refuse
from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.model.program import Program

Pairs = np.ndarray  # (p, 2) of (i, j), 0-based; i = −1 is x*
NO_PAIRS: Pairs = np.zeros((0, 2), int)


@dataclass(frozen=True, slots=True)
class Triangle:
    """The reduced problem: inverse positions, and images A_k of the values in the Gram matrix."""

    of: Program
    inverse: Array  # R, (T, T), lower triangular
    images: Array  # (T, n, n), n = T + 1

    @property
    def steps(self) -> int:
        """Return T, the number of samples without x*."""
        return len(self.inverse)

    @property
    def size(self) -> int:
        """Return n = T + 1."""
        return self.steps + 1

    def gram(self, values: Array, pairs: Pairs, slacks: Array) -> Array:
        """Return the off-diagonal part of the Gram matrix that values and slacks make."""
        T = self.steps
        inner = np.triu(np.repeat(values[:, None], T, 1))
        if len(pairs):
            i, j = pairs[:, 0], pairs[:, 1]
            later = i >= 0
            np.subtract.at(inner, (i[later], j[later]), slacks[later])
            inner += np.bincount(j[~later], slacks[~later], T)
            inner = np.triu(inner)
        gram = np.zeros((self.size, self.size))
        gram[:T, 1:] = np.triu(self.inverse @ inner)
        return gram + gram.T

    def columns(self, pairs: Pairs) -> Array:
        """Return a_q with B_q = e_{j+1} a_q' + a_q e_{j+1}' the image of slack q, (p, n)."""
        found = np.zeros((len(pairs), self.size))
        for q, (i, j) in enumerate(pairs.tolist()):
            if i < 0:
                found[q, : j + 1] = self.inverse[: j + 1, : j + 1].sum(1)
            else:
                found[q, : j + 1] = -self.inverse[: j + 1, i]
        return found

    def flow(self, matrix: Array) -> Array:
        """Return the multipliers (N, N) that a dual matrix implies; negative ones are possible."""
        T = self.steps
        flow = np.zeros((T + 1, T + 1))
        flow[:T, :T] = np.triu(2 * self.inverse.T @ np.triu(matrix[:T, 1:]), 1)
        flow[T, :T] = -2 * matrix[0, 1:]
        return flow

    def extra_rows(self, pairs: Pairs, kept: Pairs, columns: Array) -> tuple[Array, Array]:
        """Return slacks of dropped pairs (i, j) as rows on (F, s), and constants; T is x*."""
        T = self.steps
        h = self.of.positions
        rows = np.zeros((len(pairs), T + len(kept)))
        constants = np.zeros(len(pairs))
        for e, (i, j) in enumerate(pairs.tolist()):
            if i < T:
                rows[e, i] += 1
            if j < T:
                rows[e, j] -= 1
                difference = h[i] - h[j]
                rows[e, :T] -= self.images[:, :, j + 1] @ difference
                own = kept[:, 1] == j
                rows[e, T:] -= difference[kept[:, 1] + 1] * columns[:, j + 1]
                rows[e, T:] -= own * (columns @ difference)
                constants[e] = -difference[j + 1]
        return rows, constants


def triangle(of: Program) -> Triangle:
    """Return the reduction of a program of the Lipschitz class whose positions are triangular."""
    T = of.count - 1
    square = of.positions[:T, :T]
    if of.smooth or of.size != T + 1 or np.triu(of.positions[:T, :], 1).any():
        raise refuse("triangle(…)", "program", "must be Lipschitz, samples in order of time")
    if (np.diag(square) == 0).any() or (square[:, 0] != 1).any():
        raise refuse("triangle(…)", "program", "must have every position use its last gradient")
    inverse = sla.solve_triangular(square, np.eye(T), lower=True)
    images = np.zeros((T, T + 1, T + 1))
    for k in range(T):
        images[k, :T, 1 + k :] = np.triu(np.repeat(inverse[:, k : k + 1], T, 1))[:, k:]
    return Triangle(of, inverse, images + images.transpose(0, 2, 1))


def jumps(T: int, hop: float = 0.2) -> Array:
    """Return multipliers > 0 of all pairs in order of time that carry one unit from x* to x_T.

    From x* to any sample alike, on to later ones, mostly at most `hop`·T later.

    >>> flow = jumps(4)
    >>> (flow.sum(0) - flow.sum(1)).round(9).tolist()
    [0.0, 0.0, 0.0, 1.0, -1.0]
    """
    flow, mass = np.zeros((T + 1, T + 1)), np.full(T, 1 / T)
    flow[T, :T] = mass
    for i in range(T - 1):
        share = np.exp(-np.arange(1, T - i) / (hop * T)) + 0.02
        flow[i, i + 1 : T] = mass[i] * share / share.sum()
        mass[i + 1 :] += flow[i, i + 1 : T]
    return flow
