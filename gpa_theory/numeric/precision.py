r"""How far a computed trajectory is from an exact one: rounding constants and recursion residuals.

The computed trajectory is taken as exact data.  All that rounding did to the recursion shows in two
residuals per step,

.. math:: e^x_t = x_t - (1-c_t) x_{t-1} - c_t z_t, \qquad
    e^y_t = y_t - \mu_y x_t - (1-\mu_y) z_t,

which can be bounded rigorously from the floats themselves.  No error is carried from one step to
the next: intervals around the iterates would blow up at the first kink.

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
    kept: np.ndarray | float, first: np.ndarray, moved: np.ndarray | float, second: np.ndarray
) -> np.ndarray:
    """Return what rounding can do to a computed kept·first + moved·second, entry by entry.

    Arrays (T, d); the coefficients broadcast.  Each summand is rounded three times (coefficient,
    product, sum); the fourth rounding allowed for is that of this bound.  A run that misses by more
    did not follow the recursion.
    """
    return theta(4) * (np.abs(kept * first) + np.abs(moved * second)) + TINY


def affine_residual(
    result: np.ndarray,
    kept: np.ndarray | float,
    first: np.ndarray,
    moved: np.ndarray | float,
    second: np.ndarray,
) -> np.ndarray:
    """Return upper bounds, entry by entry, of |result − kept·first − moved·second|.

    The bound covers the rounding of the residual itself, and coefficients `kept` and `moved` that
    are up to ten roundings away from the exact ones.  Both are arguments, because 1 − moved may
    differ from a tiny `kept` by far more than that.

    >>> a = np.array([0.4])
    >>> bool(affine_residual(np.array([0.3]), 0.5, a / 2, 0.5, a)[0] < 1e-14)
    True
    """
    past, present = kept * first, moved * second
    magnitude = np.abs(result) + np.abs(past) + np.abs(present)
    return np.abs(result - past - present) + theta(20) * magnitude + TINY


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the inner products along the last axis: (..., d), (..., d) -> (...).

    The error is at most θ_d Σ|a_i b_i|, in whatever order the summands are added.
    """
    return np.einsum("...i,...i->...", a, b)
