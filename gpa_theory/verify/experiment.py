"""One experiment, run and bounded: where a problem, a base optimizer and a theorem meet."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import Any

import numpy as np

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.averaging import Averaging, Exponential, Uniform
from gpa_theory.core.bases import BASES, base_named
from gpa_theory.core.metrics import BOUNDED
from gpa_theory.core.recursion import GPA
from gpa_theory.core.validation import check_count, check_range, refuse
from gpa_theory.numeric.learners import learner
from gpa_theory.numeric.precision import UNIT_ROUNDOFF
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.problems.domain import Ball
from gpa_theory.numeric.problems.problem import Problem
from gpa_theory.numeric.trajectory import Trajectory, simulate
from gpa_theory.symbolic.bound import Bound
from gpa_theory.symbolic.evaluation import evaluate
from gpa_theory.symbolic.rates import DISCOUNTED, bound
from gpa_theory.symbolic.readings import READINGS, reading
from gpa_theory.symbolic.vacuous import exceeds


@dataclass(frozen=True, slots=True)
class Experiment:
    """What to run: names and constants only.  μ_x = None means uniform averaging (c_t = 1/t).

    γ = None takes the step size that minimizes the bound on `tuned_for`.

    >>> Experiment("max", mu_x=1.0)
    Traceback (most recent call last):
    ValueError: `Experiment(mu_x=1.0)`: mu_x must lie in [0, 1)
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
        base = base_named("Experiment", self.base)
        if base.coordinatewise and self.domain == Ball.name:
            call = f"Experiment(base={self.base!r}, domain={self.domain!r})"
            raise refuse(call, "domain", f"must be {base.domain}: its regret bound fails on a ball")
        if self.mu_x is not None:
            call = f"Experiment(mu_x={self.mu_x})"
            check_range(call, "mu_x", self.mu_x, 0, 1, open_high=True)
        check_range(f"Experiment(mu_y={self.mu_y})", "mu_y", self.mu_y, 0, 1)
        check_count(f"Experiment(steps={self.steps})", "steps", self.steps)
        if self.gamma is not None:
            call = f"Experiment(gamma={self.gamma})"
            check_range(call, "gamma", self.gamma, 0, open_low=True)
        if self.tuned_for not in BOUNDED:
            call = f"Experiment(tuned_for={self.tuned_for!r})"
            raise refuse(call, "tuned_for", f"must be one of {', '.join(BOUNDED)}")

    @property
    def averaging(self) -> Averaging:
        """Return Exponential(μ_x), or Uniform() without μ_x."""
        return Uniform() if self.mu_x is None else Exponential(self.mu_x)

    @property
    def words(self) -> str:
        """Return the experiment in one line of words."""
        mean = "c_t = 1/t" if self.mu_x is None else f"μ_x = {self.mu_x:g}"
        return f"{self.problem}, {self.base}, {mean}, μ_y = {self.mu_y:g}, T = {self.steps}"

    def load(self) -> Problem:
        """Return the problem; a base that needs a coordinatewise projection gets a box."""
        box = self.domain is None and BASES[self.base].coordinatewise
        return load(self.problem, "box" if box else self.domain)


def theorem(experiment: Experiment, metric: str) -> Bound:
    """Return the bound on `metric` that covers the experiment."""
    return bound(experiment.base, metric, "uniform" if experiment.mu_x is None else "exponential")


def free_values(experiment: Experiment, of: Bound) -> dict[str, Any]:
    """Return what the bound takes from the experiment rather than from the problem."""
    given = {"steps": experiment.steps, "mu_x": experiment.mu_x}
    return {name: value for name, value in given.items() if name in of.parameters}


def step_size(experiment: Experiment, problem: Problem) -> float:
    """Return γ: the one given, or the one that minimizes the bound on `tuned_for`."""
    if experiment.gamma is not None:
        return experiment.gamma
    metric = "last" if experiment.mu_x is None else experiment.tuned_for
    best = theorem(experiment, metric).tuned("gamma")
    try:
        given = best.constants_from(problem.constants)
    except ValueError as error:
        rule = f"is needed: no bound tunes it ({error})"
        raise refuse("step_size(gamma=None)", "gamma", rule) from None
    return best.choices_at(**given, **free_values(experiment, best))["gamma"]


