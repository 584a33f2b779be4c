"""The pictures of the instrument: sign map, ladder of bounds, last-iterate bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from experiments import canvas
from experiments.canvas import BLUE, GREY, RED
from experiments.study.instrument.ladder import NAMES, RUNGS, SHORT
from experiments.study.instrument.last_iterate_figure import draw_last_iterate
from experiments.study.instrument.sign_map import ZERO
from gpa_theory.optim.audit.columns import LABELS
from gpa_theory.optim.audit.mean import NEGATIVE, NONNEGATIVE, NOT_RESOLVED

STYLE = {
    NONNEGATIVE: {"color": BLUE, "label": "≥ 0"},
    NEGATIVE: {"color": RED, "label": "< 0"},
    NOT_RESOLVED: {"facecolor": "white", "edgecolor": GREY, "hatch": "////", "label": "undecided"},
}
CAPTIONS = {
    "sign_map.png": "Mean of each subtracted term per window of the run; hatched where the interval"
    " over seeds leaves the sign undecided.",
    "ladder.png": "Observed gap and its bounds, with intervals over seeds, on a logarithmic axis.",
    "last_iterate.png": "Loss curves, and last-iterate bounds that were fitted on the first half.",
}


def draw(data: Mapping[str, Any], folder: Path) -> list[str]:
    """Write the figures of a study's instrument into `folder`; return the names of the files."""
    found = data.get("instrument", {})
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    if found.get("sign_map"):
        _sign_map(found["sign_map"], folder / "sign_map.png")
        made.append("sign_map.png")
    if found.get("ladder"):
        _ladder(found["ladder"], folder / "ladder.png")
        made.append("ladder.png")
    if found.get("last_iterate"):
        audits = [a for a in found["audits"] if a["kind"] == "run"]
        draw_last_iterate(audits, found["last_iterate"], folder / "last_iterate.png")
        made.append("last_iterate.png")
    return made


def _sign_map(maps: Mapping[str, Any], path: Path) -> None:
    names = list(dict.fromkeys(name for found in maps.values() for name in found["terms"]))
    figure = canvas.new_figure(3.1 * len(names) + 0.4, 2.3 * len(maps) + 0.9)
    grid = figure.subplots(len(maps), len(names), squeeze=False)
    for row, (arm, found) in zip(grid, maps.items(), strict=True):
        for axes, name in zip(row, names, strict=True):
            if name in found["terms"]:
                _cells(axes, found["windows"], found["terms"][name])
            else:
                axes.set_axis_off()
        row[0].set_ylabel(f"{arm}, n = {found['n']}\nmean, nats")
    for axes, name in zip(grid[0], names, strict=True):
        axes.set_title(LABELS[name].replace("_{t−1}", "ₜ₋₁").replace("_t", "ₜ"), fontsize=10)
    for axes in grid[-1]:
        axes.set_xlabel("step t")
    level = next(iter(maps.values()))["level"]
    figure.suptitle(
        f"Convex theory says ≥ 0 in every cell.  Means over seeds, joint {level:.0%} intervals,"
        " seeds with a positive mean below (measured)",
        fontsize=10,
    )
    from matplotlib.patches import Patch

    handles = [Patch(**style) for style in STYLE.values()]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=9)
    canvas.write(figure, path, dpi=130)


def _cells(axes: Any, spans: Sequence[Sequence[int]], cells: Sequence[Mapping[str, Any]]) -> None:
    if all(c["sign"] == ZERO for c in cells):
        axes.text(0.5, 0.5, "0: no averaging,\nx = y", ha="center", va="center", color="0.4")
        axes.set_xticks([])
        axes.set_yticks([])
        return
    limits = _limits(cells)
    for (first, last), cell in zip(spans, cells, strict=True):
        style = {k: v for k, v in STYLE.get(cell["sign"], {}).items() if k != "label"}
        middle = (first + last) / 2
        axes.bar(middle, cell["mean"], 0.82 * (last - first + 1), **style, lw=0.8)
        if cell["low"] is not None:
            ends = np.clip([cell["low"], cell["high"]], *limits)
            axes.plot([middle, middle], ends, color="black", lw=1.1)
        k = cell["seeds_positive"]
        axes.text(
            middle,
            -0.02,
            f"{k['times']}/{k['of']}",
            ha="center",
            va="top",
            fontsize=6.5,
            color="0.35",
            transform=axes.get_xaxis_transform(),
        )
    axes.axhline(0, color="black", lw=0.8)
    axes.set_ylim(*limits)
    axes.tick_params(axis="x", pad=9, length=0)
    axes.tick_params(labelsize=8)


def _limits(cells: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Return the limits of an axis that shows all means, even if it cuts very wide intervals."""
    means = [c["mean"] for c in cells]
    size = max(abs(m) for m in means) or 1.0
    ends = [v for c in cells for v in (c["low"], c["high"]) if v is not None]
    low, high = min([0.0, *means, *ends]), max([0.0, *means, *ends])
    room = 0.06 * (high - low)
    return max(low - room, -1.6 * size), min(high + room, 1.6 * size)


def _ladder(ladders: Mapping[str, Any], path: Path) -> None:
    figure = canvas.new_figure(8.6, 1.9 * len(ladders) + 0.9)
    grid = figure.subplots(len(ladders), 1, squeeze=False, sharex=True)[:, 0]
    for axes, (arm, found) in zip(grid, ladders.items(), strict=True):
        _rungs(axes, arm, found)
    grid[-1].set_xlabel("mean per step, nats (logarithmic); 95 % intervals over seeds (measured)")
    figure.suptitle("From what was observed to what the worst case allows", fontsize=11)
    canvas.write(figure, path, dpi=130)


def _rungs(axes: Any, arm: str, found: Mapping[str, Any]) -> None:
    rows = [("observed gap", found["gap"], None)]
    rows += [
        (f"{SHORT[n]}: {NAMES[n]}", found["rungs"][n], found["factors"][n]["mean"]) for n in RUNGS
    ]
    smallest = min(row["mean"] for _, row, _ in rows if row["mean"] and row["mean"] > 0)
    for place, (_, row, factor) in enumerate(reversed(rows)):
        if row["mean"] is None or row["mean"] <= 0:
            axes.text(smallest, place, "not positive", fontsize=8, color=RED, va="center")
            continue
        if row["low"] is not None:
            axes.plot([max(row["low"], smallest / 3), row["high"]], [place] * 2, color=BLUE, lw=2)
        axes.plot(row["mean"], place, "o", color="black" if factor is None else BLUE, ms=6)
        text = f"{row['mean']:.3g}" + ("" if factor is None else f"  (×{factor:.3g})")
        axes.annotate(
            text,
            (row["mean"], place),
            xytext=(0, 6),
            textcoords="offset points",
            fontsize=8,
            ha="center",
        )
    axes.set_xscale("log")
    axes.margins(x=0.08)
    axes.set_ylim(-0.5, len(rows) - 0.3)
    axes.set_yticks(range(len(rows)), [name for name, _, _ in reversed(rows)], fontsize=8)
    held = found["first_rung_holds"]
    axes.set_title(
        f"{arm}: gap ≤ L1 in {held['times']} of {held['of']} seeds; L1 ≤ L2 ≤ L3 always (proved)",
        loc="left",
        fontsize=9,
    )
    axes.grid(axis="x", color="0.9")
