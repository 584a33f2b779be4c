r"""The whole program by Clarabel: one sparse matrix, no modeling layer.

Variables are svec(X) (upper triangle by columns, off-diagonals times √2) and F.  Two small numbers
keep the answer strictly inside both cones, so that what rounding disturbs can be repaired: every
pair must have a slack of at least `inside`, and `margin`·tr X is added to the objective, which
makes the dual's matrix at least `margin`·I.  `scale` is the unit of values and gradients, because
smooth worst cases are far below 1 and the solver's tolerances are absolute.  None of the three can
make a certified value wrong; they only change the width of its interval.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np
import scipy.sparse as sp

from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.model.solution import Solution
from gpa_theory.worst_case.solvers.panics import PanicError, contained


def _position(a: Any, b: Any) -> Any:
    low, high = np.minimum(a, b), np.maximum(a, b)
    return high * (high + 1) // 2 + low


@lru_cache(maxsize=32)
def all_pairs(count: int) -> np.ndarray:
    """Return all ordered pairs of different samples, (N(N−1), 2); each column is contiguous."""
    return np.asfortranarray(np.argwhere(~np.eye(count, dtype=bool)))


Entries = tuple[np.ndarray, np.ndarray, Array]  # rows, columns, values of a sparse matrix


def square_entries(count: int, pairs: np.ndarray) -> list[Entries]:
    """Return ½|g_i − g_j|² per pair on svec(X), for the smooth class."""
    i, j, last = pairs[:, 0], pairs[:, 1], count - 1
    here, entries = np.arange(len(pairs)), []
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


@lru_cache(maxsize=32)
def _upper(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of the upper triangle in svec's order, column by column."""
    b, a = np.tril_indices(n)
    return a, b


@lru_cache(maxsize=32)
def _turn(n: int) -> Array:
    """Return svec's factors: 1 on the diagonal, else √2."""
    a, b = _upper(n)
    return np.where(a == b, 1.0, np.sqrt(2.0))


def _square(vector: Array, n: int) -> Array:
    a, b = _upper(n)
    matrix = np.empty((n, n))
    matrix[a, b] = matrix[b, a] = vector / _turn(n)
    return matrix


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a program is handed to a solver: strictness, unit of values, tolerance, refinement."""

    inside: float = 1e-9
    margin: float = 1e-10
    scale: float = 1.0
    tolerance: float = 1e-9
    refined: bool = True  # of every Newton step, by residuals: a third of the time


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the entries of one kind of program stand: a grid of constants shares it.

    Entries are those of the pairs on svec(X), then constant ones; several may fall on one place.
    """

    pairs: np.ndarray  # (m, 2)
    upper: tuple[np.ndarray, np.ndarray]  # svec's indices, in its order
    gather: np.ndarray  # entries of the differences h_i − h_j, numbered by rows
    factors: Array  # of those entries
    places: np.ndarray  # columns of the pairs' entries
    constants: Array  # the other entries: of the pairs, then of everything else
    inverse: np.ndarray  # entry → position in `data` of the sparse matrix
    pattern: Any  # that matrix, to be filled
    shape: tuple[int, int]
    nothing: Any  # no quadratic cost


@lru_cache(maxsize=32)
def layout(count: int, n: int, smooth: bool, moved: bytes) -> Layout:
    """Return the layout for N samples; `moved` says where h_i − h_j is not zero, (m, n) bools."""
    pairs, free = all_pairs(count), count - 1
    d, m, bounded = n * (n + 1) // 2, len(pairs), np.arange(1 if smooth else n)
    j = pairs[:, 1]
    table = np.frombuffer(moved, bool).reshape(m, n) & (j != count - 1)[:, None]
    row, b = np.nonzero(table)
    k = j[row] + 1
    blocks = [(row, _position(k, b), np.where(b == k, 1.0, np.sqrt(0.5)))]
    blocks += square_entries(count, pairs) if smooth else []
    own = sum(len(part[0]) for part in blocks)
    blocks += [(r, d + c, v) for r, c, v in flow_entries(count, pairs)]
    blocks.append((m + bounded, _position(bounded, bounded), np.ones(len(bounded))))
    below = m + len(bounded) + np.arange(d)
    blocks.append((below, np.arange(d), np.full(d, -1.0)))  # the cone: svec(X) itself
    rows, columns, values = (np.concatenate(part) for part in zip(*blocks, strict=True))
    shape = (m + len(bounded) + d, d + free)
    known, inverse = np.unique(columns * shape[0] + rows, return_inverse=True)
    indptr = np.searchsorted(known, shape[0] * np.arange(shape[1] + 1)).astype(np.int32)
    indices = (known % shape[0]).astype(np.int32)
    pattern = sp.csc_matrix((np.zeros(len(known)), indices, indptr), shape=shape)
    pattern.has_canonical_format = True  # sorted and summed by `unique`: not to be checked again
    return Layout(
        pairs,
        _upper(n),
        row * n + b,
        values[: len(row)],
        columns[:own],
        values[len(row) :],
        inverse,
        pattern,
        shape,
        sp.csc_matrix((shape[1], shape[1])),
    )


