r"""Vectors with an error bound (midpoint-radius arithmetic): they make a float computation a proof.

A `BallVector` is a vector of floats with one radius per coordinate; the exact vector lies within.
With unit roundoff u = 2⁻⁵³,

.. math:: |\mathrm{fl}(a + b) - (a + b)| \le u\,|\mathrm{fl}(a + b)|, \qquad
    |\mathrm{fl}(s\,a) - s\,a| \le u\,|\mathrm{fl}(s\,a)| + 2^{-1074}

so every operation can enlarge the radius by its own rounding.  `core.run` takes these vectors as
it takes any others; scalars stay Fractions, and the iterates of a run come out enclosed.  The
errors of sums and products of arrays are bounded by θ_n = nu/(1−nu), in any order of summation,
fused or not.

Reference: higham2002accuracy, sections 2.2 and 3.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import inf, nextafter
from operator import add, sub
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

UNIT = 2.0**-53
TINY = 2.0**-1000  # far above every underflow error, far below every number that matters
GROW = 1 + 2.0**-48  # a few dozen roundings of radii themselves


def theta(n: int) -> float:
    """Return an upper bound of nu/(1 − nu), what n roundings in sequence can amount to.

    >>> 3 * 2.0**-53 < theta(3) < 3.001 * 2.0**-53
    True
    """
    return n * UNIT / (1 - n * UNIT) * GROW


def upward(value: Fraction) -> float:
    """Return the least float that is ≥ value, or the one above it.

    >>> Fraction(upward(Fraction(1, 10))) >= Fraction(1, 10)
    True
    """
    nearest = float(value)
    return nearest if Fraction(nearest) >= value else nextafter(nearest, inf)


def downward(value: Fraction) -> float:
    """Return the greatest float that is ≤ value, or the one below it."""
    return 0.0 - upward(-value)  # 0, not −0


@lru_cache(maxsize=4096)
def _reading(above: int, below: int) -> tuple[float, bool, float, float]:
    """Return above/below as a float, whether it is that, and two factors of the radius.

    One is for the rounding of a product, with as much again if the float is not the scalar itself;
    the other for the radius that is carried along.
    """
    near = above / below
    same = near.as_integer_ratio() == (above, below)
    if not same and abs(near) < TINY:
        raise ArithmeticError(f"a scalar of {near:.0e} has no relative error bound")
    return near, same, (1 if same else 2.1) * UNIT * GROW, abs(near) * (1 + 2 * UNIT) * GROW


@dataclass(slots=True, eq=False)
class BallVector:
    """The exact vector lies within `radius` of `center`, coordinate by coordinate.

    Multiplication by 0 and 1 is exact; 1 · v is v itself, so points of a method that coincide are
    one object.  Coordinates are lists that are never changed: for 6 coordinates 1.6 times as fast
    as arrays, for 20 as fast; with more they are slower, but there the solver takes the time
    (*measured*, on products).

    >>> third = Fraction(1, 3) * unit_vector(0, 2)
    >>> 0 < third.radii[0] < 2e-16 and third.radii[1] < 1e-300
    True
    """

    centers: list[float]
    radii: list[float]
    is_zero: bool = False  # known to be the zero vector, exactly

    @property
    def center(self) -> Array:
        """Return the floats in the middle, (n,)."""
        return np.array(self.centers)

    @property
    def radius(self) -> Array:
        """Return how far the exact coordinates can be from them, (n,)."""
        return np.array(self.radii)

    def __add__(self, other: BallVector) -> BallVector:
        if self.is_zero:
            return other
        if other.is_zero:
            return self
        return _rounded(list(map(add, self.centers, other.centers)), self, other)

    def __sub__(self, other: BallVector) -> BallVector:
        if other.is_zero:
            return self
        return _rounded(list(map(sub, self.centers, other.centers)), self, other)

    def __rmul__(self, scalar: Any) -> BallVector:
        near, same, own, carried = _reading(*scalar.as_integer_ratio())
        if same and near in (1.0, 0.0, -1.0):
            if near == 1:
                return self
            return zero_vector(len(self.centers)) if near == 0 else self.negative()
        centers = [near * c for c in self.centers]
        radii = [
            own * abs(c) + carried * r + TINY for c, r in zip(centers, self.radii, strict=True)
        ]
        return BallVector(centers, radii)

    def negative(self) -> BallVector:
        """Return the vector times −1, exactly."""
        return BallVector([-c for c in self.centers], self.radii, self.is_zero)


def _rounded(centers: list[float], one: BallVector, other: BallVector) -> BallVector:
    """Return the sum or difference of two vectors whose centers make these."""
    both = zip(centers, one.radii, other.radii, strict=True)
    return BallVector(centers, [(UNIT * abs(c) + r + s) * GROW for c, r, s in both])


def zero_vector(dimension: int) -> BallVector:
    """Return the exact zero vector."""
    return BallVector([0.0] * dimension, [0.0] * dimension, is_zero=True)


def unit_vector(index: int, dimension: int) -> BallVector:
    """Return the exact basis vector number `index`."""
    centers = [0.0] * dimension
    centers[index] = 1.0
    return BallVector(centers, [0.0] * dimension)


def exact_vector(center: Array) -> BallVector:
    """Return the float vector as it stands, without error."""
    return BallVector(center.tolist(), [0.0] * len(center))


def products(rows: Array, *vectors: BallVector) -> tuple[Array, Array]:
    """Return vector · row and a bound on its error, (vectors, rows), for rows of floats.

    >>> value, error = products(np.eye(2), unit_vector(0, 2))
    >>> value.tolist(), bool(error.max() < 1e-15)
    ([[1.0, 0.0]], True)
    """
    n = rows.shape[1]
    center = np.array([vector.centers for vector in vectors])
    radius = np.array([vector.radii for vector in vectors])
    error = (radius + theta(n + 2) * np.abs(center)) @ np.abs(rows.T) + TINY
    return center @ rows.T, error * ((1 + theta(n + 2)) * GROW)


def norm_above(vector: Array) -> float:
    """Return a float that is ≥ the Euclidean norm of a float vector."""
    return float(norms_above(vector[None])[0])


def norms_above(rows: Array) -> Array:
    """Return floats that are ≥ the Euclidean norms of the rows.

    >>> bool(norms_above(np.array([[3.0, 4.0], [0.0, 0.0]]))[0] - 5 < 1e-14)
    True
    """
    size = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return size * (1 + theta(rows.shape[1] + 4)) + 2.0**-500  # squares underflow
