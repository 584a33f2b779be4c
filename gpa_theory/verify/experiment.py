"""One setting, run and bounded: where a problem, a base optimizer and a theorem meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gpa_theory.core.averaging import Averaging, Exponential, Uniform
from gpa_theory.core.recursion import GPA
from gpa_theory.core.validation import check_count, check_range, refuse
from gpa_theory.numeric.learners import learner
from gpa_theory.numeric.precision import UNIT_ROUNDOFF
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.problems.problem import Problem
from gpa_theory.numeric.trajectory import Trajectory, simulate
from gpa_theory.symbolic.bound import METRICS, Bound
from gpa_theory.symbolic.rates import DISCOUNTED, bound


@dataclass(frozen=True, slots=True)
class Setting:
    """What to run: names and constants only.  μ_x = None means uniform averaging (c_t = 1/t).

    γ = None takes the step size that minimizes the bound on `tuned_for`.

    >>> Setting("max", mu_x=1.0)
    Traceback (most recent call last):
    ValueError: `Setting(mu_x=1.0)`: mu_x must lie in [0, 1)
    """

    problem: str
    base: str = "ogd"
    mu_x: float | None = 0.9
    mu_y: float = 0.7
    steps: int = 500
    gamma: float | None = None
    domain: str | None = None
    tuned_for: str = "average"

    def __post_init__(self) -> None:
        if self.mu_x is not None:
            call = f"Setting(mu_x={self.mu_x})"
            check_range(call, "mu_x", self.mu_x, 0, 1, open_high=True)
        check_range(f"Setting(mu_y={self.mu_y})", "mu_y", self.mu_y, 0, 1)
        check_count(f"Setting(steps={self.steps})", "steps", self.steps)
        if self.gamma is not None:
            call = f"Setting(gamma={self.gamma})"
            check_range(call, "gamma", self.gamma, 0, open_low=True)
        if self.tuned_for not in METRICS:
            call = f"Setting(tuned_for={self.tuned_for!r})"
            raise refuse(call, "tuned_for", f"must be one of {', '.join(METRICS)}")

    @property
    def averaging(self) -> Averaging:
        """Return Exponential(μ_x), or Uniform() without μ_x."""
        return Uniform() if self.mu_x is None else Exponential(self.mu_x)

    @property
    def words(self) -> str:
        """Name the setting in one line."""
        mean = "c_t = 1/t" if self.mu_x is None else f"μ_x = {self.mu_x:g}"
        return f"{self.problem}, {self.base}, {mean}, μ_y = {self.mu_y:g}, T = {self.steps}"

    def load(self) -> Problem:
        """Return the problem; diagonal AdaGrad gets a box, as its projection is coordinatewise."""
        box = self.domain is None and self.base == "adagrad-diagonal"
        return load(self.problem, "box" if box else self.domain)


def theorem(setting: Setting, metric: str) -> Bound:
    """Return the bound on `metric` that covers the setting."""
    return bound(setting.base, metric, "uniform" if setting.mu_x is None else "exponential")


def free_values(setting: Setting, of: Bound) -> dict[str, Any]:
    """Return what the bound takes from the setting rather than from the problem."""
    given = {"steps": setting.steps, "mu_x": setting.mu_x}
    return {name: value for name, value in given.items() if name in of.parameters}


def step_size(setting: Setting, problem: Problem) -> float:
    """Return γ: the one given, or the one that minimizes the bound on `tuned_for`."""
    if setting.gamma is not None:
        return setting.gamma
    metric = "last" if setting.mu_x is None else setting.tuned_for
    best = theorem(setting, metric).tuned("gamma")
    try:
        given = best.constants_from(problem.constants)
    except ValueError as error:
        rule = f"is needed: no bound tunes it ({error})"
        raise refuse("step_size(gamma=None)", "gamma", rule) from None
    return best.choices_at(**given, **free_values(setting, best))["gamma"]


def execute(setting: Setting, rng: np.random.Generator | None = None) -> tuple[Trajectory, float]:
    """Return the trajectory of the setting and the step size it used."""
    problem = setting.load()
    gamma = step_size(setting, problem)
    base = learner(setting.base, gamma, problem.domain)
    return simulate(problem, base, GPA(setting.averaging, setting.mu_y), setting.steps, rng), gamma


def metrics(setting: Setting) -> tuple[str, ...]:
    """Return the metrics for which a bound covers the setting."""
    if setting.mu_x is None:
        return ("last",)
    return ("average", "mean", *(("last",) if setting.base in DISCOUNTED else ()))


def bound_value(setting: Setting, problem: Problem, metric: str, gamma: float) -> float:
    """Return the bound on `metric` at the step size of the run."""
    of = theorem(setting, metric)
    return of.on(problem.constants, **free_values(setting, of), gamma=gamma)


def converted(run: Trajectory, metric: str) -> float:
    """Return the conversion theorem's bound on `metric` at the regret the run has shown.

    average, mean: (R_T + ρ(f(x_1) − f(x_T)))/T; weighted: (R_T + ρ r_1)/(T+ρ);
    last: μ_x^{T−1} φ_1 + (1−μ_x) Σ_{t≥2} μ_x^{T−t} r_t, or R_T/T with uniform averaging.
    """
    averaging = run.method.averaging
    call = f"converted(metric={metric!r}, averaging={averaging!r})"
    if metric not in METRICS:
        raise refuse(call, "metric", f"must be one of {', '.join(METRICS)}")
    if isinstance(averaging, Uniform) and metric == "last":
        return run.regret() / run.steps
    if not isinstance(averaging, Exponential):
        raise refuse(call, "averaging", "must be Exponential, or Uniform with the metric last")
    mu_x = float(averaging.mu_x)
    if metric == "last":
        start = mu_x ** (run.steps - 1) * (float(run.f_x[0]) - run.problem.minimum_upper)
        return start + (1 - mu_x) * run.discounted_regret(mu_x, first=2)
    if metric == "weighted":
        past = mu_x / (1 - mu_x)
        return (run.regret() + past * float(run.step_regrets()[0])) / (run.steps + past)
    telescope = float(run.rho[-1] * (run.f_x[0] - run.f_x[-1])) if run.steps > 1 else 0.0
    return (run.regret() + telescope) / run.steps


def base_rounding(run: Trajectory, gamma: float) -> float:
    """Return how far rounding in the base optimizer can move R_T/T (a first-order budget).

    A step computed with error e changes |z_{t+1} − u|²/(2γ_t) by about |e| R/γ_t, where
    e ≤ (d + 16) u (|z| + γ|g|), and dual averaging sums up to T gradients before it steps.
    """
    problem, steps = run.problem, run.steps
    reach = float(np.linalg.norm(run.z - problem.minimizer, axis=1).max())
    size = float(np.linalg.norm(run.used, axis=1).max())
    moved = reach + gamma * size * steps
    smallest = gamma / (np.sqrt(steps) * max(size, 1.0))  # adaptive steps shrink like γ/(G√T)
    error = (problem.dim + 16 + steps) * UNIT_ROUNDOFF * moved
    return error * (size + reach / smallest)


def check_known(setting: Setting) -> None:
    """Raise unless the base has a theorem, before any time is spent on the run."""
    from gpa_theory.symbolic.rates import REGRETS

    if setting.base not in REGRETS:
        rule = f"must be one of {', '.join(REGRETS)}"
        raise refuse(f"Setting(base={setting.base!r})", "base", rule)
