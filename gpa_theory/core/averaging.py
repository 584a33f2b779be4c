r"""How the evaluation sequence averages the base iterates.

.. math:: x_t = (1 - c_t)\, x_{t-1} + c_t\, z_t,\quad c_1 = 1
    \qquad\Longrightarrow\qquad x_T = \sum_{t \le T} \frac{w_t}{w_{1:T}}\, z_t,\quad
    c_t = \frac{w_t}{w_{1:t}}

The coefficient c_t is primitive and the weights w_t are derived: the recursion needs c_t, and
weights such as μ_x^{-t} overflow, while shares computed backwards from the c_t do not.  GPA's
constant is μ_x = 1 − c_t.  Steps count from t = 1.  The arithmetic is that of `t` and of the
parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from gpa_theory.core.validation import check_count, check_range
from gpa_theory.core.windows import BiasCorrected, Warmed

Scalar = Any  # float, Fraction or a sympy expression: the caller's choice of arithmetic


class Averaging(Protocol):
    r"""A sequence of mixing coefficients.

    .. math:: c_1 = 1, \qquad 0 < c_t \le 1

    Any object with a method `coefficient(t)` that satisfies this is an averaging.

    >>> class Two:  # x_t = (x_{t-1} + z_t) / 2
    ...     def coefficient(self, t): return 1 if t == 1 else 0.5
    >>> shares(Two(), 3)
    [0.25, 0.25, 0.5]
    """

    def coefficient(self, t: Scalar) -> Scalar:
        """Return c_t, in the arithmetic of `t`; `t` counts from 1."""
        ...


@dataclass(frozen=True, slots=True)
class Uniform:
    r"""The running mean of Schedule-Free.

    .. math:: w_t = 1, \qquad c_t = 1/t

    The first iterate z_1 has weight 1, as in the Schedule-Free paper; the `schedulefree` package
    gives it weight 0 (its coefficient is ours one step later, 1 − 1/t).

    >>> Uniform().coefficient(4.0)
    0.25

    Reference: defazio2024road, Theorem 2 with w_t = 1.
    """

    def coefficient(self, t: Scalar) -> Scalar:
        """Return 1/t."""
        return 1 / t


@dataclass(frozen=True, slots=True)
class Polynomial:
    r"""Polynomial-decay averaging of degree r ≥ 0; r = 0 is `Uniform`.

    .. math:: c_t = \frac{r + 1}{t + r}, \qquad
        w_t = \binom{t + r - 1}{r} \sim \frac{t^r}{r!} \quad (r = 1:\ w_t = t)

    >>> from fractions import Fraction
    >>> shares(Polynomial(1), 3, Fraction)
    [Fraction(1, 6), Fraction(1, 3), Fraction(1, 2)]

    Reference: shamir2013stochastic, polynomial-decay averaging.
    """

    r: Scalar

    def __post_init__(self) -> None:
        check_range(f"Polynomial(r={self.r})", "r", self.r, 0)

    def coefficient(self, t: Scalar) -> Scalar:
        """Return (r + 1)/(t + r)."""
        return (self.r + 1) / (t + self.r)


@dataclass(frozen=True, slots=True)
class Exponential:
    r"""GPA's moving average, 0 ≤ μ_x < 1.

    .. math:: c_1 = 1, \qquad c_t = 1 - \mu_x \ (t \ge 2), \qquad
        \frac{w_t}{w_{1:T}} = (1-\mu_x)\,\mu_x^{T-t}, \qquad \frac{w_1}{w_{1:T}} = \mu_x^{T-1}

    >>> Exponential(0.75).coefficient(2.0)
    0.25
    >>> Exponential(mu_x=1.2)
    Traceback (most recent call last):
    ValueError: `Exponential(mu_x=1.2)`: mu_x must lie in [0, 1)

    Reference: defazio2025smoothing (GPA).
    """

    mu_x: Scalar

    def __post_init__(self) -> None:
        check_range(f"Exponential(mu_x={self.mu_x})", "mu_x", self.mu_x, 0, 1, open_high=True)

    def coefficient(self, t: Scalar) -> Scalar:
        """Return 1 − μ_x, and 1 at the first step."""
        return t / t if t == 1 else 1 - self.mu_x


# Every averaging by name; `tests/laws/test_averagings.py` holds each row to the laws of `Averaging`
# and lists the other places in which a new row must appear.
AVERAGINGS: dict[str, Callable[..., Averaging]] = {
    "uniform": Uniform,
    "polynomial": Polynomial,
    "exponential": Exponential,
    "warmed": Warmed,
    "bias_corrected": BiasCorrected,
}


def rho(averaging: Averaging, t: Scalar) -> Scalar:
    r"""Return the weight of the past against the present.

    .. math:: \rho_t = \frac{1 - c_t}{c_t} = \frac{w_{1:t-1}}{w_t}
        \qquad (\text{constant } \mu_x:\ \rho = \mu_x / (1 - \mu_x),\ t \ge 2)

    >>> rho(Uniform(), 5.0)
    4.0
    """
    c = averaging.coefficient(t)
    return (1 - c) / c


def shares(
    averaging: Averaging, steps: int, number: Callable[[int], Scalar] = float
) -> list[Scalar]:
    r"""Return :math:`w_t / w_{1:T}` for t = 1..T = `steps`: the share of each z_t in x_T.

    They are computed backwards from the coefficients, so nothing overflows.  `number` turns the
    step count into a scalar of the chosen arithmetic.

    >>> from fractions import Fraction
    >>> shares(Exponential(Fraction(1, 2)), 3, Fraction)
    [Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)]
    """
    steps = check_count(f"shares(steps={steps})", "steps", steps)
    remaining: Scalar = number(1)
    backwards = []
    for t in range(steps, 0, -1):
        c = averaging.coefficient(number(t))
        backwards.append(remaining * c)
        remaining = remaining * (1 - c)
    return backwards[::-1]
