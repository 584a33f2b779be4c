"""A matrix that is not semidefinite can have a Cholesky factor in floats: the shift is needed."""

from __future__ import annotations

import numpy as np
import pytest

from gpa_theory.worst_case.certify.definite import certainly_above
from tests.worst_case.certify.exact_matrices import exactly

U = 2.0**-53
SEEDS = 3000  # one in some 300 matrices is accepted; which, depends on the processor


def just_below(seed, share, spacings):
    """Return a matrix and a v with v·Mv < 0: M is b bᵀ, of rank 2, less a few spacings at its end.

    All entries are exact: b is of integers of 21 bits, and its last row is b_1 + `share` b_2.
    """
    b = 8.0 * np.random.default_rng(seed).integers(-(2**18), 2**18, (3, 2))
    b[-1] = b[0] + share * b[1]
    matrix = b @ b.T
    matrix[-1, -1] -= spacings * np.spacing(matrix[-1, -1])
    return matrix, np.array([1.0, share, -1.0])


def least_at_most(matrix, v):
    """Return v·Mv/|v|², which the least eigenvalue does not exceed, in fractions."""
    v = exactly(v[None])[0]
    return v @ exactly(matrix) @ v / (v @ v)


def has_factor(matrix):
    """Return whether Cholesky succeeds."""
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True


@pytest.mark.parametrize("spacings", [2, 3])
def test_a_cholesky_factor_that_exists_by_rounding_proves_nothing(spacings):
    """Must fail: a least eigenvalue of −1.3 u of the largest entry, though Cholesky succeeds."""
    accepted = 0
    for seed in range(SEEDS):
        for share in (0.25, 0.125):
            matrix, v = just_below(seed, share, spacings)
            if has_factor(matrix) and least_at_most(matrix, v) < -1.3 * U * matrix.max():
                accepted += 1
                assert not certainly_above(matrix, 0.0)
    assert accepted > 0
