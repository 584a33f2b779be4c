"""Methods that are GPA with a schedule or with weights: each goes through the one recursion.

A constructor takes a few constants and returns a plain function `method(x, g, steps)`, as
`gpa_theory.certify` takes it; `steps` is T, and T − 1 subgradients are asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any

from gpa_theory.core.averaging import Scalar, Uniform
from gpa_theory.core.recursion import GPA, run
from gpa_theory.worst_case.minimax.schedules import matched
from gpa_theory.worst_case.model import methods
from gpa_theory.worst_case.model.methods import Averaged, Method
from gpa_theory.worst_case.model.plain import Plain


def root(value: Any) -> Fraction:
    """Return √value rounded to a float, as the fraction that the float is: plays stay exact.

    >>> root(4)
    Fraction(2, 1)
    """
    return Fraction(float(value) ** 0.5)


def plainly(made: Callable[[int], Method]) -> Plain:
    """Return a method that may depend on T as a plain function.

    >>> plainly(lambda T: methods.sgd(Fraction(1, T)))(Fraction(0), lambda y: Fraction(1), 3)
    Fraction(-2, 3)
    """

    def method(x: Any, g: Callable[[Any], Any], steps: int) -> Any:
        return made(steps).play(lambda t, y: g(y), x, steps).x[-1]

    return method


@dataclass(frozen=True, slots=True)
class Tail:
    r"""The mean of the last `length` of T = `steps` iterates, 1 ≤ length ≤ T.

    .. math:: c_t = 1/\max(1,\ \text{length} - T + t)

    Between integers the oldest iterate of the tail counts in part.

    >>> [Tail(4, 2).coefficient(Fraction(t)) for t in range(1, 5)]
    [Fraction(1, 1), Fraction(1, 1), Fraction(1, 1), Fraction(1, 2)]
    """

    steps: Scalar
    length: Scalar

    def coefficient(self, t: Scalar) -> Scalar:
        """Return c_t."""
        return 1 / max(t / t, self.length - self.steps + t)


def descent(gamma: Any) -> Plain:
    """Return subgradient descent with a constant step."""
    return plainly(lambda T: methods.sgd(gamma))


def averaged(mu_x: Any, mu_y: Any, gamma: Any) -> Plain:
    """Return GPA with constants μ_x, μ_y and γ."""
    return plainly(lambda T: methods.gpa(mu_x, mu_y, gamma))


def schedule_free(mu_y: Any, gamma: Any) -> Plain:
    """Return Schedule-Free, c_t = 1/t."""
    return plainly(lambda T: methods.schedule_free(mu_y, gamma))


def linear_decay(gamma: Any) -> Plain:
    """Return descent with steps γ(1 − t/T)."""
    return plainly(lambda T: methods.gpa(0, 0, [gamma * Fraction(T - t, T) for t in range(1, T)]))


def stable_decay(stable: Any, gamma: Any) -> Plain:
    """Return WSD without its warm-up: γ until t = stable · T, then in a line to 0 at T."""

    def steps_of(T: int) -> list[Any]:
        return [gamma * min(1, Fraction(T - t, T) / (1 - stable)) for t in range(1, T)]

    return plainly(lambda T: methods.gpa(0, 0, steps_of(T)))


def matched_decay(mu_x: Any, mu_y: Any, gamma: Any) -> Plain:
    """Return GPA with steps γ(1 − t/T)/(1 − μ_x^{T−t})."""
    return plainly(lambda T: methods.gpa(mu_x, mu_y, [gamma * s for s in matched(T, mu_x)]))


def tail_average(share: Any, gamma: Any) -> Plain:
    """Return descent reported at the mean of its last 1 + share · (T − 1) iterates."""
    return plainly(lambda T: Averaged(GPA(Tail(T, 1 + share * (T - 1)), 0), gamma))


def ftrl_momentum(gamma: Any) -> Plain:
    """Return the running mean of z_{t+1} = z_1 − (γ/√t) Σ g_s, gradients at the mean itself."""

    def method(x: Any, g: Callable[[Any], Any], steps: int) -> Any:
        taken = [x - x]  # what is kept from step to step: the sum of the gradients

        def base(t: int, z: Any, y: Any) -> Any:
            taken.append(taken[-1] + g(y))
            return x - gamma / root(t) * taken[-1]

        return [s.x for _, s in islice(run(GPA(Uniform(), 1), x, base, steps, Fraction), steps)][-1]

    return method


def snoo(mu: Any, outer: Any, gamma: Any, period: int = 2) -> Plain:
    """Return SNOO, single-worker DiLoCo: an outer Nesterov step on `period` inner steps."""
    return plainly(lambda T: methods.DiLoCo(mu, gamma, outer, period))