def execute(
    experiment: Experiment,
    rng: np.random.Generator | None = None,
    problem: Problem | None = None,
) -> tuple[Trajectory, float]:
    """Return the trajectory of the experiment and the step size it used.

    `problem` is what to run on if it is not in the catalog.  With `rng` the gradients are sampled;
    their G is not that of the problem, so γ must be given.
    """
    if rng is not None and experiment.gamma is None:
        rule = "is needed: the problem's G, which would tune it, does not cover sampled gradients"
        raise refuse("execute(rng)", "gamma", rule)
    problem = experiment.load() if problem is None else problem
    gamma = step_size(experiment, problem)
    base = learner(experiment.base, gamma, problem.domain)
    return simulate(
        problem, base, GPA(experiment.averaging, experiment.mu_y), experiment.steps, rng
    ), gamma


def metrics(experiment: Experiment) -> tuple[str, ...]:
    """Return the metrics for which a bound covers the experiment."""
    averaging = _averaging_kind(experiment.averaging)
    known = (m for m in BOUNDED if (m, averaging) in READINGS)
    undiscounted = averaging == "exponential" and experiment.base not in DISCOUNTED
    return tuple(m for m in known if not (m == "last" and undiscounted))


def bound_value(
    experiment: Experiment,
    problem: Problem,
    metric: str,
    gamma: float,
    lipschitz: float | None = None,
) -> float:
    """Return the bound on `metric` at the step size of the run.

    `lipschitz` replaces the problem's G, which does not cover sampled gradients.
    """
    of = theorem(experiment, metric)
    constants = dict(problem.constants)
    if lipschitz is not None:
        constants[Assumption.LIPSCHITZ] = lipschitz
    return of.on(constants, **free_values(experiment, of), gamma=gamma)


def largest_gradient(run: Trajectory) -> float:
    """Return the largest |g_t| that the base optimizer was given, sampled or not."""
    return float(np.linalg.norm(run.used, axis=1).max())


def vacuous(experiment: Experiment, run: Trajectory, metric: str, gamma: float) -> str:
    """Return why the bound on `metric` says nothing of this run, or "" if it says something."""
    of, problem = theorem(experiment, metric), run.problem
    values = {**of.constants_from(problem.constants), **free_values(experiment, of), "gamma": gamma}
    moves = BASES[experiment.base].bounded_steps
    return of.vacuous(moves=moves, **values) or beaten_by_start(run, of.at(**values))


def beaten_by_start(run: Trajectory, value: float) -> str:
    """Return that f(x_1) − f(u) is below `value`, which then bounds nothing, or "" if it is not."""
    initial = float(run.f_x[0]) - run.problem.minimum_upper
    return (
        f"the start x_1 = z_1 has a gap of {initial:.4g} already" if exceeds(value, initial) else ""
    )


def _averaging_kind(averaging: Averaging) -> str | None:
    """Return what the theorems call this averaging; None if no theorem covers it."""
    kinds = {Exponential: "exponential", Uniform: "uniform"}
    return kinds.get(type(averaging))


def converted(run: Trajectory, metric: str) -> float:
    """Return the conversion theorem's bound on `metric` at the regret the run has shown.

    It is the row of the weighted theorem that bounds the metric, at the named sums of the run.
    """
    averaging = run.method.averaging
    call = f"converted(metric={metric!r}, averaging={averaging!r})"
    kind = _averaging_kind(averaging)
    if kind is None:
        raise refuse(call, "averaging", "must be Exponential or Uniform: no row covers another")
    values: dict[str, Any] = {"steps": run.steps}
    if isinstance(averaging, Exponential):
        values["mu_x"] = averaging.mu_x
    charged = reading("converted", metric, kind).charged()
    return fsum(
        evaluate(call, coefficient, values) * _named_sum(run, name)
        for name, coefficient in charged.terms.items()
    )


def _named_sum(run: Trajectory, name: str) -> float:
    """Return one of the named sums of `symbolic.schemes` as the run has made it."""
    if name == "R_T":
        return run.regret()
    if name == "A_T":
        return run.discounted_regret(float(run.method.averaging.mu_x), first=2)  # type: ignore
    if name == "r_1":
        return float(run.step_regrets()[0])
    step = {"φ_1": 0, "φ_T": -1}[name]
    return float(run.f_x[step]) - run.problem.minimum_upper


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
