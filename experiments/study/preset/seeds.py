"""Lists of integers in a preset, seeds above all: each number once."""

from __future__ import annotations

from typing import Any

from experiments.engine.rules import check_counted, check_list
from gpa_theory.core.validation import refuse


def seeds_of(call: str, key: str, given: Any) -> tuple[int, ...]:
    """Return the seeds as a tuple, or raise unless they are different integers ≥ 0.

    >>> seeds_of("preset 'mine'", "fresh_seeds", [1, 2, 1])
    Traceback (most recent call last):
    ValueError: `preset 'mine'`: fresh_seeds must be different integers, not 1 twice
    """
    return different(call, key, given, 0)


def different(call: str, key: str, given: Any, low: int = 1) -> tuple[int, ...]:
    """Return a list of integers ≥ `low` as a tuple, or raise if one comes twice."""
    found = check_list(call, key, given, f"integers ≥ {low}")
    for number in found:
        check_counted(call, key, number, low)
    for number in found:
        if found.count(number) > 1:
            raise refuse(call, key, f"must be different integers, not {number} twice")
    return found
