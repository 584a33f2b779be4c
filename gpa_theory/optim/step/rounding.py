r"""Stochastic rounding to bfloat16: what lets δ be stored in half the memory without stalling.

.. math:: P(\text{up}) = \frac{v - \lfloor v \rfloor}{\lceil v \rceil - \lfloor v \rfloor}, \qquad
    \mathbb{E}[\text{rounded}] = v

A decay by 1 − c is below half a unit in the last place of a bfloat16 once c < 2⁻⁹, so rounding to
nearest would never forget.  The random bits are a hash of (key, offset), counted and not drawn: no
generator is touched, replicas agree, and a resumed run rounds as the uninterrupted one would.

The hash is MurmurHash3's 32-bit finalizer, applied to the offset and again with the key.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

_MULTIPLIERS = (-2048144789, -1028477387)  # 0x85EBCA6B and 0xC2B2AE35 as signed 32-bit integers
_STREAMS = (40503, 60493, 2654435)  # odd, and far from one another: one per counter of the key


def key(seed: int, step: Any, index: int) -> Any:
    """Return the 32-bit key of one rounding: `seed` of the run, its `step`, `index` of parameter.

    A tensor step gives a tensor key on its device, so that a captured graph draws anew each time.

    >>> key(0, 3, 2) != key(0, 2, 3)
    True
    """
    mixed = seed * _STREAMS[0] + index * _STREAMS[2] + _STREAMS[1]
    if isinstance(step, Tensor):
        return step.to(torch.int32) * _STREAMS[1] + _signed(mixed)
    return _signed(step * _STREAMS[1] + mixed)


def _signed(value: int) -> int:
    return (value + 2**31) % 2**32 - 2**31


def _scrambled(h: Tensor) -> Tensor:
    """Return 32-bit integers of which every bit depends on every bit of h; shifts are logical."""
    h = (h ^ ((h >> 16) & 0xFFFF)) * _MULTIPLIERS[0]
    h = (h ^ ((h >> 13) & 0x7FFFF)) * _MULTIPLIERS[1]
    return h ^ ((h >> 16) & 0xFFFF)


def random_bits(like: Tensor, key: Any) -> Tensor:
    """Return one 32-bit integer for every element of `like`, in its shape, on its device."""
    offsets = torch.arange(like.numel(), dtype=torch.int32, device=like.device)
    return _scrambled(_scrambled(offsets) + key).view(like.shape)


def stochastic(value: Tensor, key: Any) -> Tensor:
    """Return a float32 tensor rounded to bfloat16, up or down at random, unbiased.

    Infinities and NaNs stay what they are.

    >>> exact = torch.tensor([1.0, -2.5])
    >>> stochastic(exact, key(0, 1, 0)).tolist()
    [1.0, -2.5]
    """
    if hasattr(value, "to_local"):  # a shard of a distributed tensor: every replica rounds alike
        return _like_shard(value, stochastic(value.to_local(), key))  # pyright: ignore
    value = value.contiguous()
    bits = value.view(torch.int32)
    # A bfloat16 is the upper half of a float32.  A uniform number below 2¹⁶ added to the lower half
    # carries over with just the probability that makes the rounding unbiased.
    rounded = (bits + (random_bits(value, key) & 0xFFFF)) & -65536
    kept = torch.where(value.isfinite(), rounded, bits)
    return kept.view(torch.float32).to(torch.bfloat16)


def _like_shard(value: Any, local: Tensor) -> Tensor:
    from torch.distributed.tensor import DTensor

    return DTensor.from_local(
        local,
        value.device_mesh,
        value.placements,
        run_check=False,
        shape=value.shape,
        stride=value.stride(),
    )
