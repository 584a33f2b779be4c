"""A mark of the weights in place, kept in checkpoints: a state goes with its own weights only.

Saving x as the model and the optimizer while it holds y (or the reverse) loses the run silently, as
does resuming with the parameters in another order; the mark turns both into an error.  It is made
of sums of bit patterns over evenly spaced entries, weighted by place, so it is exact, the same on
every device, and costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import torch
from torch import Tensor

_SAMPLED = 64  # entries per parameter; x and y differ in nearly every one
_BITS = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
_WORD = 2**64  # sums are those of 64-bit integers
_DIGEST = 8  # bytes; two orders of the same weights share a digest by chance once in 2⁶⁴


def fingerprint(parameters: Iterable[Tensor]) -> str | None:
    """Return the mark of these weights, or None for shards, whose mark would depend on the layout.

    It names their types, their sum in any order, and behind a colon their order.

    >>> fingerprint([torch.ones(2)])
    'float32-4261412864:a61217be3ac898ea'
    """
    own = list(parameters)
    if any(hasattr(p, "to_local") or p.is_meta for p in own):
        return None
    kinds = {str(p.dtype).removeprefix("torch.") for p in own}
    found = _numbers(own)
    placed = blake2b(",".join(map(str, found)).encode(), digest_size=_DIGEST).hexdigest()
    total = (sum(found) + _WORD // 2) % _WORD - _WORD // 2
    return f"{'-'.join((*sorted(kinds), str(total)))}:{placed}"


def differ(saved: str | None, found: str | None, *, placed: bool = True) -> bool:
    """Return whether two marks show different weights, or if `placed` the same in another order.

    Marks of other types do not compare; older marks say nothing about the order.
    """
    if saved is None or found is None or saved == found:
        return False
    (kinds, total, order), (other_kinds, other_total, other) = _parts(saved), _parts(found)
    if kinds != other_kinds:
        return False
    return total != other_total or (placed and bool(order and other) and order != other)


def _parts(mark: str) -> tuple[str, int, str]:
    """Return the types, the sum modulo 2⁶⁴ (it was not always reduced) and the order."""
    weights, _, order = mark.partition(":")
    kinds, _, total = weights.rpartition("-")
    return kinds.rstrip("-"), int(f"{'-' * kinds.endswith('-')}{total}") % _WORD, order


def _numbers(parameters: list[Tensor]) -> list[int]:
    """Return one integer for every parameter, fetched from each device at once."""
    places: dict[torch.device, list[int]] = {}
    for place, p in enumerate(parameters):
        places.setdefault(p.device, []).append(place)
    found = [0] * len(parameters)
    for own in places.values():
        bits = torch.stack([_sampled_bits(parameters[place]) for place in own]).tolist()
        for place, number in zip(own, bits, strict=True):
            found[place] = number
    return found


def _sampled_bits(p: Tensor) -> Tensor:
    flat = (torch.view_as_real(p.detach()) if p.is_complex() else p.detach()).reshape(-1)
    flat = flat[:: max(1, flat.numel() // _SAMPLED)]
    bits = flat.contiguous().view(_BITS[flat.element_size()]).to(torch.int64)
    places = 2 * torch.arange(bits.numel(), device=bits.device) + 1  # or −p could look like p
    return (bits * places).sum()
