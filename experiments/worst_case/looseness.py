"""How loose are the proved bounds of GPA around constant-step subgradient descent?

`python -m experiments.worst_case.looseness FOLDER` adds a row to FOLDER/data.json for each bound,
T, μ_x and μ_y: the bound, the certified worst case at the same constants, and the ratio of the two,
whose ends are as certain as the interval.  Then it makes README.md and figure.png.  Rows already
there are kept, so an interrupted run goes on.  G = D = 1; where R is used, R = D.  γ is D/(G√T), or
for the discounted bound the step √(1 − μ_x) R/G that it is tuned to.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import sqrt
from time import process_time
from typing import Any

from experiments.placing import placed
from experiments.worst_case.looseness_words import FIGURE, drawn, readme, says
from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.recursion import GPA
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect
from gpa_theory.symbolic.rates import bound
from gpa_theory.symbolic.schedules.log_log import allowed, log_log
from gpa_theory.worst_case.certifying import certify
from gpa_theory.worst_case.model.methods import Averaged
from gpa_theory.worst_case.model.result import WorstCaseError

NAMES = ("data.json", "README.md", FIGURE)
HORIZONS, PROJECTED = (2, 3, 5, 8, 12, 20), (2, 3, 5, 8, 12)
MU_X = ("0", "3/10", "1/2", "7/10", "4/5", "9/10", "19/20")
MU_Y = ("0", "1/2", "1")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One proved bound, and the question whose answer it bounds."""

    metric: str
    proved: Callable[[], Any]
    horizons: tuple[int, ...] = HORIZONS
    mu_x: tuple[str, ...] = MU_X
    mu_y: tuple[str, ...] = MU_Y
    diameter: int | None = None


def of_descent(metric: str, averaging: str = "exponential") -> Callable[[], Any]:
    """Return the bound composed with the regret of descent."""
    return cache(lambda: bound("ogd", metric, averaging))


CASES = {
    "average": Case("average", of_descent("average")),
    "mean": Case("mean", of_descent("mean")),
    "weighted": Case("weighted", of_descent("weighted")),
    "telescoped": Case("telescoped", of_descent("telescoped")),
    "average, projected": Case("average", of_descent("average"), PROJECTED, diameter=1),
    "last, projected": Case("last", of_descent("last"), PROJECTED, diameter=1),
    "last, log-log": Case(
        "last", cache(lambda: log_log(frozenset({"gamma", "mu_x"}))), mu_y=("0",)
    ),
    "last, c_t = 1/t": Case("last", of_descent("last", "uniform"), mu_x=("uniform",)),
}


def missing(rows: list[Row]) -> Iterator[tuple[str, int, str, str]]:
    """Yield the settings that have no row yet; the log-log bound holds for some windows only."""
    known = {(row["bound"], row["T"], row["mu_x"], row["mu_y"]) for row in rows}
    for name, case in CASES.items():
        for T in case.horizons:
            for mu_x in case.mu_x:
                if name == "last, log-log" and not allowed(Fraction(mu_x), T):
                    continue
                yield from (
                    (name, T, mu_x, y) for y in case.mu_y if (name, T, mu_x, y) not in known
                )


def solved(name: str, T: int, mu_x: str, mu_y: str) -> Row:
    """Return the row of one setting; it holds an `error` where nothing was certified."""
    case, begun = CASES[name], process_time()
    past = 0.0 if mu_x == "uniform" else float(Fraction(mu_x))
    gamma = sqrt(1 - past) if name == "last, projected" else 1 / sqrt(T)
    averaging = Uniform() if mu_x == "uniform" else Exponential(Fraction(mu_x))
    method = Averaged(GPA(averaging, Fraction(mu_y)), gamma)
    known = {"lipschitz": 1.0, "radius": 1.0, "diameter": 1.0, "steps": T, "gamma": gamma}
    proved = case.proved()
    value = float(proved.at(**{n: (known | {"mu_x": past})[n] for n in proved.parameters}))
    row: Row = {"bound": name, "T": T, "mu_x": mu_x, "mu_y": mu_y, "gamma": gamma, "value": value}
    try:
        found = certify(method, T, case.metric, diameter=case.diameter)
    except WorstCaseError as error:
        return row | {"error": str(error)}
    ratios = {"least": value / found.upper, "most": value / found.lower}
    ends = {"lower": found.lower, "upper": found.upper}
    return row | ends | ratios | {"cpu_seconds": round(process_time() - begun, 2)}


def main(folder: str) -> None:
    """Solve what is not solved yet, and write after each bound."""
    target = placed("worst_case.looseness", folder, NAMES)
    path = target / NAMES[0]
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"] if path.exists() else []
    manifest = collect(["python", "-m", "experiments.worst_case.looseness", folder], None)

    def keep() -> None:
        data = {"says": says(rows), "rows": rows, "manifest": manifest}
        write_whole(path, json.dumps(data, indent=1) + "\n")

    for k, setting in enumerate(missing(rows), 1):
        rows.append(solved(*setting))
        if k % 25 == 0:
            print(rows[-1], flush=True)
            keep()
    keep()
    write_whole(target / NAMES[1], "\n".join(readme(rows, manifest["command"])) + "\n")
    drawn(rows, target / FIGURE)


if __name__ == "__main__":
    main(*sys.argv[1:])
