"""A Llama: token embedding, causal blocks with rotary positions, a head over the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from experiments.models.block import Block, Shape, rotations
from experiments.models.members import Ensemble, Linear, Norm


@dataclass(frozen=True, slots=True)
class LlamaConfig:
    """A Llama's size; `tied` uses the embedding as the head."""

    vocabulary: int
    shape: Shape
    theta: float = 10_000.0
    tied: bool = False


LLAMA_160M = LlamaConfig(32_000, Shape(768, 12, 12, feed_forward=3072, eps=1e-5))
LLAMA_1B = LlamaConfig(
    128_256, Shape(2048, 16, 32, 8, feed_forward=8192, eps=1e-5), theta=500_000.0, tied=True
)
LLAMA_8B = LlamaConfig(
    128_256, Shape(4096, 32, 32, 8, feed_forward=14_336, eps=1e-5), theta=500_000.0
)


class Llama(Ensemble):
    """Logits [M, B, T, vocabulary] of tokens [M, B, T]."""

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.config, shape = config, config.shape
        self.add("embedding", (config.vocabulary, shape.width), 0.02, True)
        self.blocks = nn.ModuleList(Block(shape, causal=True) for _ in range(shape.layers))
        self.norm = Norm(shape.width, shape.eps)
        self.head = None if config.tied else Linear(shape.width, config.vocabulary)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the logits of every next token."""
        members, batch, length = tokens.shape
        table = self.embedding
        own = torch.arange(members, device=tokens.device)[:, None, None] * self.config.vocabulary
        u = F.embedding((tokens + own).reshape(members, -1), table.flatten(0, 1))
        turn = rotations(length, self.config.shape.head_width, self.config.theta, u)
        for block in self.blocks:
            u = block(u, length, turn)
        u = self.norm(u)
        logits = torch.bmm(u, table.transpose(1, 2)) if self.head is None else self.head(u)
        return logits.view(members, batch, length, -1)
