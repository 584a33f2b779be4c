"""Loss curves of several seeds of one arm, evaluated at common steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gpa_theory.core.validation import refuse


@dataclass(frozen=True)
class Curves:
    """Losses `values`, shape (seeds, evaluations), at `steps`, of which the last is the horizon T.

    A run that diverged has NaN there, and counts as worse than any other.

    >>> made = Curves([10, 20], [[3.0, 1.0], [3.0, 2.0]])
    >>> made.n, made.horizon, made.final.tolist()
    (2, 20, [1.0, 2.0])
    """

    steps: Any
    values: Any

    def __post_init__(self) -> None:
        steps, values = np.asarray(self.steps, float), np.asarray(self.values, float)
        if values.ndim != 2 or values.shape[1] != len(steps) or not len(steps):
            raise refuse("Curves()", "values", "must have shape (seeds, evaluations)")
        if np.any(np.diff(steps) <= 0):
            raise refuse("Curves()", "steps", "must increase")
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "values", np.where(np.isnan(values), np.inf, values))

    @property
    def n(self) -> int:
        """Return how many seeds there are."""
        return len(self.values)

    @property
    def horizon(self) -> int:
        """Return T, the last step."""
        return int(self.steps[-1])

    @property
    def final(self) -> np.ndarray:
        """Return the loss at the horizon, one per seed."""
        return self.values[:, -1]

    @property
    def mean(self) -> np.ndarray:
        """Return the mean curve over seeds."""
        return self.values.mean(axis=0)

    def on(self, grid: np.ndarray) -> np.ndarray:
        """Return each seed's loss on a grid of steps, interpolated linearly: (n seeds, grid)."""
        return np.array([np.interp(grid, self.steps, v) for v in self.values])

    @staticmethod
    def of(records: Sequence[dict[str, Any]], name: str = "val") -> Curves:
        """Return the curves of the engine's final records; every member is one seed."""
        steps = [e["step"] for e in records[0]["evals"]]
        rows = []
        for record in records:
            found = [[np.nan if v is None else v for v in e[name]] for e in record["evals"]]
            rows += np.array(found, float).T.tolist()
        return Curves(steps, rows)
