"""Where a grid ends: an optimum at an end might lie beyond it, and then nothing is resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

# Where the domain itself ends: nothing lies beyond.
NATURAL = {
    "beta1": (0.0,),
    "mu_x": (0.0,),
    "mu_y": (0.0, 1.0),
    "inner_steps": (1,),
    "outer_momentum": (0.0,),
}


def edges(grid: Mapping[str, Sequence[Any]], setting: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the values of a setting that are at an end of their grid but not of their domain.

    >>> edges({"lr": [0.1, 0.2], "beta1": [0.0, 0.5], "eps": [1]}, {"lr": 0.2, "beta1": 0.0})
    ('lr',)
    """
    return tuple(
        name
        for name, values in grid.items()
        if name in setting and setting[name] not in inner(name, values)
    )


def inner(name: str, values: Sequence[Any]) -> list[Any]:
    """Return the values that resolve something if they win; a single value is not tuned.

    >>> inner("lr", [1, 2, 4]), inner("lr", [1, 2]), inner("lr", [1]), inner("mu_y", [0, 0.5])
    ([2], [], [1], [0])
    """
    if len(values) < 2:
        return list(values)
    ends = (min(values), max(values))
    return [v for v in values if v not in ends or v in NATURAL.get(name, ())]


def tried(
    grid: Mapping[str, Sequence[Any]], seeds: Sequence[int], table: Sequence[Mapping[str, Any]]
) -> tuple[int, int]:
    """Return how many settings were tried on all tuning seeds, and how many the grid has.

    >>> tried({"lr": [1, 2], "mu_x": [0.9]}, [0, 1], [{"lr": 1, "n": 2}, {"lr": 2, "n": 1}])
    (1, 2)
    """
    return sum(row["n"] == len(seeds) for row in table), prod(map(len, grid.values()))


def cut(
    grid: Mapping[str, Sequence[Any]], seeds: Sequence[int], table: Sequence[Mapping[str, Any]]
) -> str:
    """Return which part of an arm's tuning the clock cut off, as text; nothing if none.

    >>> cut({"lr": [1, 2]}, [0, 1], [])
    'tuning was cut by the clock, 0 of 2 settings tried'
    >>> cut({"lr": [1]}, [0, 1], [])
    ''
    """
    done, of = tried(grid, seeds, table)
    if of < 2 or done == of:
        return ""
    return f"tuning was cut by the clock, {done} of {of} settings tried"


def hopeless(grid: Mapping[str, Sequence[Any]]) -> list[str]:
    """Return the names of which every value is an end: whichever wins, nothing is resolved.

    >>> hopeless({"lr": [1, 2, 4], "mu_x": [0.9, 0.95], "beta1": [0.0, 0.9]})
    ['mu_x']
    """
    return [name for name, values in grid.items() if not inner(name, values)]
