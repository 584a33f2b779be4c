r"""Strong convexity inside GPA: the step inequality on exact states, the rate on runs.

.. math:: \varphi_t + \rho_t (f(x_t) - f(x_{t-1})) \le r_t
    - \tfrac\sigma2 \bigl(1 - (1-c_t)\mu_y^2\bigr) |z_t - u|^2
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product
from math import log
from typing import Any

import numpy as np

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA, Iterates
from gpa_theory.numeric.learners import Learner
from gpa_theory.numeric.problems.domain import Ball
from gpa_theory.numeric.problems.finite_sum import finite_sum
from gpa_theory.numeric.problems.problem import Problem
from gpa_theory.numeric.trajectory import simulate
from gpa_theory.verify.bounds import error_budget
from gpa_theory.verify.verdict import Result, compare, exactly

MODES = ((0.5, 0.3), (0.9, 0.7), (0.9, 1.0), (0.99, 0.9))
STEPS = 400
SHARES = tuple(Fraction(k, 4) for k in range(5))  # μ_x (below 1) and μ_y
POINTS = tuple(Fraction(k, 2) for k in range(-6, 7))  # x_{t−1}, with z_t = 1


def margin(mu_x: Fraction, mu_y: Fraction, x_prev: Fraction, kept: Fraction) -> Fraction:
    """Return the slack of the step inequality for f = w²/2, u = 0, z_t = 1, a gain of kept/2.

    The step is that of `core.GPA`, from x_{t−1} to the iterates of step t ≥ 2.
    """
    method, z = GPA(Exponential(mu_x), mu_y), Fraction(1)
    now = method.advance(Iterates(x=x_prev, z=z), z, 2)
    y, rho = method.query(now), mu_x / (1 - mu_x)
    gap, before = now.x**2 / 2, x_prev**2 / 2
    return y * z - kept / 2 * z**2 - gap - rho * (gap - before)


def _settings() -> Iterator[tuple[Fraction, Fraction, Fraction]]:
    return ((x, y, p) for x, y, p in product(SHARES[:-1], SHARES, POINTS))


def check_step(seed: int) -> Iterable[Result]:
    """Compare both sides at every state of a grid, exactly; a full gain of σ/2 must fail."""
    words = f"f = w²/2, {len(list(_settings()))} states"
    kept = {s: 1 - s[0] * s[1] ** 2 for s in _settings()}
    least = min(margin(*s, kept[s]) for s in _settings())
    yield exactly(f"−slack of the step inequality: {words}", -least, 0)
    full = min(margin(*s, Fraction(1)) for s in _settings())
    name = f"must fail: slack of the same with σ/2 for (σ/2)(1 − μ_xμ_y²): {words}"
    yield exactly(name, full, Fraction(-1, 100))


def regression() -> Problem:
    """Return a least-squares problem of condition number 2 on the unit ball, G below 3."""
    rows = np.diag(np.sqrt(4 * np.array([1.0, 0.5, 0.75, 1.0])))
    return finite_sum(
        "strong", rows, rows @ np.array([0.4, -0.5, 0.3, 0.2]), "least_squares", Ball(1.0)
    )


def decreasing(scale: float, domain: Ball) -> Learner:
    """Return projected gradient descent with γ_t = 1/(s t), s = `scale`."""

    def step(state: None, t: int, z: Any, g: Any) -> tuple[Any, None]:
        return domain.project(z - g / (scale * t)), None

    return Learner("ogd, 1/(s t)", 1 / scale, lambda z_1: None, step, domain)


def check_rate(seed: int) -> Iterable[Result]:
    """Compare f(mean x) − f(u) with G²(1 + ln T)/(2sT) + ρ(f(x_1) − f(x_T))/T on runs."""
    problem = regression()
    sigma, lipschitz = (
        float(problem.constants[a] or 0) for a in (Assumption.STRONGLY_CONVEX, Assumption.LIPSCHITZ)
    )
    for mu_x, mu_y in MODES:
        s = sigma * (1 - mu_x * mu_y**2)
        base = decreasing(s, Ball(1.0))
        made = simulate(problem, base, GPA(Exponential(mu_x), mu_y), STEPS)
        telescope = float(made.rho[-1]) * float(made.f_x[0] - made.f_x[-1]) / STEPS
        allowed = lipschitz**2 * (1 + log(STEPS)) / (2 * s * STEPS) + telescope
        words = f"average gap ≤ bound: μ_x = {mu_x}, μ_y = {mu_y}, σ = {sigma:.3g}, T = {STEPS}"
        budget = error_budget(made, 1 / (s * STEPS))
        note = f"first-order budget; initial gap {made.f_x[0] - problem.minimum_upper:.3g}"
        yield compare(words, made.gap_average, allowed, budget, note=note)
