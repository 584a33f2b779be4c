"""Do looks at pairs keep their level, and what do they resolve?  Simulated on stored curves.

The baseline's mean curve is that of a record.  An arm that saves a share s of the steps is that
curve, lower by what the baseline gains in its last s: it reaches the baseline's end at (1 − s)T.
The seeds' levels and the differences within pairs are normal, with the covariance over evaluations
that the record shows, the latter scaled to a given spread.  The whole procedure then runs: looks,
verdicts, intervals of the steps saved.

    python -m experiments.paired_looks FOLDER
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from experiments.placing import placed
from experiments.stats.curves import Curves
from experiments.stats.looks import levels
from experiments.stats.over_seeds import LEVEL, share
from experiments.stats.paired import differences
from experiments.stats.speedup import within
from experiments.stats.welch import difference
from experiments.study.preset.preset import load
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect

RECORDS = Path(__file__).parent / "records"
PRESET = "cpu"
SAVED, TIMES, CERTAINTY = (0.0, 0.03, 0.075, 0.12), 2000, 0.99
SPREADS = (None, 0.0013, 0.02)  # of a pair: as found, and the ends of what real runs show
PLANTED = 0.075  # the share that must be found in at least POWER of the studies
LOOKS = load(PRESET).looks
POWER = 0.9


def stored(path: Path) -> tuple[Curves, np.ndarray]:
    """Return the baseline's curves and the differences of the pairs, curves less final loss.

    The arm is the first that was compared; a record of pairs has both on the same seeds.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    base, arm = data["preset"]["arms"], next(iter(data["comparisons"]))
    made = {name: Curves(*_plain(data["curves"][name])) for name in (next(iter(base)), arm)}
    first, second = made.values()
    noise = second.values - first.values
    return first, noise - noise.mean(axis=0)


def _plain(curve: dict[str, Any]) -> tuple[Any, Any]:
    return curve["steps"], curve["values"]


def drawn(
    rng: np.random.Generator, base: Curves, noise: np.ndarray, saved: float, pairs: int
) -> tuple[Curves, Curves]:
    """Return an arm that saves this share and the baseline, on the same `pairs` seeds."""
    mean = base.values.mean(axis=0)
    seeds = _normal(rng, base.values - mean, pairs)
    lower = np.interp((1 - saved) * base.horizon, base.steps, mean) - mean[-1]
    apart = _normal(rng, noise, pairs)
    return Curves(base.steps, mean - lower + seeds + apart), Curves(base.steps, mean + seeds)


def _normal(rng: np.random.Generator, found: np.ndarray, count: int) -> np.ndarray:
    """Return normal rows with the covariance of the rows found, which have mean 0."""
    return rng.normal(size=(count, len(found))) @ found / np.sqrt(len(found) - 1)


def simulated(
    base: Curves, noise: np.ndarray, saved: float, spread: float | None, times: int, seed: int = 0
) -> dict[str, Any]:
    """Return how often each verdict came, how many pairs it took, and how often s was covered."""
    rng = np.random.default_rng([seed, round(1e6 * saved), round(1e6 * (spread or 0))])
    found = float(noise[:, -1].std(ddof=1))
    scaled = noise * ((spread or found) / found)
    at = levels(LOOKS, LEVEL)
    verdicts, used, covered = {"below": 0, "above": 0, "open": 0}, 0, 0
    for _ in range(times):
        arm, alone = drawn(rng, base, scaled, saved, LOOKS[-1])
        for n, level in zip(LOOKS, at, strict=True):
            pair = differences(
                Curves(arm.steps, arm.values[:n]), Curves(arm.steps, alone.values[:n])
            )
            low, high = difference(pair[0].final, pair[1].final, level)
            if high < 0 or low > 0:
                break
        verdicts["below" if high < 0 else "above" if low > 0 else "open"] += 1
        used += n
        interval = within(*pair, level)
        covered += interval.low <= saved <= interval.high
    counts = {name: share(count, times, CERTAINTY) for name, count in verdicts.items()}
    return {
        "saved": saved,
        "spread": spread or found,
        "verdicts": counts,
        "pairs": used / times,
        "covered": share(covered, times, CERTAINTY),
    }


def is_as_it_must_be(cell: dict[str, Any]) -> bool:
    """Return whether a null study errs in at most 1 − LEVEL, and the planted effect is found."""
    wrong = [cell["verdicts"][name]["low"] for name in ("below", "above")]
    if cell["saved"] == 0:
        return sum(wrong) <= 1 - LEVEL
    return cell["saved"] != PLANTED or cell["verdicts"]["below"]["high"] >= POWER


def rate(found: dict[str, Any]) -> float:
    """Return how often, as a share."""
    return found["times"] / found["of"]


def readme(data: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the record's README, a function of the data alone."""
    yield "# Looks at pairs: the level they keep, and what they resolve"
    yield ""
    yield f"Says: {data['says']}"
    yield ""
    yield f"Curves and pairs of record `{data['of']}`; {data['times']:,} simulated studies per row."
    yield ""
    yield "| saved | sd of a pair | found | wrong sign | not resolved | pairs used | covered |"
    yield "|---|---|---|---|---|---|---|"
    for cell in data["cells"]:
        said = [f"{rate(cell['verdicts'][k]):.1%}" for k in ("below", "above", "open")]
        yield (
            f"| {cell['saved']:.1%} | {cell['spread']:.4f} | {' | '.join(said)}"
            f" | {cell['pairs']:.1f} | {rate(cell['covered']):.1%} |"
        )
    yield ""
    yield f"Made by `{data['manifest']['command']}`, commit `{data['manifest']['commit']}`."


def main(folder: str) -> None:
    """Simulate, and write data.json and README.md into a folder."""
    target = placed("paired_looks", folder, ("data.json", "README.md"))
    path = sorted(RECORDS.glob(f"????-??-??_{PRESET}/data.json"))[-1]
    base, noise = stored(path)
    cells = [simulated(base, noise, saved, spread, TIMES) for spread in SPREADS for saved in SAVED]
    null = [c for c in cells if c["saved"] == 0]
    wrong = max(sum(rate(c["verdicts"][k]) for k in ("below", "above")) for c in null)
    (own,) = [c for c in cells if c["saved"] == PLANTED and c["spread"] == cells[0]["spread"]]
    power = own["verdicts"]["below"]
    kept = "as stated" if all(map(is_as_it_must_be, cells)) else "NOT as stated"
    says = (
        f"of {TIMES:,} studies without an effect at most {wrong:.1%} find one (spread of a pair as"
        f" found, {SPREADS[1]} and {SPREADS[2]}); a saving of {PLANTED:.1%} is found in"
        f" {rate(power):.1%} [{power['low']:.1%}, {power['high']:.1%}], after"
        f" {own['pairs']:.1f} pairs on average: {kept} (*measured*, simulated on stored curves)"
    )
    manifest = collect(["python", "-m", "experiments.paired_looks", folder], 0)
    data = {"says": says, "of": path.parent.name, "times": TIMES, "cells": cells}
    data["manifest"] = manifest
    write_whole(target / "data.json", json.dumps(data, indent=1) + "\n")
    write_whole(target / "README.md", "\n".join(readme(data)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
