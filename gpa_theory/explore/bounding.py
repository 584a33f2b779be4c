r"""The proved bounds of the page, as curves of t, beside what the same theorems give for this run.

`bound_a` and `bound_b` take the constants G, D of the problem and, where a theorem asks for R, the
largest :math:`|z_s - u|, s \le t`, of this run; `run_a` and `run_b` are the same two conversions at
the regret this run has shown:

.. math::
    \text{run\_a} = \tfrac1t \bigl(R_t + \rho (f(x_1) - f(x_t))\bigr), \qquad
    \text{run\_b} = \mu_x^{t-1} \varphi_1 + (1-\mu_x) \sum_{2 \le s \le t} \mu_x^{t-s} r_s
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from gpa_theory.core.bases import BASES, OGD
from gpa_theory.explore.setting import Setting
from gpa_theory.explore.toys import Toy
from gpa_theory.numeric.trajectory import Trajectory
from gpa_theory.symbolic.bound import Bound
from gpa_theory.symbolic.rates import DISCOUNTED, bound


def bounded(
    setting: Setting,
    problem: Toy,
    run: Trajectory,
    curves: dict[str, list[float]],
    at: tuple[int, ...],
) -> tuple[dict[str, list[float]], dict[str, str]]:
    """Return the curves of (A) and (B), and why the bounds say nothing at T, "" if they do.

    `curves` are those of the run at the times `at`, the last of which is T.
    """
    rho, first, r = float(run.rho[-1]), float(run.f_x[0]), run.step_regrets()
    regrets, gaps = curves["sum_regret"], curves["gap"]
    mean = _bound(setting.base, "mean")
    found = {
        "bound_a": [_value(mean, setting, problem, curves, i, t) for i, t in enumerate(at)],
        "run_a": [(R + rho * (first - f)) / t for R, f, t in zip(regrets, gaps, at, strict=True)],
    }
    if setting.base in DISCOUNTED:
        last = _bound(setting.base, "last")
        found["bound_b"] = [_value(last, setting, problem, curves, i, t) for i, t in enumerate(at)]
        totals = _discounted(setting.mu_x, first, r)
        found["run_b"] = [totals[t - 1] for t in at]
    moves, names = BASES[setting.base].bounded_steps, {"bound_a": "mean", "bound_b": "last"}
    vacuous = {}
    for name in names.keys() & found.keys():
        of = _bound(setting.base, names[name])
        values = _values(of, setting, problem, curves, len(at) - 1, at[-1])
        vacuous[name] = of.vacuous(moves=moves, **values)
    return found, vacuous


@cache
def _bound(base: str, metric: str) -> Bound:
    return bound(base, metric)


@cache
def horizon_rule() -> Bound:
    """Return the bound whose μ_x the page recommends."""
    return _bound(OGD.name, "last").horizon()


def _value(
    of: Bound, setting: Setting, problem: Toy, curves: dict[str, list[float]], i: int, t: int
) -> float:
    return of.at(**_values(of, setting, problem, curves, i, t))


def _values(
    of: Bound, setting: Setting, problem: Toy, curves: dict[str, list[float]], i: int, t: int
) -> dict[str, Any]:
    """Return what a bound asks for, by interface word, at the i-th time, t."""
    known = {
        "steps": t,
        "gamma": setting.gamma,
        "mu_x": setting.mu_x,
        "lipschitz": problem.lipschitz + setting.noise,
        "radius": curves["reach"][0],
        "diameter": curves["reach"][i],
        "coordinate_diameter": curves["coordinate_reach"][i],
        "dimension": 2,
    }
    return {name: known[name] for name in of.parameters}


def _discounted(mu_x: float, first: float, r: np.ndarray) -> list[float]:
    """Return at every t the right side of the last-iterate theorem at the step regrets of a run."""
    kept, totals = 1 - (1 - mu_x), [first]
    for step in r[1:]:
        totals.append(float(kept * totals[-1] + (1 - mu_x) * step))
    return totals
