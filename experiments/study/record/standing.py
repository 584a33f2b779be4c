"""How far an arm was tuned, as the data of a study say: whole, cut by the clock, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.study.preset.grid import cut, tried


def is_tuned(data: Mapping[str, Any], arm: str) -> bool:
    """Return whether every setting of the arm's grid was tried, and there were several."""
    done, of = tried(*_of(data, arm))
    return done == of > 1


def standing(data: Mapping[str, Any], arm: str) -> str:
    """Return the same in words.

    >>> data = {"preset": {"arms": {"gpa": {"lr": [1, 2]}}, "tuning_seeds": [0]}}
    >>> standing({**data, "choices": {"gpa": {"table": []}}}, "gpa")
    'tuning was cut by the clock, 0 of 2 settings tried: the first of the grid, chosen by nothing'
    >>> standing({**data, "choices": {"gpa": {"table": [{"n": 1}, {"n": 1}]}}}, "gpa")
    '2 settings tried'
    """
    grid, seeds, table = _of(data, arm)
    _, of = tried(grid, seeds, table)
    if of < 2:
        return "untuned"
    said = cut(grid, seeds, table)
    if said and not table:
        said += ": the first of the grid, chosen by nothing"
    return said or f"{of} settings tried"


def cuts(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the arms whose tuning the clock cut off, each with how much of it was done."""
    found = {arm: cut(*_of(data, arm)) for arm in data["choices"]}
    return {arm: said for arm, said in found.items() if said}


def _of(data: Mapping[str, Any], arm: str) -> tuple[Any, Any, Any]:
    preset = data["preset"]
    return preset["arms"][arm], preset["tuning_seeds"], data["choices"][arm]["table"]
