"""Launching the Triton kernels: a table of addresses for many tensors, one launch for all.

The table stays on the device until an address changes.  While a CUDA graph is being captured
nothing can be copied to the device, so each tensor then has a launch of its own, which costs next
to nothing in the replay.  Counts, rates and random keys are computed on the device: a schedule or
another step recompiles nothing, and a captured `capturable` group goes on counting.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from gpa_theory.optim.adamw.state import begun, gradient_of, laid_out, local
from gpa_theory.optim.step import rounding
from gpa_theory.optim.step.groups import DELTA
from gpa_theory.optim.step.masters import HALF, MASTER

BLOCK = 1024
_KEPT = 8  # tables; gradients come back at the same few addresses
OneParameter = tuple[Tensor, ...]  # p, y, ∇f, m, v, δ


class Tables:
    """The tables on the device, found again by the addresses in them."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, ...], tuple[Tensor, Tensor, bool]] = {}

    def of(self, rows: list[OneParameter], places: list[int]) -> tuple[Tensor, Tensor, bool]:
        """Return the table, the (tensor, block) of every program, and whether all is aligned."""
        sizes = [row[0].numel() for row in rows]
        addresses = [[t.data_ptr() for t in row] for row in rows]
        parts = zip(sizes, places, addresses, strict=True)
        flat = [number for size, place, found in parts for number in (size, place, *found)]
        key = tuple(flat)
        if key not in self._made:
            if len(self._made) == _KEPT:
                del self._made[next(iter(self._made))]
            aligned = all(a % 16 == 0 for found in addresses for a in found)
            device = rows[0][0].device
            table = torch.tensor(flat, dtype=torch.int64).to(device)
            self._made[key] = (table, _blocks(sizes).to(device), aligned)
        return self._made[key]


def _blocks(sizes: list[int]) -> Tensor:
    counts = torch.tensor([max(1, -(-size // BLOCK)) for size in sizes])
    tensors = torch.arange(len(sizes)).repeat_interleave(counts)
    starts = counts.cumsum(0) - counts
    within = torch.arange(len(tensors)) - starts.repeat_interleave(counts)
    return torch.stack([tensors, within], dim=1).to(torch.int32)


def step_group(
    group: Mapping[str, Any],
    state: Mapping[Tensor, Any],
    c: Any,
    order: Mapping[Tensor, int],
    tables: Tables,
) -> None:
    """Move every parameter of the group that has a gradient, and its state."""
    buckets: dict[tuple[torch.dtype, ...], list[tuple[OneParameter, Tensor, int]]] = {}
    moving = [p for p in group["params"] if p.grad is not None]
    for p in moving:
        row, step = _row(group, p, state)
        kinds = (row[0].dtype, row[2].dtype, row[5].dtype)
        buckets.setdefault(kinds, []).append((row, step, _place(group["gpa_seed"], order[p])))
    for kinds, found in buckets.items():
        rows, steps, places = (list(column) for column in zip(*found, strict=True))
        _launch(group, kinds, rows, places, _rates(group, steps, c, rows[0][0].device), tables)
    torch.autograd.graph.increment_version(moving)


def _row(
    group: Mapping[str, Any], p: Tensor, state: Mapping[Tensor, Any]
) -> tuple[OneParameter, Tensor]:
    own = begun(group, p, state)
    laid_out(group, own, p)
    y = own.get(MASTER, p)
    row = (p, y, gradient_of(p), own["exp_avg"], own["exp_avg_sq"], own[DELTA])
    return tuple(local(t) for t in row), own["step"]


def _place(seed: int, index: int) -> int:
    """Return what the parameter's place adds to the key of its rounding, mod 2³²."""
    moved = rounding.key(seed, 0, index) - rounding.key(seed, 0, 0)
    return (moved + 2**31) % 2**32 - 2**31


def _rates(group: Mapping[str, Any], steps: list[Tensor], c: Any, device: Any) -> Tensor:
    """Count one step; return the four rates of every tensor, computed where the counts are."""
    torch._foreach_add_(steps, 1)  # pyright: ignore[reportPrivateImportUsage]
    t = torch.stack(steps).double()
    (beta1, beta2), lr = group["betas"], group["lr"]
    lr = float(lr) if isinstance(lr, Tensor) and (lr.is_cpu or t.is_cpu) else lr
    pinned = t.is_cpu and device.type == "cuda"
    rates = torch.empty((len(steps), 4), device=t.device, pin_memory=pinned)
    rates[:, 0] = lr / (1 - beta1**t)
    rates[:, 1] = (1 - beta2**t).rsqrt()
    rates[:, 2] = lr * group["weight_decay"]
    rates[:, 3] = c
    return rates.to(device, non_blocking=True)


def _launch(
    group: Mapping[str, Any],
    kinds: tuple[torch.dtype, ...],
    rows: list[OneParameter],
    places: list[int],
    rates: Tensor,
    tables: Tables,
) -> None:
    """Launch one kernel over all rows, or one over each while a graph is being captured."""
    from gpa_theory.optim.adamw import kernels

    device = rates.device
    moment = rounding.key(group["gpa_seed"], group["gpa_steps"], 0)
    if not isinstance(moment, Tensor):
        moment = torch.full((), moment, dtype=torch.int32, device=device)
    constants = _constants(group)
    flags = {"HALF": kinds[0] in HALF, "COARSE": kinds[2] == torch.bfloat16, "BLOCK": BLOCK}
    flags["enable_fp_fusion"] = True  # explicit: the default changes from release to release
    with torch.cuda.device_of(rates):
        if _capturing(device):
            for row, place, own in zip(rows, places, rates, strict=True):
                size = row[0].numel()
                launch: Any = kernels.step_one[(max(1, -(-size // BLOCK)),)]
                launch(*row, size, place, own, moment, *constants, **flags)
            return
        table, blocks, aligned = tables.of(rows, places)
        types = [getattr(kernels.tl, str(dtype).removeprefix("torch.")) for dtype in kinds]
        names = dict(zip(("P", "GRADIENT", "DELTA"), types, strict=True))
        launch = kernels.step_many[(len(blocks),)]
        launch(table, blocks, rates, moment, *constants, **names, **flags, ALIGNED=aligned)


def _capturing(device: torch.device) -> bool:
    return device.type == "cuda" and torch.cuda.is_current_stream_capturing()


def _constants(group: Mapping[str, Any]) -> tuple[float, ...]:
    beta1, beta2 = group["betas"]
    sign = -1.0 if group["maximize"] else 1.0
    mu_y = (float(group["gpa_mu_y"]), float(group["mu_y"]))
    return (sign, 1 - beta1, beta2, 1 - beta2, group["eps"], *mu_y)
