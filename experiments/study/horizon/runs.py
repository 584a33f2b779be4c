r"""From which horizon T* on does GPA(μ_x) overtake its base?  Predicted from short runs; tested.

In the step identity, averaged over a run, averaging gains the local divergences and costs
ρ (f(x_1) − f(x_T))/T.  The gain per step hardly depends on the length of the run; the cost falls:

.. math:: \text{net}(T) = g - C/T, \qquad T^* = C/g

with g the mean local gain and C the summed EMA cost of a run of T_0 steps, measured without a
reference point and without a second run.  The hypothesis is that net(T) has the sign of the base's
final loss minus GPA's.  It assumes that averaging changes neither the regret nor B(u, y).  The
ladder of horizons, on other seeds, can refute it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from experiments.engine.config import RunConfig
from experiments.study.preset.horizon_table import BASE
from experiments.study.preset.jobs import Job, ensembles
from experiments.study.preset.preset import Preset
from experiments.study.watched.audited import Audited
from gpa_theory.optim.audit.observer import Audit

ARM = "gpa"


@dataclass(frozen=True, slots=True)
class Short:
    """A short run from which T* is predicted."""

    arm: str
    config: RunConfig
    every: int


def ladder(preset: Preset) -> list[Job]:
    """Return the runs that test the prediction: base and every μ_x at every horizon."""
    wanted, found = preset.horizon, []
    settings: list[tuple[str, dict[str, Any]]] = [(BASE, {"beta1": wanted["beta1"]})]
    settings += [(ARM, _setting(wanted, mu_x)) for mu_x in wanted["mu_x"]]
    pairs = [(wanted["lr"], seed) for seed in wanted["seeds"]]
    for steps in sorted(wanted["steps"]):
        for arm, setting in settings:
            for job in ensembles(preset, "ladder", arm, setting, pairs, steps):
                quiet = replace(job.config, eval_every=0, eval_dense=0)
                found.append(replace(job, config=quiet))
    return found


def shorts(preset: Preset) -> list[Short]:
    """Return the short runs, one per μ_x and seed."""
    wanted, found = preset.horizon, []
    for mu_x in wanted["mu_x"]:
        for seed in wanted["short_seeds"]:
            setting = _setting(wanted, mu_x)
            config = preset.config(ARM, setting, (wanted["lr"],), (seed,), wanted["short"])
            quiet = replace(config, eval_every=0, eval_dense=0)
            found.append(Short(ARM, quiet, wanted["every"]))
    return found


def measure(job: Short) -> dict[str, Any]:
    """Return a short run's gain per step and summed EMA cost, in nats, and whether it passed."""
    begun: list[Audit] = []

    def begin(*given: Any) -> Audit:
        begun.append(Audit(*given, every=job.every))
        return begun[0]

    run = Audited(job.config, begin)
    run.finish()
    begun[0].close()
    report = begun[0].report()
    net, cost = report.term("net_gain")[0].mean(), -report.term("telescope")[0].mean()
    return {
        "mu_x": job.config.settings["mu_x"],
        "seed": job.config.seeds[0],
        "steps": job.config.steps,
        "gain": float(net + cost),
        "cost": float(cost * job.config.steps),
        "audited": len(report.records),
        "passed": report.passed,
        "scale": float(run.work.scale),  # the ladder's losses are in the metric, these in nats
    }


def _setting(wanted: Mapping[str, Any], mu_x: float) -> dict[str, Any]:
    return {"beta1": wanted["beta1"], "mu_x": mu_x, "mu_y": wanted["mu_y"]}
