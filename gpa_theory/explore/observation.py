"""Every number the page draws, computed in Python: the page's JavaScript is held to these."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log
from typing import Any

import numpy as np

from gpa_theory.core.averaging import Exponential, shares
from gpa_theory.core.bases import OGD
from gpa_theory.explore.bounding import bounded, horizon_rule
from gpa_theory.explore.noise import noise
from gpa_theory.explore.running import ran
from gpa_theory.explore.setting import Setting
from gpa_theory.explore.standing import EXPLODED, Standing, standings, verdict
from gpa_theory.explore.toys import toy
from gpa_theory.numeric.identity import Identity
from gpa_theory.numeric.trajectory import Trajectory
from gpa_theory.symbolic.quadratics.stability import stability_limit

POINTS = 48  # times at which a served page is checked


@dataclass(frozen=True, eq=False)
class Observed:
    """One run: curves at `times`, the identity summed over all steps, and single numbers.

    `terms` are divided by T, so that phi is the mean gap.  `residual` is how far the identity
    misses, `budget` what rounding may do to it.  `broken` is the first step with |g_t| > G, or 0;
    `vacuous` says why a bound says nothing at T, "" if it says something.
    """

    setting: Setting
    times: tuple[int, ...]
    curves: dict[str, list[float]]
    terms: dict[str, float]
    readouts: dict[str, float | None]
    residual: float
    budget: float
    broken: int
    standings: dict[str, Standing]
    verdict: str
    vacuous: dict[str, str]

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
            "standings": {name: [s.label, s.why] for name, s in self.standings.items()},
            "verdict": self.verdict,
            "vacuous": self.vacuous,
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
    run, closed = ran(setting)
    at = times or thinned(setting.steps)
    slope = np.maximum.accumulate(_norm(run.g + _drawn(setting)))
    broken = _broken(slope, problem.lipschitz + setting.noise)
    curves = _curves(setting, run, closed, slope, at)
    found, vacuous = bounded(setting, problem, run, curves, at) if bounds else ({}, {})
    return Observed(
        setting=setting,
        times=at,
        curves=curves | found,
        terms={name: value / setting.steps for name, value in closed.terms.items()},
        readouts=readouts(setting),
        residual=closed.residual / setting.steps,
        budget=closed.budget / setting.steps,
        broken=broken,
        standings=standings(setting, broken=broken),
        verdict=verdict(broken=broken, exploded=bool(run.f_x[-1] > EXPLODED * run.f_x[0])),
        vacuous=vacuous,
    )


def thinned(steps: int) -> tuple[int, ...]:
    """Return at most `POINTS` times, evenly spaced in log t; 1 and T are among them.

    >>> thinned(5)
    (1, 2, 3, 4, 5)
    """
    spaced = np.exp(np.linspace(0, log(steps), POINTS))
    return tuple(sorted({1, steps, *(int(t) for t in np.rint(spaced))}))


def _drawn(setting: Setting) -> np.ndarray:
    """Return the noise of every step, shape (T, 2)."""
    return np.array([noise(setting.noise, setting.seed, t) for t in range(1, setting.steps + 1)])


def _broken(slope: np.ndarray, lipschitz: float) -> int:
    """Return the first step at which the largest |g_s|, s ≤ t, exceeds G; 0 if none does."""
    beyond = slope > lipschitz * (1 + 1e-12)  # the rounding of both
    return int(beyond.argmax()) + 1 if beyond.any() else 0


def _curves(
    setting: Setting, run: Trajectory, closed: Identity, slope: np.ndarray, at: tuple[int, ...]
) -> dict[str, list[float]]:
    T = setting.steps
    every: dict[str, np.ndarray] = {
        **{f"{name}{i}": getattr(run, name)[:, i] for name in "xyz" for i in (0, 1)},
        "gap": run.f_x,
        "mean_gap": np.cumsum(run.f_x) / np.arange(1.0, T + 1),
        **{f"sum_{n}": np.cumsum(v) for n, v in closed.steps.items() if n != "phi"},
        "slope": slope,
        "reach": np.maximum.accumulate(_norm(run.z)),
        "coordinate_reach": np.maximum.accumulate(np.abs(run.z).max(1)),
        "share": np.array(shares(Exponential(setting.mu_x), T)),
    }
    return {name: values[[t - 1 for t in at]].tolist() for name, values in every.items()}


def _norm(w: np.ndarray) -> np.ndarray:
    return np.sqrt(np.square(w).sum(-1))


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
    chosen = horizon_rule().choices_at(steps=setting.steps, lipschitz=G, radius=D, diameter=D)
    return {
        "half_life": log(0.5) / log(mu_x) if mu_x > 0 else 0.0,
        "diloco_h": log(0.9) / log(mu_x) if mu_x > 0 else 0.0,
        "effective_window": (1 - setting.mu_y) / (1 - mu_x),
        "break_even": (rho * start / (D * G)) ** 2,
        "stability_limit": limit,
        "recommended_mu_x": chosen["mu_x"],
    }
