"""The GPA recursion, written once for every arithmetic.

Only `+`, `-` and multiplication by a scalar from the left touch the iterates, so they may be
floats, `Fraction`s, sympy expressions, numpy arrays, torch tensors or the named vectors of
`core.gram`: the same code runs experiments, derives identities and builds worst-case programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

from gpa_theory.core.averaging import Averaging, Scalar
from gpa_theory.core.validation import check_count, check_range


class Vector(Protocol):
    """An element of a real vector space: `a + b`, `a - b`, `scalar * a`."""

    def __add__(self, other: Any, /) -> Self: ...
    def __sub__(self, other: Any, /) -> Self: ...
    def __rmul__(self, scalar: Any, /) -> Self: ...


V = TypeVar("V", bound=Vector)


@dataclass(frozen=True, slots=True)
class Iterates(Generic[V]):
    """What GPA carries from step to step: the pair (x_t, z_t), with x_1 = z_1.

    >>> Iterates(x=1.0, z=2.0)
    Iterates(x=1.0, z=2.0)
    """

    x: V  # evaluation sequence: the average, where the loss is reported
    z: V  # base sequence: moved by the base optimizer


@dataclass(frozen=True, slots=True)
class GPA:
    r"""Generalized Primal Averaging around any base optimizer, 0 ≤ μ_y ≤ 1.

    .. math::
        y_t &= \mu_y x_t + (1 - \mu_y) z_t && \text{(gradient point)} \\
        z_{t+1} &= \text{base}(z_t, g(y_t)) && \text{(supplied by the caller)} \\
        x_{t+1} &= (1 - c_{t+1})\, x_t + c_{t+1}\, z_{t+1}, \quad c_t = 1 - \mu_x

    >>> from gpa_theory.core.averaging import Exponential
    >>> method = GPA(Exponential(0.5), mu_y=0.75)
    >>> method.query(Iterates(x=4.0, z=0.0))
    3.0
    >>> method.advance(Iterates(x=4.0, z=0.0), z_next=2.0, t=2)
    Iterates(x=3.0, z=2.0)

    Reference: defazio2025smoothing.
    """

    averaging: Averaging
    mu_y: Scalar

    def __post_init__(self) -> None:
        check_range(f"GPA(mu_y={self.mu_y})", "mu_y", self.mu_y, 0, 1)

    def query(self, s: Iterates[V]) -> V:
        """Return y_t = μ_y x_t + (1 − μ_y) z_t, where the gradient is taken."""
        return self.mu_y * s.x + (1 - self.mu_y) * s.z

    def advance(self, s: Iterates[V], z_next: V, t: Scalar) -> Iterates[V]:
        """Average z_t = `z_next` into x_{t−1}: `t` is the step that `z_next` belongs to."""
        c = self.averaging.coefficient(t)
        return Iterates(x=(1 - c) * s.x + c * z_next, z=z_next)


def run(
    method: GPA,
    z1: V,
    base: Callable[[int, V, V], V],
    steps: int,
    number: Callable[[int], Scalar] = float,
) -> Iterator[tuple[V, Iterates[V]]]:
    """Yield (y_t, iterates_t) for t = 1..`steps`: the only GPA loop of the project.

    `base(t, z_t, y_t)` returns z_{t+1}.  It is called once per step, after the step is yielded; so
    the call of step T is made only if the iterator is run to its end.  `number` (`float`,
    `Fraction`, `sympy.Integer`) turns the step count into a scalar of the arithmetic.

    >>> from fractions import Fraction
    >>> from gpa_theory.core.averaging import Uniform
    >>> half = Fraction(1, 2)
    >>> for y, s in run(GPA(Uniform(), half), Fraction(1), lambda t, z, y: z - y, 3, Fraction):
    ...     print(y, s.x, s.z)
    1 1 1
    1/4 1/2 0
    0 1/4 -1/4
    """
    steps = check_count(f"run(steps={steps})", "steps", steps)
    return _steps(method, Iterates(x=z1, z=z1), base, steps, number)


def _steps(
    method: GPA,
    s: Iterates[V],
    base: Callable[[int, V, V], V],
    steps: int,
    number: Callable[[int], Scalar],
) -> Iterator[tuple[V, Iterates[V]]]:
    for t in range(1, steps + 1):
        y = method.query(s)
        yield y, s
        s = method.advance(s, base(t, s.z, y), number(t + 1))
