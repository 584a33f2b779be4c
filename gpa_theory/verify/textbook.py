"""Textbook methods written as their authors write them, run beside GPA in Fractions: equal exactly.

Each method is a generator of its parameters θ_1, θ_2, … and asks for gradients at them.  The
gradient is not linear and belongs to no convex function, so only equal methods can give equal
sequences.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count, islice
from typing import Any

from gpa_theory.core.averaging import Averaging, Exponential, Uniform
from gpa_theory.core.recursion import GPA, run
from gpa_theory.symbolic.schedule_free import PackageUniform
from gpa_theory.verify.verdict import Result, exactly

STEPS, DRAWS = 30, 8
Values = Iterator[Any]


@dataclass(frozen=True)
class Draw:
    """One random setting; all numbers are rationals, μ_x and μ_y lie strictly between 0 and 1."""

    mu_x: Fraction
    mu_y: Fraction
    gamma: Fraction
    z_1: Fraction


def draws(seed: int) -> Iterator[Draw]:
    """Yield `DRAWS` random settings."""
    rng = random.Random(seed)  # noqa: S311
    for _ in range(DRAWS):
        mu_x, mu_y = (Fraction(rng.randint(1, 15), 16) for _ in range(2))
        gamma, z_1 = Fraction(rng.randint(1, 16), 8), Fraction(rng.randint(1, 16), 8)
        yield Draw(mu_x, mu_y, gamma, z_1)


def gradient(w: Any) -> Any:
    """Return the slope of a function that is not convex and of slope zero at 0 and ±4 alone.

    >>> gradient(Fraction(1)), gradient(Fraction(1, 4))
    (Fraction(3, 4), Fraction(7, 16))
    """
    return max(-1, min(1, 2 * w)) - w / 4


def of_gpa(averaging: Averaging, mu_y: Any, gamma: Any, z_1: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (x_t, y_t) of GPA with an SGD base, by `core.run`."""
    method = GPA(averaging, mu_y)
    for y, s in run(method, z_1, lambda t, z, y: z - gamma * gradient(y), STEPS, Fraction):
        yield s.x, y


def stateful(gamma: Any) -> Callable[[int, Any, Any], Any]:
    """Return a base optimizer with momentum and decoupled weight decay: not SGD."""
    b = Fraction(0)

    def step(t: int, z: Any, y: Any) -> Any:
        nonlocal b
        b = b / 2 + gradient(y)
        return z - gamma * (b + z / 16)

    return step


def bare(d: Draw) -> Values:
    """Yield the weights of the stateful base optimizer, run without GPA."""
    w, step = d.z_1, stateful(d.gamma)
    for t in count(1):
        yield w
        w = step(t, w, w)


def averaged(d: Draw) -> Values:
    """Yield e_1 = w_1, e⁺ = μ_x e + (1−μ_x) w⁺: an EMA of the weights of `bare`."""
    e = None
    for w in bare(d):
        e = w if e is None else d.mu_x * e + (1 - d.mu_x) * w
        yield e


def quasi_hyperbolic(d: Draw) -> Values:
    """Yield QHM's parameters: β = μ_x, ν = μ_y, α = γ."""
    theta, m = d.z_1, Fraction(0)
    while True:
        yield theta
        g = gradient(theta)
        m = d.mu_x * m + (1 - d.mu_x) * g
        theta -= d.gamma * ((1 - d.mu_y) * g + d.mu_y * m)


def nesterov(d: Draw) -> Values:
    """Yield the parameters of torch's SGD(lr=(1−μ)γ, momentum=μ, nesterov=True), μ = μ_x."""
    theta, m = d.z_1, Fraction(0)
    while True:
        yield theta
        g = gradient(theta)
        m = d.mu_x * m + g
        theta -= (1 - d.mu_x) * d.gamma * (g + d.mu_x * m)


def sutskever(d: Draw, ahead: Any = None) -> Values:
    """Yield θ of v⁺ = μ v − (1−μ)γ g(θ + ω v), θ⁺ = θ + v⁺, μ = μ_x; Sutskever's ω is μ."""
    theta, v = d.z_1, Fraction(0)
    omega = d.mu_x if ahead is None else ahead
    while True:
        yield theta
        v = d.mu_x * v - (1 - d.mu_x) * d.gamma * gradient(theta + omega * v)
        theta += v


def extrapolated(d: Draw) -> Values:
    """Yield θ of the same with ω = (1−μ_y) μ_x/(1−μ_x)."""
    return sutskever(d, (1 - d.mu_y) * d.mu_x / (1 - d.mu_x))


def heavy_ball(d: Draw) -> Values:
    """Yield θ of θ⁺ = θ − (1−μ_x)γ g(θ) + μ_x (θ − θ⁻)."""
    theta = before = d.z_1
    while True:
        yield theta
        step = d.mu_x * (theta - before) - (1 - d.mu_x) * d.gamma * gradient(theta)
        before, theta = theta, theta + step


INNER = Fraction(3, 7)  # what one worker's learning rate is of γ (1 − μ); the rest is the outer one


