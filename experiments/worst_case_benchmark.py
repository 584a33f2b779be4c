"""Certified worst cases against PEPit: CPU seconds, interleaved in one process.

`python -m experiments.worst_case_benchmark FOLDER` writes FOLDER/benchmark.json and prints the
ratios.  f(x_T) over G = D = 1 with μ_x = 0.9, μ_y = 0.5, γ = 1/√T; PEPit with Clarabel and with its
default solver; ours includes both certified ends.  Medians of REPEATS runs after one warm-up.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from gpa_theory.report.manifest import collect
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.methods import gpa

MU_X, MU_Y = 0.9, 0.5
REPEATS = {5: 5, 10: 5, 20: 3, 40: 1}
GRID = [(x, y) for x in (0.5, 0.6, 0.7, 0.8, 0.9) for y in (0.1, 0.3, 0.5, 0.7, 0.9)]


def by_pepit(mu_x: float, mu_y: float, gamma: float, steps: int, solver: str | None) -> float:
    """Return PEPit's worst case of the last iterate."""
    from PEPit import PEP
    from PEPit.functions import ConvexLipschitzFunction

    problem = PEP()
    f = problem.declare_function(ConvexLipschitzFunction, M=1.0, reuse_gradient=True)
    minimizer = f.stationary_point()
    z = problem.set_initial_point()
    problem.set_initial_condition((z - minimizer) ** 2 <= 1)
    x = z
    for _ in range(1, steps):
        z = z - gamma * f.gradient(mu_y * x + (1 - mu_y) * z)
        x = mu_x * x + (1 - mu_x) * z
    problem.set_performance_metric(f(x) - f(minimizer))
    return float(problem.solve(wrapper="cvxpy", solver=solver, verbose=0))


def ours(mu_x: float, mu_y: float, gamma: float, steps: int) -> float:
    """Return the certified upper end."""
    return worst_case(gpa(mu_x, mu_y, gamma), steps).upper


CONTENDERS: dict[str, Callable[..., float]] = {
    "ours": ours,
    "PEPit + Clarabel": lambda *setting: by_pepit(*setting, "CLARABEL"),
    "PEPit default": lambda *setting: by_pepit(*setting, None),
}


def timed(run: Callable[..., float], settings: list[tuple[float, float, float, int]]) -> float:
    """Return the CPU seconds of one pass over the settings."""
    begun = process_time()
    for setting in settings:
        run(*setting)
    return process_time() - begun


def measured(settings: list[tuple[float, float, float, int]], repeats: int) -> dict[str, Any]:
    """Return medians, interleaved, and ratios to ours."""
    seconds: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for _ in range(repeats):
        for name, run in CONTENDERS.items():
            seconds[name].append(timed(run, settings))
    found = {name: median(values) for name, values in seconds.items()}
    ratios = {name: found[name] / found["ours"] for name in found if name != "ours"}
    return {"seconds": found, "ratios": ratios, "repeats": repeats}


def main(folder: str) -> None:
    """Measure and write."""
    warnings.simplefilter("ignore")
    for run in CONTENDERS.values():
        run(MU_X, MU_Y, 0.5, 3)  # imports
    rows = []
    for steps, repeats in REPEATS.items():
        row = measured([(MU_X, MU_Y, 1 / sqrt(steps), steps)], repeats)
        rows.append({"what": f"T = {steps}", **row})
        print(rows[-1], flush=True)
    grid = [(x, y, 1 / sqrt(10), 10) for x, y in GRID]
    rows.append({"what": "25-point grid, T = 10", **measured(grid, 1)})
    print(rows[-1], flush=True)
    command = ["python", "-m", "experiments.worst_case_benchmark", folder]
    data = {"rows": rows, "unit": "CPU seconds", "manifest": collect(command, None)}
    (Path(folder) / "benchmark.json").write_text(
        json.dumps(data, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
