"""The `[audit]` table of a preset: its keys and what they must be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from experiments.engine.rules import check_counted, check_list
from experiments.study.preset.seeds import seeds_of
from gpa_theory.core.validation import refuse

KEYS = ("arms", "seeds", "every", "controls")
CONTROLS = ("fresh_batch", "other_seed", "fp64")


def check(call: str, table: Mapping[str, Any], arms: Collection[str]) -> None:
    """Raise unless the table is whole: arms of the preset, seeds, how often, which controls."""
    for key in table:
        if key not in KEYS:
            raise refuse(call, f"audit.{key}", f"must be one of {', '.join(KEYS)}")
    for key in ("arms", "seeds", "every"):
        if key not in table:
            raise refuse(call, f"audit.{key}", "must be there")
    check_counted(call, "audit.every", table["every"])
    seeds_of(call, "audit.seeds", table["seeds"])
    _check_names(call, "audit.arms", table["arms"], arms)
    _check_names(call, "audit.controls", table.get("controls", ()), CONTROLS)


def _check_names(call: str, key: str, given: Any, known: Collection[str]) -> None:
    found = check_list(call, key, given, "names")
    for name in found:
        if name not in known:
            raise refuse(call, key, f"must be among {', '.join(known) or 'the arms'}, not {name!r}")
    if len(set(found)) < len(found):
        raise refuse(call, key, "must not name anything twice")