def diloco(d: Draw) -> Values:
    """Yield the global parameters of DiLoCo: one worker, one inner SGD step, outer Nesterov."""
    theta, m = d.z_1, Fraction(0)
    outer = (1 - d.mu_x) * d.gamma / INNER
    while True:
        yield theta
        worker = theta - INNER * gradient(theta)
        pseudo_gradient = theta - worker
        m = d.mu_x * m + pseudo_gradient
        theta -= outer * (pseudo_gradient + d.mu_x * m)


def package(d: Draw) -> Values:
    """Yield y of the two-buffer loop of the `schedulefree` package's SGD, without warmup."""
    y = z = d.z_1
    k = Fraction(0)
    while True:
        yield y
        c, g = 1 / (k + 1), gradient(y)
        y = (1 - c) * y + c * z + d.gamma * (d.mu_y * (1 - c) - 1) * g
        z -= d.gamma * g
        k += 1


def gpa_x(d: Draw, mu_y: Any = None) -> Values:
    """Yield x_t of GPA at the draw's constants, or at another μ_y."""
    found = of_gpa(Exponential(d.mu_x), d.mu_y if mu_y is None else mu_y, d.gamma, d.z_1)
    return (x for x, _ in found)


def gpa_y(d: Draw, mu_y: Any = None) -> Values:
    """Yield y_t of GPA at the draw's constants, or at another μ_y."""
    found = of_gpa(Exponential(d.mu_x), d.mu_y if mu_y is None else mu_y, d.gamma, d.z_1)
    return (y for _, y in found)


def package_y(d: Draw) -> Values:
    """Yield y_t of GPA with the averaging of the package."""
    return (y for _, y in of_gpa(PackageUniform(), d.mu_y, d.gamma, d.z_1))


def paper_y_later(d: Draw) -> Values:
    """Yield z_1, then y_t of Schedule-Free as the paper has it, started at z_1 − γ g(z_1)."""
    yield d.z_1
    yield from (y for _, y in of_gpa(Uniform(), d.mu_y, d.gamma, d.z_1 - d.gamma * gradient(d.z_1)))


def around_stateful(d: Draw, mu_x: Any, mu_y: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (x_t, y_t) of GPA around the stateful base optimizer."""
    found = run(GPA(Exponential(mu_x), mu_y), d.z_1, stateful(d.gamma), STEPS, Fraction)
    return ((s.x, y) for y, s in found)


def at_zero_mu_y(d: Draw) -> Values:
    """Yield x_t at μ_y = 0."""
    return (x for x, _ in around_stateful(d, d.mu_x, Fraction(0)))


def at_zero_mu_x(d: Draw) -> Values:
    """Yield y_t at μ_x = 0, which is x_t."""
    return (y for _, y in around_stateful(d, Fraction(0), d.mu_y))


Pair = tuple[Callable[[Draw], Values], Callable[[Draw], Values], str]
PAIRS: dict[str, Pair] = {  # name: (GPA, the textbook, a constant that must not be misread)
    "quasi-hyperbolic momentum": (gpa_y, quasi_hyperbolic, "mu_y"),
    "torch's Nesterov momentum": (lambda d: gpa_y(d, d.mu_x), nesterov, "mu_x"),
    "Sutskever's Nesterov momentum": (lambda d: gpa_x(d, d.mu_x), sutskever, "mu_x"),
    "momentum with its gradient at x + ω v": (gpa_x, extrapolated, "mu_y"),
    "heavy ball": (lambda d: gpa_x(d, Fraction(1)), heavy_ball, "mu_x"),
    "DiLoCo with one worker, H = 1": (lambda d: gpa_y(d, d.mu_x), diloco, "mu_x"),
    "the EMA of the base's weights": (at_zero_mu_y, averaged, "mu_x"),
    "the base optimizer": (at_zero_mu_x, bare, "gamma"),
    "the schedulefree package": (package_y, package, "mu_y"),
    "the paper's method one step later": (package_y, paper_y_later, "mu_y"),
}


def check_pair(name: str, seed: int) -> Iterable[Result]:
    """Compare GPA with one textbook method exactly; with a constant misread they must differ."""
    ours, theirs, constant = PAIRS[name]
    settings = list(draws(seed))
    words = f"n = {len(settings)} random settings, T = {STEPS}"
    largest = max(apart(ours(d), theirs(d)) for d in settings)
    yield exactly(f"largest |GPA − {name}|: {words}", largest, 0)
    wrong = [replace(d, **{constant: getattr(d, constant) / 2}) for d in settings]
    same = sum(apart(ours(d), theirs(w)) == 0 for d, w in zip(settings, wrong, strict=True))
    yield exactly(f"must fail: settings that agree with half of {constant}: {words}", same, 0)


def apart(ours: Values, theirs: Values) -> Any:
    """Return the largest distance of two sequences over `STEPS` steps."""
    pairs = zip(islice(ours, STEPS), islice(theirs, STEPS), strict=True)
    return max(abs(a - b) for a, b in pairs)
