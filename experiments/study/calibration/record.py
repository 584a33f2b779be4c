"""The record of a calibration: README, data, and a figure of p values and of intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from experiments import canvas
from experiments.engine.journal import jsonable, write_json
from experiments.study.calibration.studies import CERTAINTY
from gpa_theory.core.writing import write_whole

TITLE = "Do the statistics keep their level?"


def write(data: Mapping[str, Any], folder: Path) -> None:
    """Write README.md, data.json and figure.png into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "data.json", jsonable(dict(data)))
    draw(data, folder / "figure.png")
    write_whole(folder / "README.md", "\n".join(readme(data)) + "\n")


def says(data: Mapping[str, Any]) -> str:
    """Return the record in one sentence."""
    null, found = data["rates"]["null not resolved"], data["rates"]["planted found"]
    ending = "as stated" if data["as it must be"] else "**not as stated**"
    return (
        f"{data['design']['replications']} null studies on `{_workload(data)}` are not resolved in"
        f" {_rate(null)}, level {data['level']:.0%}; a planted {data['design']['planted']:.0%} is"
        f" found in {_rate(found)}: {ending} (*measured*)"
    )


def readme(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the README."""
    design, manifest = data["design"], data["manifest"]
    yield f"# {TITLE}"
    yield ""
    yield (
        f"{design['replications']} studies of two identical arms on `{_workload(data)}`,"
        f" n = {design['n']} seeds per arm, {design['steps']} steps, no seed used twice; then"
        f" equally many in which one arm really saves {design['planted']:.0%} of the steps. Rates"
        f" have {100 * CERTAINTY:.0f} % Clopper-Pearson intervals (*measured*):"
    )
    yield ""
    yield "| what | rate | interval | of |"
    yield "|---|---|---|---|"
    for name, rate in data["rates"].items():
        yield (
            f"| {name} | {rate['times'] / rate['of']:.1%} | {rate['low']:.1%} … {rate['high']:.1%}"
            f" | {rate['of']} |"
        )
    yield ""
    for name, good in data["checks"].items():
        yield f"* {name}: {'yes' if good else '**no**'}"
    yield ""
    yield "![Left: p values of the null studies. Right: intervals of steps saved.](figure.png)"
    yield ""
    yield f"Made by `{manifest['command']}`; data and manifest in `data.json`."


def _workload(data: Mapping[str, Any]) -> str:
    """Return the workload; records made before a design named it are of the bigram model."""
    return data["design"].get("workload", "bigram")


def _rate(rate: Mapping[str, Any]) -> str:
    share = rate["times"] / rate["of"]
    return f"{share:.1%} [{rate['low']:.1%}, {rate['high']:.1%}] of {rate['of']}"


def draw(data: Mapping[str, Any], path: Path) -> None:
    """Draw the null studies' p values against their ranks, and the planted effect's intervals."""
    figure = canvas.new_figure(11, 4.2)
    left, right = figure.subplots(1, 2)
    _p_values(left, data)
    _intervals(right, data)
    canvas.write(figure, path)


def _p_values(axes: Any, data: Mapping[str, Any]) -> None:
    from scipy.stats import beta

    p = np.sort([study["p"] for study in data["null"]])
    n, alpha, tail = len(p), 1 - data["level"], (1 - CERTAINTY) / 2
    ranks = np.arange(1, n + 1)
    low, high = (beta.ppf(p, ranks, n + 1 - ranks) for p in (tail, 1 - tail))
    expected = ranks / (n + 1)
    band = f"{100 * CERTAINTY:.0f} % band at each rank, if true"
    axes.fill_between(expected, low, high, color="0.88", label=band)
    axes.plot(expected, p, color=canvas.BLUE, lw=1.6, label=f"n = {n} null studies (measured)")
    axes.plot([0, 1], [0, 1], color="0.5", lw=0.8)
    axes.axhline(alpha, color=canvas.RED, lw=0.8, ls="--", label=f"resolved below {alpha:.2f}")
    axes.set(xlabel="rank / (n + 1)", ylabel="p value of Welch's test", xlim=(0, 1), ylim=(0, 1))
    axes.set_title("two identical arms: p values are uniform if the level holds", fontsize=10)
    axes.legend(fontsize=8, frameon=False, loc="upper left")


def _intervals(axes: Any, data: Mapping[str, Any]) -> None:
    truth = data["design"]["planted"]
    rows = sorted(data["planted"], key=lambda row: _or(row["estimate"], 1.0))
    floor = min(_or(row["low"], 0.0) for row in rows) - 0.02
    for place, row in enumerate(rows):
        low, high = _or(row["low"], floor), row["high"]
        color = canvas.BLUE if low <= truth <= high else canvas.RED
        axes.plot([low, high], [place, place], color=color, lw=0.6)
    missed = sum(not _or(row["low"], floor) <= truth <= row["high"] for row in rows)
    axes.plot([], [], color=canvas.BLUE, label=f"covers the truth: {len(rows) - missed}")
    axes.plot([], [], color=canvas.RED, label=f"misses it: {missed}")
    axes.axvline(truth, color="0.2", lw=1.0)
    axes.axvline(0, color="0.6", lw=0.8, ls=":")
    axes.set(xlabel="share of steps saved", ylabel="study, by estimate")
    axes.set_title(f"planted {truth:.0%}: {data['level']:.0%} intervals (measured)", fontsize=10)
    axes.legend(fontsize=8, frameon=False, loc="upper left")


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None or not np.isfinite(value) else value
