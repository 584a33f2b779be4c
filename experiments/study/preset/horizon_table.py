"""The `[horizon]` table of a preset: its keys and what they must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.engine.rules import check_counted, check_list, check_number
from experiments.study.preset.seeds import different, seeds_of
from gpa_theory.core.validation import refuse

BASE = "adamw"  # around which GPA is put
KEYS = ("lr", "beta1", "mu_y", "mu_x", "steps", "short", "every", "seeds", "short_seeds")


def check(call: str, table: Mapping[str, Any]) -> None:
    """Raise unless the table is complete and short runs and ladder share no seed."""
    for key in (*(k for k in KEYS if k not in table), *(k for k in table if k not in KEYS)):
        raise refuse(call, f"horizon.{key}", f"must be there, and no others than {', '.join(KEYS)}")
    seeds, short = (seeds_of(call, f"horizon.{k}", table[k]) for k in ("seeds", "short_seeds"))
    if set(seeds) & set(short):
        raise refuse(call, "horizon.short_seeds", "must be others than those of the ladder")
    if min(len(seeds), len(short)) < 2:
        raise refuse(call, "horizon.seeds", "must be two or more: one seed has no spread")
    different(call, "horizon.steps", table["steps"])
    for key in ("short", "every"):
        check_counted(call, f"horizon.{key}", table[key])
    check_number(call, "horizon.lr", table["lr"])
    check_number(call, "horizon.beta1", table["beta1"], 0, 1, open_high=True)
    check_number(call, "horizon.mu_y", table["mu_y"], 0, 1)
    for mu_x in check_list(call, "horizon.mu_x", table["mu_x"], "numbers"):
        check_number(call, "horizon.mu_x", mu_x, 0, 1, open_low=True, open_high=True)
    for key in ("mu_x", "steps"):
        if not table[key] or len(set(table[key])) < len(table[key]):
            raise refuse(call, f"horizon.{key}", "must hold one value or more, each once")
