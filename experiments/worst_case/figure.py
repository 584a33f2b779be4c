"""The headline figure of the worst cases: tuned methods against the minimax line.

`python -m experiments.worst_case.figure FOLDER` reads FOLDER/data.json, adds the fitted laws to it,
writes figure.png and prints the table in Markdown.
"""

from __future__ import annotations

import json
import sys
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

from experiments import canvas
from experiments.placing import placed
from experiments.worst_case.table import ALL
from gpa_theory.core.writing import write_whole
from gpa_theory.worst_case.model.families import family_named

STYLES = {  # color and mark of each method of the table; the colors are those of the arms
    "gpa": (canvas.BLUE, "o"),
    "sgd": (canvas.BLACK, "s"),
    "ema": (canvas.PINK, "^"),
    "schedule-free": (canvas.GREEN, "D"),
    "heavy-ball": (canvas.SKY, "v"),
    "nesterov": (canvas.ORANGE, "P"),
    "diloco-2": (canvas.RED, "X"),
    "diloco-4": (canvas.GREY, "*"),
}
LABELS = {name: family_named("figure", name).words for name in ALL}


def fitted(rows: list[dict[str, Any]], least: int = 13) -> dict[str, Any]:
    """Return the law (1−μ_x)T = a + b ln T and its rivals for tuned GPA, least squares."""
    used = [row for row in rows if row["family"] == "gpa" and row["steps"] >= least]
    T = np.array([row["steps"] for row in used], float)
    laws: dict[str, Any] = {"n": len(used), "horizons": T.astype(int).tolist()}
    targets = {
        "(1-mu_x)T": [(1 - row["constants"]["mu_x"]) * row["steps"] for row in used],
        "value sqrt(T)": [row["upper"] * sqrt(row["steps"]) for row in used],
        "gamma sqrt(T)": [row["constants"]["gamma"] * sqrt(row["steps"]) for row in used],
    }
    forms = {
        "a + b ln T": np.log(T),
        "a + b ln(1 + ln T)": np.log(1 + np.log(T)),
        "a + b/sqrt T": T**-0.5,
    }
    for name, values in targets.items():
        laws[name] = {form: _line(x, np.array(values)) for form, x in forms.items()}
    return laws


def _line(x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    design = np.stack([np.ones_like(x), x], 1)
    (a, b), *_ = np.linalg.lstsq(design, y, rcond=None)
    left = y - design @ [a, b]
    variance = float(left @ left) / max(len(x) - 2, 1) * np.linalg.inv(design.T @ design)
    return {
        "a": float(a),
        "b": float(b),
        "standard_error_a": float(np.sqrt(variance[0, 0])),
        "standard_error_b": float(np.sqrt(variance[1, 1])),
        "largest_residual": float(np.abs(left).max()),
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Return value·√T per method and horizon in Markdown: the upper end, rounded up."""
    horizons = sorted({row["steps"] for row in rows})
    known = {(row["family"], row["steps"]): row for row in rows}
    lines = ["| method | " + " | ".join(f"T = {T}" for T in horizons) + " |"]
    lines.append("|---" * (len(horizons) + 1) + "|")
    for name in ALL:
        cells = []
        for T in horizons:
            row = known.get((name, T))
            cells.append(_interval(row, T) if row else "")
        lines.append(f"| {LABELS[name]} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _interval(row: dict[str, Any], T: int) -> str:
    """Return value·√T with the digits that both ends share, or both ends."""
    low, high = row["lower"] * sqrt(T), row["upper"] * sqrt(T)
    for digits in (5, 4):
        if f"{low:.{digits}f}" == f"{high:.{digits}f}":
            return f"{high:.{digits}f}"
    return f"{low:.5f} to {high:.5f}"


def draw(rows: list[dict[str, Any]], laws: dict[str, Any], target: Path) -> None:
    """Draw value·√T by method (left) and the tuned averaging of GPA with its law (right)."""
    figure = canvas.new_figure(11.5, 4.6)
    left, right = figure.subplots(1, 2, width_ratios=(1.45, 1))
    for name in ALL:
        own = sorted((r for r in rows if r["family"] == name), key=lambda r: r["steps"])
        T = np.array([r["steps"] for r in own])
        color, mark = STYLES[name]
        style = {"color": color, "marker": mark, "ms": 4.5, "lw": 1.3}
        left.semilogx(T, [r["upper"] * sqrt(r["steps"]) for r in own], label=LABELS[name], **style)
    left.axhline(1, color=canvas.BLACK, lw=0.8, ls=":")
    left.annotate("minimax DG/√T", (2.1, 0.985), fontsize=8, color=canvas.BLACK, va="top")
    left.set(xlabel="T", ylabel="worst f(x_T) − f*, times √T/(DG)", ylim=(0.96, None))
    left.set_title("Tuned last iterates: certified worst cases", fontsize=10)
    left.legend(frameon=False, fontsize=8)
    _constants(right, rows, laws)
    for axes in (left, right):
        ticks = [2, 5, 10, 20, 40, 80, 160]
        axes.set_xticks(ticks, [str(t) for t in ticks])
        axes.minorticks_off()
        axes.spines[["top", "right"]].set_visible(False)
    canvas.write(figure, target, dpi=140)


def _constants(axes: Any, rows: list[dict[str, Any]], laws: dict[str, Any]) -> None:
    # At T = 3 the optimum is at infinity (γ → ∞, μ_x → 1): no constants to draw.
    own = sorted(
        (r for r in rows if r["family"] == "gpa" and r["steps"] != 3), key=lambda r: r["steps"]
    )
    T = np.array([r["steps"] for r in own], float)
    axes.semilogx(
        T,
        [(1 - r["constants"]["mu_x"]) * r["steps"] for r in own],
        "o",
        color=canvas.BLUE,
        label="(1−μ_x)T",
    )
    law = laws["(1-mu_x)T"]["a + b ln T"]
    line = np.geomspace(min(laws["horizons"]), 165, 50)
    words = f"fit {law['a']:.2f} + {law['b']:.2f} ln T, T ≥ {min(laws['horizons'])}"
    axes.semilogx(
        line, law["a"] + law["b"] * np.log(line), "-", color=canvas.BLUE, lw=1, label=words
    )
    axes.semilogx(
        T,
        [r["constants"]["gamma"] * sqrt(r["steps"]) for r in own],
        "s",
        color=canvas.RED,
        label="γ√T",
    )
    axes.semilogx(T, [r["constants"]["mu_y"] for r in own], "^", color=canvas.GREEN, label="μ_y")
    axes.set(xlabel="T", ylim=(0, 4.8))
    axes.set_title("Tuned GPA: its constants (local optima)", fontsize=10)
    axes.legend(frameon=False, fontsize=8)


def main(folder: str) -> None:
    """Draw the record in `folder`."""
    target = placed("worst_case.figure", folder, ("data.json", "figure.png"))
    data = json.loads((target / "data.json").read_text(encoding="utf-8"))
    data["laws"] = laws = fitted(data["rows"])
    write_whole(target / "data.json", json.dumps(data, indent=1) + "\n")
    draw(data["rows"], laws, target / "figure.png")
    print(table(data["rows"]))
    for name in ("(1-mu_x)T", "value sqrt(T)", "gamma sqrt(T)"):
        for form, law in laws[name].items():
            print(f"{name} = {form}: " + ", ".join(f"{k} {v:.4g}" for k, v in law.items()))


if __name__ == "__main__":
    main(*sys.argv[1:])
