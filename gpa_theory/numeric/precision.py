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
    kept: np.ndarray | float, first: np.ndarray, moved: np.ndarray | float, second: np.ndarray
) -> np.ndarray:
    """Return what rounding can do to a computed kept·first + moved·second, entry by entry.

    Arrays (T, d); the coefficients broadcast.  Three roundings touch each summand (its coefficient,
    the product, the sum) and one is to spare for this bound, itself a float.  A run that is
    further off did not follow the recursion.
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

    The residual is itself computed in floats, so its own rounding is added; the bound stays valid
    if the exact coefficients differ from `kept` and `moved` by ten roundings.  Both are asked for
    because 1 − moved is not a *relative* approximation of a tiny `kept`.

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
