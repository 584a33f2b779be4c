"""scikit-learn's 1797 handwritten digits, 8 × 8: for the smoke test and a convex control."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

SIDE, CLASSES = 8, 10
VALIDATION = 360
MEAN, SPREAD = 4.9, 6.0  # of the pixels, which are 0 … 16


@cache
def images() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return training images and labels, validation images and labels; images [N, 1, 8, 8]."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise ImportError(
            "the digits come with the package scikit-learn: pip install scikit-learn"
        ) from None
    found = load_digits()
    x = (torch.as_tensor(found.images)[:, None] - MEAN) / SPREAD
    y = torch.as_tensor(found.target).long()
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    train, validation = order[VALIDATION:], order[:VALIDATION]
    return x[train], y[train], x[validation], y[validation]


class Drawn:
    """Batches (images, labels), [M, B, …], drawn with replacement: batch t of seed k is fixed."""

    def __init__(
        self,
        seeds: Sequence[int],
        batch_size: int,
        dtype: torch.dtype,
        device: str = "cpu",
        rank: int = 0,
        ranks: int = 1,
    ) -> None:
        self.seeds, self.size, self.dtype, self.device = list(seeds), batch_size, dtype, device
        each = batch_size // ranks
        self._part = slice(rank * each, (rank + 1) * each)

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Return the batch after `step` steps."""
        x, y, _, _ = images()
        picks = {}
        for seed in dict.fromkeys(self.seeds):
            generator = torch.Generator().manual_seed(1_000_003 * (seed + 1) + step)
            picks[seed] = torch.randint(len(x), (self.size,), generator=generator)[self._part]
        index = torch.stack([picks[seed] for seed in self.seeds])
        return x[index].to(self.device, self.dtype), y[index].to(self.device)
