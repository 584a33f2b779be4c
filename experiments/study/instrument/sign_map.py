"""The sign map: each subtracted term in each window of the run, as a mean over seeds.

Convex theory claims that every cell is ≥ 0.  A cell has a sign only if its interval lies beyond
what rounding could do; the level is joint over all cells of an arm.  Otherwise it is undecided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from experiments.stats.over_seeds import LEVEL, bounded, interval, share
from gpa_theory.optim.audit.mean import NEGATIVE, NONNEGATIVE, NOT_RESOLVED
from gpa_theory.optim.audit.report import AuditReport

WINDOWS = 8
ZERO = "zero"  # the term is 0 by definition: x = y without averaging


def windows(report: AuditReport, steps: int, count: int = WINDOWS) -> list[dict[str, Any]]:
    """Return means of the subtracted terms in `count` equal parts of a run of `steps` steps.

    Windows count steps, not audits, so that all seeds have the same windows.
    """
    edges = [round(i * steps / count) for i in range(count + 1)]
    place = np.searchsorted(edges, report.steps, side="left") - 1
    columns = {name: report.term(name) for name in report.lost}
    made = []
    for i in range(count):
        here = np.flatnonzero(place == i)
        if len(here):
            terms = {name: _one(v[here], floors[here]) for name, (v, floors) in columns.items()}
            span = {"first": edges[i] + 1, "last": edges[i + 1], "n": len(here)}
            made.append({**span, "terms": terms})
    return made


def _one(values: np.ndarray, floors: np.ndarray) -> dict[str, Any]:
    return {
        "mean": float(values.mean()),
        "floor": float(floors.mean()),
        "above": int((values > floors).sum()),
        "below": int((values < -floors).sum()),
    }


def sign_map(audits: Sequence[Mapping[str, Any]], level: float = LEVEL) -> dict[str, Any]:
    """Return the map of one arm from the `windows` of its audits, one per seed."""
    common = set.intersection(*({w["last"] for w in a["windows"]} for a in audits))
    rows = [[w for w in a["windows"] if w["last"] in common] for a in audits]
    names = list(rows[0][0]["terms"]) if common else []
    cells = len(names) * len(common)
    joint = 1 - (1 - level) / max(1, cells)
    spans = [[w["first"], w["last"]] for w in rows[0]]
    terms = {
        name: [
            _cell([row[i]["terms"][name] for row in rows], [row[i]["n"] for row in rows], joint)
            for i in range(len(spans))
        ]
        for name in names
    }
    return {"windows": spans, "terms": terms, "n": len(audits), "level": level, "joint": joint}


def _cell(seeds: Sequence[Mapping[str, Any]], steps: Sequence[int], level: float) -> dict[str, Any]:
    found = interval([s["mean"] for s in seeds], level)
    floor = sum(s["floor"] for s in seeds) / len(seeds)
    positive = sum(s["mean"] > s["floor"] for s in seeds)
    return {
        **found,
        "floor": floor,
        "sign": _sign(found, floor, all(s["mean"] == 0 for s in seeds)),
        "seeds_positive": share(positive, len(seeds)),
        "steps_positive": bounded(
            [s["above"] / n for s, n in zip(seeds, steps, strict=True)], 0, 1
        ),
        "steps_negative": bounded(
            [s["below"] / n for s, n in zip(seeds, steps, strict=True)], 0, 1
        ),
    }


def _sign(found: Mapping[str, Any], floor: float, vanishes: bool) -> str:
    if vanishes:
        return ZERO
    if found["low"] is None:
        return NOT_RESOLVED
    if found["low"] > floor:
        return NONNEGATIVE
    return NEGATIVE if found["high"] < -floor else NOT_RESOLVED


def line(arm: str, found: Mapping[str, Any]) -> str:
    """Return how many cells have which sign, and where one is negative."""
    counted = dict.fromkeys((NONNEGATIVE, NEGATIVE, NOT_RESOLVED), 0)
    where = []
    for name, cells in found["terms"].items():
        for (first, last), cell in zip(found["windows"], cells, strict=True):
            if cell["sign"] in counted:
                counted[cell["sign"]] += 1
            if cell["sign"] == NEGATIVE:
                where.append(f"{name} at t = {first}…{last}")
    text = ", ".join(f"{n} {sign}" for sign, n in counted.items())
    text = f"`{arm}`: sign map over seeds: {text} of {sum(counted.values())} cells"
    return (
        f"{text}{' (' + '; '.join(where) + ')' if where else ''}"
        f" (*measured*, n = {found['n']} seeds, joint {found['level']:.0%} intervals)"
    )
