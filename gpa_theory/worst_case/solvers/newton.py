r"""Newton systems of an interior point: factored in single precision where that is enough.

A symmetric positive definite A, scaled to a unit diagonal and rounded to single precision, has a
Cholesky factor in a third of the time.  That factor serves as a preconditioner: conjugate gradients
on A itself, in double precision, need only a few products with A as long as A is not too ill
conditioned.  Where they need many, A is factored in double precision after all.  Steps need no
more accuracy: the next direction sees what the last one left, and certificates trust neither.

Reference: higham2002accuracy, section 12.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.linalg as sla
from scipy.linalg import get_blas_funcs

from gpa_theory.worst_case.model.ball_vector import Array

LARGE = 1500  # unknowns from which on single precision is tried
PRODUCTS, LEFT = 10, 1e-6  # most products per direction; what may be left, relative
SHIFTS = (0.0, 1e-13, 1e-10)  # of the diagonal, relative to its mean, until there is a factor
ROWS = 512  # scaled at a time

Solve = Callable[[Array], Array]


class Newton:
    """Solves one system after another; once single precision failed, it is not tried again."""

    def __init__(self, large: int = LARGE) -> None:
        self.large, self.single = large, True

    def factored(self, matrix: Array) -> Solve:
        """Return how to solve with a symmetric matrix, of which the lower triangle is read.

        >>> solve = Newton().factored(np.array([[4.0, np.nan], [2.0, 3.0]]))
        >>> solve(np.array([2.0, 5.0])).round(12).tolist()
        [-0.5, 2.0]
        """
        rough = _rough(matrix) if self.single and len(matrix) >= self.large else None
        if rough is None:
            self.single = self.single and len(matrix) < self.large
            return _double(matrix)
        fine: list[Solve] = []

        def solve(right: Array) -> Array:
            found = None if fine else conjugate(matrix, right, rough)
            if found is not None:
                return found
            if not fine:
                self.single = False
                fine.append(_double(matrix))
            return fine[0](right)

        return solve


def _double(matrix: Array) -> Solve:
    for shift in SHIFTS:
        lifted = matrix
        if shift:
            lifted = matrix + shift * np.trace(matrix) / len(matrix) * np.eye(len(matrix))
        try:  # LAPACK's order
            factor = sla.cho_factor(lifted.T, lower=False, check_finite=False)
        except np.linalg.LinAlgError:
            continue
        return lambda right: sla.cho_solve(factor, right, check_finite=False)
    raise np.linalg.LinAlgError("the Newton system is singular")


def _rough(matrix: Array) -> Solve | None:
    """Return how to solve in single precision, or None where the factor breaks down."""
    diagonal = np.diag(matrix)
    if not (np.isfinite(diagonal) & (diagonal > 0)).all():
        return None
    scale = 1 / np.sqrt(diagonal)
    small = np.empty(matrix.shape, np.float32)
    for begin in range(0, len(matrix), ROWS):
        k = slice(begin, begin + ROWS)
        small[k, : begin + ROWS] = (
            matrix[k, : begin + ROWS] * scale[k, None] * scale[: begin + ROWS]
        )
    try:
        factor = sla.cho_factor(small.T, lower=False, overwrite_a=True, check_finite=False)
    except np.linalg.LinAlgError:
        return None

    def solve(right: Array) -> Array:
        found = sla.cho_solve(factor, (scale * right).astype(np.float32), check_finite=False)
        return scale * found

    return solve


def conjugate(matrix: Array, right: Array, rough: Solve) -> Array | None:
    """Return the solution by preconditioned conjugate gradients, or None if they take long."""
    (product,) = get_blas_funcs(("symv",), (matrix, right))
    found, rest = np.zeros_like(right), right.copy()
    enough = LEFT * float(np.linalg.norm(right))
    direction, size = np.zeros_like(right), 1.0
    for _ in range(PRODUCTS):
        if float(np.linalg.norm(rest)) <= enough:
            return found
        near = rough(rest)
        before, size = size, float(rest @ near)
        direction = near + (size / before) * direction
        image = product(1.0, matrix.T, direction, lower=0)
        length = size / float(direction @ image)
        if not np.isfinite(length):
            return None
        found += length * direction
        rest -= length * image
    return found if float(np.linalg.norm(rest)) <= enough else None
