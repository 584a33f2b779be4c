"""What a study measures besides comparing arms: audits, rank transfer, the horizon prediction."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from experiments.study.horizon import runs as horizon
from experiments.study.horizon import verdict as horizon_verdict
from experiments.study.instrument import audits as instrument
from experiments.study.preset.jobs import Choice
from experiments.study.preset.preset import Preset
from experiments.study.ranks import bounds as rank_bounds
from experiments.study.ranks import transfer as rank_transfer
from experiments.study.run.keeping import place
from experiments.study.run.stages import Stages
from experiments.workloads.registry import load

LATE = "not measured: the clock stopped the study before"


def measured(
    stages: Stages,
    preset: Preset,
    choices: Mapping[str, Choice],
    chosen: Mapping[str, Mapping[str, Any]],
    is_cut: bool,
) -> dict[str, Any]:
    """Return whichever of "horizon", "ranks" and "instrument" the preset asks for."""
    found = _horizon(stages, preset) | _ranks(stages, preset, choices, is_cut)
    return found | _instrument(stages, preset, chosen)


def _instrument(
    stages: Stages, preset: Preset, chosen: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    wanted = instrument.jobs(preset, chosen)
    if not wanted:
        return {}
    stages.say(f"audit: {len(wanted)} runs, each made twice")
    found = [a for a in stages.whole("audit", "audits", instrument.run, wanted) if a is not None]
    if not found:
        return {}
    convex = load(preset.workload, **preset.overrides).convex
    return {"instrument": {**instrument.summary(found, convex), "convex": convex}}


def _ranks(
    stages: Stages, preset: Preset, choices: Mapping[str, Choice], is_cut: bool
) -> dict[str, Any]:
    """Measure the bounds once all settings have been tried: u is the end of the best of them."""
    wanted, best = rank_bounds.wanted(preset), rank_bounds.reference_setting(choices)
    if not wanted:
        return {}
    if is_cut or best is None:
        return {"ranks": {"why": f"{LATE} all settings were tuned"}}
    missing = [job for job in wanted if not place(stages.folder / "ranks", job).exists()]
    deadline, compute = stages.deadline("rank"), _never
    if missing and (deadline is None or time.time() < deadline):
        stages.say(f"rank: {len(wanted)} ensembles, measured at every step")
        compute = rank_bounds.prepared(preset, *best)
    found = stages.whole("rank", "ranks", compute, wanted)
    if any(rows is None for rows in found):
        return {"ranks": {"why": f"{LATE} the bounds of all settings were"}}
    rows = [row for rows in found for row in rows]
    seeds = preset.ranks["seeds"]
    return {"ranks": rank_transfer.summary(rows, choices, best, seeds)}


def _never(job: Any) -> Any:
    raise AssertionError(f"{job} was to be read, not computed")


def _horizon(stages: Stages, preset: Preset) -> dict[str, Any]:
    """Predict first; only then run the ladder that tests the prediction."""
    if not preset.horizon:
        return {}
    shorts, rungs = horizon.shorts(preset), horizon.ladder(preset)
    stages.say(f"short: {len(shorts)} runs to predict from")
    seen = [s for s in stages.whole("short", "shorts", horizon.measure, shorts) if s is not None]
    ends = _ends(stages.phase("ladder", rungs), seen[0]["scale"] if seen else 1.0)
    found = horizon_verdict.judged(seen, ends)
    return {"horizon": {**found, "shorts": seen, "table": dict(preset.horizon)}}


def _ends(
    records: Sequence[Mapping[str, Any]], scale: float
) -> dict[tuple[float, int], list[float | None]]:
    """Return the ladder's final losses in nats, by (μ_x, T); μ_x = 0 is the base."""
    found: dict[tuple[float, int], list[float | None]] = {}
    for record in records:
        config = record["config"]
        key = (float(config["settings"].get("mu_x", 0.0)), int(config["steps"]))
        values = [None if v is None else v / scale for v in record["final"]["val"]]
        found.setdefault(key, []).extend(values)
    return found
