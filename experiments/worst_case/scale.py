"""Long horizons: the triangular reduction against the whole program, and what T = 100 takes.

`python -m experiments.worst_case.scale FOLDER` writes FOLDER/scale.json: random settings solved
both ways (does the reduction lose anything, how often must dropped pairs come back); then certified
intervals, with their CPU seconds, of the last iterate at T = 100 and 200 and over a grid of
constants at T = 100, and of the means.  An interrupted run goes on where it stopped.  G = D = 1.
"""

from __future__ import annotations

import json
import sys
from math import sqrt
from time import process_time
from typing import Any

import numpy as np

from experiments.placing import placed
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.model.result import WorstCaseError

SEED, RANDOM = 0, 120
LONG = (  # T, μ_x, μ_y, γ√T
    (100, 0.0, 0.0, 0.4),
    (100, 0.5, 0.5, 1.0),
    (100, 0.9, 0.1, 1.0),
    (100, 0.9, 0.5, 1.0),
    (100, 0.961, 0.098, 0.637),
    (100, 0.96, 0.0, 0.62),
    (100, 0.974, 0.03, 0.6),
    (200, 0.0, 0.0, 0.36),
    (200, 0.9782, 0.098, 0.614),
    (100, 0.9, 1.0, 1.0),
    (100, 0.95, 0.9, 1.0),
)
SCAN = [
    (100, mu_x, mu_y, scaled)
    for mu_x in (0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995)
    for mu_y in (0.0, 0.1, 0.5, 0.9, 1.0)
    for scaled in (0.3, 1.0, 3.0)
]
MEANS = [
    (metric, T, mu_x, mu_y, scaled)
    for metric, horizons in (("average", (60, 100, 150)), ("mean", (30, 50, 75)))
    for T in horizons
    for mu_x, mu_y, scaled in ((0.9, 0.5, 1.0), (0.5, 0.2, 0.5), (0.99, 0.9, 0.3))
]


def random_settings() -> list[tuple[int, float, float, float]]:
    """Return random (T, μ_x, μ_y, γ), the edges μ_x = 0 and μ_y ∈ {0, 1} among them."""
    rng = np.random.default_rng(SEED)
    found = []
    for _ in range(RANDOM):
        T = int(rng.integers(3, 25))
        near = 1 - rng.uniform(0.5, 5) / max(T, 6)
        mu_x = float(rng.choice([0, rng.uniform(0, 0.99), near]))
        mu_y = float(rng.choice([0, 1, rng.uniform(), 0.9]))
        found.append((T, mu_x, mu_y, float(rng.uniform(0.2, 2.5)) / sqrt(T)))
    return found


def both_ways(setting: tuple[int, float, float, float]) -> dict[str, Any]:
    """Return the certified intervals of the reduced and of the whole program, T ≤ 24."""
    T, mu_x, mu_y, gamma = setting
    method = gpa(mu_x, mu_y, gamma)
    row: dict[str, Any] = {"T": T, "mu_x": mu_x, "mu_y": mu_y, "gamma": gamma}
    for solver, width in (("clarabel", 1e-5), ("triangular", 1e-4)):
        try:
            found = worst_case(method, T, solver=solver, width=width)
            row[solver] = {"lower": found.lower, "upper": found.upper, "by": found.solver}
        except WorstCaseError as error:
            row[solver] = {"error": str(error)}
    return row


def at_length(metric: str, T: int, mu_x: float, mu_y: float, scaled: float) -> dict[str, Any]:
    """Return the certified interval at a long horizon and the time it took."""
    begun = process_time()
    row: dict[str, Any] = {"metric": metric, "T": T, "mu_x": mu_x, "mu_y": mu_y}
    row["gamma sqrt(T)"] = scaled
    try:
        found = worst_case(gpa(mu_x, mu_y, scaled / sqrt(T)), T, metric)
        row |= {
            "lower": found.lower,
            "upper": found.upper,
            "width": found.width,
            "by": found.solver,
        }
    except WorstCaseError as error:
        row["error"] = str(error)
    return row | {"cpu_seconds": round(process_time() - begun, 2)}


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return counts: intervals that meet, pairs brought back, errors."""
    solved = [r for r in rows if "lower" in r["clarabel"] and "lower" in r["triangular"]]
    apart = [
        r
        for r in solved
        if r["triangular"]["lower"] > r["clarabel"]["upper"]
        or r["clarabel"]["lower"] > r["triangular"]["upper"]
    ]
    back = [r for r in solved if "brought back" in r["triangular"]["by"]]
    failed = len(rows) - len(solved)
    return {"n": len(rows), "apart": len(apart), "brought back": len(back), "errors": failed}


def main(folder: str) -> None:
    """Run all parts and write after each setting."""
    target = placed("worst_case.scale", folder, ("scale.json",)) / "scale.json"
    data: dict[str, Any] = {"summary": {}, "random": [], "long": [], "scan": [], "means": []}
    if target.exists():
        data = json.loads(target.read_text(encoding="utf-8"))
    if not data["random"]:
        data["random"] = [both_ways(setting) for setting in random_settings()]
        data["summary"] = summary(data["random"])
        print(data["summary"], flush=True)
    parts = {
        "long": [("last", *setting) for setting in LONG],
        "means": MEANS,
        "scan": [("last", *setting) for setting in SCAN],
    }
    for name, settings in parts.items():
        for setting in settings[len(data[name]) :]:
            data[name].append(at_length(*setting))
            print(data[name][-1], flush=True)
            data["manifest"] = collect(
                ["python", "-m", "experiments.worst_case.scale", folder], SEED
            )
            write_whole(target, json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
