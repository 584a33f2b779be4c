"""Every method of the zoo, tuned alike: certified intervals of its worst case, in one table.

`python -m experiments.worst_case.zoo_table FOLDER [--steps T …]` tunes each method for each class
that it is for and adds a row to FOLDER/data.json after each; rows already there are kept, so an
interrupted run goes on.  FOLDER/README.md is made from the rows.  `lower` and `upper` are in units
of the minimax value, DG/√T or LD²/(2θ²).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from math import sqrt
from time import process_time
from typing import Any

from experiments.placing import placed
from experiments.worst_case.zoo import CLASSES, ZOO
from experiments.worst_case.zoo_smooth import smooth_minimax
from experiments.worst_case.zoo_words import Rows, readme, says
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.result import WorstCaseError
from gpa_theory.worst_case.tuning import tune

NAMES = ("data.json", "README.md")
STEPS, LEAST = (5,), 3
ALLOWED = (60, 40)  # evaluations with gradients, then without, the same for every method
WIDTH, WIDEST = 1e-6, 0.1  # of an interval, relative: wanted, and accepted where it is not found


def minimax(of: str, steps: int) -> float:
    """Return the least worst case of any method, over DG or LD².

    >>> minimax("Lipschitz", 4), round(minimax("smooth", 2), 6)
    (0.5, 0.125)
    """
    return 1 / sqrt(steps) if of == "Lipschitz" else smooth_minimax(steps)


def solved(name: str, of: str, steps: int) -> dict[str, Any]:
    """Return the row of one method, tuned; it holds an `error` where nothing was certified."""
    begun, entry = process_time(), ZOO[name]
    row: dict[str, Any] = {"method": name, "class": of, "T": steps}
    try:
        tuned = tune(
            entry.family(steps),
            steps,
            of=CLASSES[of],
            starts=[entry.starts[of](steps)],
            width=WIDEST,
            evaluations=ALLOWED[0],
            polish=ALLOWED[1],
        )
    except WorstCaseError as error:
        return row | {"error": str(error), "cpu_seconds": round(process_time() - begun, 2)}
    found, method = tuned.found, tuned.family.build(**tuned.constants)
    with suppress(WorstCaseError):  # then the wider interval stands
        found = worst_case(method, steps, of=CLASSES[of], width=WIDTH)
    return row | {
        "constants": {key: float(value) for key, value in tuned.constants.items()},
        "lower": found.lower / minimax(of, steps),
        "upper": found.upper / minimax(of, steps),
        "evaluations": tuned.evaluations,
        "solver": found.solver,
        "cpu_seconds": round(process_time() - begun, 2),
    }


def missing(rows: Rows, horizons: Sequence[int]) -> Iterator[tuple[str, str, int]]:
    """Yield what has no row yet, short horizons first; a method whose rounds do not fit is not."""
    known = {(row["method"], row["class"], row["T"]) for row in rows}
    for T in sorted(horizons):
        for name, entry in ZOO.items():
            if (T - 1) % entry.period:
                continue
            yield from ((name, of, T) for of in entry.starts if (name, of, T) not in known)


def main(arguments: Sequence[str] | None = None) -> None:
    """Tune what is not tuned yet, and write after each."""
    parser = argparse.ArgumentParser(prog="python -m experiments.worst_case.zoo_table")
    parser.add_argument("folder", help="the record's folder")
    parser.add_argument("--steps", type=int, nargs="+", default=list(STEPS), help="T ≥ 3")
    options = parser.parse_args(arguments)
    if min(options.steps) < LEAST:
        parser.error(f"--steps: {min(options.steps)} must be {LEAST} or more")
    target = placed("worst_case.zoo_table", options.folder, NAMES)
    path = target / NAMES[0]
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"] if path.exists() else []
    command = ["python", "-m", "experiments.worst_case.zoo_table", options.folder]
    command += ["--steps", *map(str, options.steps)]
    manifest = collect(command, None)
    for name, of, T in missing(rows, options.steps):
        rows.append(solved(name, of, T))
        print(rows[-1], flush=True)
        data = {"says": says(rows), "rows": rows, "manifest": manifest}
        write_whole(path, json.dumps(data, indent=1) + "\n")
    lines = readme(rows, manifest["command"], ALLOWED)
    write_whole(target / NAMES[1], "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
