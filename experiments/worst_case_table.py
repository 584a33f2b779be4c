"""Tuned worst cases of the last iterate, method against method: every number an interval.

`python -m experiments.worst_case_table FOLDER [LARGEST_T]` tunes each family at each T for the
class G = D = 1, certifies the interval of what comes out and adds it to FOLDER/data.json; rows
already there are kept, so an interrupted run goes on.  `python -m experiments.worst_case_figure
FOLDER` draws them.  Horizons are 1 plus multiples of 4, for DiLoCo's inner steps.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from gpa_theory.report.manifest import collect
from gpa_theory.worst_case.families import FAMILIES, Family, diloco
from gpa_theory.worst_case.interval import WorstCaseError
from gpa_theory.worst_case.tune import tune

HORIZONS = (2, 3, 5, 9, 13, 21, 41, 81, 161)
ALL = (*FAMILIES, "diloco-2", "diloco-4")
LIMIT = {"diloco-2": 81, "diloco-4": 81}  # by time
Row = dict[str, Any]


def family(name: str) -> Family:
    """Return a family by name; diloco-H is DiLoCo with H inner steps."""
    return diloco(int(name.split("-")[1])) if name.startswith("diloco") else FAMILIES[name]


def settings(largest: int) -> Iterator[tuple[str, int]]:
    """Yield what is to be tuned, short horizons first."""
    for steps in (T for T in HORIZONS if largest >= T):
        for name in ALL:
            inner = int(name.split("-")[1]) if name.startswith("diloco") else 1
            if (steps - 1) % inner == 0 and inner < steps <= LIMIT.get(name, 161):
                yield name, steps


def carried(row: Row | None, steps: int) -> list[list[float]] | None:
    """Return a start made from the row of a shorter horizon."""
    if row is None:
        return None
    ratio = row["steps"] / steps
    kinds = dict(family(row["family"]).kinds)
    start = []
    for name, value in row["constants"].items():
        if kinds[name] == "past":
            value = 1 - (1 - value) * ratio ** (0.4 if row["family"].startswith("diloco") else 0.8)
        elif kinds[name] == "step" and name != "gamma_outer":
            value *= ratio**0.5
        start.append(value)
    return [start]


def tuned(name: str, steps: int, before: Row | None) -> Row:
    """Return one row of the table: constants and certified interval."""
    begun = perf_counter()
    of = family(name)
    kinked = name.startswith("diloco") and steps > 5
    starts = carried(before, steps) if steps > 21 or kinked else None
    width = 1e-6 if steps <= 21 else 5e-5 if steps <= 41 else 1e-4
    evaluations, polish = 80 if steps <= 41 else 25, 150 if kinked else 0
    found = tune(of, steps, starts=starts, width=width, evaluations=evaluations, polish=polish)
    return {
        "family": name,
        "steps": steps,
        "constants": {key: float(value) for key, value in found.constants.items()},
        "lower": found.found.lower,
        "upper": found.found.upper,
        "solver": found.found.solver,
        "evaluations": found.evaluations,
        "seconds": round(perf_counter() - begun, 1),
    }


def main(folder: str, largest: str = "41") -> None:
    """Add the missing rows to the record in `folder`."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    path = target / "data.json"
    rows: list[Row] = json.loads(path.read_text())["rows"] if path.exists() else []
    command = ["python", "-m", "experiments.worst_case_table", folder, largest]
    for name, steps in settings(int(largest)):
        if any(row["family"] == name and row["steps"] == steps for row in rows):
            continue
        before = max(
            (r for r in rows if r["family"] == name), key=lambda r: r["steps"], default=None
        )
        try:
            rows.append(tuned(name, steps, before))
        except WorstCaseError as error:
            print(f"{name}, T = {steps}: {error}", file=sys.stderr)
            continue
        data = {"rows": rows, "manifest": collect(command, None)}
        path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        print(rows[-1], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
