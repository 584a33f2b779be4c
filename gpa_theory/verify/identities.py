"""The identities on real runs: they close to rounding, their losses are ≥ 0, mutants are caught."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from functools import partial

import numpy as np

from gpa_theory.numeric.exact_identity import exact_identity
from gpa_theory.numeric.identity import Identity, identity
from gpa_theory.numeric.trajectory import Trajectory
from gpa_theory.verify.claims import Check
from gpa_theory.verify.experiment import Experiment, execute
from gpa_theory.verify.verdict import Result, compare, exactly

REAL = (
    "breast_cancer-logistic",
    "diabetes-least_absolute_deviation",
    "wine-hinge",
    "digits-least_squares",
)
MODES = {  # form: (μ_x, μ_y); μ_x = None is Schedule-Free
    "step": ((0.9, 0.7), (0.9967, 0.7), (None, 0.9)),
    "gradient_at_y": ((0.9, 1.0), (0.99, 0.7), (None, 1.0)),
}


def _closes(words: str, found: Identity) -> Iterable[Result]:
    """Yield residual ≤ budget, recursion residuals ≤ rounding, divergences ≥ −allowance."""
    yield compare(f"residual within budget: {words}", found.residual, found.budget, 0.0)
    yield compare(f"recursion residuals / rounding: {words}", found.recursion, 1.0, 0.0)
    for name, value in found.divergences.items():
        allowance = found.allowances[name]
        yield compare(f"−{name} ≤ 0 up to its error: {words}", -value, allowance, 0.0)


def check_identity(form: str, problem: str, seed: int) -> Iterable[Result]:
    """Close the identity on one real problem, for several (μ_x, μ_y); deterministic."""
    for mu_x, mu_y in MODES[form]:
        experiment = Experiment(problem, mu_x=mu_x, mu_y=mu_y, steps=400)
        run, _ = execute(experiment)
        yield from _closes(experiment.words, identity(run, form=form))


def check_exactly(form: str, seed: int) -> Iterable[Result]:
    """Close the identity in Fractions: what floats miss by is what the formula says, exactly."""
    for mu_x, mu_y in MODES[form]:
        experiment = Experiment("diabetes-least_absolute_deviation", mu_x=mu_x, mu_y=mu_y, steps=15)
        run, _ = execute(experiment)
        found = exact_identity(run, form=form)
        unexplained = abs(found.discrepancy - found.explained)
        yield exactly(f"discrepancy not explained by rounding residuals: {mu_x}", unexplained, 0)
        budget = Fraction(identity(run, form=form).budget)
        yield exactly(f"exact discrepancy within budget: {mu_x}", abs(found.discrepancy), budget)


def stale_y(run: Trajectory) -> Trajectory:
    """Return the run of an implementation that builds y_t from x_{t−1}."""
    x_prev = np.vstack([run.x[:1], run.x[:-1]])
    mu_y, problem = float(run.method.mu_y), run.problem
    y = mu_y * x_prev + (1 - mu_y) * run.z
    return replace(run, y=y, g=problem.subgradient(y), f_y=problem.value(y))


def pulled_z(run: Trajectory) -> Trajectory:
    """Return the run with z pulled 1e-6 of the way toward x after the fact."""
    return replace(run, z=run.z - 1e-6 * (run.z - run.x))


def check_mutants(form: str, seed: int) -> Iterable[Result]:
    """Require that wrong recursions, which the inequality lets pass, break the identity."""
    run, _ = execute(Experiment("breast_cancer-logistic", mu_y=0.5, steps=200))
    for mutant in (stale_y, pulled_z):
        found = identity(mutant(run), form=form)
        caught = found.residual > found.budget
        yield exactly(f"must fail: {mutant.__name__} passes", 0 if caught else 1, 0)


def checks(form: str) -> dict[str, Check]:
    """Return the checks of one identity by name."""
    runs: dict[str, Check] = {f"runs on {p}": partial(check_identity, form, p) for p in REAL}
    runs["in Fractions"] = partial(check_exactly, form)
    return {**runs, "must fail": partial(check_mutants, form)}
