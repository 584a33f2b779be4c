"""What every key of a preset must be; all are checked before anything is spent."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

from experiments.arms.table import arm_named
from experiments.engine.rules import (
    check_counted,
    check_list,
    check_settings,
    check_table,
    check_text,
)
from gpa_theory.core.validation import refuse

RUN_KEYS = ("steps", "batch_size", "warmup", "schedule", "clip", "eval_every", "eval_dense")
RUN_KEYS += ("dtype", "device", "compile", "checkpoint_every")
NEEDED = ("steps", "batch_size")
ONLY = ("instrument", "grid", "horizon")  # audits alone; a map of settings; T* predicted
MOST_SETTINGS = 10_000  # of an arm: nobody tries more
TEXTS = ("name", "title", "workload", "budget", "only")
TABLES = ("run", "arms", "overrides", "schedules", "audit", "ranks", "horizon", "prior")


def check_plain(call: str, found: Mapping[str, Any]) -> None:
    """Raise unless texts are texts, tables tables, and `run` holds the keys that runs share."""
    for key in TEXTS:
        check_text(call, key, found[key])
    for key in TABLES:
        if not isinstance(found[key], Mapping):
            raise refuse(call, key, f"must be a table: [{key}] with its keys below")
    check_counted(call, "members", found["members"])
    for key in ("run", "overrides"):
        check_table(call, key, found[key])
    for key in found["run"]:
        if key not in RUN_KEYS:
            raise refuse(call, f"run.{key}", f"must be one of {', '.join(RUN_KEYS)}")
    for key in NEEDED:
        if key not in found["run"]:
            raise refuse(call, f"run.{key}", "must be there")
    if found["only"] and found["only"] not in ONLY:
        raise refuse(call, "only", f"must be one of {', '.join(ONLY)}, or left out")


def check_grids(call: str, arms: Mapping[str, Any]) -> None:
    """Raise unless every arm is known and its grid holds settings of it, each value once."""
    for arm, grid in arms.items():
        if not isinstance(grid, Mapping):
            raise refuse(call, f"arms.{arm}", f"must be a table: [arms.{arm}] with its settings")
        arm_named(arm).complete(dict.fromkeys(grid))
        for name, values in grid.items():
            check_list(call, f"arms.{arm}.{name}", values, "values")
            for value in values:
                check_table(f"{call}, arm {arm!r}", "settings", {name: value})
                check_settings(f"{call}, arm {arm!r}", {name: value})
            if not values or len(set(values)) < len(values):
                rule = "must hold one value or more, each once"
                raise refuse(call, f"arms.{arm}.{name}", rule)
        if prod(map(len, grid.values())) > MOST_SETTINGS:
            raise refuse(call, f"arms.{arm}", f"must give at most {MOST_SETTINGS:,} settings")


def check_schedules(call: str, schedules: Mapping[str, Any], arms: Mapping[str, Any]) -> None:
    """Raise unless the arms are those of the preset; what a schedule may be, its run says."""
    for arm, kind in schedules.items():
        check_text(call, f"schedules.{arm}", kind)
        if arm not in arms:
            raise refuse(call, f"schedules.{arm}", f"must be one of {', '.join(arms)}")
