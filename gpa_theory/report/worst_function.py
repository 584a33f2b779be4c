"""The worst function drawn: the plane through x*, z_1 and x_T, and the values along the run."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from gpa_theory.worst_case.shown import Shown

FORMATS = (".png", ".svg")
CELLS, SMOOTH_CELLS = 201, 61  # of the plane, in each direction; an envelope is slow to evaluate
POINTS = (("z", "s", "z_t"), ("y", "x", "y_t"), ("x", "o", "x_t"))


def drawn(of: Shown, suffix: str) -> bytes:
    """Return a picture of a worst function; `suffix` is one of `FORMATS`."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5), layout="constrained")
    FigureCanvasAgg(figure)
    plane, values = figure.subplots(1, 2, width_ratios=[3, 2])
    _plane(plane, of)
    _values(values, of)
    figure.suptitle(of.words, fontsize="medium")
    picture = io.BytesIO()
    metadata = {"Software": None} if suffix == ".png" else {"Date": None, "Creator": None}
    with rc_context({"svg.hashsalt": "worst function"}):  # equal data, equal bytes
        figure.savefig(picture, format=suffix[1:], dpi=150, metadata=metadata)
    return picture.getvalue()


def axes_of(of: Shown) -> Any:
    """Return two orthonormal directions, (2, r): along z_1, and towards x_T from there.

    If x_T lies on the line through z_1, the second is the direction in which the points go
    farthest from it; in one dimension it is 0.
    """
    size = float(np.linalg.norm(of.start))
    first = of.start / size if size else np.eye(len(of.start))[0]
    away = np.vstack([of.x[-1:], of.x, of.y, of.z])
    away = away - np.outer(away @ first, first)
    lengths = np.linalg.norm(away, axis=1)
    farthest = float(lengths.max())
    if farthest <= 1e-9 * max(size, 1e-300):
        return np.vstack([first, np.zeros_like(first)])
    best = 0 if lengths[0] > 1e-6 * farthest else int(lengths.argmax())
    return np.vstack([first, away[best] / lengths[best]])


def _plane(axes: Any, of: Shown) -> None:
    directions = axes_of(of)
    seen = np.vstack([of.x, of.y, of.z, np.zeros_like(of.start)]) @ directions.T
    low, high = seen.min(0), seen.max(0)
    pad = 0.12 * max(float((high - low).max()), 1e-300)
    cells = CELLS if of.smoothing is None else SMOOTH_CELLS
    a, b = (np.linspace(low[k] - pad, high[k] + pad, cells) for k in (0, 1))
    grid = np.stack(np.meshgrid(a, b), -1).reshape(-1, 2) @ directions
    piece = of.highest(grid).reshape(cells, cells)
    axes.pcolormesh(a, b, piece % 10, cmap="Pastel1", shading="nearest", rasterized=True)
    lines = axes.contour(
        a, b, of.f(grid).reshape(cells, cells), 12, colors="#555555", linewidths=0.6
    )
    axes.clabel(lines, fontsize=6)
    for name, mark, label in POINTS:
        at = getattr(of, name) @ directions.T
        if len(at):
            axes.plot(at[:, 0], at[:, 1], f"{mark}-", markersize=4, linewidth=0.7, label=label)
    axes.plot(0, 0, "k*", markersize=10, label="x*")
    axes.set(title="plane through x*, z_1, x_T; points projected on it; a color per piece")
    axes.set(xlabel="along z_1", ylabel="across")
    axes.legend(fontsize=8, loc="upper left")  # "best" takes seconds, and warns, on a busy machine


def _values(axes: Any, of: Shown) -> None:
    for name, mark, label in (("y", "x", "f(y_t)"), ("x", "o", "f(x_t)")):
        points = getattr(of, name)
        if len(points):
            axes.plot(range(1, len(points) + 1), of.f(points), f"{mark}-", label=label)
    axes.axhline(of.lower, color="#999999", linewidth=0.8, label="certified lower end")
    axes.set(title="values along the run", xlabel="t")
    axes.legend(fontsize=8)