def layout_of(of: Program) -> tuple[Layout, Array]:
    """Return the layout of a program and its differences h_i − h_j, (m, n)."""
    first, second = all_pairs(of.count).T
    difference = of.positions.take(first, 0) - of.positions.take(second, 0)
    return layout(of.count, of.size, of.smooth, (difference != 0).tobytes()), difference


def data(of: Program, recipe: Recipe) -> tuple[Any, Array, Array, Layout]:
    """Return the conic data: matrix, right side, cost, and the layout they have."""
    at, difference = layout_of(of)
    n, own, (a, b) = of.size, len(at.places), at.upper
    unit = np.full(n, recipe.scale)
    unit[0] = 1.0
    values = np.concatenate([difference.take(at.gather) * at.factors, at.constants])
    if recipe.scale != 1:
        values[:own] *= (unit[a] * unit[b] / recipe.scale)[at.places]
    matrix = copy(at.pattern)  # the indices are shared
    matrix.data = np.bincount(at.inverse, values, len(matrix.indices))
    m, limits = len(at.pairs), 1 / unit[: 1 if of.smooth else n] ** 2
    right = np.zeros(at.shape[0])
    right[:m], right[m : m + len(limits)] = -recipe.inside, limits
    gain = recipe.margin * (a == b)
    if of.curvature:
        gain += (unit[:, None] * of.quadratic * unit / recipe.scale)[a, b] * _turn(n)
    return matrix, right, np.concatenate([-gain, -of.weights[:-1]]), at


def unpacked(of: Program, recipe: Recipe, x: Array, z: Array, status: str, by: str) -> Solution:
    """Return a conic solution in the program's own units."""
    pairs, n = all_pairs(of.count), of.size
    d, m = n * (n + 1) // 2, len(pairs)
    unit = np.full(n, recipe.scale)
    unit[0] = 1.0
    flow = np.zeros((of.count, of.count))
    flow[pairs[:, 0], pairs[:, 1]] = z[:m]
    norms = np.zeros(n)
    bounded = 1 if of.smooth else n
    norms[:bounded] = z[m : m + bounded] * recipe.scale / unit[:bounded] ** 2
    gram = unit[:, None] * _square(x[:d], n) * unit
    return Solution(gram, x[d:] * recipe.scale, flow, norms, status, by)


@lru_cache(maxsize=8)
def _settings(refined: bool, tolerance: float) -> Any:
    """Return Clarabel's settings; a solver copies them."""
    settings = import_module("clarabel").DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    settings.chordal_decomposition_enable = False
    settings.iterative_refinement_enable = refined
    settings.max_step_fraction = 0.98  # 5 % fewer iterations than with 0.99 here (*measured*)
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
    return settings


def answered(
    cost: Array, matrix: Any, right: Array, order: int, at: Layout | None, recipe: Recipe
) -> tuple[Array, Array, str]:
    """Return Clarabel's x, z and status for min cost·x, matrix·x + s = right, s in the cones.

    The last rows are svec of a matrix of this order that is to be ⪰ 0; those before are to be ≥ 0.
    """
    clarabel: Any = import_module("clarabel")  # heavy, and without types
    settings = _settings(recipe.refined, recipe.tolerance)
    nonnegative = len(right) - order * (order + 1) // 2
    cones = [clarabel.NonnegativeConeT(nonnegative), clarabel.PSDTriangleConeT(order)]
    nothing = sp.csc_matrix((len(cost), len(cost))) if at is None else at.nothing
    try:
        with contained():
            found = clarabel.DefaultSolver(nothing, cost, matrix, right, cones, settings).solve()
    except PanicError:
        return np.full(len(cost), np.nan), np.full(len(right), np.nan), "Panicked"
    return np.array(found.x), np.array(found.z), str(found.status).rsplit(".", 1)[-1]


def solve(of: Program, recipe: Recipe = Recipe()) -> Solution:
    """Solve the whole program by Clarabel, whatever its status; certification judges the answer."""
    matrix, right, cost, at = data(of, recipe)
    x, z, status = answered(cost, matrix, right, of.size, at, recipe)
    return unpacked(of, recipe, x, z, status, "Clarabel")
