"""What does matched decay lose beyond the free region?  Certified worst cases at fixed (1−μ_x)T.

`python -m experiments.minimax.beyond FOLDER` writes FOLDER/beyond.json, a row after each solve; an
interrupted run goes on where it stopped.  A row is the certified interval of the worst case over
DG/√T at the last iterate, for steps γ_t = a(1 − t/T)/(1 − μ_x^{T−t}) with a = D/(G√T), rounded to
floats.  Settings are ordered by what they cost.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from fractions import Fraction
from math import log, sqrt
from time import process_time
from typing import Any

from experiments.placing import placed
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.minimax.schedules import matched
from gpa_theory.worst_case.minimax.verdict import minimax
from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.model.result import WorstCaseError

NAME = "beyond.json"
Setting = tuple[str, int, int]  # μ_y, c = (1 − μ_x)T, T
HORIZONS = {  # of μ_y = .7, by c; the longest, c = 10 at T = 200, took 12 minutes
    5: (20, 40, 60, 80, 100),
    10: (20, 40, 60, 80, 100, 120, 160, 200),
    20: (40, 80, 100, 120, 160, 200),
    40: (80, 100, 120, 160, 200, 240),
}
OTHERS = {  # μ_y besides .7, at c = 10 and 20
    mu_y: {10: (20, 40, 80, 120), 20: (40, 80, 120, 160)}
    for mu_y in ("0", "0.3", "0.5", "0.9", "1")
}


def settings() -> list[Setting]:
    """Return all settings, the shortest horizons first."""
    tables = {"0.7": HORIZONS, **OTHERS}
    found = [(y, c, T) for y, by_c in tables.items() for c, Ts in by_c.items() for T in Ts]
    return sorted(found, key=lambda one: (one[2], -one[1], one[0]))


def steps(c: int, T: int) -> list[float]:
    """Return the steps γ_1 … γ_{T−1} of matched decay at a = 1/√T, for μ_x = 1 − c/T."""
    a, mu_x = 1 / sqrt(T), float(1 - Fraction(c, T))
    return [a * step for step in matched(T, mu_x, float)]


def certified(mu_y: str, c: int, T: int) -> dict[str, Any]:
    """Return the row of one setting; where no narrow interval was found, it holds the error."""
    begun = process_time()
    mu_x, a = 1 - Fraction(c, T), 1 / sqrt(T)
    row: dict[str, Any] = {"mu_y": mu_y, "c": c, "T": T, "mu_x": str(mu_x)}
    row["free"] = minimax(steps=T, mu_x=mu_x, mu_y=Fraction(mu_y)).minimax
    try:
        found = worst_case(gpa(mu_x, Fraction(mu_y), steps(c, T)), T)
        row |= {"lower": found.lower / a, "upper": found.upper / a, "by": found.solver}
    except WorstCaseError as error:
        row["error"] = str(error)
    return row | {"cpu_seconds": round(process_time() - begun, 2)}


def slopes(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield, between neighboring T at fixed μ_y and c, ln((V'−1)/(V−1)) / ln(T'/T) as an interval.

    V is the worst case over DG/√T.  The interval is what the certified ends leave open, and is
    given where both ends of V lie above 1.
    """
    solved = [row for row in rows if "lower" in row and row["lower"] > 1 and not row["free"]]
    for one in solved:
        later = [
            row
            for row in solved
            if (row["mu_y"], row["c"]) == (one["mu_y"], one["c"]) and row["T"] > one["T"]
        ]
        if later:
            other = min(later, key=lambda row: row["T"])
            length = log(other["T"] / one["T"])
            yield {
                "mu_y": one["mu_y"],
                "c": one["c"],
                "from": one["T"],
                "to": other["T"],
                "low": log((other["lower"] - 1) / (one["upper"] - 1)) / length,
                "high": log((other["upper"] - 1) / (one["lower"] - 1)) / length,
            }


def main(folder: str) -> None:
    """Solve what is not solved yet, and write after each."""
    target = placed("minimax.beyond", folder, (NAME,)) / NAME
    rows = json.loads(target.read_text(encoding="utf-8"))["rows"] if target.exists() else []
    known = {(row["mu_y"], row["c"], row["T"]) for row in rows}
    for setting in settings():
        if setting in known:
            continue
        rows.append(certified(*setting))
        print(rows[-1], flush=True)
        command = ["python", "-m", "experiments.minimax.beyond", folder]
        data = {"rows": rows, "slopes": list(slopes(rows)), "manifest": collect(command, None)}
        write_whole(target, json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
