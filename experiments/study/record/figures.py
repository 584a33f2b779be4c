"""The main picture of a study: loss curves with bands over seeds, and the steps each arm saves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from experiments import canvas
from experiments.canvas import COLORS
from experiments.study.record.standing import cuts, is_tuned


def draw(data: Mapping[str, Any], metric: str, path: Path) -> None:
    """Draw the study's figure from its data."""
    figure = canvas.new_figure(11, 4.2)
    left, right = figure.subplots(1, 2)
    _curves(left, data, metric)
    _saved(right, data)
    canvas.write(figure, path)


def _curves(axes: Any, data: Mapping[str, Any], metric: str) -> None:
    for arm, curve in data["curves"].items():
        values = np.array([[np.nan if v is None else v for v in row] for row in curve["values"]])
        steps, mean = np.array(curve["steps"]), values.mean(axis=0)
        tuned = is_tuned(data, arm)
        style = "-" if tuned else "--"
        why = "" if tuned else ", tuning cut" if arm in cuts(data) else ", untuned"
        label = f"{arm}, n = {curve['n']}{why}"
        axes.plot(steps, mean, style, color=COLORS.get(arm), label=label, lw=1.4)
        if len(values) > 1:
            half = values.std(axis=0, ddof=1)
            axes.fill_between(
                steps, mean - half, mean + half, color=COLORS.get(arm), alpha=0.12, lw=0
            )
    if any(v is not None for c in data["curves"].values() for row in c["values"] for v in row):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter(
            "{x:.3g}"
        )  # decades alone would be too few: a loss seldom spans one
    axes.set_xlabel("step")
    axes.set_ylabel(f"validation loss, {metric}")
    axes.set_title("mean over fresh seeds, band ±1 sd (measured)", fontsize=10)
    axes.legend(fontsize=8, loc="upper right")


def _saved(axes: Any, data: Mapping[str, Any]) -> None:
    """Draw the intervals of the steps saved; an open end reaches the border of the axis."""
    rows = [(arm, c) for arm, c in data["comparisons"].items() if "fewer" in c]
    shown = [v for _, c in rows for v in (c["fewer"]["low"], c["fewer"]["high"]) if v is not None]
    left, right = min([-0.3, *shown]) - 0.05, max([0.3, *shown]) + 0.05
    for place, (arm, found) in enumerate(rows):
        fewer = found["fewer"]
        low = left if fewer["low"] is None else fewer["low"]
        color = COLORS.get(arm)
        axes.plot([low, fewer["high"]], [place, place], color=color, lw=2)
        if fewer["low"] is None:
            axes.plot(low, place, "<", color=color, ms=7, clip_on=False)
        if fewer["estimate"] is not None:
            axes.plot(fewer["estimate"], place, "o", color=color)
        axes.annotate(
            found["verdict"],
            (right, place),
            ha="right",
            va="bottom",
            fontsize=8,
            xytext=(0, 3),
            textcoords="offset points",
        )
    axes.axvline(0, color="0.6", lw=0.8)
    axes.set_xlim(left, right)
    axes.set_ylim(-0.6, max(len(rows), 1) - 0.3)
    axes.set_yticks(range(len(rows)), [arm for arm, _ in rows])
    axes.set_xlabel("share of steps saved within a run, against the baseline")
    axes.set_title(f"{data['level']:.0%} intervals (measured)", fontsize=10)
