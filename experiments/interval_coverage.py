"""How often do the intervals of steps saved cover the truth?  Simulated where the truth is known.

Curves fall as those of a language model do.  A run that saves a share s is the baseline with its
time stretched by 1/(1−s); seeds differ in their level and a little from evaluation to evaluation.
Control: at a level of 80 % the same intervals must cover less than 95 %, or the check could not
fail.  At s = 0 the truth lies at the end of the run, where an interval can be missed on one side
only.

    python -m experiments.interval_coverage FOLDER
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from experiments.placing import placed
from experiments.stats.curves import Curves
from experiments.stats.over_seeds import LEVEL, share
from experiments.stats.speedup import within
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect

SIGMAS = (0.0013, 0.005, 0.02)  # spread of the final loss over seeds; 0.0013 is that of real runs
SAVED = (0.0, 0.03, 0.0871, 0.255)
SEEDS, STEPS, TIMES, CONTROL, CERTAINTY = 10, 3000, 2000, 0.8, 0.99
SLOPE, BEND, LEAST = 0.5, 0.35, 3.28  # of the loss against 1 − t/T
EVALUATED = np.unique(np.r_[np.arange(250, STEPS + 1, 250), np.arange(2400, STEPS + 1, 25)])


def drawn(rng: np.random.Generator, sigma: float, saved: float, seeds: int = SEEDS) -> Curves:
    """Return the curves of an arm that saves this share of the steps."""
    left = 1 - EVALUATED / (1 - saved) / STEPS
    mean = LEAST + SLOPE * left + BEND * np.maximum(left, 0) ** 2
    noise = rng.normal(0, sigma, (seeds, 1)) + rng.normal(0, sigma / 5, (seeds, len(mean)))
    return Curves(EVALUATED, mean + noise)


def covered(sigma: float, saved: float, times: int = TIMES, seed: int = 0) -> dict[str, Any]:
    """Return how often the intervals cover `saved`, at the level and at that of the control."""
    rng = np.random.default_rng([seed, round(1e6 * sigma), round(1e6 * saved)])
    hits, widths = {LEVEL: 0, CONTROL: 0}, []
    for _ in range(times):
        arm, base = drawn(rng, sigma, saved), drawn(rng, sigma, 0.0)
        for level in hits:
            found = within(arm, base, level)
            hits[level] += found.low <= saved <= found.high
            if level == LEVEL:
                widths.append(found.high - found.low)
    at_level, control = (share(hits[level], times, CERTAINTY) for level in (LEVEL, CONTROL))
    found = {"sigma": sigma, "saved": saved, "covered": at_level, "control": control}
    width = float(np.median(widths))
    return {**found, "median width": width if np.isfinite(width) else None}  # None: open


def is_as_it_must_be(cell: dict[str, Any]) -> bool:
    """Return whether the level is kept, and whether the control shows that it might not be."""
    return cell["covered"]["high"] >= LEVEL > cell["control"]["high"]


def readme(data: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the record's README."""
    yield "# How often do the intervals of steps saved cover the truth?"
    yield ""
    yield f"Says: {data['says']}"
    yield ""
    yield (
        f"Simulated curves, n = {SEEDS} seeds per arm, T = {STEPS:,}, evaluated every 250 steps and"
        f" every 25 in the last fifth. Rates of {TIMES:,} studies with {CERTAINTY:.0%}"
        f" Clopper-Pearson intervals (*measured*); the control is the same interval at"
        f" {CONTROL:.0%}. The share 0 lies at the end of the run, where a miss is possible on one"
        " side only. Between two evaluations the intervals allow for the bend of the curve, which"
        " makes them wider than they need be where curves are evaluated seldom."
    )
    yield ""
    yield "| σ | saved | covered | interval | control | median width |"
    yield "|---|---|---|---|---|---|"
    for cell in data["cells"]:
        seen, control = cell["covered"], cell["control"]
        width = "open" if cell["median width"] is None else f"{cell['median width']:.2%}"
        yield (
            f"| {cell['sigma']:g} | {cell['saved']:.2%} | {seen['times'] / seen['of']:.1%}"
            f" | {seen['low']:.1%} … {seen['high']:.1%} | {control['times'] / control['of']:.1%}"
            f" | {width} |"
        )
    yield ""
    yield f"Made by `{data['manifest']['command']}`; data and manifest in `data.json`."


def says(cells: list[dict[str, Any]]) -> str:
    """Return the record in one sentence."""
    rates = [cell["covered"]["times"] / cell["covered"]["of"] for cell in cells]
    good = "as stated" if all(map(is_as_it_must_be, cells)) else "**not as stated**"
    return (
        f"{LEVEL:.0%} intervals of steps saved cover the truth in {min(rates):.1%} to"
        f" {max(rates):.1%} of {TIMES:,} simulated studies at each of {len(cells)} settings"
        f" (σ = {SIGMAS[0]} to {SIGMAS[-1]}, {SAVED[0]:.0%} to {SAVED[-1]:.1%} saved): {good}"
        " (*measured*)"
    )


def main(folder: str) -> None:
    """Make the record in `folder`."""
    target = placed("interval_coverage", folder, ("data.json", "README.md"))
    cells = [covered(sigma, saved) for sigma in SIGMAS for saved in SAVED]
    data = {
        "says": says(cells),
        "cells": cells,
        "manifest": collect(["python", "-m", "experiments.interval_coverage", folder], 0),
    }
    print(data["says"])
    write_whole(target / "data.json", json.dumps(data, indent=1) + "\n")
    write_whole(target / "README.md", "\n".join(readme(data)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
