"""Columns of anybody's table as the numbers that a problem needs, by rules that are said.

* A cell is missing if it is empty, None, NaN or one of `MISSING`; a row that misses anything is
  left out, and how many were is said.
* A column is numeric if every value that is present reads as a finite decimal number.  Any other
  column is categorical: each text but the first, in alphabetical order, becomes a column of 0 and
  1.  One with more than `MOST_TEXTS` texts is refused, since it is a name or a note.
* A column without any variation says nothing and is left out, and that is said.
* Labels, for a loss that needs ±1, are the two values of the target; the larger number, or the
  later text, is +1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from gpa_theory.core.validation import refuse

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?"})
MOST_TEXTS = 50  # of a categorical column
Column = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Features, shape (n, d), and targets, shape (n,); the names of the columns; what was done."""

    features: np.ndarray
    targets: np.ndarray
    columns: tuple[str, ...]
    notes: tuple[str, ...]


def encode(
    call: str,
    columns: Mapping[str, Column],
    target: str,
    *,
    labels: bool,
    standardize: bool = False,
) -> Encoded:
    """Return the table as numbers; `labels` asks for targets ±1.

    `standardize` gives every numeric column, and a numeric target, mean 0 and variance 1.

    >>> table = {"age": ["1", "2", "3", ""], "town": ["A", "B", "A", "B"], "ill": "nyyn"}
    >>> found = encode("doc", table, "ill", labels=True)
    >>> found.columns, found.features.tolist(), found.targets.tolist()
    (('age', 'town=B'), [[1.0, 0.0], [2.0, 1.0], [3.0, 0.0]], [-1.0, 1.0, 1.0])
    >>> print(*found.notes, sep="; ")
    1 of 4 rows has a missing value and is left out; target: 'y' is +1, 'n' is −1
    """
    if target not in columns:
        raise refuse(call, "target", f"must be a column: {_listed(columns)}")
    kept, notes = _complete(call, columns)
    names: list[str] = []
    made: list[np.ndarray] = []
    for name, column in kept.items():
        if name == target:
            continue
        numbers = _numbers(column)
        found = _indicators(call, name, column) if numbers is None else [(name, numbers)]
        for title, values in found:
            if np.all(values == values[0]):
                notes.append(f"column {title!r} never changes and is left out")
                continue
            names.append(title)
            made.append(_standardized(values) if standardize and numbers is not None else values)
    if not made:
        raise refuse(call, "columns", "must hold a feature that varies, beside the target")
    targets, said = _targets(call, target, kept[target], labels, standardize)
    return Encoded(np.column_stack(made), targets, tuple(names), (*notes, *said))


def _complete(call: str, columns: Mapping[str, Column]) -> tuple[dict[str, list[Any]], list[str]]:
    """Return the rows that miss nothing, column by column, and what was left out."""
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) != 1:
        raise refuse(call, "columns", "must all be equally long")
    rows = next(iter(lengths.values()))
    misses = {name: [_is_missing(cell) for cell in column] for name, column in columns.items()}
    whole = [i for i in range(rows) if not any(missing[i] for missing in misses.values())]
    worst = max(misses, key=lambda name: sum(misses[name]))
    if len(whole) < 2:
        rule = (
            f"must have two rows or more that miss nothing; {worst!r} misses {sum(misses[worst])}"
        )
        raise refuse(call, "columns", f"{rule} of {rows} values")
    left = rows - len(whole)
    has = "has a missing value and is" if left == 1 else "have a missing value and are"
    notes = [f"{left} of {rows} rows {has} left out"] if left else []
    return {name: [column[i] for i in whole] for name, column in columns.items()}, notes


def _is_missing(cell: Any) -> bool:
    if isinstance(cell, str):
        return cell.strip().lower() in MISSING
    return cell is None or cell != cell  # NaN, and pandas' NaT


def _numbers(column: Column) -> np.ndarray | None:
    """Return the column as floats, or None if a value is no finite decimal number."""
    found = []
    for cell in column:
        if isinstance(cell, bool | np.bool_):
            return None
        try:
            value = float(cell)
        except (TypeError, ValueError):
            return None
        if not isfinite(value) or (isinstance(cell, str) and "_" in cell):
            return None
        found.append(value)
    return np.array(found)


def _indicators(call: str, name: str, column: Column) -> list[tuple[str, np.ndarray]]:
    """Return a column of 0 and 1 for each text but the first."""
    texts = [str(cell).strip() for cell in column]
    levels = sorted(set(texts))
    if len(levels) > MOST_TEXTS:
        example = Counter(texts).most_common(1)[0][0]
        rule = (
            f"must leave out {name!r}, or make it numeric: it is text ({example[:20]!r} …) with"
            f" {len(levels)} different values, more than {MOST_TEXTS}"
        )
        raise refuse(call, "columns", rule)
    return [
        (f"{name}={level}", np.array([float(t == level) for t in texts])) for level in levels[1:]
    ]


def _targets(
    call: str, name: str, column: Column, labels: bool, standardize: bool
) -> tuple[np.ndarray, tuple[str, ...]]:
    numbers = _numbers(column)
    if not labels:
        if numbers is None:
            raise refuse(call, "target", f"must be numeric for this loss; {name!r} is text")
        if standardize and np.any(numbers != numbers[0]):
            return _standardized(numbers), (f"target {name!r} has mean 0 and variance 1",)
        return numbers, ()
    values = [str(cell).strip() for cell in column] if numbers is None else list(numbers)
    levels = sorted(set(values))
    if len(levels) != 2:
        rule = f"must have two values for this loss; {name!r} has {len(levels)}"
        raise refuse(call, "target", rule)
    low, high = (level if isinstance(level, str) else f"{level:g}" for level in levels)
    signs = np.array([1.0 if value == levels[1] else -1.0 for value in values])
    return signs, (f"target: {high!r} is +1, {low!r} is −1",)


def _standardized(values: np.ndarray) -> np.ndarray:
    """Return the column with mean 0 and variance 1, up to rounding."""
    scaled = values / np.abs(values).max()  # large numbers would overflow when squared
    return (scaled - scaled.mean()) / scaled.std()


def _listed(names: Mapping[str, Any]) -> str:
    shown = list(map(repr, names))
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")
