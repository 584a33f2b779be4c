"""The records of an audit as columns: one array per term, and its means over windows of the run.

This is the plain data that verdict, text and figure are made of.  Steps whose loss
was not finite are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gpa_theory.core.identity import LOST, WORDS
from gpa_theory.core.validation import check_count
from gpa_theory.optim.audit.cost import Cost, cost_of
from gpa_theory.optim.audit.mean import LEVEL, Mean, mean_of

WINDOW = 12  # steps; an interval of fewer is too wide to say much
SUM, GAIN = "bregman_sum", "net_gain"
LABELS = {
    **WORDS,
    "departure": "departure from the recursion",
    SUM: "sum of the subtracted terms",
    GAIN: "local terms − EMA cost",  # the EMA cost is minus the telescope
}


@dataclass(frozen=True, slots=True)
class Window:
    """The means of all terms over the audited steps t from `first` to `last`."""

    first: int
    last: int
    means: Mapping[str, Mean]


class AuditColumns:
    """What an audit recorded, term by term: `term(name)`, `names`, `windows()`, `cost`.

    `records` are those with a finite loss; `left_out` counts the others.
    """

    def __init__(self, header: Mapping[str, Any], records: Sequence[dict[str, Any]]) -> None:
        self.header = header
        self.records = [r for r in records if r["residual"] is not None]
        self.left_out = len(records) - len(self.records)
        self.cost: Cost | None = cost_of(records, header["every"])

    @property
    def steps(self) -> np.ndarray:
        """Return the audited steps t, shape (n,)."""
        return np.array([r["t"] for r in self.records], dtype=int)

    @property
    def has_u(self) -> bool:
        """Return whether there was a reference, so that the terms with u were measured."""
        return self.header["reference"] is not None

    @property
    def lost(self) -> tuple[str, ...]:
        """Return the subtracted terms that were measured."""
        names = LOST[self.header["form"]]
        return names if self.has_u else names[1:]

    @property
    def residual(self) -> float:
        """Return the largest residual, relative to the largest term of its step; NaN if none."""
        return max((r["residual"] for r in self.records), default=float("nan"))

    @property
    def unexplained(self) -> float:
        """Return the largest part of a residual that rounding of the iterates does not explain."""
        return max((r["unexplained"] for r in self.records), default=float("nan"))

    @property
    def passed(self) -> bool:
        """Return whether every residual is within the gate, apart from rounding of the iterates.

        Without that there is no verdict.
        """
        return bool(self.records) and self.unexplained <= self.header["gate"]

    @property
    def names(self) -> list[str]:
        """Return the names of the measured terms, in the identity's order, then of their sums."""
        left = ["phi", "telescope", "regret"] if self.has_u else ["telescope"]
        departed = any(r["terms"]["departure"] for r in self.records)
        return [*left, *(["departure"] if departed else []), *self.lost, SUM, GAIN]

    def term(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return (values, floors) of a term or sum of terms per audited step, shape (n,) each."""
        if name == SUM:
            return self._total(self.lost)
        if name == GAIN:
            return self._total([*(n for n in self.lost if n != "bregman_u_y"), "telescope"])
        values, floors = (
            np.array([r[kind][name] for r in self.records], dtype=float)
            for kind in ("terms", "floors")
        )
        return values, floors

    def _total(self, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        columns = np.array([self.term(name) for name in names])  # (terms, 2, n)
        return columns[:, 0].sum(axis=0), columns[:, 1].sum(axis=0)

    def parts(self, count: int) -> list[np.ndarray]:
        """Return the indices of the records in each window."""
        count = check_count(f"windows(count={count})", "count", count)
        n = len(self.records)
        return np.array_split(np.arange(n), min(count, max(1, n // WINDOW))) if n else []

    def windows(self, count: int = 8, level: float = LEVEL) -> tuple[Window, ...]:
        """Return the audited steps in `count` windows of equal size, each of at least `WINDOW`.

        Few steps make fewer windows, and no steps make none.
        """
        columns, steps = {name: self.term(name) for name in self.names}, self.steps
        made = []
        for i in self.parts(count):
            means = {name: mean_of(v[i], f[i], level) for name, (v, f) in columns.items()}
            made.append(Window(int(steps[i[0]]), int(steps[i[-1]]), means))
        return tuple(made)

    def whole(self, count: int = 8) -> Window:
        """Return the means over all audited steps, with the error seen within `count` windows."""
        parts, steps = self.parts(count), self.steps
        means = {name: mean_of(*self.term(name), parts=parts) for name in self.names}
        return Window(int(steps[0]), int(steps[-1]), means)
