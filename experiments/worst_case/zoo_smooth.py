"""Accelerated methods for smooth functions, at most six lines each, and what they are known to do.

A constructor takes the step `gamma`, 1/L in the sources, and returns a plain function
`method(x, g, steps)`, as `gpa_theory.certify` takes it; T − 1 gradients are asked.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import Any

from experiments.worst_case.zoo_averaged import plainly, root
from gpa_theory.worst_case.model import methods
from gpa_theory.worst_case.model.plain import Plain

Oracle = Callable[[Any], Any]
SILVER = 1 + root(2)


def thetas(count: int, optimized: bool) -> list[Fraction]:
    """Return θ_0 = 1, θ_{i+1} = (1 + √(1 + 4θ_i²))/2; the last has 8 for 4 if `optimized`.

    >>> [round(float(theta), 4) for theta in thetas(3, True)]
    [1.0, 1.618, 2.8422]
    """
    found = [Fraction(1)]
    for i in range(1, count):
        factor = 8 if optimized and i == count - 1 else 4
        found.append((1 + root(1 + factor * found[-1] ** 2)) / 2)
    return found


def accelerated(gamma: Any) -> Plain:
    """Return Nesterov's method of 1983, reported at the points after its gradient steps."""

    def method(x: Any, g: Oracle, steps: int) -> Any:
        theta, y = thetas(steps, optimized=False), x
        for t in range(steps - 1):
            after = x - gamma * g(x)
            x = after + (theta[t] - 1) / theta[t + 1] * (after - y)
            y = after
        return y

    return method


def optimized(gamma: Any) -> Plain:
    """Return the optimized gradient method, reported at its last point x."""

    def method(x: Any, g: Oracle, steps: int) -> Any:
        theta, y = thetas(steps, optimized=True), x
        for now, later in pairwise(theta):
            after = x - gamma * g(x)
            x = after + (now - 1) / later * (after - y) + now / later * (after - x)
            y = after
        return x

    return method


def ac_sa(gamma: Any) -> Plain:
    """Return AC-SA with β_t = (t+1)/2 and γ_t = γ β_t, reported at its average."""

    def method(x: Any, g: Oracle, steps: int) -> Any:
        average = x
        for t in range(1, steps):
            share = Fraction(2, t + 1)
            x = x - gamma / share * g(share * x + (1 - share) * average)
            average = share * x + (1 - share) * average
        return average

    return method


def silver_step(t: int) -> Fraction:
    """Return 1 + ρ^{v(t)−1}, ρ = 1 + √2, where 2^{v(t)} is the largest power of 2 that divides t.

    >>> [round(float(silver_step(t)), 3) for t in range(1, 5)]
    [1.414, 2.0, 1.414, 3.414]
    """
    return 1 + SILVER ** ((t & -t).bit_length() - 2)


def silver(gamma: Any) -> Plain:
    """Return gradient descent with the silver steps."""
    return plainly(lambda T: methods.gpa(0, 0, [gamma * silver_step(t) for t in range(1, T)]))


def smooth_minimax(steps: int) -> float:
    """Return 1/(2θ_N²), N = T − 1: the least worst case over LD² of any method (reported).

    The optimized gradient method attains it (Kim and Fessler 2016, arXiv:1406.5468), no method has
    less in large dimension (Drori 2017, arXiv:1606.01424).

    >>> round(smooth_minimax(3), 6)
    0.061894
    """
    return 1 / (2 * float(thetas(steps, True)[-1]) ** 2)


def silver_bound(doublings: int) -> float:
    """Return 1/(1 + √(4ρ^{2k} − 3)): bounds silver steps, over LD², after 2^k − 1 (reported).

    Altschuler and Parrilo 2023, arXiv:2309.16530, Theorem 1.1, as PEPit quotes it.

    >>> round(silver_bound(1), 4)
    0.1816
    """
    return 1 / (1 + sqrt(4 * float(SILVER) ** (2 * doublings) - 3))
