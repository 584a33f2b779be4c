"""The picture of the horizon prediction: net gain predicted against the difference seen, over T."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from experiments import canvas
from experiments.study.horizon.verdict import net

NAME = "horizon.png"
CAPTION = (
    "Against the horizon T: the net gain predicted from short runs, with its interval, and the"
    " final loss of the base minus that of GPA, as seen."
)


def draw(data: Mapping[str, Any], path: Path) -> None:
    """Draw one panel per μ_x; above 0 GPA is better."""
    found = data["horizon"]
    panels = max(1, len(found["by_mu_x"]))
    figure = canvas.new_figure(3.7 * panels, 3.5)
    axes = figure.subplots(1, panels, squeeze=False)
    for place, (mu_x, one) in enumerate(found["by_mu_x"].items()):
        runs = [s for s in found["shorts"] if s["passed"] and str(s["mu_x"]) == mu_x]
        _panel(axes[0, place], mu_x, one, runs)
    axes[0, 0].set_ylabel("nats; above 0 GPA is better")
    axes[0, 0].legend(fontsize=8, frameon=False, loc="lower right")
    canvas.write(figure, path)


def _panel(axes: Any, mu_x: str, one: Mapping[str, Any], runs: list[Mapping[str, Any]]) -> None:
    steps = [r["steps"] for r in one["rungs"]]
    grid = np.geomspace(min(steps) / 1.3, max(steps) * 1.3, 200)
    if len(runs) > 1:
        expected = [net(runs, T) for T in grid]
        low, high = ([e[k] for e in expected] for k in ("low", "high"))
        axes.fill_between(grid, low, high, color=canvas.BLUE, alpha=0.2, lw=0)
        label = f"predicted, n = {len(runs)}"
        axes.plot(grid, [e["mean"] for e in expected], color=canvas.BLUE, label=label)
    for r in one["rungs"]:
        seen = r["seen"]
        if seen["mean"] is not None:
            ends = [[seen["mean"] - seen["low"]], [seen["high"] - seen["mean"]]]
            label = f"seen, n = {r['n']}" if r is one["rungs"][-1] else None
            axes.errorbar(
                r["steps"], seen["mean"], ends, fmt="o", color=canvas.RED, capsize=3, label=label
            )
    axes.axhline(0, color="0.5", lw=0.8)
    axes.set_xscale("log")
    axes.set_xticks(steps, [str(T) for T in steps])
    axes.minorticks_off()
    axes.set_yscale("asinh", linear_width=0.05)
    axes.set_yticks([-1, -0.1, 0, 0.1], ["−1", "−0.1", "0", "0.1"])
    axes.set(xlabel="horizon T")
    axes.set_title(f"μ_x = {mu_x}: {one['verdict']}", fontsize=10)
