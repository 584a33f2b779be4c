"""The map as a figure: where the free region ends, and what is lost beyond it.

Shades get lighter along each parameter and marks differ, so the figure can be read in gray and by
the color-blind; lines are named where they end.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import log, sqrt
from pathlib import Path
from typing import Any

from experiments import canvas
from experiments.minimax.region import limit, without

SHOWN = ("0", "0.001", "0.01", "0.05", "1/5", "7/10", "1")  # μ_y of the left panel
NUDGES = {"7/10": -1.5, "1": 1.5, "$c$ = 10": -5}  # in points, of names that would touch
SHADES = ("#000000", "#3B2F6B", "#33638D", "#21918C", "#4DAF62", "#9BC83B", "#E0A81E")
MARKS = ("o", "s", "^", "D", "v", "P", "X")
PRACTICE, ONE = "0.7", ("1", 10)  # μ_y of the colored lines of the right panel; the other's c too
DPI, SMALL, TEXT = 300, 7, 8
BESIDE: dict[str, Any] = {"textcoords": "offset points", "fontsize": SMALL}


def ends(rows: Iterable[dict[str, Any]], mu_y: str) -> tuple[list[int], list[float]]:
    """Return T and 1 − μ_x at the end of the free region, for one μ_y.

    >>> ends([{"T": 4, "mu_y": "0", "low": 0.625, "high": 0.635}], "0")
    ([4], [0.37])
    """
    own = sorted((row for row in rows if row["mu_y"] == mu_y), key=lambda row: row["T"])
    return [row["T"] for row in own], [1 - (row["low"] + row["high"]) / 2 for row in own]


def losses(
    rows: Iterable[dict[str, Any]], mu_y: str, c: int
) -> tuple[list[int], list[float], list[float]]:
    """Return T and the ends of V/(DG/√T) − 1, where the lower one is certified above 0.

    >>> losses([{"T": 4, "mu_y": "0", "c": 2, "free": False, "lower": 1.25, "upper": 1.5}], "0", 2)
    ([4], [0.25], [0.5])
    """
    own = sorted(
        (row for row in rows if (row["mu_y"], row["c"]) == (mu_y, c) and row.get("lower", 0) > 1),
        key=lambda row: row["T"],
    )
    own = [row for row in own if not row["free"]]
    return (
        [row["T"] for row in own],
        [row["lower"] - 1 for row in own],
        [row["upper"] - 1 for row in own],
    )


def floors(rows: Iterable[dict[str, Any]], mu_y: str, c: int) -> tuple[list[int], list[float]]:
    """Return T and a lower end of V/(DG/√T) − 1, where it is above 0.

    >>> floors([{"T": 4, "mu_y": "0", "c": 2, "lower": 1.25}], "0", 2)
    ([4], [0.25])
    """
    own = [row for row in rows if (row["mu_y"], row["c"]) == (mu_y, c) and row["lower"] > 1]
    own.sort(key=lambda row: row["T"])
    return [row["T"] for row in own], [row["lower"] - 1 for row in own]


Rows = list[dict[str, Any]]


def draw(region: Rows, beyond: Rows, line: Rows, target: Path) -> None:
    """Draw both panels."""
    figure = canvas.new_figure(7.2, 3.3)
    figure.get_layout_engine().set(wspace=0.06)
    left, right = figure.subplots(1, 2, width_ratios=(1.1, 1))
    _map(left, region)
    _loss(right, beyond, line)
    for axes, letter in ((left, "a"), (right, "b")):
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=SMALL)
        axes.xaxis.label.set_size(TEXT)
        axes.yaxis.label.set_size(TEXT)
        axes.set_title(f"({letter})", fontsize=TEXT, loc="left", fontweight="bold")
    canvas.write(figure, target, dpi=DPI)


def _map(axes: Any, rows: Rows) -> None:
    axes.set(xscale="log", yscale="log")
    for mu_y, shade, mark in zip(SHOWN, SHADES, MARKS, strict=True):
        T, windows = ends(rows, mu_y)
        if not T:
            continue
        value = float(Fraction(mu_y))
        axes.plot(T, windows, color=shade, marker=mark, ms=3.4, lw=0.6)
        far = [t for t in T if value * t > 4 * log(t)] if value else T
        form = [1 - (limit(t, value) if value else without(t)) for t in far]
        axes.plot(far, form, "--", color=canvas.BLACK, lw=0.9, zorder=3)
        _named(axes, f"$\\mu_y$ = {value:g}", T[-1], windows[-1], NUDGES.get(mu_y, 0))
    axes.plot([], [], "-D", color=canvas.GREY, ms=3.4, lw=0.6, label="certain to 10$^{-12}$")
    words = "$\\mu_x=1/(1+\\mu_y)-2/((1+\\mu_y)^2T)$,\n$\\mu_x=T^{-1/(T-1)}$ for $\\mu_y$ = 0"
    axes.plot([], [], "--", color=canvas.BLACK, lw=0.9, label=words)
    _legend(axes, "free above each line")
    axes.set(xlabel="horizon $T$ (steps)", ylabel="$1-\\mu_x$ at the end of the free region")


def _loss(axes: Any, beyond: Rows, line: Rows) -> None:
    axes.set(xscale="log", yscale="log")
    axes.set(xlabel="horizon $T$ (steps)", ylabel="loss, $V\\sqrt{T}/(DG)-1$")
    windows = sorted({row["c"] for row in beyond if row["mu_y"] == PRACTICE})
    kinds = [(PRACTICE, c, f"$c$ = {c}") for c in windows] + [
        (*ONE, f"$c$ = {ONE[1]}, $\\mu_y$ = 1")
    ]
    shades, marks = (
        (*SHADES[1 : len(windows) + 1], canvas.GREY),
        (*MARKS[1 : len(windows) + 1], "o"),
    )
    for (mu_y, c, name), shade, mark in zip(kinds, shades, marks, strict=True):
        _curve(axes, losses(beyond, mu_y, c), shade, mark)
        T, least = floors(line, mu_y, c)
        axes.plot(T, least, ":", marker=mark, color=shade, mfc="white", ms=4, lw=1)
        seen = losses(beyond, mu_y, c)
        if mu_y == PRACTICE and seen[0]:
            _named(axes, name, seen[0][-1], seen[2][-1], NUDGES.get(name, 0))
        elif mu_y != PRACTICE and T:
            axes.annotate(name, (T[0], least[0]), (4, 8), ha="right", **BESIDE)
    style: dict[str, Any] = {"color": canvas.BLACK, "marker": "s"}
    axes.plot([], [], "-", ms=3.4, lw=0.6, label="certified interval", **style)
    axes.plot([], [], ":", ms=4, lw=1, mfc="white", label="certified: at least", **style)
    _legend(axes, f"$c=(1-\\mu_x)T$; $\\mu_y$ = {PRACTICE}", "lower right")


def _curve(axes: Any, found: Any, shade: str, mark: str) -> None:
    """Draw certified intervals as bars, with a line through their geometric means."""
    T, low, high = found
    middle = [sqrt(a * b) for a, b in zip(low, high, strict=True)]
    axes.plot(T, middle, "-", marker=mark, color=shade, ms=3.4, lw=0.6)
    axes.vlines(T, low, high, color=shade, lw=1.6)


def _legend(axes: Any, title: str, place: str = "lower left") -> None:
    style = {"frameon": False, "fontsize": SMALL, "title_fontsize": SMALL, "alignment": "left"}
    axes.legend(loc=place, title=title, borderaxespad=0, **style)


def _named(axes: Any, name: str, x: float, y: float, nudge: float = 0) -> None:
    axes.annotate(name, (x, y), (5, nudge), va="center", **BESIDE)
