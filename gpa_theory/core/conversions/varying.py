r"""GPA whose gradient point changes from step to step, and an averaging that starts a step late.

.. math:: y_t = \mu_{y,t}\, x_t + (1-\mu_{y,t})\, z_t

`core.run` asks a method for y_t without saying t; the iterates of `Varying` remember it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from gpa_theory.core.averaging import Averaging, Scalar
from gpa_theory.core.recursion import GPA, Iterates, V
from gpa_theory.core.validation import refuse


@runtime_checkable
class Schedule(Protocol):
    """A constant of each step: any object with a method `at(t)`, where `t` counts from 1.

    A method and not a call, since a sympy symbol can be called.
    """

    def at(self, t: Scalar) -> Scalar:
        """Return the value at step `t`, in the arithmetic of `t`."""
        ...


@dataclass(frozen=True, slots=True)
class Later:
    r"""An averaging that begins at z_2: `inner`'s coefficients one step later, z_1 with weight 0.

    .. math:: c_1 = 1, \qquad c_t = c^{inner}_{t-1} \quad (t \ge 2)

    >>> from gpa_theory.core.averaging import Uniform, shares
    >>> shares(Later(Uniform()), 5)
    [0.0, 0.25, 0.25, 0.25, 0.25]
    """

    inner: Averaging

    def coefficient(self, t: Scalar) -> Scalar:
        """Return c_{t−1} of `inner`, and 1 at the first step."""
        return t / t if t == 1 else self.inner.coefficient(t - 1)


@dataclass(frozen=True, slots=True)
class Counted(Iterates[V]):
    """Iterates that know their step.

    >>> Counted(x=1.0, z=2.0, t=3.0).t
    3.0
    """

    t: Scalar


@dataclass(frozen=True, slots=True)
class Varying(GPA):
    r"""GPA whose `mu_y` is a `Schedule`, for `core.run`; at t = 1, y = x = z whatever it says.

    ValueError if `mu_y` is a constant (that is `GPA`), or at a step where it lies outside [0, 1].

    >>> from gpa_theory.core.averaging import Uniform
    >>> from gpa_theory.core.recursion import run
    >>> class Half:
    ...     def at(self, t): return 1 / t
    >>> halving = run(Varying(Uniform(), Half()), 8.0, lambda t, z, y: z / 2, 3)
    >>> [(y, s.x, s.z) for y, s in halving][:2]
    [(8.0, 8.0, 8.0), (5.0, 6.0, 4.0)]
    """

    def __post_init__(self) -> None:
        if not isinstance(self.mu_y, Schedule):
            rule = "must be a schedule with a method at(t); GPA takes a constant"
            raise refuse(f"Varying(mu_y={self.mu_y!r})", "mu_y", rule)

    def query(self, s: Iterates[V]) -> V:
        """Return y_t, where the gradient is taken."""
        if not isinstance(s, Counted):  # the start, before anything was averaged: x_1 = z_1
            return s.z
        return GPA(self.averaging, self.mu_y.at(s.t)).query(s)

    def advance(self, s: Iterates[V], z_next: V, t: Scalar) -> Counted[V]:
        """Average z_t = `z_next` into x_{t−1}, as `GPA` does."""
        after = GPA.advance(self, s, z_next, t)
        return Counted(x=after.x, z=after.z, t=t)
