"""The conversions around bases and weights that the project has no regret bound for: runs.

The bases are made up, and one of them ignores the gradient; the theorems must hold all the same, at
the regret measured in the run.  The weights are random, and the runs exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.recursion import GPA, run
from gpa_theory.numeric.learners import Learner
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.problems.domain import Domain
from gpa_theory.numeric.trajectory import Trajectory, simulate
from gpa_theory.verify.bounds import conversion_budget, metric_weights
from gpa_theory.verify.claims import Check
from gpa_theory.verify.verdict import Result, compare, exactly

PROBLEMS = ("linear", "max", "wine-hinge")
STEPS = 200
SAMPLES, LENGTH = 40, 7  # exact runs on the line, and their T


def sign_descent(domain: Domain, rng: np.random.Generator) -> Learner:
    """Return the base that moves every coordinate by 0.05/√t against the sign of its gradient."""

    def step(state: None, t: int, z: Any, g: Any) -> tuple[Any, None]:
        return domain.project(z - 0.05 / t**0.5 * np.sign(g)), None

    return Learner("sign descent", 0.05, lambda z_1: None, step, domain)


def heavy_ball(domain: Domain, rng: np.random.Generator) -> Learner:
    """Return gradient descent with momentum 0.9, projected."""

    def step(v: Any, t: int, z: Any, g: Any) -> tuple[Any, Any]:
        v = 0.9 * v + g
        return domain.project(z - 0.01 * v), v

    return Learner("momentum", 0.01, lambda z_1: 0 * z_1, step, domain)


def wanderer(domain: Domain, rng: np.random.Generator) -> Learner:
    """Return the base that goes where it likes, whatever the gradient."""

    def step(state: None, t: int, z: Any, g: Any) -> tuple[Any, None]:
        return domain.project(z + 0.1 * rng.normal(size=z.shape)), None

    return Learner("a random walk", 0.1, lambda z_1: None, step, domain)


BASES: dict[str, Callable[[Domain, np.random.Generator], Learner]] = {
    "sign descent": sign_descent,
    "momentum 0.9": heavy_ball,
    "a random walk": wanderer,
}


def promised(made: Trajectory, metric: str) -> float:
    """Return what the theorem on any base promises, B being the regret measured in the run."""
    constants, steps = made.problem.constants, made.steps
    regret, rho = made.regret(), float(made.rho[-1])
    start = float(constants[Assumption.LIPSCHITZ] or 0) * float(constants[Assumption.RADIUS] or 0)
    if metric == "last":
        return regret / steps
    if metric == "weighted":
        return (regret + rho * start) / (steps + rho)
    return (regret + rho * (start + made.problem.minimum_gap)) / steps


def check_base(name: str, seed: int) -> Iterable[Result]:
    """Compare gaps with what any base's regret promises: last iterate, mean, and no remainder."""
    settings = (
        (Uniform(), 0.6, "last"),
        *((Exponential(0.9), 0.7, m) for m in ("mean", "weighted")),
    )
    for problem in map(load, PROBLEMS):
        for averaging, mu_y, metric in settings:
            base = BASES[name](problem.domain, np.random.default_rng(seed))
            made = simulate(problem, base, GPA(averaging, mu_y), STEPS)
            slack = conversion_budget(made, metric_weights(made, metric))
            words = f"{metric} gap ≤ promise at the regret shown: {problem.name}, {name}"
            note = f"{averaging}, μ_y = {mu_y}, T = {STEPS}; rounding of {slack:.2g} allowed"
            yield compare(words, made.gap(metric), promised(made, metric) + slack, 0.0, note=note)


def check_last_needs_uniform(seed: int) -> Iterable[Result]:
    """Require that R_T/T does not bound the last iterate where μ_x is constant."""
    problem = load("linear")
    base = sign_descent(problem.domain, np.random.default_rng(seed))
    made = simulate(problem, base, GPA(Exponential(0.99), 0.5), STEPS)
    name = "must fail: R_T/T ≤ last gap, linear, constant μ_x = 0.99"
    yield compare(name, made.regret() / STEPS, made.gap_last, conversion_budget(made))


@dataclass(frozen=True)
class Weights:
    """The averaging with given weights w_t > 0: c_t = w_t / w_{1:t}."""

    weights: tuple[Fraction, ...]

    def coefficient(self, t: Any) -> Fraction:
        """Return w_t / w_{1:t}."""
        return self.weights[int(t) - 1] / sum(self.weights[: int(t)])


def _slope(y: Fraction) -> Fraction:
    return Fraction((y > 0) - (y < 0))


def excess(
    weights: tuple[Fraction, ...],
    z: list[Fraction],
    mu_y: Fraction,
    u: Fraction,
    regret_weights: tuple[Fraction, ...] | None = None,
    f: Callable[[Fraction], Fraction] = abs,
    slope: Callable[[Fraction], Fraction] = _slope,
) -> Fraction:
    """Return f(x_T) − f(u) − Σ p_t r_t / p_{1:T} on the line, exactly, around the base sequence z.

    The averaging has `weights` for w_t; p_t is w_t unless `regret_weights` are given.
    """
    method = GPA(Weights((*weights, Fraction(1))), mu_y)  # `run` makes one more base step
    following = [*z[1:], z[-1]]
    points = list(run(method, z[0], lambda t, _, y: following[t - 1], len(z), Fraction))
    p = weights if regret_weights is None else regret_weights
    regret = Fraction(0)
    for p_t, (y, s) in zip(p, points, strict=True):
        regret += p_t * slope(y) * (s.z - u)
    return f(points[-1][1].x) - f(u) - regret / sum(p, Fraction(0))


def _drawn(rng: np.random.Generator, low: int, high: int) -> Fraction:
    return Fraction(int(rng.integers(low, high + 1)), int(rng.integers(1, 9)))


def check_weights(seed: int) -> Iterable[Result]:
    """Compare f(x_T) − f(u) with Σ w_t r_t / w_{1:T} for |w|, and find equality for linear f."""
    rng = np.random.default_rng(seed)
    worst, uneven, other = Fraction(-1), Fraction(0), Fraction(-1)
    for _ in range(SAMPLES):
        weights = tuple(_drawn(rng, 1, 20) for _ in range(LENGTH))
        z = [_drawn(rng, -9, 9) for _ in range(LENGTH)]
        mu_y, u = Fraction(int(rng.integers(0, 9)), 8), _drawn(rng, -9, 9)
        worst = max(worst, excess(weights, z, mu_y, u))
        line = partial(excess, weights, z, mu_y, u, f=lambda w: 3 * w, slope=lambda w: Fraction(3))
        uneven = max(uneven, abs(line()))
        other = max(other, line(regret_weights=(Fraction(1),) * LENGTH))
    words = f"{SAMPLES} random weights, bases, μ_y and u, T = {LENGTH}"
    yield exactly(f"f(x_T) − f(u) − Σ w_t r_t/w_{{1:T}} for |w|: {words}", worst, 0)
    yield exactly(f"its absolute value for 3w: {words}", uneven, 0)
    yield exactly(
        f"must fail: 1/100 ≤ excess over the unweighted regret, 3w: {words}",
        Fraction(1, 100),
        other,
    )


def base_checks() -> dict[str, Check]:
    """Return the checks of the claim about any base."""
    found: dict[str, Check] = {f"around {name}": partial(check_base, name) for name in BASES}
    return found | {"c_t = 1/t is needed": check_last_needs_uniform}
