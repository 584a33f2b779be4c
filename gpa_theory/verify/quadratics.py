"""Stability limit and stationary variance against runs of the recursion itself, in Fractions.

The step matrix is read off `core`'s own step, its roots are located by the Schur-Cohn recursion
(the proof uses Routh-Hurwitz), and the variance is summed from the response to a single impulse.
Nothing is rounded.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA, Iterates, run
from gpa_theory.symbolic.quadratics.stability import stability_limit
from gpa_theory.symbolic.quadratics.variance import stationary_variance
from gpa_theory.verify.verdict import Result, exactly

CASES = 60
NEAR = Fraction(1, 1000)  # how far from the limit, relative to it, stability is decided
IMPULSE_STEPS = 150  # what is left of the sum then is below REST for the settings below
REST = Fraction(1, 10**6)
SETTINGS = (  # μ_x, μ_y, γ, h
    (Fraction(9, 10), Fraction(7, 10), Fraction(1, 2), Fraction(1)),
    (Fraction(1, 2), Fraction(3, 4), Fraction(2), Fraction(1, 3)),
    (Fraction(3, 4), Fraction(1, 4), Fraction(1, 5), Fraction(3)),
)
KNOWN = {  # (μ_x, μ_y, β): γh
    (Fraction(0), Fraction(1, 2), 0): Fraction(2),
    (Fraction(9, 10), Fraction(9, 10), 0): Fraction(95, 7),
    (Fraction(9, 10), Fraction(9, 10), Fraction(9, 10)): Fraction(19, 639),
}


def step_matrix(mu_x: Any, mu_y: Any, beta: Any, s: Any) -> list[list[Any]]:
    """Return the matrix of (x, z, b) to the next (x, z, b), column by column from a GPA step.

    b is γ times the base's momentum, b⁺ = β b + s y and z⁺ = z − b⁺.
    """
    method, columns = GPA(Exponential(mu_x), mu_y), []
    for i in range(3):
        x, z, b = (Fraction(i == j) for j in range(3))
        now = Iterates(x=x, z=z)
        b = beta * b + s * method.query(now)
        after = method.advance(now, z - b, t=2)
        columns.append((after.x, after.z, b))
    return [list(row) for row in zip(*columns, strict=True)]


def characteristic(matrix: list[list[Any]]) -> list[Any]:
    """Return the coefficients of det(r − matrix), constant first, by Faddeev and LeVerrier.

    >>> characteristic([[Fraction(2), Fraction(0)], [Fraction(0), Fraction(3)]])
    [Fraction(6, 1), Fraction(-5, 1), Fraction(1, 1)]
    """
    n = range(len(matrix))
    found, power = [Fraction(1)], [[Fraction(i == j) for j in n] for i in n]
    for k in range(1, len(matrix) + 1):
        power = [[sum(matrix[i][m] * power[m][j] for m in n) for j in n] for i in n]
        c = -sum(power[i][i] for i in n) / Fraction(k)
        found.append(c)
        power = [[power[i][j] + c * (i == j) for j in n] for i in n]
    return found[::-1]


def inside_unit_disc(p: list[Any]) -> bool:
    """Return whether all roots of p (constant first) have modulus < 1, by Schur and Cohn.

    >>> inside_unit_disc([Fraction(1, 4), Fraction(0), Fraction(1)])
    True
    >>> inside_unit_disc([Fraction(6), Fraction(-5), Fraction(1)])
    False
    """
    while len(p) > 1:
        if abs(p[0]) >= abs(p[-1]):
            return False
        p = [p[-1] * a - p[0] * b for a, b in zip(p, reversed(p), strict=True)][1:]
    return True


def stable(mu_x: Any, mu_y: Any, beta: Any, s: Any) -> bool:
    """Return whether GPA on h w²/2 contracts, s = γh."""
    return inside_unit_disc(characteristic(step_matrix(mu_x, mu_y, beta, s)))


def cases(seed: int, momentum: bool) -> Iterator[tuple[Any, Any, Any]]:
    """Yield random (μ_x, μ_y, β), all strictly between 0 and 1; β = 0 without momentum."""
    rng = random.Random(seed)  # noqa: S311
    for _ in range(CASES):
        mu_x, mu_y, beta = (Fraction(rng.randint(1, 63), 64) for _ in range(3))
        yield mu_x, mu_y, beta if momentum else Fraction(0)


def check_limit(momentum: bool, seed: int) -> Iterable[Result]:
    """Count the random settings that are unstable just below the limit, or stable just above."""
    below = above = 0
    for mu_x, mu_y, beta in cases(seed, momentum):
        limit = stability_limit(mu_x, mu_y, beta)
        below += not stable(mu_x, mu_y, beta, limit * (1 - NEAR))
        above += stable(mu_x, mu_y, beta, limit * (1 + NEAR))
    words = f"n = {CASES} random settings"
    yield exactly(f"unstable at 0.999 of the limit: {words}", below, 0)
    yield exactly(f"stable at 1.001 of the limit: {words}", above, 0)
    for (mu_x, mu_y, beta), value in KNOWN.items():
        if (beta != 0) == momentum:
            off = abs(stability_limit(mu_x, mu_y, beta) - value)
            yield exactly(f"|limit − {value}| at ({mu_x}, {mu_y}), β = {beta}", off, 0)


def responses(mu_x: Any, mu_y: Any, gamma: Any, h: Any) -> Iterator[Any]:
    """Yield x_t from z_1 = 0 where the first gradient is off by 1 and all others are exact."""
    method = GPA(Exponential(mu_x), mu_y)

    def base(t: int, z: Any, y: Any) -> Any:
        return z - gamma * (h * y + (t == 1))

    return (s.x for _, s in run(method, Fraction(0), base, IMPULSE_STEPS, Fraction))


def check_variance(seed: int) -> Iterable[Result]:
    """Sum the squared response to one unit of noise: it must approach the variance from below.

    Independent noises add their squares, so the sum over all steps is the variance for σ² = 1.
    """
    for mu_x, mu_y, gamma, h in SETTINGS:
        total = sum((x * x for x in responses(mu_x, mu_y, gamma, h)), Fraction(0))
        variance = stationary_variance(mu_x, mu_y, gamma, h)
        words = f"μ_x = {mu_x}, μ_y = {mu_y}, γ = {gamma}, h = {h}, T = {IMPULSE_STEPS}"
        yield exactly(f"Σ (response)² ≤ variance: {words}", total, variance)
        rest: Fraction = 1 - total / variance
        yield exactly(f"what is left, relative: {words}", rest, REST)
        yield exactly(f"must fail: half the variance is not enough: {words}", variance / 2, total)
