r"""The change of units: any class becomes G = D = 1, or L − σ = D = 1, by what its oracle says.

With x = D x̃ and f = GD f̃ [(L−σ)D² f̃], the gradient of f̃ is that of f divided by G [(L−σ)D].  So a
method, being linear in z_1 and the gradients, does to f̃ from z_1/D what it does to f from z_1 if
each gradient of f̃ is multiplied by G/D [L−σ].  No method is asked for its steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic

from gpa_theory.core.recursion import V
from gpa_theory.worst_case.model.methods import Method, Trace


class Multiple(Generic[V]):
    """A number times a vector, to be multiplied by a step first: one rounding in place of two."""

    __slots__ = ("factor", "vector")

    def __init__(self, factor: Fraction, vector: V) -> None:
        self.factor, self.vector = factor, vector

    def __rmul__(self, scalar: Any) -> V:
        return Fraction.__mul__(self.factor, scalar) * self.vector


@dataclass(frozen=True, slots=True)
class InUnits:
    """A method whose gradients are multiplied by a factor before it gets them.

    >>> from gpa_theory.worst_case.model.methods import sgd
    >>> InUnits(sgd(1), Fraction(1, 4)).play(lambda t, y: Fraction(1), Fraction(1), 2).x
    (Fraction(1, 1), Fraction(3, 4))
    """

    method: Method
    factor: Fraction

    def play(self, oracle: Callable[[int, V], V], z1: V, steps: int) -> Trace[V]:
        """Run against the oracle of the normalized class."""

        def scaled(t: int, y: V) -> Any:
            return Multiple(self.factor, oracle(t, y))

        return self.method.play(scaled, z1, steps)


def in_units(method: Method, factor: Fraction) -> Method:
    """Return the method in the units of a class; `factor` is its `step_scale`."""
    return method if factor == 1 else InUnits(method, factor)
