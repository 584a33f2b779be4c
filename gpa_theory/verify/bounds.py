"""Composed bounds against runs on real data: measured gap ≤ proved bound, for every base."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np

from gpa_theory.numeric.identity import identity
from gpa_theory.numeric.trajectory import Trajectory
from gpa_theory.symbolic.rates import REGRETS, bound
from gpa_theory.verify.claims import Check
from gpa_theory.verify.experiment import (
    Setting,
    base_rounding,
    bound_value,
    execute,
)
from gpa_theory.verify.verdict import Result, compare

PROBLEMS = ("breast_cancer-logistic", "diabetes-lad", "wine-hinge", "digits-logistic", "max")
MODES = ((0.5, 0.3), (0.9, 0.7), (0.99, 0.9))
STEPS = 300


def error_budget(run: Trajectory, gamma: float, weights: np.ndarray | None = None) -> float:
    """Return how far rounding can move gap − bound: identity, base steps, function values."""
    found = identity(run, p=weights)
    mass = run.steps if weights is None else float(weights.sum())
    values, _ = run.problem.inexactness(run.x)
    return found.budget / mass + base_rounding(run, gamma) + float(np.max(values))


def check_average(base: str, seed: int) -> Iterable[Result]:
    """Compare f(mean x) − f* ≤ mean f(x_t) − f* ≤ bound on real runs."""
    for problem in PROBLEMS:
        for mu_x, mu_y in MODES:
            setting = Setting(problem, base, mu_x, mu_y, STEPS)
            run, gamma = execute(setting)
            allowed = bound_value(setting, run.problem, "mean", gamma)
            budget = error_budget(run, gamma)
            yield compare(f"mean gap: {setting.words}", run.gap_mean, allowed, budget)
            yield compare(f"average gap: {setting.words}", run.gap_average, allowed, budget)


def check_weighted(base: str, seed: int) -> Iterable[Result]:
    """Compare f at (x_1 + … + (1+ρ) x_T)/(T+ρ) with its bound on real runs."""
    for problem in PROBLEMS:
        for mu_x, mu_y in MODES:
            setting = Setting(problem, base, mu_x, mu_y, STEPS)
            run, gamma = execute(setting)
            share = np.ones(STEPS)
            share[-1] += mu_x / (1 - mu_x)
            x_hat = share @ run.x / share.sum()
            gap = float(run.problem.value(x_hat)) - run.problem.minimum_upper
            allowed = bound_value(setting, run.problem, "weighted", gamma)
            yield compare(f"x̂ gap: {setting.words}", gap, allowed, error_budget(run, gamma))


def check_schedule_free(base: str, seed: int) -> Iterable[Result]:
    """Compare the last iterate of uniform averaging with R_T/T's bound on real runs."""
    for problem in PROBLEMS:
        for mu_y in (0.3, 0.9, 1.0):
            setting = Setting(problem, base, None, mu_y, STEPS)
            run, gamma = execute(setting)
            allowed = bound_value(setting, run.problem, "last", gamma)
            budget = error_budget(run, gamma)
            yield compare(f"last gap: {setting.words}", run.gap_last, allowed, budget)


def _last_budget(run: Trajectory, gamma: float, mu_x: float) -> float:
    weights = mu_x ** np.arange(run.steps - 1.0, -1.0, -1.0)
    return error_budget(run, gamma, weights)


def check_last(seed: int) -> Iterable[Result]:
    """Compare f(x_T) − f* with the last-iterate bound, γ tuned for it, on real runs."""
    for problem in PROBLEMS:
        for mu_x, mu_y in (*MODES, (0.997, 0.7)):
            setting = Setting(problem, "ogd", mu_x, mu_y, STEPS, tuned_for="last")
            run, gamma = execute(setting)
            allowed = bound_value(setting, run.problem, "last", gamma)
            budget = _last_budget(run, gamma, mu_x)
            yield compare(f"last gap: {setting.words}", run.gap_last, allowed, budget)


def check_horizon(seed: int) -> Iterable[Result]:
    """Compare f(x_T) − f* with the horizon rule's bound, its μ_x and γ chosen from T alone."""
    rule = bound("ogd", "last").horizon()
    for problem in PROBLEMS:
        for steps in (50, 500):
            base = Setting(problem, steps=steps, tuned_for="last")
            loaded = base.load()
            values = {**rule.constants_from(loaded.constants), "steps": steps}
            mu_x = rule.choices_at(**values)["mu_x"]
            setting = Setting(problem, "ogd", mu_x, 0.7, steps, tuned_for="last")
            run, gamma = execute(setting)
            budget = _last_budget(run, gamma, mu_x)
            yield compare(f"last gap: {setting.words}", run.gap_last, rule.at(**values), budget)


def checks(claim: str) -> dict[str, Check]:
    """Return the measured checks of one composed bound."""
    per_base = {
        "average-bound": check_average,
        "weighted-bound": check_weighted,
        "schedule-free-bound": check_schedule_free,
    }
    if claim in per_base:
        return {f"runs with {base}": partial(per_base[claim], base) for base in REGRETS}
    return {"runs with ogd": {"last-bound": check_last, "horizon-rule": check_horizon}[claim]}
