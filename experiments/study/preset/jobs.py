"""A study's runs, as ensembles: all settings on the tuning seeds, then winners on fresh ones."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.arms.table import arm_named
from experiments.engine.config import RunConfig
from experiments.study.preset.grid import edges
from experiments.study.preset.preset import Preset

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """One ensemble of an arm at a setting, with any learning rates; `purpose` is its phase."""

    purpose: str
    arm: str
    config: RunConfig


def _chunks(pairs: Sequence[tuple[float, int]], size: int) -> Iterable[Sequence[tuple[float, int]]]:
    """Split as evenly as possible: 9 members, at most 4 at a time, are 3 + 3 + 3."""
    count = max(1, math.ceil(len(pairs) / size))
    bounds = [round(i * len(pairs) / count) for i in range(count + 1)]
    return (pairs[a:b] for a, b in itertools.pairwise(bounds))


def ensembles(
    preset: Preset,
    purpose: str,
    arm: str,
    setting: Mapping[str, Any],
    pairs: Sequence[tuple[float, int]],
    steps: int | None = None,
) -> Iterable[Job]:
    """Yield the runs of one setting, one per (lr, seed), at most `preset.members` together."""
    for chunk in _chunks(pairs, preset.members) if pairs else ():
        lrs, seeds = zip(*chunk, strict=True)
        yield Job(purpose, arm, preset.config(arm, setting, lrs, seeds, steps))


def lr_of(arm: str, setting: Mapping[str, Any]) -> float:
    """Return the learning rate of a setting, the arm's default if it has none."""
    return float(setting.get("lr", arm_named(arm).settings["lr"]))


def tuning(preset: Preset) -> list[Job]:
    """Return the runs of every tuned arm's grid: learning rates and seeds share ensembles."""
    found: list[Job] = []
    for arm in preset.tuned:
        by_rest: dict[tuple, list[float]] = {}
        for setting in preset.settings(arm):
            rest = tuple((k, v) for k, v in setting.items() if k != "lr")
            by_rest.setdefault(rest, []).append(lr_of(arm, setting))
        for rest, lrs in by_rest.items():
            pairs = list(itertools.product(lrs, preset.tuning_seeds))
            found += ensembles(preset, "tune", arm, dict(rest), pairs)
    return found


def fresh(
    preset: Preset, chosen: Mapping[str, Mapping[str, Any]], count: int | None = None
) -> list[Job]:
    """Return the runs of every arm's chosen setting on the first `count` fresh seeds, interleaved.

    If the clock stops the study, all arms then have fewer seeds, and no arm has none.
    """
    per_arm = []
    for arm, setting in chosen.items():
        pairs = [(lr_of(arm, setting), seed) for seed in preset.fresh_seeds[:count]]
        per_arm.append(list(ensembles(preset, "fresh", arm, setting, pairs)))
    return [job for jobs in itertools.zip_longest(*per_arm) for job in jobs if job is not None]


def horizons(preset: Preset, chosen: Mapping[str, Mapping[str, Any]]) -> list[Job]:
    """Return the tuned arms' winners planned for other horizons, on the fresh seeds."""
    found: list[Job] = []
    for steps, arm in itertools.product(preset.horizons, preset.tuned):
        pairs = [(lr_of(arm, chosen[arm]), seed) for seed in preset.fresh_seeds]
        found += ensembles(preset, "horizon", arm, chosen[arm], pairs, steps)
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """The setting that won on the tuning seeds, and which of its values are at a grid's edge."""

    setting: dict[str, Any]
    loss: float
    edges: tuple[str, ...]
    table: list[dict[str, Any]]


def choose(preset: Preset, arm: str, records: Iterable[Record]) -> Choice:
    """Return the setting with the least mean final loss; if a seed diverged, it is infinite."""
    losses: dict[tuple, list[float]] = {}
    for record in records:
        config, final = record["config"], record["final"]
        for lr, value in zip(config["lrs"], final["val"], strict=True):
            setting = tuple(sorted({**config["settings"], "lr": lr}.items()))
            losses.setdefault(setting, []).append(math.inf if value is None else value)
    means = {setting: sum(v) / len(v) for setting, v in losses.items()}
    best = dict(min(means, key=lambda s: means[s]))
    table = [
        {**dict(s), "loss": m, "n": len(losses[s]), "losses": losses[s]} for s, m in means.items()
    ]
    table.sort(key=lambda row: row["loss"])
    return Choice(best, min(means.values()), edges(preset.arms[arm], best), table)
