"""What auditing costs, measured as it goes: seconds per audited step against seconds per step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from time import perf_counter
from typing import Any

import torch

ALLOWED = 0.05  # of the training time


@dataclass(frozen=True, slots=True)
class Cost:
    """The share of training time that auditing takes: medians over n audited steps.

    >>> cost = Cost(every=100, audit=0.04, step=0.01, n=20)
    >>> cost.fraction, cost.suggested_every
    (0.04, 80)
    """

    every: int
    audit: float  # seconds per audited step
    step: float  # seconds per training step
    n: int

    @property
    def fraction(self) -> float:
        """Return audit / (every · step)."""
        return self.audit / (self.every * self.step)

    @property
    def suggested_every(self) -> int:
        """Return the least `every` for which the share is at most 5 %."""
        return max(1, ceil(self.audit / (ALLOWED * self.step) * (1 - 1e-12)))

    def __str__(self) -> str:
        share = f"{self.fraction:.1%} of training time"
        detail = f"{1e3 * self.audit:.3g} ms per audit, {1e3 * self.step:.3g} ms per step"
        advice = f"every ≥ {self.suggested_every} keeps it within {ALLOWED:.0%}"
        return f"cost: {share} (measured: {detail}, medians, n = {self.n}); {advice}"


def cost_of(records: Sequence[dict[str, Any]], every: int) -> Cost | None:
    """Return the cost that the records show; None before there is anything to compare."""
    timed = [r for r in records if r["step_seconds"]]
    if not timed:
        return None
    audit = median(r["seconds"] for r in timed)
    return Cost(every, audit, median(r["step_seconds"] for r in timed), len(timed))


class Clock:
    """Tells training from auditing: time between two visits is training, time inside is not."""

    def __init__(self, devices: Sequence[torch.device]) -> None:
        self._devices = [device for device in devices if device.type == "cuda"]
        self._left: float | None = None
        self._entered = 0.0
        self._inside = 0.0
        self._steps: list[float] = []

    def enter(self) -> None:
        """Begin a visit: what has passed since the last one was a training step."""
        self._entered = perf_counter()
        if self._left is not None:
            self._steps.append(self._entered - self._left)

    def drain(self) -> None:
        """Wait for the device: work that training queued counts as training, the rest not."""
        for device in self._devices:
            torch.cuda.synchronize(device)
        self._entered = perf_counter()

    def leave(self) -> None:
        """End a visit."""
        self._left = perf_counter()
        self._inside += self._left - self._entered

    def read(self) -> tuple[float, float | None]:
        """Return seconds inside so far and the median step since the last reading; begin anew."""
        for device in self._devices:
            torch.cuda.synchronize(device)
        seconds = self._inside + perf_counter() - self._entered
        step = median(self._steps) if self._steps else None
        self._entered, self._inside, self._steps = perf_counter(), 0.0, []
        return seconds, step
