r"""How far is the log-log bound from the truth?  Certified worst cases at μ_y = 0, constant steps.

`python -m experiments.minimax.log_log FOLDER` writes FOLDER/data.json, a row after each solve,
and FOLDER/README.md; an interrupted run goes on where it stopped.  A row is the certified worst
case over DG/√T of the last iterate at the largest window the bound allows, μ_x = T^{−1/(T−1)}, and
at `scale` times the bound's own step; the bound is √S there at scale 1.  A lower bound that grows
like √(ln ln T) would show as lower ends that grow with T whatever the scale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from math import sqrt
from time import process_time
from typing import Any

from experiments.minimax.words import down, up
from experiments.placing import placed
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect
from gpa_theory.symbolic.schedules.log_log import best_mu_x, window_sum
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.methods import gpa

NAME = "data.json"
HORIZONS = (5, 10, 20, 40, 80, 120)
SCALES = (0.7, 0.8, 0.9, 1.0, 1.1, 1.2)  # of the step: the worst case is least between them
Rows = list[dict[str, Any]]


def solved(T: int, scale: float) -> dict[str, Any]:
    """Return the row of one setting."""
    begun = process_time()
    mu_x = best_mu_x(T)
    S = window_sum(mu_x, T)
    found = worst_case(gpa(mu_x, 0, scale / sqrt(T * S)), T)
    ends = {name: getattr(found, name) * sqrt(T) for name in ("lower", "upper")}
    bound = (1 / scale + scale) / 2 * sqrt(S)
    row = {"T": T, "scale": scale, "mu_x": mu_x, "bound": bound, **ends}
    return row | {"cpu_seconds": round(process_time() - begun, 2)}


def best(rows: Rows) -> Iterator[dict[str, Any]]:
    """Yield, for every T, the row with the least certified upper end."""
    for T in sorted({row["T"] for row in rows}):
        yield min((row for row in rows if row["T"] == T), key=lambda row: row["upper"])


def says(rows: Rows) -> str:
    """Return the result in one sentence."""
    least = list(best(rows))
    own = {row["T"]: row for row in rows if row["scale"] == 1}
    T = max(own)
    low, high = (down(least[-1]["lower"], 3), up(least[-1]["upper"], 3))
    grows = sum(b["lower"] > a["upper"] for a, b in pairwise(least))
    return (
        f"at T = {T} the bound is {own[T]['bound']:.3f} DG/√T at its own step and the worst case"
        f" there {down(own[T]['lower'], 3)} … {up(own[T]['upper'], 3)}; at the best of"
        f" {len(SCALES)} steps it is {low} … {high}, and it grew from one T to the next in {grows}"
        f" of {len(least) - 1} cases (*certified*)"
    )


def span(rows: Rows, at: int) -> str:
    """Return the least certified interval at the first or last T, in words."""
    row = list(best(rows))[at]
    return f"{down(row['lower'], 4)} … {up(row['upper'], 4)} (T = {row['T']})"


def own_bound(rows: Rows, at: int) -> str:
    """Return √S at the first or last T."""
    return f"{[row['bound'] for row in rows if row['scale'] == 1][at]:.4f}"


def readme(rows: Rows, command: str) -> Iterator[str]:
    """Yield the lines of the README."""
    yield "# How far is the log-log bound from the truth?"
    yield ""
    yield f"Says: {says(rows)}"
    yield ""
    yield (
        "Asked: GPA with μ_y = 0, μ_x = T^(−1/(T−1)) and constant γ around subgradient descent,"
        " last iterate, all convex f with |g| ≤ G and |z_1 − x*| ≤ D. The bound (claim `log-log`,"
        " *proved*) is D²/(2γT) + (γG²/2)S. *Certified* worst cases over DG/√T, rounded outward;"
        " γ in units of D/(G√(TS))."
    )
    yield ""
    yield "| T | " + " | ".join(f"γ = {scale:g}" for scale in SCALES) + " | bound, γ = 1 |"
    yield "|---" * (len(SCALES) + 2) + "|"
    for T in sorted({row["T"] for row in rows}):
        own = {row["scale"]: row for row in rows if row["T"] == T}
        cells = [f"{down(own[s]['lower'], 4)} … {up(own[s]['upper'], 4)}" for s in SCALES]
        yield f"| {T} | " + " | ".join(cells) + f" | {own[1.0]['bound']:.4f} |"
    yield ""
    yield (
        f"**The lower bound.** The bound grows like √(ln ln T), from {own_bound(rows, 0)} to"
        f" {own_bound(rows, -1)} here; the least entry of a row only from {span(rows, 0)} to"
        f" {span(rows, -1)}. So far these numbers do not show that ln ln T is needed, nor that it"
        " is not: no proof was found either way, and other windows inside the condition were not"
        " tried."
    )
    yield ""
    yield f"Made by `{command}`."


def main(folder: str) -> None:
    """Solve what is not solved yet, and write after each."""
    target = placed("minimax.log_log", folder, (NAME, "README.md"))
    path = target / NAME
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"] if path.exists() else []
    known = {(row["T"], row["scale"]) for row in rows}
    command = ["python", "-m", "experiments.minimax.log_log", folder]
    for T in HORIZONS:
        for scale in sorted(SCALES, key=lambda scale: scale != 1):  # the bound's own step first
            if (T, scale) in known:
                continue
            rows.append(solved(T, scale))
            print(rows[-1], flush=True)
            data = {"says": says(rows), "rows": rows, "manifest": collect(command, None)}
            write_whole(path, json.dumps(data, indent=1) + "\n")
    lines = readme(rows, " ".join(command))
    write_whole(target / "README.md", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
