"""Gram matrices back to vectors: exactly where that is possible, and near them where not."""

from __future__ import annotations

import numpy as np
import pytest

from gpa_theory.worst_case.certify.mixing import factor
from gpa_theory.worst_case.certify.upper import NotCertifiedError


class TestFactor:
    """R R' is the matrix where it can be, and near it where it has negative eigenvalues."""

    def test_a_matrix_of_low_rank_keeps_its_small_rows(self):
        """A row of 1e−9 is right to seven digits, which eigenvalues of the whole would lose."""
        rows = np.array([[1.0, 0.0], [0.5, 0.3], [1e-9, 2e-9]])
        gram = rows @ rows.T
        gram[0, 1] = gram[1, 0] = gram[0, 1] + 1e-15  # not certainly definite
        root = factor(gram)
        size = np.sqrt(np.diag(gram))
        assert np.allclose(
            root @ root.T / size / size[:, None], gram / size / size[:, None], atol=1e-7
        )

    def test_negative_eigenvalues_are_left_out(self):
        """Of a matrix with eigenvalues 3 and −1 the part of 3 remains."""
        root = factor(np.array([[1.0, 2.0], [2.0, 1.0]]))
        assert np.allclose(root @ root.T, np.full((2, 2), 1.5), atol=1e-12)

    @pytest.mark.parametrize("scale", [0.0, -1.0])
    def test_a_matrix_without_a_positive_diagonal_is_refused(self, scale):
        """Must fail: no vectors have such lengths."""
        with pytest.raises(NotCertifiedError, match="positive diagonal"):
            factor(scale * np.eye(3))
