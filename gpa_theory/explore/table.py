r"""Certified worst cases on a grid of constants, made once and packaged.

`python -m gpa_theory.explore.table` makes `worst_case.json` anew (minutes).  Values are max
f(x_T) − f* over convex f with G = D = 1, as an interval; other G and D only scale it by GD, with
γ in units of D/G.  The grid: 1 − μ_x = 10^{−s}, μ_y, γ√T and T.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from functools import cache
from itertools import product
from math import ceil, floor, sqrt
from pathlib import Path
from typing import Any

from gpa_theory.core.writing import write_whole

PATH = Path(__file__).resolve().parent / "worst_case.json"
PAST = tuple(round(1 - 10 ** (-s / 5), 4) for s in range(15))  # μ_x
SHARE = tuple(k / 8 for k in range(9))  # μ_y
SCALES = (0.5, 1.0, 2.0)  # γ√T
HORIZONS = (5, 10, 20)
DIGITS = 6


@cache
def packaged() -> dict[str, Any]:
    """Return the packaged table: the grid, and lower and upper ends in its order.

    >>> found = packaged()
    >>> len(found["upper"]) == len(found["T"]) * len(found["scale"]) * len(found["mu_x"]) * 9
    True
    >>> all(low <= high for low, high in zip(found["lower"], found["upper"]))
    True
    """
    return json.loads(PATH.read_text(encoding="utf-8"))


def outward(low: float, high: float) -> tuple[float, float]:
    """Return the interval rounded outward to a few decimals.

    >>> outward(0.12345649, 0.12345651)
    (0.123456, 0.123457)
    """
    unit = 10**DIGITS
    return floor(low * unit) / unit, ceil(high * unit) / unit


def made(jobs: int = 2) -> dict[str, Any]:
    """Return the table, every interval certified anew; a setting that fails stops it."""
    from gpa_theory.worst_case.sweeping import sweep

    ends: list[tuple[float, float]] = []
    for T, scale in product(HORIZONS, SCALES):
        gamma = round(scale / sqrt(T), DIGITS)
        rows = sweep([str(m) for m in PAST], SHARE, Fraction(str(gamma)), T, width=1e-4, jobs=jobs)
        ends += [outward(row["lower"], row["upper"]) for row in rows]
        print(f"T = {T}, γ = {gamma}: {len(rows)} intervals", file=sys.stderr)
    return {
        "label": "certified",
        "metric": "last",
        "class": "convex, G = D = 1",
        "T": HORIZONS,
        "scale": SCALES,
        "mu_x": PAST,
        "mu_y": SHARE,
        "gamma": [[round(c / sqrt(T), DIGITS) for c in SCALES] for T in HORIZONS],
        "lower": [low for low, _ in ends],
        "upper": [high for _, high in ends],
    }


if __name__ == "__main__":
    write_whole(PATH, json.dumps(made(), separators=(",", ":")) + "\n")
