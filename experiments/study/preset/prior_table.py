"""The `[prior]` table of a preset: what a pilot found, from which `study plan` foresees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.engine.rules import check_list, check_number
from gpa_theory.core.validation import refuse

KEYS = ("sigma", "pairs", "drop")


def check(call: str, table: Mapping[str, Any]) -> None:
    """Raise unless the table holds spreads and how the loss fell.

    `sigma` is the spread of the final loss, `pairs` that of the difference of two arms on one seed.

    `drop` is a list of pairs: at this share of the steps before the end, so much above the end.

    >>> check("preset 'mine'", {"sigma": 0.02, "drop": [[0.1, 0.03], [0.05, 0.01]]})
    Traceback (most recent call last):
    ValueError: `preset 'mine'`: prior.drop must be pairs in which shares of the steps increase
    """
    for key in table:
        if key not in KEYS:
            raise refuse(call, f"prior.{key}", f"must be one of {', '.join(KEYS)}")
    for key in KEYS[:2]:
        if key in table:
            check_number(call, f"prior.{key}", table[key], open_low=True)
    before = 0.0
    for pair in check_list(call, "prior.drop", table.get("drop", ()), "pairs of numbers"):
        if len(check_list(call, "prior.drop", pair, "pairs of numbers")) != 2:
            raise refuse(call, "prior.drop", "must be a list of pairs of numbers")
        share, above = pair
        check_number(call, "prior.drop", share, 0, 1, open_low=True, open_high=True)
        check_number(call, "prior.drop", above)
        if share <= before:
            raise refuse(call, "prior.drop", "must be pairs in which shares of the steps increase")
        before = share
