"""Composed bounds against runs on real data: measured gap ≤ proved bound, for every base.

On real data the worst-case bound often exceeds the initial gap φ_1, and then no run can break it;
the note of each result gives bound/φ_1.  That is why there are closed forms too, whose bounds lie
below φ_1, and why every run is compared a second time: with the conversion theorem at the regret
measured in the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np
import sympy as sp

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.bases import BASES
from gpa_theory.numeric.identity import identity
from gpa_theory.numeric.precision import theta
from gpa_theory.numeric.trajectory import Trajectory
from gpa_theory.symbolic.engine.symbols import T
from gpa_theory.symbolic.rates import REGRETS, bound
from gpa_theory.verify.claims import Check
from gpa_theory.verify.experiment import (
    Experiment,
    base_rounding,
    bound_value,
    converted,
    execute,
)
from gpa_theory.verify.verdict import Result, compare, exactly

PROBLEMS = (
    "breast_cancer-logistic",
    "diabetes-lad",
    "wine-hinge",
    "digits-logistic",
    "max",
    "absolute",
    "linear",
)
MODES = ((0.5, 0.3), (0.9, 0.7), (0.99, 0.9))
STEPS = 300


def error_budget(run: Trajectory, gamma: float, weights: np.ndarray | None = None) -> float:
    """Return how far rounding can move gap − bound, in identity, base steps and values of f."""
    return budgets(run, gamma, weights)[1]


def budgets(
    run: Trajectory, gamma: float, weights: np.ndarray | None = None
) -> tuple[float, float]:
    """Return how far rounding can move gap − conversion, and then gap − bound."""
    conversion = conversion_budget(run, weights)
    return conversion, conversion + base_rounding(run, gamma)


def conversion_budget(run: Trajectory, weights: np.ndarray | None = None) -> float:
    """Return how far rounding can move gap − conversion, which no base optimizer enters."""
    found = identity(run, p=weights)
    mass = run.steps if weights is None else float(weights.sum())
    values, _ = run.problem.inexactness(run.x)
    largest = float(np.abs(run.f_x).max()) + abs(run.problem.minimum_upper)
    # The weights q_t are only nearly the nominal ones: a few roundings each, of T in all.
    return found.budget / mass + float(np.max(values)) + theta(8 * run.steps + 64) * largest


def metric_weights(run: Trajectory, metric: str) -> np.ndarray | None:
    """Return the weights p_t by which the weighted theorem bounds the metric; None if all are 1."""
    averaging = run.method.averaging
    if not isinstance(averaging, Exponential):
        return None
    if metric == "last":
        return float(averaging.mu_x) ** np.arange(run.steps - 1.0, -1.0, -1.0)
    if metric == "weighted":
        weights = np.ones(run.steps)
        weights[0] += float(averaging.mu_x) / (1 - float(averaging.mu_x))
        return weights
    return None


def _experiment(
    problem: str, base: str, mu_x: float | None, mu_y: float, metric: str
) -> Experiment:
    # |w| is posed on the whole line; a bounded domain gives it the R that some bounds need.
    domain = "ball" if problem == "absolute" and not BASES[base].coordinatewise else None
    tuned_for = "last" if metric == "last" and mu_x is not None else "average"
    return Experiment(problem, base, mu_x, mu_y, STEPS, domain=domain, tuned_for=tuned_for)


def compared(
    words: str, run: Trajectory, gamma: float, metric: str, allowed: float
) -> Iterator[Result]:
    """Yield gap ≤ proved bound, and gap ≤ conversion at the regret shown (up to its rounding).

    The second is an equality for linear f, so its budget is added to what is allowed.
    """
    gap = run.gap(metric)
    initial = float(run.f_x[0]) - run.problem.minimum_upper
    note = f"first-order budget; bound/φ_1 = {allowed / initial:.3g}"
    slack, budget = budgets(run, gamma, metric_weights(run, metric))
    yield compare(f"{metric} gap: {words}", gap, allowed, budget, note=note)
    shown = converted(run, metric)
    note = f"rounding of {slack:.2g} allowed; holds for any base; initial gap φ_1 = {initial:.3g}"
    name = f"{metric} gap ≤ conversion at the regret shown: {words}"
    yield compare(name, gap, shown + slack, 0.0, note=note)


def _runs(
    metrics: tuple[str, ...], base: str, modes: Iterable[tuple[float | None, float]]
) -> Iterator[Result]:
    for problem in PROBLEMS:
        for mu_x, mu_y in modes:
            experiment = _experiment(problem, base, mu_x, mu_y, metrics[0])
            run, gamma = execute(experiment)
            for metric in metrics:
                allowed = bound_value(experiment, run.problem, metric, gamma)
                yield from compared(experiment.words, run, gamma, metric, allowed)


def check_average(base: str, seed: int) -> Iterable[Result]:
    """Compare f(mean x) − f* ≤ mean f(x_t) − f* ≤ bound on runs."""
    yield from _runs(("mean", "average"), base, MODES)


def check_rates(seed: int) -> Iterable[Result]:
    """Require that √T times the tuned bound has a finite limit > 0, for every base."""
    for base in REGRETS:
        rate = bound(base, "average").tuned("gamma").rate()
        other = 0 if rate.order == 1 / sp.sqrt(T) else 1
        yield exactly(f"orders other than 1/√T: {base}", other, 0, f"constant {rate.constant}")


def check_weighted(base: str, seed: int) -> Iterable[Result]:
    """Compare f at (x_1 + … + (1+ρ) x_T)/(T+ρ) with its bound on runs."""
    yield from _runs(("weighted",), base, MODES)


def check_schedule_free(base: str, seed: int) -> Iterable[Result]:
    """Compare the last iterate of uniform averaging with R_T/T's bound on runs."""
    yield from _runs(("last",), base, ((None, 0.3), (None, 0.9), (None, 1.0)))


