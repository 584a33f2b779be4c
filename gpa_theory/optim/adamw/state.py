"""What one parameter of GPA around AdamW keeps: AdamW's own entries, δ, and y in half precision.

The names and types are those of `GPA(AdamW(…))`, so that a state dict of one loads into the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter

from gpa_theory.optim.step.groups import DELTA, State, delta_dtype
from gpa_theory.optim.step.masters import MASTER, home, is_half


def begun(group: Mapping[str, Any], p: Tensor, state: State) -> dict[str, Any]:
    """Return the state of p, complete: moments and δ are zero before the first step."""
    own = state[p]
    if DELTA in own:
        return own
    y = home(p, state)
    if "step" not in own:
        on_device = group["capturable"] or group["fused"]
        device = p.device if on_device else torch.device("cpu")
        own["step"] = torch.zeros((), dtype=torch.float32, device=device)
        kept = torch.float32 if is_half(p) else p.dtype
        own["exp_avg"] = torch.zeros_like(y, dtype=kept, memory_format=torch.preserve_format)
        own["exp_avg_sq"] = torch.zeros_like(own["exp_avg"])
    own[DELTA] = torch.zeros_like(own["exp_avg"], dtype=delta_dtype(group, p))
    if is_half(p) and MASTER not in own:
        own[MASTER] = p.detach().float()
    return own


def local(t: Any) -> Tensor:
    """Return this process's shard of a distributed tensor, in its memory; any other t as it is."""
    plain = type(t) in (Tensor, Parameter)  # asking these for an attribute they lack is slow
    return t.to_local() if not plain and hasattr(t, "to_local") else t


def laid_out(group: Mapping[str, Any], own: dict[str, Any], p: Tensor) -> None:
    """Bring every entry to its type, to p's device and to p's layout: a loaded one may differ."""
    full = torch.float32 if is_half(p) else p.dtype
    for name in ("exp_avg", "exp_avg_sq", DELTA, MASTER):
        if name in own:
            dtype = delta_dtype(group, p) if name == DELTA else full
            own[name] = _as(own[name], p, dtype)


def gradient_of(p: Tensor) -> Tensor:
    """Return the gradient of p in the layout of p."""
    if p.grad is None:
        raise RuntimeError("`GPAAdamW.step()`: a parameter lost its gradient during the step")
    return _as(p.grad, p, p.grad.dtype if is_half(p) else p.dtype)


def _as(t: Tensor, like: Tensor, dtype: torch.dtype) -> Tensor:
    in_place = t.stride() == like.stride() and t.dtype == dtype and t.device == like.device
    if in_place and not t.is_neg():
        return t
    return torch.empty_like(like, dtype=dtype).copy_(t)
