r"""How far a computed trajectory is from an exact one: rounding constants and recursion residuals.

The float trajectory is a witness, taken as exact data.  What rounding did to the recursion is all
in two residuals per step,

.. math:: e^x_t = x_t - (1-c_t) x_{t-1} - c_t z_t, \qquad
    e^y_t = y_t - \mu_y x_t - (1-\mu_y) z_t,

and these can be bounded rigorously from the floats themselves.  Nothing is propagated through the
iteration: intervals would blow up at the first kink.

Reference: higham2002accuracy, §3.1 (θ_k is γ_k there).
"""

from __future__ import annotations

import numpy as np

UNIT_ROUNDOFF = 2.0**-53
TINY = 2.0**-1000  # dwarfs every underflow


def theta(k: int) -> float:
    """Return θ_k = k u/(1 − k u), the relative error of k roundings, u = 2^−53.

    >>> theta(1) >= 2.0**-53
    True
    """
    return k * UNIT_ROUNDOFF / (1 - k * UNIT_ROUNDOFF)


def affine_rounding(
    result: np.ndarray, share: np.ndarray | float, first: np.ndarray, second: np.ndarray
) -> np.ndarray:
    """Return what rounding can do to result = (1−share)·first + share·second, entry by entry.

    Arrays (T, d); `share` broadcasts.  Four roundings touch each summand: 1 − share, the product,
    the sum, and one to spare.  A run that is further off did not follow the recursion.
    """
    magnitude = np.abs(result) + np.abs((1 - share) * first) + np.abs(share * second)
    return theta(4) * magnitude + TINY


def affine_residual(
    result: np.ndarray, share: np.ndarray | float, first: np.ndarray, second: np.ndarray
) -> np.ndarray:
    """Return upper bounds, entry by entry, of |result − (1−share)·first − share·second|.

    The residual is itself computed in floats, so its own rounding is added.

    >>> bool(affine_residual(np.array([0.3]), 0.5, np.array([0.2]), np.array([0.4]))[0] < 1e-15)
    True
    """
    kept, moved = (1 - share) * first, share * second
    return np.abs(result - kept - moved) + affine_rounding(result, share, first, second)


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the inner products along the last axis: (..., d), (..., d) -> (...)."""
    return np.einsum("...i,...i->...", a, b)
