"""A mark of the weights in place, kept in checkpoints: a state goes with its own weights only.

Saving x as the model and the optimizer while it holds y (or the reverse) loses the run silently;
the mark turns that into an error.  It is a sum of bit patterns over evenly spaced entries, weighted
by place, so it is exact, the same on every device, and costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

_SAMPLED = 64  # entries per parameter; x and y differ in nearly every one
_BITS = {2: torch.int16, 4: torch.int32, 8: torch.int64}


def fingerprint(parameters: Iterable[Tensor]) -> str | None:
    """Return the mark of these weights, or None for shards, whose mark would depend on the layout.

    >>> fingerprint([torch.ones(2)])
    'float32-4261412864'
    """
    sums: dict[torch.device, list[Tensor]] = {}
    kinds = set()
    for p in parameters:
        if hasattr(p, "to_local") or p.is_meta:
            return None
        kinds.add(str(p.dtype).removeprefix("torch."))
        sums.setdefault(p.device, []).append(_sampled_bits(p))
    total = sum(int(torch.stack(found).sum()) for found in sums.values())
    return "-".join((*sorted(kinds), str(total)))


def differ(saved: str | None, found: str | None) -> bool:
    """Return whether two marks show different weights; marks of other types do not compare."""
    if saved is None or found is None or saved == found:
        return False
    return saved.rpartition("-")[0].rstrip("-") == found.rpartition("-")[0].rstrip("-")


def _sampled_bits(p: Tensor) -> Tensor:
    flat = (torch.view_as_real(p.detach()) if p.is_complex() else p.detach()).reshape(-1)
    flat = flat[:: max(1, flat.numel() // _SAMPLED)]
    bits = flat.contiguous().view(_BITS[flat.element_size()]).to(torch.int64)
    places = 2 * torch.arange(bits.numel(), device=bits.device) + 1  # or −p could look like p
    return (bits * places).sum()
