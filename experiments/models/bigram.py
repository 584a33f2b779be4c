"""The convex control: logits that depend on the last byte alone, one table per member."""

from __future__ import annotations

import torch
from torch import Tensor

from experiments.models.members import ZEROS, Ensemble


class Bigram(Ensemble):
    """Logits [M, B, T, n] of tokens [M, B, T]: row `token` of a table [n, n].

    The mean cross-entropy is convex in the table.  So every Bregman divergence must come out ≥ 0
    and the theory must hold; if it does not, the instrument is wrong.
    """

    def __init__(self, vocabulary: int = 256) -> None:
        super().__init__()
        self.add("table", (vocabulary, vocabulary), ZEROS, False)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return each member's row for each token."""
        member = torch.arange(tokens.shape[0], device=tokens.device)[:, None, None]
        return self.table[member, tokens]
