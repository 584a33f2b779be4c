"""The transformer block of all models: pre-norm attention and SwiGLU, for text or for images."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from experiments.models.members import Linear, Norm


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a transformer; `kv_heads` < `heads` is grouped-query attention.

    >>> Shape(width=48, layers=2, heads=4).hidden
    128
    """

    width: int
    layers: int
    heads: int
    kv_heads: int = 0  # 0: as many as heads
    feed_forward: int = 0  # 0: 8/3 of the width, up to a multiple of 32
    eps: float = 1e-6

    @property
    def head_width(self) -> int:
        """Return the width of one attention head."""
        return self.width // self.heads

    @property
    def groups(self) -> int:
        """Return the number of key and value heads."""
        return self.kv_heads or self.heads

    @property
    def hidden(self) -> int:
        """Return the width between the two halves of the feed-forward part."""
        return self.feed_forward or 32 * math.ceil(8 * self.width / 3 / 32)


class Block(nn.Module):
    """u + attention(norm u), then u + SwiGLU(norm u); u: [M, B·T, width]."""

    def __init__(self, shape: Shape, causal: bool) -> None:
        super().__init__()
        s, residual = shape, (2 * shape.layers) ** -0.5  # or the sum over layers would grow
        self.shape, self.causal = shape, causal
        self.norm_attention, self.norm_feed = Norm(s.width, s.eps), Norm(s.width, s.eps)
        self.qkv = Linear(s.width, (s.heads + 2 * s.groups) * s.head_width)
        self.out = Linear(s.width, s.width, s.width**-0.5 * residual)
        self.gate_up = Linear(s.width, 2 * s.hidden)
        self.down = Linear(s.hidden, s.width, s.hidden**-0.5 * residual)

    def forward(self, u: Tensor, tokens: int, turn: tuple[Tensor, Tensor] | None) -> Tensor:
        """Return the block's output for sequences of `tokens`; `turn` rotates queries and keys."""
        u = u + self.out(self._attend(self.qkv(self.norm_attention(u)), tokens, turn))
        gate, up = self.gate_up(self.norm_feed(u)).chunk(2, -1)
        return u + self.down(F.silu(gate) * up)

    def _attend(self, qkv: Tensor, tokens: int, turn: tuple[Tensor, Tensor] | None) -> Tensor:
        """Return attention over sequences; members are part of the batch, so none sees another."""
        s, members = self.shape, qkv.shape[0]
        parts = qkv.view(-1, tokens, s.heads + 2 * s.groups, s.head_width).transpose(1, 2)
        q, k, v = parts.split((s.heads, s.groups, s.groups), dim=1)
        if turn is not None:
            q, k = rotated(q, *turn), rotated(k, *turn)
        if s.groups < s.heads:
            k, v = (t.repeat_interleave(s.heads // s.groups, dim=1) for t in (k, v))
        found = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return found.transpose(1, 2).reshape(members, -1, s.width)


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Return rotary positions applied to x: [batch, heads, tokens, width]."""
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin


def rotations(tokens: int, width: int, theta: float, like: Tensor) -> tuple[Tensor, Tensor]:
    """Return the cosines and sines of rotary positions, [tokens, width] each."""
    powers = theta ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    angles = torch.outer(torch.arange(tokens, dtype=torch.float64), powers)
    whole = torch.cat((angles, angles), -1)
    return tuple(t.to(like.device, like.dtype) for t in (whole.cos(), whole.sin()))  # type: ignore
