r"""Where the base iterates may live: the whole space, a ball or a box, centered at the origin.

.. math:: \text{support}(g) = \sup_{z \in X} \langle g, z\rangle, \qquad
    \text{diameter\_from}(u) = \sup_{z \in X} |z - u|

The support function turns *any* dual vector into a lower bound (`numeric.problems.comparator`); the
diameter is the R of the regret bounds.  Arrays have shape (..., d), and d is read off the array.
`coordinatewise` says whether the projection acts on every coordinate alone, which diagonal AdaGrad
needs: a ball's does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from gpa_theory.core.validation import check_range
from gpa_theory.numeric.exact import exactly, norm_up


def _norm(z: Any) -> np.ndarray:
    return np.linalg.norm(np.asarray(z, dtype=float), axis=-1)


def _largest(z: Any) -> np.ndarray:
    return np.abs(np.asarray(z, dtype=float)).max(axis=-1)


@dataclass(frozen=True, slots=True)
class Space:
    """The whole space ℝ^d: nothing is projected and no diameter exists.

    >>> Space().project(np.array([3.0])), Space().diameter_from(np.array([0.0]))
    (array([3.]), None)
    """

    name: ClassVar[str] = "space"
    coordinatewise: ClassVar[bool] = True

    @property
    def words(self) -> str:
        """Say what the set is."""
        return "the whole space"

    def project(self, z: np.ndarray) -> np.ndarray:
        """Return z."""
        return z

    def contains(self, z: np.ndarray, slack: float = 0.0) -> np.ndarray:
        """Return True for every point."""
        return np.ones(np.shape(z)[:-1], dtype=bool)

    def contains_exactly(self, z: np.ndarray) -> bool:
        """Return True."""
        return True

    def support(self, g: np.ndarray) -> np.ndarray:
        """Return ∞, and 0 where g = 0."""
        return np.where(np.any(np.asarray(g) != 0, axis=-1), np.inf, 0.0)

    def diameter_from(self, u: np.ndarray) -> None:
        """Return None: the space is unbounded."""

    def coordinate_diameter_from(self, u: np.ndarray) -> None:
        """Return None: the space is unbounded."""


@dataclass(frozen=True, slots=True)
class Ball:
    """The Euclidean ball |z| ≤ r.

    >>> Ball(1.0).project(np.array([3.0, 4.0])), float(Ball(2.0).support(np.array([3.0, 4.0])))
    (array([0.6, 0.8]), 10.0)
    """

    radius: float
    name: ClassVar[str] = "ball"
    coordinatewise: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_range(f"Ball(radius={self.radius})", "radius", self.radius, 0, open_low=True)

    @property
    def words(self) -> str:
        """Say what the set is."""
        return f"the ball |w| ≤ {self.radius:g}"

    def project(self, z: np.ndarray) -> np.ndarray:
        """Return the nearest point of the ball; points inside are returned bit for bit."""
        z = np.asarray(z, dtype=float)
        return z * (self.radius / np.maximum(_norm(z), self.radius))[..., None]

    def contains(self, z: np.ndarray, slack: float = 0.0) -> np.ndarray:
        """Return whether |z| ≤ r + slack, in floating point."""
        return _norm(z) <= self.radius + slack

    def contains_exactly(self, z: np.ndarray) -> bool:
        """Return whether |z| ≤ r for one point, decided in rationals."""
        return sum(v * v for v in exactly(z)) <= Fraction(self.radius) ** 2

    def support(self, g: np.ndarray) -> np.ndarray:
        """Return r |g|."""
        return self.radius * _norm(g)

    def support_up(self, g: Sequence[Fraction]) -> Fraction:
        """Return a rational ≥ r |g|."""
        return Fraction(self.radius) * norm_up(g)

    def diameter_from(self, u: np.ndarray) -> np.ndarray:
        """Return r + |u|."""
        return self.radius + _norm(u)

    def coordinate_diameter_from(self, u: np.ndarray) -> np.ndarray:
        """Return r + max_i |u_i|."""
        return self.radius + _largest(u)

    def constraint(self, cp: Any, w: Any) -> Any:
        """Return the constraint for cvxpy (the module is passed in, so that it loads late)."""
        return cp.norm(w, 2) <= self.radius


@dataclass(frozen=True, slots=True)
class Box:
    """The cube |z_i| ≤ r.

    >>> Box(1.0).project(np.array([3.0, -0.5])), float(Box(2.0).support(np.array([3.0, 4.0])))
    (array([ 1. , -0.5]), 14.0)
    """

    half_width: float
    name: ClassVar[str] = "box"
    coordinatewise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_range(
            f"Box(half_width={self.half_width})", "half_width", self.half_width, 0, open_low=True
        )

    @property
    def words(self) -> str:
        """Say what the set is."""
        return f"the box |w_i| ≤ {self.half_width:g}"

    def project(self, z: np.ndarray) -> np.ndarray:
        """Return the nearest point of the box: each coordinate is clipped, without rounding."""
        return np.clip(np.asarray(z, dtype=float), -self.half_width, self.half_width)

    def contains(self, z: np.ndarray, slack: float = 0.0) -> np.ndarray:
        """Return whether max_i |z_i| ≤ r + slack."""
        return _largest(z) <= self.half_width + slack

    def contains_exactly(self, z: np.ndarray) -> bool:
        """Return whether max_i |z_i| ≤ r for one point (comparing floats is exact)."""
        return bool(self.contains(z))

    def support(self, g: np.ndarray) -> np.ndarray:
        """Return r |g|_1."""
        return self.half_width * np.abs(np.asarray(g, dtype=float)).sum(axis=-1)

    def support_up(self, g: Sequence[Fraction]) -> Fraction:
        """Return r |g|_1, exactly."""
        return Fraction(self.half_width) * sum((abs(v) for v in g), Fraction(0))

    def diameter_from(self, u: np.ndarray) -> np.ndarray:
        """Return √(Σ_i (r + |u_i|)²), the distance to the farthest corner."""
        return _norm(self.half_width + np.abs(u))

    def coordinate_diameter_from(self, u: np.ndarray) -> np.ndarray:
        """Return r + max_i |u_i|."""
        return self.half_width + _largest(u)

    def constraint(self, cp: Any, w: Any) -> Any:
        """Return the constraint for cvxpy (the module is passed in, so that it loads late)."""
        return cp.norm(w, "inf") <= self.half_width


Domain = Space | Ball | Box
Bounded = Ball | Box
