r"""The theory's bounds at every setting of the tuning grid, from measurements of short cheap runs.

All settings are measured against one common u, the end of the best setting's run on the same seed,
since bounds against different u cannot be ordered.  The seeds tune nothing.  With ρ = μ_x/(1−μ_x),
r_t = ⟨g_t, z_t − u⟩ and the validation loss f in nats:

.. math::
    \text{A, run}:\ & \overline{r} + \tfrac{\rho}{T} (f(x_1) - f(x_T))
        \ge \overline{f(x_t)} - f(u) \\
    \text{B, run}:\ & (1-\mu_x) \sum_{t \ge 2} \mu_x^{T-t} r_t + \mu_x^{T-1} (f(x_1) - f(u))
        \ge f(x_T) - f(u) \\
    \text{A, worst}:\ & D^2/(2T\gamma) + \gamma G^2/2 + \rho D G/T \\
    \text{B, worst}:\ & (1-\mu_x) R^2/(2\gamma) + \gamma G^2/2 + \mu_x^{T-1} D G

The last two are `symbolic.rates.bound("ogd", "mean")` and `("ogd", "last")` at the D = |z_1 − u|,
R = max |z_t − u|, G = max |g_t| of the run and γ = Σ|z_{t+1} − z_t| / Σ|g_t|: gradient descent with
steps as long as those taken.  For AdamW they are a textbook's advice, not a certificate.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from experiments.arms.table import arm_named
from experiments.study.preset import jobs
from experiments.study.preset.jobs import Choice, Job
from experiments.study.preset.preset import Preset
from experiments.study.watched.measured import Measured, Measurements, Plain, stacked
from gpa_theory.optim.audit.weights import Weights
from gpa_theory.symbolic.rates import bound

MEASURED = ("adamw", "gpa")  # arms whose μ_x is constant
NAMES = ("A, run", "B, run", "A, worst", "B, worst")


def wanted(preset: Preset) -> list[Job]:
    """Return the ensembles to measure: every setting of the tuned arms on `ranks.seeds`."""
    seeds = tuple(preset.ranks.get("seeds", ()))
    grid = jobs.tuning(replace(preset, tuning_seeds=seeds, ranks={})) if seeds else []
    return [replace(job, purpose="rank") for job in grid if job.arm in MEASURED]


def reference_setting(choices: Mapping[str, Choice]) -> tuple[str, dict[str, Any]] | None:
    """Return the arm and setting with the least loss on the tuning seeds; u is its end."""
    tried = {arm: c for arm, c in choices.items() if c.table and arm in MEASURED}
    if not tried:
        return None
    arm = min(tried, key=lambda name: tried[name].loss)
    return arm, tried[arm].setting


def references(
    preset: Preset, arm: str, setting: Mapping[str, Any]
) -> tuple[dict[int, Weights], dict[int, float]]:
    """Return by seed u, the final x of the setting's run, and the loss there in nats."""
    us, f_u = {}, {}
    for seed in preset.ranks["seeds"]:
        run = Plain(preset.config(arm, setting, (jobs.lr_of(arm, setting),), (seed,)))
        run.finish()
        us[seed], f_u[seed] = run.point(), float(run.nats()[0])
    return us, f_u


def measure(us: Mapping[int, Weights], f_u: Mapping[int, float], job: Job) -> list[dict[str, Any]]:
    """Measure one ensemble; return a row per member."""
    seen = Measured(job.config, stacked([us[seed] for seed in job.config.seeds])).measure()
    mu_x = float(arm_named(job.arm).complete(job.config.settings).get("mu_x", 0.0))
    rows = []
    for k, (lr, seed) in enumerate(zip(job.config.lrs, job.config.seeds, strict=True)):
        setting = {**job.config.settings, "lr": lr}
        values = bounds(seen, k, mu_x, f_u[seed])
        rows.append({"arm": job.arm, "setting": setting, "seed": seed, **values})
    return rows


def bounds(seen: Measurements, k: int, mu_x: float, f_u: float) -> dict[str, Any]:
    """Return member k's four bounds and the numbers they are made of."""
    r, g, far, moved = (v[:, k] for v in (seen.regret, seen.gradient, seen.distance, seen.moved))
    steps, rho = len(r), mu_x / (1 - mu_x)
    first, last = float(seen.first[k]), float(seen.last[k])
    age = steps - 1 - np.arange(steps)
    discounted = (1 - mu_x) * float((mu_x**age * r)[1:].sum())
    found: dict[str, Any] = {
        "A, run": float(r.mean()) + rho * (first - last) / steps,
        "B, run": discounted + mu_x ** (steps - 1) * (first - f_u),
        "D": float(far[0]),
        "R": float(far.max()),
        "G": float(g.max()),
        "gamma": float(moved.sum() / g.sum()),
        "last": last,
    }
    inputs = {"steps": steps, "mu_x": mu_x, "radius": found["D"], "lipschitz": found["G"]}
    if not all(np.isfinite([*found.values()])) or min(found["gamma"], found["D"]) <= 0:
        return {**found, "A, worst": float("inf"), "B, worst": float("inf")}
    inputs["gamma"] = found["gamma"]
    worst = {"A, worst": bound("ogd", "mean").at(**inputs)}
    worst["B, worst"] = bound("ogd", "last").at(**inputs, diameter=found["R"])
    return found | worst


def prepared(
    preset: Preset, arm: str, setting: Mapping[str, Any]
) -> Callable[[Job], list[dict[str, Any]]]:
    """Train u for every seed, and return the function from a job to its rows."""
    return partial(measure, *references(preset, arm, setting))


def averaged(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one row per setting: its bounds, averaged over the seeds measured."""
    by_setting: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        key = json.dumps([row["arm"], sorted(row["setting"].items())])
        by_setting.setdefault(key, []).append(row)
    found = []
    for group in by_setting.values():
        means = {name: mean([row[name] for row in group]) for name in NAMES}
        found.append({"arm": group[0]["arm"], "setting": group[0]["setting"], "bounds": means})
    return found


def mean(values: Sequence[float | None]) -> float:
    """Return the mean, which is infinite if a run diverged (None)."""
    return float(np.mean([np.inf if v is None else v for v in values]))
