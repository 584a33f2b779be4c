"""Worst cases over grids of constants: in parallel, one line of JSON each, resumable."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

from gpa_theory.core.validation import check_count
from gpa_theory.core.writing import check_target
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import NORMALIZED, FunctionClass
from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.model.result import WorstCaseError

Row = dict[str, Any]


def sweep(
    mu_x: Iterable[Any],
    mu_y: Iterable[Any],
    gamma: Any,
    steps: int,
    metric: str = "last",
    *,
    of: FunctionClass | None = None,
    width: float | None = None,
    jobs: int = 1,
    resume: Path | None = None,
) -> list[Row]:
    """Return a row (mu_x, mu_y, gamma, lower, upper, solver) per pair of the grid, in its order.

    With `resume`, each row is appended to that file at once, and rows that are already in it are
    not solved again.  Where no narrow interval is found, the row has `error` in place of bounds.

    >>> rows = sweep([0.5], [0.2, 0.8], 0.5, steps=3)
    >>> [row["lower"] <= row["upper"] for row in rows]
    [True, True]
    """
    jobs = check_count(f"sweep(jobs={jobs})", "jobs", jobs)
    of = of or NORMALIZED
    settings = [(Fraction(x), Fraction(y)) for x, y in product(mu_x, mu_y)]
    shared = {"gamma": str(Fraction(gamma)), "steps": steps, "metric": metric, "class": of.words}
    if resume is not None:  # refused before the work
        check_target(f"sweep(resume={str(resume)!r})", "resume", resume)
    known = _known(resume, shared)
    todo = [pair for pair in settings if _key(pair) not in known]
    for pair in todo:  # bad input is refused before any solve
        gpa(*pair, gamma)
    for row in _solved(todo, gamma, steps, metric, of, width, jobs):
        row |= shared
        known[row["mu_x"], row["mu_y"]] = row
        if resume is not None:
            _append(resume, row)
    return [known[_key(pair)] for pair in settings]


def _append(journal: Path, row: Row) -> None:
    """Write one line more; after a line that an interrupt cut short, on a line of its own."""
    with journal.open("a+b") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read() != b"\n":
                file.write(b"\n")
        file.write(f"{json.dumps(row)}\n".encode())


def _key(pair: tuple[Fraction, Fraction]) -> tuple[str, str]:
    return str(pair[0]), str(pair[1])


def _known(resume: Path | None, shared: Row) -> dict[tuple[str, str], Row]:
    """Return the rows of an earlier, possibly interrupted sweep with the same settings."""
    found: dict[tuple[str, str], Row] = {}
    if resume is None or not resume.exists():
        return found
    for line in resume.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:  # the line an interrupt cut short
            continue
        if isinstance(row, dict) and all(row.get(name) == value for name, value in shared.items()):
            found[row["mu_x"], row["mu_y"]] = row
    return found


def _solved(
    todo: list[tuple[Fraction, Fraction]],
    gamma: Any,
    steps: int,
    metric: str,
    of: FunctionClass,
    width: float | None,
    jobs: int,
) -> Iterable[Row]:
    arguments = (gamma, steps, metric, of, width)
    if jobs == 1 or len(todo) < 2:
        return (_row(pair, *arguments) for pair in todo)
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=jobs, return_as="generator")
    return parallel(delayed(_row)(pair, *arguments) for pair in todo)  # type: ignore[return-value]


def _row(
    pair: tuple[Fraction, Fraction],
    gamma: Any,
    steps: int,
    metric: str,
    of: FunctionClass,
    width: float | None,
) -> Row:
    row: Row = {"mu_x": str(pair[0]), "mu_y": str(pair[1])}
    try:
        found = worst_case(gpa(*pair, gamma), steps, metric, of, width=width)
    except WorstCaseError as error:
        return row | {"error": str(error)}
    return row | {"lower": found.lower, "upper": found.upper, "solver": found.solver}
