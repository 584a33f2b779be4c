"""From records to statements: curves, comparisons with the baseline, and their limitations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from experiments.stats.curves import Curves
from experiments.stats.over_seeds import LEVEL
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
) -> dict[str, Any]:
    """Return curves of every arm and its comparison with the baseline; untuned arms get no verdict.

    A comparison needs two seeds per arm; without them it is "not resolved", with a note.
    """
    records = {arm: [r for r in fresh if r["config"]["arm"] == arm] for arm in preset.arms}
    curves = {arm: Curves.of(found) for arm, found in records.items() if found}
    comparisons: dict[str, Any] = {}
    for arm in preset.arms if not preset.only else ():
        if arm == preset.baseline:
            continue
        comparisons[arm] = _comparison(preset, arm, curves, choices)
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
    found = compare(curves[arm], curves[base], notes=tuple(notes))
    a, b, least = curves[arm].final, curves[base].final, None
    if np.all(np.isfinite(a)) and np.all(np.isfinite(b)):
        least = detectable(float(a.std(ddof=1)), float(b.std(ddof=1)), curves[arm].n)
    made = {**asdict(found), "verdict": found.verdict.value, "detectable": least}
    if arm not in preset.tuned:
        made |= {"verdict": "no verdict", "notes": [*notes, "untuned"], "needed": None}
    return made


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
