"""A long row of tokens cut into chunks; each seed deals them out in an order of its own, once each.

Members with equal seeds get equal batches.  A stream refuses to go past its end, because training
on the same data again is another experiment, which has to be asked for with `epochs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from gpa_theory.core.validation import check_count, refuse


class Chunks:
    """Batches (inputs, targets), each [M, B/ranks, length], of a one-dimensional `tokens`.

    >>> stream = Chunks(torch.arange(13), 4, seeds=[0], batch_size=1)
    >>> sorted(stream.batch(t)[0][0, 0, 0].item() for t in range(3))
    [0, 4, 8]
    >>> stream.batch(3)
    Traceback (most recent call last):
    ValueError: `batch(step=3)`: step must be below 3: 1 epoch(s) of 3 chunks hold no more
    """

    def __init__(
        self,
        tokens: Any,
        length: int,
        seeds: Sequence[int],
        batch_size: int,
        *,
        epochs: int = 1,
        device: str = "cpu",
        rank: int = 0,
        ranks: int = 1,
    ) -> None:
        call = f"Chunks(length={length}, batch_size={batch_size})"
        self.count = (len(tokens) - 1) // check_count(call, "length", length)
        if self.count < check_count(call, "batch_size", batch_size):
            raise refuse(call, "tokens", f"must hold {batch_size * length + 1} or more")
        if batch_size % ranks:
            raise refuse(call, "batch_size", f"must be a multiple of the {ranks} processes")
        self.tokens, self.length, self.size, self.epochs = tokens, length, batch_size, epochs
        self.seeds, self.device = list(seeds), device
        each = batch_size // ranks
        self.most = epochs * (self.count // batch_size)  # steps
        self._part = slice(rank * each, (rank + 1) * each)
        self._orders: dict[tuple[int, int], Tensor] = {}
        self._offsets = torch.arange(length + 1)

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Return the batch after `step` steps, every member's own."""
        if step >= self.most:
            held = f"{self.epochs} epoch(s) of {self.count} chunks hold no more"
            raise refuse(f"batch(step={step})", "step", f"must be below {self.most}: {held}")
        epoch, place = divmod(step, self.count // self.size)
        found = {seed: self._rows(seed, epoch, place) for seed in dict.fromkeys(self.seeds)}
        rows = torch.stack([found[seed] for seed in self.seeds]).to(self.device)
        return rows[..., :-1], rows[..., 1:]

    def _rows(self, seed: int, epoch: int, place: int) -> Tensor:
        order = self._order(seed, epoch)[place * self.size : (place + 1) * self.size][self._part]
        index = order[:, None] * self.length + self._offsets
        if isinstance(self.tokens, Tensor):
            return self.tokens[index].long()
        return torch.as_tensor(self.tokens[index.numpy()].astype("int64"))

    def _order(self, seed: int, epoch: int) -> Tensor:
        if (seed, epoch) not in self._orders:
            generator = torch.Generator().manual_seed(1_000_003 * (seed + 1) + epoch)
            self._orders = {k: v for k, v in self._orders.items() if k[1] == epoch}
            self._orders[seed, epoch] = torch.randperm(self.count, generator=generator)
        return self._orders[seed, epoch]


def fixed(tokens: Any, length: int, count: int, device: str = "cpu") -> tuple[Tensor, Tensor]:
    """Return `count` evenly spread chunks, or all if fewer: inputs and targets, [B, T]."""
    available = (len(tokens) - 1) // length
    starts = torch.linspace(0, available - 1, min(count, available)).long() * length
    index = starts[:, None] + torch.arange(length + 1)
    if isinstance(tokens, Tensor):
        rows = tokens[index].long()
    else:
        rows = torch.as_tensor(tokens[index.numpy()].astype("int64"))
    return rows[:, :-1].to(device), rows[:, 1:].to(device)
