"""Tuned worst cases of the last iterate, method against method: every number an interval.

`python -m experiments.worst_case.table FOLDER [LARGEST_T]` tunes each family at each T for the
class G = D = 1, certifies the interval of what comes out and adds it to FOLDER/data.json; rows
already there are kept, so an interrupted run goes on.  `python -m experiments.worst_case.figure
FOLDER` draws them.  Horizons are 1 plus multiples of 4, for DiLoCo's inner steps.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from math import log
from time import perf_counter
from typing import Any

from experiments.placing import placed
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect
from gpa_theory.worst_case.model.families import FAMILIES, family_named
from gpa_theory.worst_case.model.result import WorstCaseError
from gpa_theory.worst_case.tuning import tune

HORIZONS = (2, 3, 5, 9, 13, 21, 41, 81, 161)
LEFT_OUT = ("polyak-ruppert",)  # Schedule-Free with μ_y = 0, whose best constants are in the table
ALL = (*(name for name in FAMILIES if name not in LEFT_OUT), "diloco-2", "diloco-4")
# Evaluations of a search: one solve of DiLoCo at T = 161, with all pairs, takes ten minutes.
MOST = {False: {41: 80, 161: 25}, True: {41: 80, 81: 25, 161: 2}}
TableRow = dict[str, Any]


def settings(largest: int) -> Iterator[tuple[str, int]]:
    """Yield what is to be tuned, short horizons first."""
    for steps in (T for T in HORIZONS if largest >= T):
        for name in ALL:
            inner = family_named("table", name).inner_steps
            if (steps - 1) % inner == 0 and steps > inner:
                yield name, steps


def carried(rows: list[TableRow], steps: int) -> list[float] | None:
    """Return constants for T = `steps`, going on by powers of T from a family's last two rows.

    >>> row = {"family": "ema", "steps": 10, "constants": {"mu_x": 0.5, "gamma": 0.3}}
    >>> later = row | {"steps": 20, "constants": {"mu_x": 0.75, "gamma": 0.15}}
    >>> [round(c, 6) for c in carried([row, later], 40)]
    [0.875, 0.075]
    """
    if len(rows) < 2:
        return None
    before, latest = rows[-2:]
    far = log(steps / latest["steps"]) / log(latest["steps"] / before["steps"])
    kinds, constants = dict(family_named("table", latest["family"]).kinds), []
    for name, value in latest["constants"].items():
        earlier = before["constants"][name]
        if kinds[name] == "past":
            value = 1 - (1 - value) * ((1 - value) / (1 - earlier)) ** far
        elif kinds[name] == "step":
            value *= (value / earlier) ** far
        constants.append(value)
    return constants


def tuned(name: str, steps: int, shorter: list[TableRow]) -> TableRow:
    """Return one row of the table: constants and certified interval."""
    begun = perf_counter()
    start = carried(shorter, steps)
    kinked = name.startswith("diloco") and steps > 5
    found = tune(
        name,
        steps,
        starts=[start] if start and (steps > 21 or kinked) else None,
        width=1e-6 if steps <= 21 else 5e-5 if steps <= 41 else 1e-4,
        evaluations=next(most for T, most in MOST[kinked].items() if steps <= T),
        polish=150 if kinked and steps <= 41 else 0,
        solver="whole" if kinked and steps > 41 else "auto",
    )
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
    path = placed("worst_case.table", folder, ("data.json",)) / "data.json"
    rows: list[TableRow] = []
    if path.exists():
        rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    command = ["python", "-m", "experiments.worst_case.table", folder, largest]
    for name, steps in settings(int(largest)):
        if any(row["family"] == name and row["steps"] == steps for row in rows):
            continue
        shorter = [r for r in rows if r["family"] == name and r["steps"] < steps]
        try:
            rows.append(tuned(name, steps, sorted(shorter, key=lambda r: r["steps"])))
        except WorstCaseError as error:
            print(f"{name}, T = {steps}: {error}", file=sys.stderr)
            continue
        data = {"rows": rows, "manifest": collect(command, None)}
        write_whole(path, json.dumps(data, indent=1) + "\n")
        print(rows[-1], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
