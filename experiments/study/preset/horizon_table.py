"""The `[horizon]` table of a preset: its keys and what they must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gpa_theory.core.validation import check_count, check_range, refuse

KEYS = ("lr", "beta1", "mu_y", "mu_x", "steps", "short", "every", "seeds", "short_seeds")


def check(call: str, table: Mapping[str, Any]) -> None:
    """Raise unless the table is complete and short runs and ladder share no seed."""
    for key in (*(k for k in KEYS if k not in table), *(k for k in table if k not in KEYS)):
        raise refuse(call, f"horizon.{key}", f"must be there, and no others than {', '.join(KEYS)}")
    if set(table["seeds"]) & set(table["short_seeds"]):
        raise refuse(call, "horizon.short_seeds", "must be others than those of the ladder")
    if min(len(table["seeds"]), len(table["short_seeds"])) < 2:
        raise refuse(call, "horizon.seeds", "must be two or more: one seed has no spread")
    for mu_x in table["mu_x"]:
        check_range(call, "horizon.mu_x", mu_x, 0, 1, open_low=True, open_high=True)
    for steps in (*table["steps"], table["short"], table["every"]):
        check_count(call, "horizon.steps", steps)
