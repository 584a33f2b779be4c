"""Softmax regression: logits that are linear in the input, one matrix and bias per member."""

from __future__ import annotations

from torch import Tensor

from experiments.models.members import Ensemble, Linear


class Softmax(Ensemble):
    """Logits [M, B, classes] = x W + b of inputs x [M, B, …], flattened to `size` numbers.

    The mean cross-entropy of logits that are linear in the parameters is convex in them.
    """

    def __init__(self, size: int, classes: int) -> None:
        super().__init__()
        self.head = Linear(size, classes, std=0.0, bias=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits of every class."""
        return self.head(x.flatten(2))
