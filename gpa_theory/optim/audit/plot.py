"""The figure of an audit: the budget, the global and the local terms around zero, the residual."""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from gpa_theory.core.writing import check_target, write_whole
from gpa_theory.optim.audit.columns import LABELS, AuditColumns

RESOLUTION = 150  # dots per inch, where the format has dots
SMALLEST = 1e-18  # stands for a residual of zero, which has no logarithm
LEFT = ("phi", "telescope", "regret", "departure")


def draw(report: AuditColumns, path: str | os.PathLike[str]) -> None:
    """Write the figure to `path`, whole or not at all; raises if there is nothing to draw.

    Dots are audited steps, lines running means, and shaded bands what rounding could explain.
    """
    if not report.records:
        raise RuntimeError("`AuditReport.plot(path)`: no audited step yet: train longer first")
    target = Path(path)
    target = check_target(
        "AuditReport.plot(path)", "path", target.with_suffix(target.suffix or ".png")
    )
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    left = [name for name in report.names if name in LEFT]
    local = [name for name in report.lost if name != "bregman_u_y"]
    panels = [("left side and regret", left), ("local terms: convex theory says ≥ 0", local)]
    if report.has_u:
        panels.insert(1, ("term towards u: convex theory says ≥ 0", ["bregman_u_y"]))
    figure = Figure(figsize=(8, 3 * len(panels) + 2), layout="constrained")
    FigureCanvasAgg(figure)
    *above, below = figure.subplots(
        len(panels) + 1, 1, sharex=True, height_ratios=[3] * len(panels) + [1.6]
    )
    for axes, (title, names) in zip(above, panels, strict=True):
        _terms(axes, report, names)
        axes.set_title(f"{title} (measured)", loc="left", fontsize="medium")
    _residual(below, report)
    drawn = BytesIO()
    figure.savefig(drawn, dpi=RESOLUTION, format=target.suffix[1:])
    write_whole(target, drawn.getvalue())


def _terms(axes: Any, report: AuditColumns, names: Sequence[str]) -> None:
    steps = report.steps
    span = max(1, len(steps) // 20)
    for i, name in enumerate(names):
        values, floors = report.term(name)
        color = f"C{i}"
        axes.plot(steps, values, ".", color=color, markersize=3, alpha=0.4)
        axes.plot(*smoothed(steps, values, span), color=color, label=_label(name))
        axes.fill_between(steps, -floors, floors, color=color, alpha=0.15, linewidth=0)
    axes.axhline(0.0, color="black", linewidth=0.8)
    axes.set_ylabel("loss")
    axes.legend(fontsize="small")


def _label(name: str) -> str:
    """Return the words of a term, with real subscripts."""
    return LABELS[name].replace("_{t−1}", "ₜ₋₁").replace("_t", "ₜ")


def smoothed(steps: np.ndarray, values: np.ndarray, span: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the means of `span` successive steps and values.

    >>> smoothed(np.array([1, 2, 3]), np.array([0.0, 2.0, 4.0]), 2)[1].tolist()
    [1.0, 3.0]
    """
    window = np.ones(span) / span
    return np.convolve(steps, window, "valid"), np.convolve(values, window, "valid")


def _residual(axes: Any, report: AuditColumns) -> None:
    kinds = {"residual": "black", "unexplained": "C0"}
    words = {"residual": "residual", "unexplained": "not explained by rounding"}
    for kind, color in kinds.items():
        found = [max(r[kind], SMALLEST) for r in report.records]
        axes.semilogy(report.steps, found, ".", color=color, markersize=3, label=words[kind])
    axes.axhline(report.header["gate"], color="C3", linestyle="--", label="gate")
    axes.set_ylabel("of the largest term")
    axes.set_xlabel("step t")
    axes.legend(fontsize="small", ncols=3)
