"""What a study measures beside its comparison: audits, rank transfer, the horizon prediction."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from experiments.study.horizon import runs as horizon
from experiments.study.horizon import verdict as horizon_verdict
from experiments.study.instrument import audits as instrument
from experiments.study.preset.jobs import Choice
from experiments.study.ranks import bounds as rank_bounds
from experiments.study.ranks import transfer as rank_transfer
from experiments.study.run.keeping import place

if TYPE_CHECKING:
    from experiments.study.flow import Study

LATE = "not measured: the clock stopped the study before"


def measured(
    study: Study,
    choices: Mapping[str, Choice],
    chosen: Mapping[str, Mapping[str, Any]],
    is_cut: bool,
) -> dict[str, Any]:
    """Return "horizon", "ranks" and "instrument", as far as the preset asks for them."""
    return _horizon(study) | _ranks(study, choices, is_cut) | _instrument(study, chosen)


def _instrument(study: Study, chosen: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    wanted = instrument.jobs(study.preset, chosen)
    if not wanted:
        return {}
    study.say(f"audit: {len(wanted)} runs, each made twice")
    found = [a for a in study.whole("audit", "audits", instrument.run, wanted) if a is not None]
    if not found:
        return {}
    return {"instrument": instrument.summary(found, study.preset.workload == "bigram")}


def _ranks(study: Study, choices: Mapping[str, Choice], is_cut: bool) -> dict[str, Any]:
    """Measure the bounds once all settings have been tried: u is the end of the best of them."""
    wanted, best = rank_bounds.wanted(study.preset), rank_bounds.reference_setting(choices)
    if not wanted:
        return {}
    if is_cut or best is None:
        return {"ranks": {"why": f"{LATE} all settings were tuned"}}
    missing = [job for job in wanted if not place(study.folder / "ranks", job).exists()]
    deadline, compute = study.deadline("rank"), _never
    if missing and (deadline is None or time.time() < deadline):
        study.say(f"rank: {len(wanted)} ensembles, measured at every step")
        compute = rank_bounds.prepared(study.preset, *best)
    found = study.whole("rank", "ranks", compute, wanted)
    if any(rows is None for rows in found):
        return {"ranks": {"why": f"{LATE} the bounds of all settings were"}}
    rows = [row for rows in found for row in rows]
    seeds = study.preset.ranks["seeds"]
    return {"ranks": rank_transfer.summary(rows, choices, best, seeds)}


def _never(job: Any) -> Any:
    raise AssertionError(f"{job} was to be read, not computed")


def _horizon(study: Study) -> dict[str, Any]:
    """Predict first, and only then run what tests the prediction."""
    if not study.preset.horizon:
        return {}
    shorts, rungs = horizon.shorts(study.preset), horizon.ladder(study.preset)
    study.say(f"short: {len(shorts)} runs to predict from")
    seen = [s for s in study.whole("short", "shorts", horizon.measure, shorts) if s is not None]
    ends = _ends(study.phase("ladder", rungs), seen[0]["scale"] if seen else 1.0)
    found = horizon_verdict.judged(seen, ends)
    return {"horizon": {**found, "shorts": seen, "table": dict(study.preset.horizon)}}


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
