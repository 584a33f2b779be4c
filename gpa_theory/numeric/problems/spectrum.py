r"""A proved enclosure of the eigenvalues of A′A.

.. math:: \lambda_{\max}(M) = \max_y \frac{y^\top (V^\top M V)\, y}{y^\top (V^\top V)\, y}
    \le \frac{\text{Gershgorin}_{\max}(V^\top M V)}{\text{Gershgorin}_{\min}(V^\top V)}

for any invertible V.  Computed eigenvectors make both matrices nearly diagonal, so little is lost.
The rounding error of every product is allowed for, :math:`|fl(AB) - AB| \le \theta_k |A||B|`.

Reference: higham2002accuracy, §3.5 (θ_k is γ_k there).
"""

from __future__ import annotations

import numpy as np

from gpa_theory.numeric.precision import TINY, theta


def _gershgorin(matrix: np.ndarray, error: np.ndarray) -> tuple[float, float]:
    """Enclose the eigenvalues of every symmetric matrix within `error` (entrywise) of `matrix`."""
    diagonal = np.diag(matrix)
    spread = np.abs(matrix).sum(1) - np.abs(diagonal) + error.sum(1)
    # The spread is a sum of floats too; its rounding is relative to all that was summed.
    spread = spread + theta(2 * len(matrix) + 8) * (np.abs(matrix) + error).sum(1)
    return float((diagonal - spread).min()), float((diagonal + spread).max())


def gram_spectrum(a: np.ndarray) -> tuple[float, float]:
    """Return floats (low, high) with 0 ≤ low ≤ λ_min(A′A) and λ_max(A′A) ≤ high.

    >>> low, high = gram_spectrum(np.array([[3.0, 0.0], [0.0, 2.0]]))
    >>> 4 - 1e-9 < low <= 4 and 9 <= high < 9 + 1e-9
    True
    """
    n, d = a.shape
    size = np.abs(a)
    gram = a.T @ a
    # 2n, not n: the bound is a product in floats too.
    gram_error = theta(2 * n + 8) * (size.T @ size) + TINY
    _, v = np.linalg.eigh((gram + gram.T) / 2)  # any invertible v would do
    shape = np.abs(v)
    rotated = v.T @ (gram @ v)
    rotated_error = shape.T @ ((theta(4 * d + 16) * np.abs(gram) + 2 * gram_error) @ shape) + TINY
    low, high = _gershgorin(rotated, rotated_error)
    least, most = _gershgorin(v.T @ v, theta(2 * d + 8) * (shape.T @ shape) + TINY)
    if least <= 0:
        raise RuntimeError("the computed eigenvectors are far from orthogonal")
    widen = theta(8)  # for the roundings of the quotients and of their products
    return max(0.0, low / most * (1 - widen)), high / least * (1 + widen)
