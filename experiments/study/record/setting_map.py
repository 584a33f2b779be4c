"""The map of a grid: the final loss over (μ_x, μ_y), and which settings cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from experiments import canvas
from experiments.stats.over_seeds import LEVEL
from experiments.stats.pooled import pooled

AXES = ("mu_x", "mu_y")
CAPTION = (
    "Final loss minus the least of the map; dots mark settings that cannot be told from the best."
)


def names(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the figure's name for each arm that was tried at two or more values of both μ.

    One seed has no spread, and a map without it says nothing of its differences.
    """
    return {
        arm: f"map_{arm}.png"
        for arm, choice in data["choices"].items()
        if choice["table"]
        and all(len(_values(choice["table"], axis)) > 1 for axis in AXES)
        and all(len(row.get("losses", ())) > 1 for row in choice["table"])
    }


def _values(table: list[Mapping[str, Any]], axis: str) -> list[float]:
    return sorted({row[axis] for row in table if axis in row})


def cells(table: list[Mapping[str, Any]]) -> dict[tuple[float, float], Mapping[str, Any]]:
    """Return the best row at each (μ_x, μ_y), over whatever else was tried.

    >>> rows = [{"mu_x": 0.5, "mu_y": 0.5, "loss": loss} for loss in (2.0, 1.0)]
    >>> cells(rows)[0.5, 0.5]["loss"]
    1.0
    """
    found: dict[tuple[float, float], Mapping[str, Any]] = {}
    for row in table:
        key = (row["mu_x"], row["mu_y"])
        if key not in found or _loss(row) < _loss(found[key]):
            found[key] = row
    return found


def _loss(row: Mapping[str, Any]) -> float:
    return np.inf if row["loss"] is None else row["loss"]


def best_and_alike(table: list[Mapping[str, Any]]) -> tuple[Any, set[Any], float, int]:
    """Return the best (μ_x, μ_y), those that cannot be told from it, pooled sd and its freedom.

    Every setting is compared with the best, jointly at `LEVEL` (Bonferroni).
    """
    found = cells(table)
    spread = pooled([[np.inf if v is None else v for v in row["losses"]] for row in table])
    best = min(found, key=lambda key: _loss(found[key]))
    others = max(1, len(found) - 1)
    half = spread.half_width(len(found[best]["losses"]), LEVEL, others)
    alike = {key for key, row in found.items() if _loss(row) - _loss(found[best]) <= half}
    return best, alike, spread.sd, spread.freedom


def sentence(data: Mapping[str, Any], arm: str) -> str:
    """Return where the least loss is, and how many settings cannot be told from it."""
    table = data["choices"][arm]["table"]
    best, alike, *_ = best_and_alike(table)
    n = len(cells(table)[best]["losses"])
    return (
        f"`{arm}` is best at μ_x = {best[0]:g}, μ_y = {best[1]:g}; {len(alike)} of"
        f" {len(cells(table))} settings cannot be told from it (*measured*, n = {n} seeds)"
    )


def lines(data: Mapping[str, Any], arm: str, metric: str) -> Iterator[str]:
    """Yield the section of the README."""
    table = data["choices"][arm]["table"]
    best, alike, sd, freedom = best_and_alike(table)
    found = cells(table)
    seeds, fixed = len(found[best]["losses"]), _fixed(table)
    yield f"## Sensitivity of `{arm}` to (μ_x, μ_y)"
    yield ""
    yield (
        f"Mean final loss over n = {seeds} seeds at {len(found)} settings (*measured*), each at"
        f" {fixed}, which was not tuned again. The least is"
        f" {_loss(found[best]):.4f} {metric} at μ_x = {best[0]:g}, μ_y = {best[1]:g}; {len(alike)}"
        f" of {len(found)} settings cannot be told from it (joint {LEVEL:.0%} level, sd over seeds"
        f" {sd:.4f} pooled with {freedom} degrees of freedom). The least of many means is too small"
        " on average: it is a choice, not an estimate."
    )
    yield ""
    for axis in AXES:
        yield f"* {_spanned(found, axis, metric)}"


def _fixed(table: list[Mapping[str, Any]]) -> str:
    """Return what else was tried, as text: mostly one value each."""
    rest = [k for k in table[0] if k not in (*AXES, "loss", "losses", "n")]
    values = {k: sorted({row[k] for row in table}) for k in rest}
    return ", ".join(f"{k} = {' or '.join(f'{v:g}' for v in vs)}" for k, vs in values.items())


def _spanned(found: Mapping[tuple[float, float], Any], axis: str, metric: str) -> str:
    """Return the loss at each value of one μ, with the best value of the other."""
    here = AXES.index(axis)
    values = sorted({key[here] for key in found})
    best = {v: min(_loss(row) for key, row in found.items() if key[here] == v) for v in values}
    text = ", ".join(f"{v:g}: {loss:.4f}" for v, loss in best.items())
    word = {"mu_x": "μ_x", "mu_y": "μ_y"}
    other = word[AXES[1 - here]]
    return f"by {word[axis]}, each at the best {other}, in {metric}: {text}"


def draw(data: Mapping[str, Any], arm: str, metric: str, path: Any) -> None:
    """Draw the map, one cell per setting; the README has n and the test."""
    table = data["choices"][arm]["table"]
    found, (best, alike, *_) = cells(table), best_and_alike(table)
    across, up = (_values(table, axis) for axis in AXES)
    least = _loss(found[best])
    grid = np.array([[_above(found, x, y, least) for x in across] for y in up])
    figure = canvas.new_figure(1.6 + 0.95 * len(across), 1.3 + 0.62 * len(up))
    axes = figure.subplots()
    image = axes.pcolormesh(np.ma.masked_invalid(grid), cmap="cividis_r", edgecolors="w", lw=1)
    middle = np.nanmin(grid) + 0.5 * (np.nanmax(np.where(np.isfinite(grid), grid, 0)))
    for (i, j), value in np.ndenumerate(grid):
        dot = " •" if (across[j], up[i]) in alike else ""
        text = f"{value:.3f}{dot}" if np.isfinite(value) else "diverged"
        color = "w" if np.isfinite(value) and value > middle else "k"
        axes.text(j + 0.5, i + 0.5, text, ha="center", va="center", fontsize=8, color=color)
    axes.set_xticks(np.arange(len(across)) + 0.5, [f"{v:g}" for v in across])
    axes.set_yticks(np.arange(len(up)) + 0.5, [f"{v:g}" for v in up])
    axes.set(xlabel="μ_x", ylabel="μ_y")
    n = len(found[best]["losses"])
    axes.set_title(f"final loss above {least:.3f} {metric}, n = {n} (measured)", fontsize=9)
    figure.colorbar(image, ax=axes)
    canvas.write(figure, path)


def _above(found: Mapping[Any, Any], x: float, y: float, least: float) -> float:
    return _loss(found[x, y]) - least if (x, y) in found else np.nan
