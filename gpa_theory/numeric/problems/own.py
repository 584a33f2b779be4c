r"""A problem from anybody's data: arrays, a table with named columns, or a CSV file.

.. math:: \min_{w \in X} \frac1n \sum_i \varphi(\langle a_i, w\rangle; b_i)

A column of ones is added for the intercept.  How a table becomes numbers is in `encoding`; what is
certified of the minimum, in `finite_sum`.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gpa_theory.core.validation import check_range, refuse
from gpa_theory.numeric.problems.domain import Ball, Bounded, Box
from gpa_theory.numeric.problems.encoding import Encoded, encode
from gpa_theory.numeric.problems.finite_sum import finite_sum
from gpa_theory.numeric.problems.losses import LOSSES
from gpa_theory.numeric.problems.problem import Problem

SHORT = {
    "absolute": "least_absolute_deviation",
    "squared": "least_squares",
}  # usual names of losses
RADIUS = 10.0  # of the default ball
LARGEST, MOST_CELLS = 2**28, 2 * 10**7  # bytes and cells of a CSV file
DELIMITERS = ",;\t"


def problem(
    features: Any,
    targets: Any,
    loss: str = "logistic",
    *,
    radius: float = RADIUS,
    box: bool = False,
    standardize: bool = False,
    name: str = "own data",
) -> Problem:
    """Return the problem of a mean loss on your data, over the ball |w| ≤ `radius`.

    `features`: an array of shape (n, d), or a table with named columns (a dict, a pandas
    DataFrame), whose texts become columns of 0 and 1.  `targets`: n numbers, or two kinds of labels
    for "logistic" and "hinge"; "absolute" and "squared" take numbers.  `box` asks for the box
    |w_i| ≤ radius/√d, which diagonal AdaGrad needs.

    ValueError: missing or infinite numbers in an array, texts without end, a target that does not
    fit the loss, radius ≤ 0.

    >>> own = problem([[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"], radius=4)
    >>> own.dim, own.minimum_gap < 1e-9  # the intercept is the last coordinate
    (2, True)
    """
    call = f"problem(loss={loss!r})"
    kind = _loss(call, loss)
    table = _named(call, features)
    label = "the targets"
    found = encode(
        call,
        {**table, label: list(targets)},
        label,
        labels=LOSSES[kind].labels_only,
        standardize=standardize,
    )
    return of(call, name, found, kind, radius, box=box)


def read_csv(call: str, path: str | Path) -> dict[str, list[str]]:
    """Return the columns of a CSV file by the names in its first line: commas, semicolons or tabs.

    ValueError, with the line: a line with more or fewer cells, names that repeat, no UTF-8.
    """
    target = Path(path)
    try:
        if not target.is_file() or target.stat().st_size > LARGEST:
            raise refuse(call, "csv", f"must be a file of at most {LARGEST >> 20} MiB")
        with target.open(encoding="utf-8-sig", newline="") as file:
            return _columns(call, file)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise refuse(call, "csv", f"cannot be read: {error}") from None


def _columns(call: str, file: Any) -> dict[str, list[str]]:
    head = file.readline()
    delimiter = max(DELIMITERS, key=head.count)
    names = [cell.strip() for cell in next(csv.reader([head], delimiter=delimiter), [])]
    if len(names) < 2 or not all(names) or len(set(names)) != len(names):
        rule = "must begin with a line of two or more column names, all different and none empty"
        raise refuse(call, "csv", rule)
    rows: list[list[str]] = []
    for number, row in enumerate(csv.reader(file, delimiter=delimiter), 2):
        if not row:
            continue  # an empty line
        if len(row) != len(names):
            rule = f"must have {len(names)} cells in every line; line {number} has {len(row)}"
            raise refuse(call, "csv", rule)
        rows.append(row)
        if len(rows) * len(names) > MOST_CELLS:
            raise refuse(call, "csv", f"must have at most {MOST_CELLS} cells")
    if not rows:
        raise refuse(call, "csv", "must have rows below the names")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def of(
    call: str, name: str, found: Encoded, loss: str, radius: float, *, box: bool = False
) -> Problem:
    """Return the problem of an encoded table, with a column of ones behind its features."""
    check_range(call, "radius", radius, 0, open_low=True)
    features = np.column_stack([found.features, np.ones(len(found.targets))])
    half = float(radius) / math.sqrt(features.shape[1])
    limits: Bounded = Box(half) if box else Ball(float(radius))
    return finite_sum(name, features, found.targets, _loss(call, loss), limits)


def needs_labels(call: str, loss: str) -> bool:
    """Return whether a loss, by its name or its usual name, takes targets ±1."""
    return LOSSES[_loss(call, loss)].labels_only


def _loss(call: str, loss: str) -> str:
    known = SHORT.get(loss, loss)
    if known not in LOSSES:
        rule = f"must be one of logistic, hinge, {', '.join(SHORT)}"
        raise refuse(call, "loss", rule)
    return known


def _named(call: str, features: Any) -> dict[str, list[Any]]:
    """Return the columns by name; those of an array are called x1 … xd."""
    if isinstance(features, Mapping) or hasattr(features, "columns"):
        names = list(features) if isinstance(features, Mapping) else list(features.columns)
        return {str(name): list(features[name]) for name in names}
    try:
        array = np.array(features, dtype=float)
    except (TypeError, ValueError):
        rule = "must be an array of real numbers, or a table with named columns"
        raise refuse(call, "features", rule) from None
    if array.ndim != 2 or array.size == 0 or not np.all(np.isfinite(array)):
        raise refuse(call, "features", "must be finite, of shape (n, d)")
    return {f"x{i}": list(column) for i, column in enumerate(array.T, 1)}
