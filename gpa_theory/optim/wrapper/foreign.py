"""Gradients that were taken while other weights were in place: remembered, and never stepped on.

Clipping such a gradient or adding to it does not make it one that belongs to the training weights;
only clearing it does.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

Stamp = tuple[Tensor | None, int]  # a gradient and its version; kept alive, so `is` is sound


class ForeignGradients:
    """Watches parameters while other weights are in place; `check` refuses what was taken then."""

    def __init__(self) -> None:
        self._before: dict[Tensor, Stamp] = {}  # parameter: its gradient when it was put aside
        self._foreign: list[tuple[Tensor, Tensor]] = []

    def watch(self, parameters: Iterable[Tensor]) -> None:
        """Remember the present gradients as harmless: other weights are about to come in place."""
        self._before.update((p, _stamp(p)) for p in parameters)

    def release(self, parameters: Iterable[Tensor]) -> None:
        """Remember every gradient that appeared or changed: the training weights are back."""
        for p in parameters:
            gradient, version = self._before.pop(p, (None, -1))
            if p.grad is None or _cleared(p.grad):
                continue
            if p.grad is not gradient or p.grad._version != version:
                self._foreign.append((p, p.grad))

    def forget(self) -> None:
        """Take note that all gradients have just been cleared."""
        self._foreign.clear()
        self.watch(list(self._before))

    def check(self, call: str) -> None:
        """Raise if a gradient about to be used was taken while other weights were in place."""
        self._foreign = [(p, gradient) for p, gradient in self._foreign if p.grad is gradient]
        if self._foreign:
            rule = "a gradient was taken while the averaged weights were in place"
            fix = "call the optimizer's zero_grad() and take it again after train()"
            raise RuntimeError(f"`{call}`: {rule}: {fix}")


def _stamp(p: Tensor) -> Stamp:
    return (None, -1) if p.grad is None else (p.grad, p.grad._version)


def _cleared(gradient: Tensor) -> bool:
    """Return whether a gradient is zero: the base or the model has cleared it in place."""
    own = gradient.to_local() if hasattr(gradient, "to_local") else gradient  # pyright: ignore
    return own.layout == torch.strided and not bool(own.any())
