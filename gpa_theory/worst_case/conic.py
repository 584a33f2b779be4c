r"""The whole program by Clarabel: one sparse matrix, no modeling layer.

Variables are svec(X) (upper triangle by columns, off-diagonals times √2) and F.  Two small numbers
keep the answer strictly inside both cones, so that what rounding disturbs can be repaired: pairs
are asked for with a slack `inside`, and `margin`·tr X is added to the objective, which makes the
dual's matrix at least `margin`·I.  `scale` is the unit of values and gradients: smooth worst cases
are far below 1, and the solver's tolerances are absolute.  None of the three enters a certified
value, only the width of its interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import scipy.sparse as sp

from gpa_theory.worst_case.ball import Array
from gpa_theory.worst_case.program import Program


@dataclass(frozen=True, slots=True)
class Solution:
    """An approximate pair of optima, to be certified: nothing here is trusted."""

    gram: Array  # (n, n)
    values: Array  # (N−1,)
    flow: Array  # (N, N) multipliers
    norms: Array  # (n,) multipliers of X_00 ≤ 1 and X_kk ≤ 1; zero where nothing is bounded
    status: str
    solver: str


def _position(a: Any, b: Any) -> Any:
    low, high = np.minimum(a, b), np.maximum(a, b)
    return high * (high + 1) // 2 + low


def all_pairs(count: int) -> np.ndarray:
    """Return all ordered pairs of different samples, (N(N−1), 2)."""
    return np.argwhere(~np.eye(count, dtype=bool))


Entries = tuple[np.ndarray, np.ndarray, Array]  # rows, columns, values of a sparse matrix


def pair_entries(of: Program, pairs: np.ndarray) -> list[Entries]:
    """Return the pairs' inequalities on svec(X), one row per pair."""
    i, j = pairs[:, 0], pairs[:, 1]
    last, h = of.count - 1, of.positions
    difference = h[i] - h[j]
    row, b = np.nonzero((difference != 0) & (j != last)[:, None])
    k = j[row] + 1
    value = difference[row, b] * np.where(b == k, 1.0, np.sqrt(0.5))
    entries = [(row, _position(k, b), value)]
    if of.smooth:
        here = np.arange(len(pairs))
        for side in (i, j):
            keep = side != last
            k = side[keep] + 1
            entries.append((here[keep], _position(k, k), np.full(keep.sum(), 0.5)))
        keep = (i != last) & (j != last)
        position = _position(i[keep] + 1, j[keep] + 1)
        entries.append((here[keep], position, np.full(keep.sum(), -np.sqrt(0.5))))
    return entries


def flow_entries(count: int, pairs: np.ndarray) -> list[Entries]:
    """Return F_j − F_i per pair as a matrix on F, x* left out."""
    found = []
    for side, sign in ((1, 1.0), (0, -1.0)):
        row = np.flatnonzero(pairs[:, side] != count - 1)
        found.append((row, pairs[row, side], np.full(len(row), sign)))
    return found


def _svec(matrix: Array) -> Array:
    a, b = np.triu_indices(len(matrix))
    found = np.empty(len(a))
    found[_position(a, b)] = matrix[a, b] * np.where(a == b, 1.0, np.sqrt(2.0))
    return found


def _square(vector: Array, n: int) -> Array:
    a, b = np.triu_indices(n)
    matrix = np.zeros((n, n))
    matrix[a, b] = vector[_position(a, b)] * np.where(a == b, 1.0, np.sqrt(0.5))
    return matrix + np.triu(matrix, 1).T


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a program is handed to a solver: strictness, unit of values, tolerance."""

    inside: float = 1e-9
    margin: float = 1e-10
    scale: float = 1.0
    tolerance: float = 1e-9


def data(of: Program, recipe: Recipe) -> tuple[Any, Array, Array, int]:
    """Return the conic data: matrix, right side, cost, and the number of nonnegative rows."""
    pairs, n, free = all_pairs(of.count), of.size, of.count - 1
    d = n * (n + 1) // 2
    unit = np.concatenate([[1.0], np.full(n - 1, recipe.scale)])
    a, b = np.triu_indices(n)
    columns = np.empty(d)
    columns[_position(a, b)] = unit[a] * unit[b] / recipe.scale
    m, bounded = len(pairs), np.arange(1 if of.smooth else n)
    below = m + len(bounded) + np.arange(d)
    blocks = [(r, c, v * columns[c]) for r, c, v in pair_entries(of, pairs)]
    blocks += [(r, d + c, v) for r, c, v in flow_entries(of.count, pairs)]
    blocks.append((m + bounded, _position(bounded, bounded), np.ones(len(bounded))))
    blocks.append((below, np.arange(d), np.full(d, -1.0)))  # the cone: svec(X) itself
    rows, places, values = (np.concatenate(part) for part in zip(*blocks, strict=True))
    matrix = sp.csc_matrix((values, (rows, places)), shape=(m + len(bounded) + d, d + free))
    limits = 1 / unit[bounded] ** 2
    right = np.concatenate([np.full(m, -recipe.inside), limits, np.zeros(d)])
    gain = unit[:, None] * of.quadratic * unit / recipe.scale + recipe.margin * np.eye(n)
    cost = np.concatenate([-_svec(gain), -of.weights[:-1]])
    return matrix, right, cost, m + len(bounded)


def unpacked(of: Program, recipe: Recipe, x: Array, z: Array, status: str, by: str) -> Solution:
    """Return a conic solution in the program's own units."""
    pairs, n = all_pairs(of.count), of.size
    d, m = n * (n + 1) // 2, len(pairs)
    unit = np.concatenate([[1.0], np.full(n - 1, recipe.scale)])
    flow = np.zeros((of.count, of.count))
    flow[pairs[:, 0], pairs[:, 1]] = z[:m]
    norms = np.zeros(n)
    bounded = 1 if of.smooth else n
    norms[:bounded] = z[m : m + bounded] * recipe.scale / unit[:bounded] ** 2
    gram = unit[:, None] * _square(x[:d], n) * unit
    return Solution(gram, x[d:] * recipe.scale, flow, norms, status, by)


def solve(of: Program, recipe: Recipe = Recipe()) -> Solution:
    """Solve the whole program by Clarabel.  What its status is worth, the certificate decides."""
    clarabel: Any = import_module("clarabel")  # heavy, and without types
    matrix, right, cost, nonnegative = data(of, recipe)
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    settings.chordal_decomposition_enable = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = recipe.tolerance
    cones = [clarabel.NonnegativeConeT(nonnegative), clarabel.PSDTriangleConeT(of.size)]
    nothing = sp.csc_matrix((len(cost), len(cost)))
    found = clarabel.DefaultSolver(nothing, cost, matrix, right, cones, settings).solve()
    status = str(found.status).rsplit(".", 1)[-1]
    return unpacked(of, recipe, np.array(found.x), np.array(found.z), status, "Clarabel")
