"""What DiLoCo accepts and keeps in a parameter group: plain values, checked, readable by anyone.

`inner_steps`, `outer_lr`, `outer_momentum` and `outer_nesterov` are the user's; `diloco_steps` (of
the running block) and `diloco_mode` are its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from gpa_theory.core.validation import check_count, check_range, refuse

TRAIN, EVAL = "train", "eval"
USERS = ("inner_steps", "outer_lr", "outer_momentum", "outer_nesterov")
DTYPES = (torch.float32, torch.float64, torch.complex64, torch.complex128)


def own_of(group: Mapping[str, Any], defaults: Mapping[str, Any], mode: str) -> dict[str, Any]:
    """Return DiLoCo's keys of a parameter group, completed from `defaults` and checked."""
    own = {key: group.get(key, defaults[key]) for key in USERS}
    own["diloco_steps"] = group.get("diloco_steps", 0)
    own["diloco_mode"] = group.get("diloco_mode", mode)
    check(own)
    check_parameters(group)
    return own


def check(group: Mapping[str, Any]) -> None:
    """Raise if a constant of the group is out of range."""
    steps, lr, momentum = (group[key] for key in USERS[:3])
    check_count(f"DiLoCo(inner_steps={steps})", "inner_steps", steps)
    check_range(f"DiLoCo(outer_lr={lr})", "outer_lr", lr, 0)
    call = f"DiLoCo(outer_momentum={momentum})"
    check_range(call, "outer_momentum", momentum, 0, 1, open_high=True)
    taken, mode = group["diloco_steps"], group["diloco_mode"]
    check_count(f"DiLoCo(diloco_steps={taken})", "diloco_steps", taken, 0)
    if mode not in (TRAIN, EVAL):
        rule = f"must be {TRAIN!r} or {EVAL!r}"
        raise refuse(f"DiLoCo(diloco_mode={mode!r})", "diloco_mode", rule)


def check_parameters(group: Mapping[str, Any]) -> None:
    """Raise if a parameter of the group cannot be stepped; frozen ones may be of any type."""
    for p in group["params"]:
        if p.requires_grad:
            check_type(p)


def check_type(p: Tensor) -> None:
    """Raise if p is stored too coarsely to tell θ from its anchor."""
    if p.dtype not in DTYPES:
        rule = f"must not be {p.dtype}: anchor − θ would be mostly rounding; keep float32"
        raise refuse("DiLoCo()", "parameters", rule)
