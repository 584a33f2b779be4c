r"""Function classes whose worst cases are exact: convex, with f minimized at x*.

A smooth σ-strongly convex f is f̃ + (σ/2)|x − x*|² with f̃ convex and (L−σ)-smooth, minimized at x*
too.  So two kinds are enough, and their interpolation inequalities are

.. math::
    f_i \ge f_j + \langle g_j, h_i - h_j\rangle \quad\text{and}\quad |g_i| \le G
    \qquad\text{or}\qquad
    f_i \ge f_j + \langle g_j, h_i - h_j\rangle + \tfrac{1}{2L}|g_i - g_j|^2

Both are interpolated by max-affine functions: as they are, or smoothed by a Moreau envelope.

Reference: taylor2017smooth, Theorem 4 and Corollary 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gpa_theory.core.validation import check_range, refuse

LEAST, MOST = Fraction(1, 10**100), Fraction(10**100)  # units beyond leave no room for floats


@dataclass(frozen=True, slots=True)
class FunctionClass:
    """Convex functions, |g| ≤ G, or L-smooth and σ-strongly convex ones; |z_1 − x*| ≤ D.

    Exactly one of `lipschitz` (G) and `smoothness` (L) is given; `strong_convexity` (σ < L) goes
    with the latter.  Numbers are exact: a float stands for the dyadic rational that it is.

    >>> FunctionClass(lipschitz=1).words
    'convex, |g| ≤ 1, |z_1 − x*| ≤ 1'
    >>> FunctionClass()
    Traceback (most recent call last):
    ValueError: `FunctionClass(lipschitz=None, smoothness=None)`: lipschitz or smoothness must be \
given, not both: without either the worst case is infinite
    """

    lipschitz: Any = None
    smoothness: Any = None
    strong_convexity: Any = 0
    radius: Any = 1

    def __post_init__(self) -> None:
        call = f"FunctionClass(lipschitz={self.lipschitz}, smoothness={self.smoothness})"
        if (self.lipschitz is None) == (self.smoothness is None):
            rule = "must be given, not both: without either the worst case is infinite"
            raise refuse(call, "lipschitz or smoothness", rule)
        for name in ("lipschitz", "smoothness", "radius"):
            value = getattr(self, name)
            if value is not None:
                check_range(f"FunctionClass({name}={value})", name, value, 0, open_low=True)
        sigma = self.strong_convexity
        call = f"FunctionClass(strong_convexity={sigma})"
        check_range(call, "strong_convexity", sigma, 0, self.smoothness, open_high=True)
        if self.smoothness is None and sigma != 0:
            rule = "needs smoothness: no strongly convex function has bounded subgradients"
            raise refuse(call, "strong_convexity", rule)
        for name in ("lipschitz", "smoothness", "strong_convexity", "radius"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, Fraction(value))
        if not all(LEAST <= unit <= MOST for unit in (self.value_scale, self.step_scale)):
            rule = "must have GD and G/D, or (L−σ)D² and L−σ, in [1e-100, 1e100]"
            raise refuse("FunctionClass(…)", "lipschitz or smoothness, and radius,", rule)

    @property
    def is_smooth(self) -> bool:
        """Return whether gradients are Lipschitz rather than bounded."""
        return self.smoothness is not None

    @property
    def value_scale(self) -> Fraction:
        """Return GD, or (L−σ)D²: worst cases are multiples of it."""
        if self.is_smooth:
            return (self.smoothness - self.strong_convexity) * self.radius**2
        return self.lipschitz * self.radius

    @property
    def step_scale(self) -> Fraction:
        """Return G/D, or L−σ: step sizes times it are those of the normalized class."""
        if self.is_smooth:
            return self.smoothness - self.strong_convexity
        return self.lipschitz / self.radius

    @property
    def curvature(self) -> Fraction:
        """Return σ/(L−σ), the strong convexity of the normalized class."""
        return self.strong_convexity / self.step_scale if self.is_smooth else Fraction(0)

    @property
    def words(self) -> str:
        """Return the class in one line."""
        end = f"|z_1 − x*| ≤ {self.radius}"
        if not self.is_smooth:
            return f"convex, |g| ≤ {self.lipschitz}, {end}"
        if not self.strong_convexity:
            return f"convex, {self.smoothness}-smooth, {end}"
        return f"{self.strong_convexity}-strongly convex, {self.smoothness}-smooth, {end}"


NORMALIZED = FunctionClass(lipschitz=1)  # G = D = 1, the default everywhere
