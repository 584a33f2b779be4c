"""Where Huber's function is the worst smooth function, and where it is not: a certified map.

`python -m experiments.worst_case.smooth FOLDER` writes FOLDER/smooth.json and smooth.png.  Last
iterate, L = D = 1, over T, μ_x, μ_y and γL.  A setting is `refuted` if the certified lower end is
above Huber's value, `confirmed` if the upper end is within 1e−5 of it (relative).  A second part
draws random settings over metrics and curvatures, and counts how many reach the default width.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from experiments.canvas import new_figure, write
from experiments.placing import placed
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect
from gpa_theory.worst_case.extremal.huber import huber_value
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.model.result import WorstCaseError

HORIZONS = (3, 5, 8, 20)
MU_X = ("0", "0.3", "0.5", "0.7", "0.8", "0.9")
MU_Y = ("0", "0.25", "0.5", "0.75", "0.9", "1")
STEPS = ("0.25", "0.5", "1", "1.5")
WIDTH = 1e-5
SEED, RANDOM = 2026, 600  # edges of μ_x and μ_y are drawn more often than their share
# What the record drew from, in that order: from another list, the seed draws other settings.
METRICS = ("last", "average", "mean", "telescoped", "base")


def row(steps: int, mu_x: str, mu_y: str, gamma: str) -> dict[str, Any]:
    """Return one certified comparison with Huber's value."""
    of = FunctionClass(smoothness=1)
    method = gpa(Fraction(mu_x), Fraction(mu_y), Fraction(gamma))
    huber = float(huber_value(method, steps, of))
    found: dict[str, Any] = {
        "T": steps,
        "mu_x": mu_x,
        "mu_y": mu_y,
        "gammaL": gamma,
        "huber": huber,
    }
    try:
        interval = worst_case(method, steps, of=of, width=WIDTH)
    except WorstCaseError as error:
        return found | {"verdict": "no narrow interval", "error": str(error)}
    found |= {"lower": interval.lower, "upper": interval.upper}
    if interval.lower > huber * (1 + 1e-9):
        return found | {"verdict": "refuted"}
    return found | {"verdict": "confirmed" if interval.upper <= huber * (1 + 2e-5) else "open"}


def random_rows() -> list[dict[str, Any]]:
    """Return width, or error, and CPU seconds of random settings at the default width, T ≤ 20."""
    rng, found = np.random.default_rng(SEED), []
    for _ in range(RANDOM):
        metric = str(rng.choice([*METRICS, "last"]))
        T = int(rng.integers(2, 21 if metric in ("last", "average", "base") else 13))
        mu_x = float(rng.choice([0, 0.99, *rng.uniform(0, 0.99, 3)]))
        mu_y = float(rng.choice([0, 1, *rng.uniform(0, 1, 3)]))
        gamma, sigma = float(rng.uniform(0.1, 1.9)), float(rng.choice([0, 0, 0.01, 0.1, 0.5, 0.9]))
        row: dict[str, Any] = {"metric": metric, "T": T, "mu_x": mu_x, "mu_y": mu_y}
        row |= {"gammaL": gamma, "sigma": sigma}
        begun, of = process_time(), FunctionClass(smoothness=1, strong_convexity=sigma)
        try:
            row["width"] = worst_case(gpa(mu_x, mu_y, gamma), T, metric, of).width
        except WorstCaseError as error:
            row["error"] = str(error)
        found.append(row | {"cpu_seconds": round(process_time() - begun, 4)})
    return found


def draw(rows: list[dict[str, Any]], target: Path) -> None:
    """Draw the excess over Huber's value, one panel per T and γL."""
    known = {(r["T"], r["mu_x"], r["mu_y"], r["gammaL"]): r for r in rows}
    figure = new_figure(9.5, 8.6)
    panels = figure.subplots(len(HORIZONS), len(STEPS), squeeze=False)
    for line, steps in zip(panels, HORIZONS, strict=True):
        for axes, gamma in zip(line, STEPS, strict=True):
            excess = np.array([[_excess(known[steps, x, y, gamma]) for x in MU_X] for y in MU_Y])
            shown = axes.imshow(
                np.log10(np.maximum(excess, 1e-5)), origin="lower", vmin=-5, vmax=0, cmap="Greens"
            )
            for i, k in np.argwhere(np.isnan(excess)).tolist():
                axes.text(k, i, "?", ha="center", va="center")
            axes.set_xticks(range(len(MU_X)), MU_X, fontsize=7)
            axes.set_yticks(range(len(MU_Y)), MU_Y, fontsize=7)
            axes.set_title(f"T = {steps}, γL = {gamma}", fontsize=9)
            axes.set(xlabel="μ_x", ylabel="μ_y")
    bar = figure.colorbar(shown, ax=panels, shrink=0.7)
    bar.set_ticks(range(-5, 1), labels=["≤ 1e−5", "1e−4", "1e−3", "1e−2", "10 %", "≥ 100 %"])
    bar.set_label("certified excess of the worst case over Huber's value")
    write(figure, target, dpi=140)


def _excess(row: dict[str, Any]) -> float:
    return row["lower"] / row["huber"] - 1 if "lower" in row else float("nan")


def main(folder: str) -> None:
    """Make the map."""
    target = placed("worst_case.smooth", folder, ("smooth.json", "smooth.png"))
    rows = [row(T, x, y, g) for T in HORIZONS for x in MU_X for y in MU_Y for g in STEPS]
    counts = Counter(r["verdict"] for r in rows)
    command = ["python", "-m", "experiments.worst_case.smooth", folder]
    extra = random_rows()
    counts["random, at the default width"] = sum("width" in row for row in extra)
    manifest = collect(command, SEED)
    data = {"rows": rows, "random": extra, "counts": counts, "manifest": manifest}
    write_whole(target / "smooth.json", json.dumps(data, indent=1) + "\n")
    draw(rows, target / "smooth.png")
    print(dict(counts))


if __name__ == "__main__":
    main(*sys.argv[1:])
