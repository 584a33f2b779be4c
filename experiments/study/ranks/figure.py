"""The picture of rank transfer: every setting's bound against its final loss."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from experiments import canvas
from experiments.canvas import COLORS

MARKERS = {"adamw": "s", "gpa": "o"}
NAME = "ranks.png"


def draw(data: Mapping[str, Any], metric: str, path: Path) -> None:
    """Draw one panel per bound; the README names u and the seeds."""
    ranks = data["ranks"]
    names = list(next(iter(ranks["sets"].values())))
    figure = canvas.new_figure(3.1 * len(names), 3.4)
    panels = figure.subplots(1, len(names), sharey=True)
    for axes, name in zip(panels, names, strict=True):
        _panel(axes, ranks, name)
    panels[0].set_ylabel(f"final loss, {metric}")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=8)
    canvas.write(figure, path)


def _panel(axes: Any, ranks: Mapping[str, Any], name: str) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    for arm in dict.fromkeys(row["arm"] for row in ranks["rows"]):
        rows = [row for row in ranks["rows"] if row["arm"] == arm and _usable(row, name)]
        bounds, losses = [row["bounds"][name] for row in rows], [row["loss"] for row in rows]
        color = COLORS.get(arm)
        axes.plot(bounds, losses, MARKERS.get(arm, "^"), color=color, ms=5, alpha=0.8, label=arm)
        if rows:
            least = int(np.argmin(bounds))
            axes.plot(bounds[least], losses[least], "o", mfc="none", mec=color, ms=12)
    said = [
        f"{group}: τ = {found[name]['tau']:+.2f}, p = {found[name]['p']:.2g}"
        for group, found in ranks["sets"].items()
    ]
    shown = [row["bounds"][name] for row in ranks["rows"] if _usable(row, name)]
    if shown and min(shown) > 0 and max(shown) > 10 * min(shown):
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
    else:
        axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel(f"bound ({name}), nats")
    axes.set_title("\n".join(said), fontsize=8)


def _usable(row: Mapping[str, Any], name: str) -> bool:
    return row["loss"] is not None and row["bounds"][name] is not None


CAPTION = (
    "Every setting's bound against its final loss; rings mark the setting that the bound would"
    " choose in each arm."
)
