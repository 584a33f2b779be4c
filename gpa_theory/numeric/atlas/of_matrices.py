"""Stress tests of the rows whose learner takes matrices, here of shape (3, 4), as vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from gpa_theory.numeric.atlas import adversaries, matrices
from gpa_theory.numeric.atlas.stress import Judged, Stress, away, diameter, longest
from gpa_theory.numeric.streams import Play, Stream

SHAPE = (3, 4)
MATRICES: dict[str, Callable[[], Stream]] = {
    "rank one": lambda: adversaries.rank_one(SHAPE),
    "leaning": lambda: adversaries.rank_one(SHAPE, 0.7),
    "one entry": lambda: adversaries.sparse(1.0),
    "pulled": lambda: adversaries.pulled(SHAPE),
    "back": lambda: adversaries.back(1.0),
}
MATRIX = np.zeros(SHAPE[0] * SHAPE[1])


# Shampoo ----------------------------------------------------------------------------------------
RIDGE = 1e-8


def _of_shape(g: np.ndarray) -> np.ndarray:
    return g.reshape(-1, *SHAPE)


def _shampoo(played: Play) -> Iterable[Judged]:
    G = _of_shape(played.g)
    left, right = matrices.outer_sum(G), matrices.outer_sum(G.transpose(0, 2, 1))
    trace = 1.0
    for gathered, size in ((left, SHAPE[0]), (right, SHAPE[1])):
        trace *= float(np.trace(matrices.power(gathered + RIDGE * np.eye(size), 0.25)))
    for _, u in away(played):
        R = diameter(played, u)
        constants = {"R": R, "gamma": 1.0, "rank": 1.0, "rows": SHAPE[0], "columns": SHAPE[1]}
        constants |= {"G": longest(played), "ridge": RIDGE}
        yield Judged(played.regret(u), (R**2 / 2 + 1) * trace, constants)


def shampoo(steps: int) -> Stress:
    """Return the test of (R²/(2γ) + γr) tr L^{1/4} tr R^{1/4} at γ = 1 and rank r = 1."""
    learner = matrices.shampoo(SHAPE, 1.0, RIDGE)
    return Stress("shampoo", steps, learner, MATRIX, MATRICES, _shampoo)


def _one_sided(played: Play) -> Iterable[Judged]:
    trace = float(np.trace(matrices.power(matrices.outer_sum(_of_shape(played.g)), 0.5)))
    left, _, right = np.linalg.svd(played.g.sum(0).reshape(SHAPE), full_matrices=False)
    for reach in (0.0, 0.1, 0.3, 1.0, 3.0, 10.0):
        u = -reach * (left @ right).ravel()
        R = float(np.linalg.norm(_of_shape(played.z - u), 2, axis=(1, 2)).max())
        constants = {"R_op": R, "gamma": 1.0, "rows": SHAPE[0], "G": longest(played)}
        yield Judged(played.regret(u), (R**2 / 2 + 1) * trace, constants)


def one_sided_shampoo(steps: int) -> Stress:
    """Return the test of (R_op²/(2γ) + γ) tr (Σ G_t G_tᵀ)^{1/2} at γ = 1."""
    learner = matrices.one_sided_shampoo(SHAPE, 1.0)
    return Stress("one-sided-shampoo", steps, learner, MATRIX, MATRICES, _one_sided)
