"""What the record of looseness says and shows, all made from its rows.

Least ratios are rounded down and greatest ones up, so what is printed is as certain as the data,
but for a 1, which is 1 to 1e-5.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from experiments import canvas

FIGURE = "figure.png"
ONE = 1e-5  # ratios that differ from 1 by less are printed as 1: intervals are as wide
Rows = list[dict[str, Any]]
COLORS = (canvas.BLACK, canvas.BLUE, canvas.RED, canvas.GREEN, canvas.PINK, canvas.ORANGE)


def at_least(value: float) -> str:
    """Return a ratio rounded down to three decimals, and 1 where it is that.

    >>> at_least(1.2349), at_least(0.9999998), at_most(1.2341)
    ('1.234', '1', '1.235')
    """
    if abs(value - 1) < ONE:
        return "1"
    return str(Decimal(value).quantize(Decimal("0.001"), ROUND_FLOOR))


def at_most(value: float) -> str:
    """Return a ratio rounded up to three decimals, and 1 where it is that."""
    if abs(value - 1) < ONE:
        return "1"
    return str(Decimal(value).quantize(Decimal("0.001"), ROUND_CEILING))


def bounds_of(rows: Rows) -> dict[str, Rows]:
    """Return the certified rows of each bound, in the order of the rows."""
    found: dict[str, Rows] = {}
    for row in rows:
        if "least" in row:
            found.setdefault(row["bound"], []).append(row)
    return found


def where(row: dict[str, Any]) -> str:
    """Return the setting of a row in words."""
    past = "c_t = 1/t" if row["mu_x"] == "uniform" else f"μ_x = {row['mu_x']}"
    return f"T = {row['T']}, {past}, μ_y = {row['mu_y']}"


def says(rows: Rows) -> str:
    """Return the sentence of the record: from where to where each bound is loose."""
    parts = []
    for name, own in bounds_of(rows).items():
        low, high = min(r["least"] for r in own), max(r["most"] for r in own)
        parts.append(f"{name} {at_least(low)} … {at_most(high)}")
    return f"proved bound over worst case, least … greatest: {'; '.join(parts)} (*certified*)"


def readme(rows: Rows, command: str) -> list[str]:
    """Return the lines of README.md."""
    failed = [row for row in rows if "error" in row]
    lines = [
        "# How loose are the proved bounds?",
        "",
        f"`{command}`: proved bound over worst case of GPA around subgradient descent"
        " with a constant step, for convex f with |g| ≤ G = 1 and |z_1 − u| ≤ D = 1."
        " The worst case is certified from both sides, so"
        " each ratio lies between `least` and `most` of its row. γ = D/(G√T); for `last, projected`"
        " γ = √(1 − μ_x) R/G. A projected base stays in a convex set of diameter R = 1. A ratio of"
        " 1 (to 1e-5) means that no better bound is true at those constants.",
        "",
        "| bound | settings | least, at | greatest, at | below 1.05 |",
        "|---|---|---|---|---|",
    ]
    for name, own in bounds_of(rows).items():
        low, high = min(own, key=lambda r: r["least"]), max(own, key=lambda r: r["most"])
        tight = sum(row["most"] < 1.05 for row in own)
        ends = f"{at_least(low['least'])}, {where(low)} | {at_most(high['most'])}, {where(high)}"
        lines.append(f"| {name} | {len(own)} | {ends} | {tight} |")
    lines += ["", f"![bound over worst case]({FIGURE})", "", *_by_window(rows), ""]
    lines.append(f"Nothing was certified at {len(failed)} settings.")
    return [*lines, *(f"* {row['bound']}, {where(row)}: {row['error']}" for row in failed)]


def _by_window(rows: Rows) -> list[str]:
    """Return a table over T and μ_x: the least ratio over μ_y, rounded down."""
    lines = ["The least ratio over μ_y, rounded down:", ""]
    for name, own in bounds_of(rows).items():
        windows = list(dict.fromkeys(row["mu_x"] for row in own))
        lines += [f"| {name} | {' | '.join(windows)} |", f"|---{'|---' * len(windows)}|"]
        for T in sorted({row["T"] for row in own}):
            cells = []
            for mu_x in windows:
                found = [r["least"] for r in own if (r["T"], r["mu_x"]) == (T, mu_x)]
                cells.append(at_least(min(found)) if found else "")
            lines.append(f"| T = {T} | {' | '.join(cells)} |")
        lines.append("")
    return lines


def drawn(rows: Rows, path: Path) -> None:
    """Draw bound/worst case over μ_x: a line per T at the middle μ_y, a band over all μ_y."""
    found = {n: own for n, own in bounds_of(rows).items() if own[0]["mu_x"] != "uniform"}
    figure = canvas.new_figure(11, 6)
    for place, (name, own) in enumerate(found.items(), 1):
        axes = figure.add_subplot(2, 4, place)
        for color, T in zip(COLORS, sorted({row["T"] for row in own}), strict=False):
            _line(axes, [row for row in own if row["T"] == T], color)
        top = max(row["most"] for row in own)
        axes.set(title=name, xlabel="μ_x", yscale="log", ylim=(0.97, max(1.12, 1.05 * top)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter("{x:.3g}")
        axes.axhline(1, color=canvas.GREY, linewidth=0.8)
        if place % 4 == 1:
            axes.set_ylabel("proved bound / worst case")
    axes = figure.add_subplot(2, 4, 8)
    axes.axis("off")
    horizons = sorted({row["T"] for row in rows})
    for color, T in zip(COLORS, horizons, strict=False):
        axes.plot([], [], color=color, marker="o", label=f"T = {T}")
    axes.legend(loc="center", title="line: middle μ_y; band: all", frameon=False)
    canvas.write(figure, path)


def _line(axes: Any, rows: Rows, color: str) -> None:
    windows = sorted({row["mu_x"] for row in rows}, key=Fraction)
    x = [float(Fraction(mu_x)) for mu_x in windows]
    groups = [[r for r in rows if r["mu_x"] == mu_x] for mu_x in windows]
    axes.fill_between(
        x,
        [min(r["least"] for r in g) for g in groups],
        [max(r["most"] for r in g) for g in groups],
        color=color,
        alpha=0.12,
        linewidth=0,
    )
    middle = [sorted(g, key=lambda r: Fraction(r["mu_y"]))[len(g) // 2]["least"] for g in groups]
    axes.plot(x, middle, color=color, marker="o", markersize=3, linewidth=1)
