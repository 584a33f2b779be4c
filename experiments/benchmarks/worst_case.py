"""Certified worst cases against PEPit: CPU seconds interleaved in one process, memory apart.

`python -m experiments.benchmarks.worst_case FOLDER` writes FOLDER/benchmark.json and benchmark.md.
f(x_T) over G = D = 1 with μ_x = 0.9, μ_y = 0.5, γ = 1/√T; PEPit with Clarabel and with its default
solver; ours includes both certified ends.  Times are medians of REPEATS rounds in which every
contender has its turn, after one warm-up; ratios are medians of the ratios within a round.  A turn
is one worst case; at T = 5 and 10 it is several of the same, because a single one would mostly show
how cold the previous contender left the caches.  That is measured too, as "one a turn".  Memory is
the largest resident set of a process of its own, before and after one worst case.
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import warnings
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from experiments.placing import placed
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.methods import gpa

MU_X, MU_Y = 0.9, 0.5
REPEATS = {5: 15, 10: 15, 20: 5, 40: 3}
PASSES = {5: 10, 10: 5}  # worst cases per turn
GRID_REPEATS = 3
GRID = [(x, y) for x in (0.5, 0.6, 0.7, 0.8, 0.9) for y in (0.1, 0.3, 0.5, 0.7, 0.9)]
SINGLE = ", one a turn"
WANTED = {"T = 5": 15, "T = 10": 15, "T = 20": 10, "T = 40": 20, "25-point grid, T = 10": 20}
WANTED |= {f"T = {steps}{SINGLE}": WANTED[f"T = {steps}"] for steps in PASSES}
MEMORY = 40  # the horizon of the memory measurement
Case = tuple[float, float, float, int]  # μ_x, μ_y, γ, T


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
    "PEPit + Clarabel": lambda *case: by_pepit(*case, "CLARABEL"),
    "PEPit default": lambda *case: by_pepit(*case, None),
}


def timed(run: Callable[..., float], cases: list[Case]) -> float:
    """Return the CPU seconds of one pass over the cases, without collecting others' garbage."""
    gc.collect()
    begun = process_time()
    for case in cases:
        run(*case)
    return process_time() - begun


def measured(cases: list[Case], repeats: int, passes: int = 1) -> dict[str, Any]:
    """Return median seconds and, per rival, the median ratio to ours with the extreme ones."""
    seconds: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for _ in range(repeats):
        for name, run in CONTENDERS.items():
            seconds[name].append(timed(run, cases * passes) / passes)
    ratios = {}
    for name in seconds:
        if name != "ours":
            each = [a / b for a, b in zip(seconds[name], seconds["ours"], strict=True)]
            ratios[name] = {"median": median(each), "least": min(each), "most": max(each)}
    found = {name: median(values) for name, values in seconds.items()}
    return {"seconds": found, "ratios": ratios, "repeats": repeats, "passes": passes}


def resident(name: str) -> dict[str, float]:
    """Return the MB of a new process that imports and warms up, and after one worst case."""
    command = [sys.executable, "-m", "experiments.benchmarks.worst_case", "--memory", name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _peak() -> float:
    """Return the largest resident set of this process in MB.

    On Linux `ru_maxrss` starts from what the parent held at the fork; VmHWM does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        (held,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
        return int(held) / 2**10
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (2**20 if sys.platform == "darwin" else 2**10)


def own_memory(name: str) -> None:
    """Print the peak of this process before and after one worst case at T = MEMORY."""
    warnings.simplefilter("ignore")
    run = CONTENDERS[name]
    run(MU_X, MU_Y, 0.5, 3)  # imports
    before = _peak()
    run(MU_X, MU_Y, 1 / sqrt(MEMORY), MEMORY)
    print(json.dumps({"before_mb": before, "peak_mb": _peak()}))


def table(rows: list[dict[str, Any]], memory: dict[str, dict[str, float]]) -> str:
    """Return the measurements in Markdown."""
    rivals = [name for name in CONTENDERS if name != "ours"]
    lines = ["| | n | ours | " + " | ".join(rivals) + " | wanted |", "|---" * 6 + "|"]
    for row in rows:
        cells = [
            f"{r['median']:.1f} × ({r['least']:.1f} to {r['most']:.1f})"
            for r in (row["ratios"][name] for name in rivals)
        ]
        own = f"{1000 * row['seconds']['ours']:.3g} ms"
        wanted = f"≥ {WANTED[row['what']]} ×"
        lines.append(
            f"| {row['what']} | {row['repeats']} | {own} | {' | '.join(cells)} | {wanted} |"
        )
    lines += ["", f"| peak memory, T = {MEMORY} | imported and warm | after one worst case |"]
    lines.append("|---" * 3 + "|")
    for name, mb in memory.items():
        lines.append(f"| {name} | {mb['before_mb']:.0f} MB | {mb['peak_mb']:.0f} MB |")
    return "\n".join(lines) + "\n"


def main(folder: str) -> None:
    """Measure and write."""
    target = placed("benchmarks.worst_case", folder, ("benchmark.json", "benchmark.md"))
    warnings.simplefilter("ignore")
    for run in CONTENDERS.values():
        run(MU_X, MU_Y, 0.5, 3)  # imports
    rows = []
    for steps, repeats in REPEATS.items():
        case = (MU_X, MU_Y, 1 / sqrt(steps), steps)
        turns = {f"T = {steps}{SINGLE}": 1} if steps in PASSES else {}
        turns[f"T = {steps}"] = PASSES.get(steps, 1)
        for what, passes in turns.items():
            rows.append({"what": what, **measured([case], repeats, passes)})
            print(rows[-1], flush=True)
    grid = [(x, y, 1 / sqrt(10), 10) for x, y in GRID]
    rows.append({"what": "25-point grid, T = 10", **measured(grid, GRID_REPEATS)})
    memory = {name: resident(name) for name in CONTENDERS}
    command = ["python", "-m", "experiments.benchmarks.worst_case", folder]
    data = {
        "rows": rows,
        "unit": "CPU seconds",
        "memory": {"steps": MEMORY, "peaks": memory},
        "manifest": collect(command, None),
    }
    text = table(rows, memory)
    print(text)
    write_whole(target / "benchmark.json", json.dumps(data, indent=1) + "\n")
    write_whole(target / "benchmark.md", text)


if __name__ == "__main__":
    if sys.argv[1] == "--memory":
        own_memory(sys.argv[2])
    else:
        main(*sys.argv[1:])
