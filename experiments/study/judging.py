"""From records to statements: curves, comparisons with the baseline, and their limitations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from experiments.stats.curves import Curves
from experiments.stats.looks import levels
from experiments.stats.over_seeds import LEVEL
from experiments.stats.paired import compare_pairs
from experiments.stats.speedup import rescheduled
from experiments.stats.verdicts import compare, detectable
from experiments.study.preset.grid import cut
from experiments.study.preset.jobs import Choice, Record
from experiments.study.preset.preset import Preset


def judged(
    preset: Preset,
    choices: Mapping[str, Choice],
    fresh: Sequence[Record],
    ends: Sequence[Record],
    look: int = 0,
    draws: int = 2000,
) -> dict[str, Any]:
    """Return curves of every arm and its comparison with the baseline; untuned arms get no verdict.

    A comparison needs two seeds per arm; without them it is "not resolved", with a note.  A preset
    with `looks` is judged by pairs, at the level of the given one (from 1; 0 is the last).
    `draws` is the size of the bootstrap that is reported beside, and decides nothing.
    """
    records = {arm: [r for r in fresh if r["config"]["arm"] == arm] for arm in preset.arms}
    curves = {arm: Curves.of(found) for arm, found in records.items() if found}
    comparisons: dict[str, Any] = {}
    for arm in preset.arms if not preset.only else ():
        if arm == preset.baseline:
            continue
        both = curves
        if preset.looks and arm in records and records[arm]:
            both = {**curves, **_on_common_seeds(preset, arm, records)}
        level = level_of(preset, look or len(preset.looks)) if preset.looks else LEVEL
        comparisons[arm] = _comparison(preset, arm, both, choices, level, draws)
    return {
        "level": LEVEL,
        "curves": {arm: _plain(c) for arm, c in curves.items()},
        "comparisons": comparisons,
        "rescheduled": _rescheduled(preset, curves, ends),
    }


def _comparison(
    preset: Preset,
    arm: str,
    curves: Mapping[str, Curves],
    choices: Mapping[str, Choice],
    level: float,
    draws: int,
) -> dict[str, Any]:
    base = preset.baseline or ""
    notes = _cuts(preset, (base, arm), choices)
    if arm not in curves or base not in curves or min(curves[arm].n, curves[base].n) < 2:
        late = "stopped before two seeds per arm were done"
        return {"verdict": "not resolved", "notes": [late, *notes]}
    notes += [
        f"{which}: optimum at the edge of the grid ({', '.join(choices[which].edges)})"
        for which in (base, arm)
        if choices[which].edges
    ]
    judge = compare_pairs if preset.looks else compare
    found = judge(curves[arm], curves[base], level, tuple(notes), draws)
    a, b, least = curves[arm].final, curves[base].final, None
    if np.all(np.isfinite(a)) and np.all(np.isfinite(b)):
        spreads = (float((a - b).std(ddof=1)), 0.0) if preset.looks else (_sd(a), _sd(b))
        least = detectable(*spreads, curves[arm].n, level)
    made = {**asdict(found), "verdict": found.verdict.value, "detectable": least}
    if preset.looks:
        made |= {"paired": True, "looks": list(preset.looks), "joint_level": LEVEL}
    if arm not in preset.tuned:
        made |= {"verdict": "no verdict", "notes": [*notes, "untuned"], "needed": None}
    return made


def _sd(values: np.ndarray) -> float:
    return float(values.std(ddof=1))


def level_of(preset: Preset, look: int) -> float:
    """Return the level of an interval at a look, from 1: over all looks and arms it is LEVEL.

    Several tuned arms share what may go wrong (Bonferroni); several looks, as O'Brien and Fleming.
    """
    arms = max(1, len(preset.tuned) - 1)
    return levels(preset.looks, 1 - (1 - LEVEL) / arms)[look - 1]


def _on_common_seeds(
    preset: Preset, arm: str, records: Mapping[str, Sequence[Record]]
) -> dict[str, Curves]:
    """Return the curves of an arm and of the baseline on the seeds that both have, in one order."""
    base = preset.baseline or ""
    rows = {
        name: dict(
            zip(
                (seed for record in records[name] for seed in record["config"]["seeds"]),
                Curves.of(records[name]).values,
                strict=True,
            )
        )
        for name in (arm, base)
        if records.get(name)
    }
    if len(rows) < 2:
        return {}
    seeds = [seed for seed in preset.fresh_seeds if all(seed in found for found in rows.values())]
    if not seeds:
        return {}
    return {
        name: Curves(Curves.of(records[name]).steps, [found[seed] for seed in seeds])
        for name, found in rows.items()
    }


def _cuts(preset: Preset, arms: Sequence[str], choices: Mapping[str, Choice]) -> list[str]:
    """Return which of these arms were not tuned to the end."""
    seeds = preset.tuning_seeds
    found = {arm: cut(preset.arms[arm], seeds, choices[arm].table) for arm in arms}
    return [f"{arm}: {said}" for arm, said in found.items() if said]


def _rescheduled(
    preset: Preset, curves: Mapping[str, Curves], ends: Sequence[Record]
) -> dict[str, Any]:
    """Return the rescheduled speed-up of every tuned arm that has two horizons or more."""
    base, found = preset.baseline or "", {}
    if base not in curves or curves[base].n < 2 or not np.all(np.isfinite(curves[base].final)):
        return found  # no target, or a target without a spread
    for arm in preset.tuned:
        by_horizon: dict[int, list[float]] = {}
        for record in (r for r in ends if r["config"]["arm"] == arm):
            by_horizon.setdefault(record["config"]["steps"], []).extend(record["final"]["val"])
        if arm in curves:
            by_horizon[curves[arm].horizon] = curves[arm].final.tolist()
        least = min((len(v) for v in by_horizon.values()), default=0)
        if len(by_horizon) > 1 and least > 1:
            cut = {h: np.array(v[:least], float) for h, v in by_horizon.items()}
            found[arm] = asdict(rescheduled(cut, curves[base]))
    return found


def _plain(curves: Curves) -> dict[str, Any]:
    return {"steps": curves.steps.tolist(), "values": curves.values.tolist(), "n": curves.n}
