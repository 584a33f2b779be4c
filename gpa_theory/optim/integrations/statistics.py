"""BatchNorm between x and y: its statistics are taken anew with x, and y's come back with y.

Running statistics are collected at the training weights.  A loop that evaluates or saves the
averaged weights needs theirs, over batches that the user names; without any, the user is told once.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from gpa_theory.optim.batchnorm import named_statistics, statistics_of, tracking


class Statistics:
    """The statistics that are not in place: those of y while x is evaluated or saved."""

    def __init__(self, call: str, batches: Iterable[Any] | None) -> None:
        self.batches = batches
        self._call = call
        self._warned = False
        self._aside: dict[str, tuple[Tensor, Tensor]] = {}  # name: (of y, of x, now in place)

    def warn(self, model: nn.Module) -> None:
        """Say once that BatchNorm collects statistics here and nobody takes them anew at x."""
        if self._warned or self.batches is not None:
            return
        if any(layer.training for layer in tracking(model)):
            self._warned = True
            told = "BatchNorm collects its statistics at the training weights, but the averaged"
            fix = "weights are evaluated and saved with them: pass recalibrate=batches"
            warnings.warn(f"`{self._call}`: {told} {fix}", UserWarning, stacklevel=2)

    def taken(self, model: nn.Module, read: Callable[[Any], Any]) -> dict[str, Tensor]:
        """Return the statistics at the weights in place; `read` prepares each batch."""
        if self.batches is None:
            return {}
        return statistics_of(model, (read(batch) for batch in self.batches))

    def at_x(self, model: nn.Module, read: Callable[[Any], Any]) -> None:
        """Put the statistics of x in place, unless they are; x itself is in place already."""
        if self._aside:
            return
        buffers = named_statistics(model)
        for name, at_x in self.taken(model, read).items():
            self._aside[name] = (buffers[name].clone(), at_x)
            buffers[name].copy_(at_x)

    def at_y(self, model: nn.Module) -> None:
        """Put the statistics of y back, where those of x were not replaced meanwhile."""
        buffers = named_statistics(model) if self._aside else {}
        for name, (at_y, at_x) in self._aside.items():
            if torch.equal(buffers[name], at_x.to(buffers[name].device)):
                buffers[name].copy_(at_y)
        self._aside.clear()

    def aside(self) -> dict[str, Tensor]:
        """Return the statistics of y that were put aside, for a checkpoint."""
        return {name: at_y for name, (at_y, _) in self._aside.items()}

    def resume(self, aside: Mapping[str, Tensor], loaded: Mapping[str, Tensor]) -> None:
        """Go on from a checkpoint: what was aside, and the weights and buffers it was beside."""
        self._aside = {name: (at_y, loaded[name]) for name, at_y in aside.items()}
