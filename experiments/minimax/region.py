"""Where does the free region of matched decay end?  A map over T up to 10⁴ and μ_y in [0, 1].

`python -m experiments.minimax.region FOLDER` writes FOLDER/region.json, a row after each pair; an
interrupted run goes on where it stopped.  A row holds μ_x < μ_x' with certain verdicts, minimax at
the first and not at the second, and the CPU seconds they took.  That no smaller μ_x fails is seen
on a grid only.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from time import process_time
from typing import Any

from experiments.placing import placed
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect
from gpa_theory.worst_case.minimax.threshold import largest_mu_x
from gpa_theory.worst_case.minimax.verdict import minimax

NAME = "region.json"
HORIZONS = (3, 4, 5, 6, 8, 10, 14, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
SMALL = ("0", "0.0003", "0.001", "0.002", "0.003", "0.005", "0.01", "0.02", "0.03", "0.05", "0.07")
MU_Y = (*SMALL, *(str(Fraction(k, 40)) for k in range(4, 41)))  # 1/10, 5/40, … 1


def end(T: int, mu_y: str) -> dict[str, Any]:
    """Return the row of one pair."""
    begun = process_time()
    low, high = largest_mu_x(T, Fraction(mu_y))
    seconds = round(process_time() - begun, 4)
    return {"T": T, "mu_y": mu_y, "low": low, "high": high, "cpu_seconds": seconds}


def holds(row: dict[str, Any]) -> bool:
    """Return whether the row says what is so: minimax at its lower end, and not at its upper one.

    >>> holds({"T": 3, "mu_y": "0", "low": 0.57, "high": 0.58})  # 1/√3 lies between
    True
    """
    sure = [
        minimax(steps=row["T"], mu_x=Fraction(row[name]), mu_y=Fraction(row["mu_y"])).minimax
        for name in ("low", "high")
    ]
    return sure == [True, False]


def limit(T: float, mu_y: float) -> float:
    """Return 1/(1+μ_y) − 2/((1+μ_y)²T), to which the end tends for μ_y > 0, up to O(T⁻²)."""
    return 1 / (1 + mu_y) - 2 / ((1 + mu_y) ** 2 * T)


def without(T: float) -> float:
    """Return T^(−1/(T−1)), the end at μ_y = 0."""
    return T ** (-1 / (T - 1))


def main(folder: str) -> None:
    """Find what is not found yet, and write after each horizon."""
    target = placed("minimax.region", folder, (NAME,)) / NAME
    rows = json.loads(target.read_text(encoding="utf-8"))["rows"] if target.exists() else []
    known = {(row["T"], row["mu_y"]) for row in rows}
    for T in HORIZONS:
        new = [end(T, mu_y) for mu_y in MU_Y if (T, mu_y) not in known]
        if new:
            rows += new
            print(f"T = {T}: {sum(row['cpu_seconds'] for row in new):.3g} s", flush=True)
            command = ["python", "-m", "experiments.minimax.region", folder]
            data = {"rows": rows, "manifest": collect(command, None)}
            write_whole(target, json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
