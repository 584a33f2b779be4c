"""A ViT: patches, learned positions, the same blocks without causality, mean pooling."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from experiments.models.block import Block, Shape
from experiments.models.members import Ensemble, Linear, Norm


@dataclass(frozen=True, slots=True)
class ViTConfig:
    """A ViT's size.

    Positions start as large as the embeddings of patches (std 1).  With the customary 0.02 a small
    model begins without a notion of order and stays on a plateau (*measured*).
    """

    classes: int
    image: int
    patch: int
    channels: int
    shape: Shape
    position_std: float = 1.0


VIT_S16 = ViTConfig(1000, 224, 16, 3, Shape(384, 12, 6, feed_forward=1024), position_std=0.02)


class ViT(Ensemble):
    """Logits [M, B, classes] of images [M, B, channels, side, side]."""

    def __init__(self, config: ViTConfig) -> None:
        super().__init__()
        self.config, width = config, config.shape.width
        self.embed = Linear(config.channels * config.patch**2, width, bias=True)
        tokens = (config.image // config.patch) ** 2
        self.add("positions", (tokens, width), config.position_std, False)
        blocks = (Block(config.shape, causal=False) for _ in range(config.shape.layers))
        self.blocks = nn.ModuleList(blocks)
        self.norm = Norm(width, config.shape.eps)
        self.head = Linear(width, config.classes, bias=True)

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits of every class."""
        patches = self._patches(images)
        members, batch, tokens, size = patches.shape
        u = self.embed(patches.reshape(members, batch * tokens, size))
        u = u.view(members, batch, tokens, -1) + self.positions[:, None]
        u = u.reshape(members, batch * tokens, -1)
        for block in self.blocks:
            u = block(u, tokens, None)
        pooled = self.norm(u).view(members, batch, tokens, -1).mean(2)
        return self.head(pooled)

    def _patches(self, images: Tensor) -> Tensor:
        """Return [M, B, tokens, channels · patch²]."""
        m, b, channels, side, _ = images.shape
        p, n = self.config.patch, side // self.config.patch
        cut = images.view(m, b, channels, n, p, n, p).permute(0, 1, 3, 5, 2, 4, 6)
        return cut.reshape(m, b, n * n, channels * p * p)