def check_last(seed: int) -> Iterable[Result]:
    """Compare f(x_T) − f* with the last-iterate bound, γ tuned for it, on runs."""
    yield from _runs(("last",), "ogd", (*MODES, (0.997, 0.7)))


def check_ema_cost(seed: int) -> Iterable[Result]:
    """Require that a linear function breaks R_T/T alone, without the EMA cost."""
    run, _ = execute(Experiment("linear", "ogd", 0.99, 0.9, STEPS))
    without = run.regret() / run.steps
    budget = conversion_budget(run)
    name = "must fail: R_T/T without the EMA cost ≤ mean gap: linear, μ_x = 0.99, T = 300"
    yield compare(name, without, run.gap_mean, budget)


def check_horizon(seed: int) -> Iterable[Result]:
    """Compare f(x_T) − f* with the horizon rule's bound, its μ_x and γ chosen from T alone."""
    rule = bound("ogd", "last").horizon()
    for problem in PROBLEMS:
        for steps in (50, 500):
            domain = "ball" if problem == "absolute" else None
            base = Experiment(problem, steps=steps, tuned_for="last", domain=domain)
            values = {**rule.constants_from(base.load().constants), "steps": steps}
            mu_x = rule.choices_at(**values)["mu_x"]
            experiment = Experiment(
                problem, "ogd", mu_x, 0.7, steps, tuned_for="last", domain=domain
            )
            run, gamma = execute(experiment)
            yield from compared(experiment.words, run, gamma, "last", rule.at(**values))


def checks(claim: str) -> dict[str, Check]:
    """Return the measured checks of one composed bound."""
    per_base = {
        "average-bound": check_average,
        "weighted-bound": check_weighted,
        "schedule-free-bound": check_schedule_free,
    }
    if claim in per_base:
        found: dict[str, Check] = {
            f"runs with {base}": partial(per_base[claim], base) for base in REGRETS
        }
        cost: dict[str, Check] = {"EMA cost is needed": check_ema_cost, "order in T": check_rates}
        return found | (cost if claim == "average-bound" else {})
    return {"runs with ogd": {"last-bound": check_last, "horizon-rule": check_horizon}[claim]}
