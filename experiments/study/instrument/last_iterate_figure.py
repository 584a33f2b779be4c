"""The picture of last-iterate bounds: fitted on the first half of the run, judged on the second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from experiments import canvas
from experiments.study.instrument.last_iterate import WORDS

COLORS = {0: canvas.BLUE, 1: canvas.RED, 2: canvas.GREEN}  # by how many parameters were fitted
FITTED = {0: "as it is", 1: "offset fitted", 2: "offset and scale fitted"}


def draw_last_iterate(
    audits: Sequence[Mapping[str, Any]], scores: Mapping[str, Any], path: Path
) -> None:
    """Draw one row per arm and one column per bound."""
    names = [n for n in WORDS if any(n in found for found in scores.values())]
    figure = canvas.new_figure(4.1 * len(names) + 0.3, 2.9 * len(scores) + 0.5)
    grid = figure.subplots(len(scores), len(names), squeeze=False)
    for row, (arm, found) in zip(grid, scores.items(), strict=True):
        own = [a["last_iterate"] for a in audits if a["arm"] == arm]
        for axes, name in zip(row, names, strict=True):
            if name in found:
                _panel(axes, own, name, found[name])
            else:
                axes.text(0.5, 0.5, "needs a constant μ_x > 0", ha="center", color="0.4")
                axes.set_xticks([])
                axes.set_yticks([])
            axes.set_title(f"{arm}: {WORDS[name]}", fontsize=9)
    for axes in grid[-1]:
        axes.set_xlabel("step t")
    figure.suptitle(
        "Loss curve and bounds, means over seeds, band ±1 sd; grey: the half fits were made on"
        " (measured; a comparison of shapes except for the measured regret)",
        fontsize=10,
    )
    canvas.write(figure, path, dpi=130)


def _panel(
    axes: Any, own: Sequence[Mapping[str, Any]], name: str, scores: Sequence[Mapping[str, Any]]
) -> None:
    kind = "phi" if name == "regret" else "loss"
    least = min(len(seed["t"]) for seed in own)
    t = np.array(own[0]["t"][:least])
    curve = np.array([seed[kind][:least] for seed in own], float)
    mean = curve.mean(axis=0)
    axes.plot(t, mean, color="black", lw=1.5, label="φ = f(x) − f(u)" if kind == "phi" else "f(x)")
    if len(curve) > 1:
        half = curve.std(axis=0, ddof=1)
        axes.fill_between(t, mean - half, mean + half, color="black", alpha=0.12, lw=0)
    for i, found in enumerate(scores):
        rows = [_fitted(seed, name, i)[:least] for seed in own]
        r2 = found["r2"]["mean"]
        said = "?" if r2 is None else f"{r2:.2f}" if abs(r2) < 100 else f"{r2:.0e}"
        axes.plot(
            t,
            np.mean(rows, axis=0),
            color=COLORS[found["free"]],
            ls=("-", "--", "-.")[found["free"]],
            lw=1.4,
            label=f"{FITTED[found['free']]}: R² = {said}, {found['free']} free",
        )
    axes.axvspan(t[0], t[least // 2 - 1] if least > 1 else t[0], color="0.93", lw=0, zorder=0)
    low, high = mean.min(), mean.max()
    room = 0.35 * (high - low)
    axes.set_ylim(low - room, high + room)
    axes.set_ylabel("nats", fontsize=8)
    axes.tick_params(labelsize=8)
    axes.legend(fontsize=7, loc="upper right")


def _fitted(seed: Mapping[str, Any], name: str, i: int) -> np.ndarray:
    score = seed["scores"][name][i]
    offset, scale = np.array([score["offset"], score["scale"]], float)  # null is NaN
    return offset + scale * np.array(seed["bounds"][name], float)
