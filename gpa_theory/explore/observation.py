r"""Every number the page draws, computed in Python: the page's JavaScript is held to these.

Curves are functions of t.  `bound_a` and `bound_b` are the proved bounds at the constants G, D of
the problem and, where a theorem asks for R, the largest :math:`|z_s - u|, s \le t`, of this run;
`run_a` and `run_b` are the same two conversions at the regret this run has shown:

.. math::
    \text{run\_a} = \tfrac1t \bigl(R_t + \rho (f(x_1) - f(x_t))\bigr), \qquad
    \text{run\_b} = \mu_x^{t-1} \varphi_1 + (1-\mu_x) \sum_{2 \le s \le t} \mu_x^{t-s} r_s
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import inf, log
from typing import Any

import numpy as np

from gpa_theory.core.averaging import Exponential, shares
from gpa_theory.core.bases import OGD
from gpa_theory.core.recursion import GPA
from gpa_theory.explore.noise import noise, noisy
from gpa_theory.explore.setting import Setting
from gpa_theory.explore.toys import Toy, toy
from gpa_theory.numeric.identity import Identity, identity
from gpa_theory.numeric.learners import learner
from gpa_theory.numeric.trajectory import Trajectory, simulate
from gpa_theory.symbolic.bound import Bound
from gpa_theory.symbolic.quadratics.stability import stability_limit
from gpa_theory.symbolic.rates import DISCOUNTED, bound

POINTS = 48  # times at which a served page is checked


@dataclass(frozen=True, eq=False)
class Observed:
    """One run: curves at `times`, the identity summed over all steps, and single numbers.

    `terms` are divided by T, so that phi is the mean gap.  `residual` is how far the identity
    misses, `budget` what rounding may do to it.
    """

    setting: Setting
    times: tuple[int, ...]
    curves: dict[str, list[float]]
    terms: dict[str, float]
    readouts: dict[str, float | None]
    residual: float
    budget: float

    def content(self) -> dict[str, Any]:
        """Return what a JSON answer holds."""
        return {
            "link": self.setting.link(),
            "times": list(self.times),
            "curves": self.curves,
            "terms": self.terms,
            "readouts": {k: v for k, v in self.readouts.items() if v is not None and v != inf},
            "residual": self.residual,
            "budget": self.budget,
        }


def observe(
    setting: Setting, times: tuple[int, ...] | None = None, *, bounds: bool = True
) -> Observed:
    """Return what the page shows at `setting`; a run that leaves the floats is refused.

    `bounds` says whether the proved bounds are evaluated, which costs a millisecond per time.

    >>> seen = observe(Setting())
    >>> seen.residual <= seen.budget
    True
    >>> round(seen.terms["phi"], 3), round(seen.terms["regret"], 3)  # the mean gap, and R_T/T
    (0.373, 0.079)
    """
    problem = toy(setting.problem)
    base = learner(setting.base, setting.gamma, problem.problem.domain)
    method = GPA(Exponential(setting.mu_x), setting.mu_y)
    run = simulate(problem.problem, noisy(base, setting.noise, setting.seed), method, setting.steps)
    closed = identity(run)
    at = times or thinned(setting.steps)
    curves = _curves(setting, run, closed, at)
    return Observed(
        setting=setting,
        times=at,
        curves=curves | (_bounds(setting, problem, run, curves, at) if bounds else {}),
        terms={name: value / setting.steps for name, value in closed.terms.items()},
        readouts=readouts(setting),
        residual=closed.residual / setting.steps,
        budget=closed.budget / setting.steps,
    )


def thinned(steps: int) -> tuple[int, ...]:
    """Return at most `POINTS` times, evenly spaced in log t; 1 and T are among them.

    >>> thinned(5)
    (1, 2, 3, 4, 5)
    """
    spaced = np.exp(np.linspace(0, log(steps), POINTS))
    return tuple(sorted({1, steps, *(int(t) for t in np.rint(spaced))}))


def _curves(
    setting: Setting, run: Trajectory, closed: Identity, at: tuple[int, ...]
) -> dict[str, list[float]]:
    T = setting.steps
    drawn = np.array([noise(setting.noise, setting.seed, t) for t in range(1, T + 1)])
    every: dict[str, np.ndarray] = {
        **{f"{name}{i}": getattr(run, name)[:, i] for name in "xyz" for i in (0, 1)},
        "gap": run.f_x,
        "mean_gap": np.cumsum(run.f_x) / np.arange(1.0, T + 1),
        **{f"sum_{n}": np.cumsum(v) for n, v in closed.steps.items() if n != "phi"},
        "slope": np.maximum.accumulate(_norm(run.g + drawn)),
        "reach": np.maximum.accumulate(_norm(run.z)),
        "coordinate_reach": np.maximum.accumulate(np.abs(run.z).max(1)),
        "share": np.array(shares(Exponential(setting.mu_x), T)),
    }
    return {name: values[[t - 1 for t in at]].tolist() for name, values in every.items()}


def _norm(w: np.ndarray) -> np.ndarray:
    return np.sqrt(np.square(w).sum(-1))


def _bounds(
    setting: Setting,
    problem: Toy,
    run: Trajectory,
    curves: dict[str, list[float]],
    at: tuple[int, ...],
) -> dict[str, list[float]]:
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
    return found


@cache
def _bound(base: str, metric: str) -> Bound:
    return bound(base, metric)


@cache
def _rule() -> Bound:
    return _bound(OGD.name, "last").horizon()


def _value(
    of: Bound, setting: Setting, problem: Toy, curves: dict[str, list[float]], i: int, t: int
) -> float:
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
    return of.at(**{name: known[name] for name in of.parameters})


def _discounted(mu_x: float, first: float, r: np.ndarray) -> list[float]:
    """Return at every t the right side of the last-iterate theorem at the step regrets of a run."""
    kept, totals = 1 - (1 - mu_x), [first]
    for step in r[1:]:
        totals.append(float(kept * totals[-1] + (1 - mu_x) * step))
    return totals


def readouts(setting: Setting) -> dict[str, float | None]:
    """Return the single numbers of a setting that no run is needed for; None where none is known.

    `stability_limit` is for γ; `recommended_mu_x` is the proved horizon rule for this T;
    `break_even` is the T past which regret, not the start, dominates the tuned bound.

    >>> found = readouts(Setting(mu_x=0.9, mu_y=0.9))
    >>> round(found["stability_limit"], 3), round(found["diloco_h"], 9)
    (13.571, 1.0)
    """
    problem, mu_x = toy(setting.problem), setting.mu_x
    rho, start = mu_x / (1 - mu_x), float(problem.problem.value(problem.problem.start))
    G, D = problem.lipschitz + setting.noise, float(_norm(problem.problem.start))
    limit = None
    if setting.base == OGD.name and problem.curvature is not None:
        limit = stability_limit(mu_x, setting.mu_y) / problem.curvature
    chosen = _rule().choices_at(steps=setting.steps, lipschitz=G, radius=D, diameter=D)
    return {
        "half_life": log(0.5) / log(mu_x) if mu_x > 0 else 0.0,
        "diloco_h": log(0.9) / log(mu_x) if mu_x > 0 else 0.0,
        "effective_window": (1 - setting.mu_y) / (1 - mu_x),
        "break_even": (rho * start / (D * G)) ** 2,
        "stability_limit": limit,
        "recommended_mu_x": chosen["mu_x"],
    }
