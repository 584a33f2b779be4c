"""Which way the next step of GPAAdamW goes, and the reason: the fused path, or the general one.

The fused path is taken where it is sure to compute the same step.  Everything else, complex
parameters, sparse gradients, options that were loaded with a checkpoint, goes through GPA around
AdamW as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter

from gpa_theory.core.validation import refuse
from gpa_theory.optim.adamw.columns import Columns, columns_of
from gpa_theory.optim.adamw.state import local
from gpa_theory.optim.step import native
from gpa_theory.optim.step.columns import dense
from gpa_theory.optim.step.masters import HALF

BACKENDS = ("auto", "triton", "compile", "foreach")
Groups = list[dict[str, Any]]
Plan = tuple[str, str]
_PLAIN = (Tensor, Parameter)
_TRITON = (torch.float32, *HALF)


def check_backend(backend: Any) -> None:
    """Raise unless `backend` is one of the names."""
    if backend not in BACKENDS:
        rule = f"must be one of {', '.join(BACKENDS)}"
        raise refuse(f"GPAAdamW(backend={backend!r})", "backend", rule)


def plan(groups: Groups, state: Mapping[Tensor, Any], wanted: str) -> Plan:
    """Return (backend, reason) for a step with the gradients as they are now."""
    if wanted == "foreach":
        return "foreach", "asked for"
    moving = [(group, p) for group in groups for p in group["params"] if p.grad is not None]
    if not moving:
        return "foreach", "there are no gradients"
    device = moving[0][1].device.type
    name = wanted
    if wanted == "auto":
        name = "compile" if device == "cpu" else "triton"
    if wanted == "auto" and name == "compile" and _too_few(p for _, p in moving):
        return "foreach", f"fewer than {native.WORTHWHILE} elements"
    reason = _missing(name, device) or next(_obstacles(name, device, moving, state), None)
    return ("foreach", reason) if reason else (name, "nothing is in the way")


def ready(groups: Groups, state: Mapping[Tensor, Any], wanted: str) -> list[Columns]:
    """Return the columns of every group if the next step is sure to be compiled, else [].

    An empty list decides nothing: `plan` then asks tensor by tensor.
    """
    if wanted not in ("auto", "compile"):
        return []
    every = (p for group in groups for p in group["params"] if p.grad is not None)
    if wanted == "auto" and _too_few(every):
        return []
    if native.missing() or any(True for group in groups for _ in _of_group("compile", group)):
        return []
    found: list[Columns] = []
    for group in groups:
        columns = columns_of(group, state)
        if columns is None:
            return []
        found.append(columns)
    return found if any(columns.parameters for columns in found) else []


def _too_few(moving: Iterable[Tensor]) -> bool:
    """Return whether there are too few elements for compiling to pay; compiles nothing."""
    elements = 0
    for p in moving:
        elements += p.numel()
        if elements >= native.WORTHWHILE:
            return False
    return True


def _missing(name: str, device: str) -> str | None:
    """Return why this backend cannot run on this device at all."""
    if name == "compile":
        return native.missing() if device == "cpu" else f"no compiled kernel for {device}"
    if device != "cuda" and os.environ.get("TRITON_INTERPRET") != "1":
        return f"no Triton kernel for {device}"
    return None if find_spec("triton") else "triton is not installed"


def _obstacles(
    name: str,
    device: str,
    moving: list[tuple[dict[str, Any], Tensor]],
    state: Mapping[Tensor, Any],
) -> Iterator[str]:
    """Yield every reason against the fused path for these parameters."""
    seen: set[int] = set()
    for group, p in moving:
        if id(group) not in seen:
            seen.add(id(group))
            yield from _of_group(name, group)
        gradient = p.grad
        if gradient is None or gradient.layout != torch.strided:
            yield "sparse gradients"
        elif not _plain(p, gradient, state):
            odd = gradient if type(p) in _PLAIN else p
            yield f"tensors of type {type(odd).__name__} that are not shards of one layout"
        elif p.device.type != device or (device != "cpu" and p.device != moving[0][1].device):
            yield "parameters on several devices"
        elif p.dtype not in (native.C_NAMES if name == "compile" else _TRITON):
            yield f"{name} does not take {p.dtype}"
        elif not _of_one_shape(p, gradient, state):
            yield "a state or gradient of another shape than its parameter"
        elif not dense(p):
            yield "a parameter with gaps in memory"
        elif group["state_dtype"] is not None and not p.is_contiguous():
            yield "state_dtype with a parameter that is not contiguous"


def _plain(p: Tensor, gradient: Tensor, state: Mapping[Tensor, Any]) -> bool:
    """Return whether the layout in memory is known: torch's own tensors, or shards alike."""
    if type(p) in _PLAIN and type(gradient) in _PLAIN:
        return True
    own = [t for k, t in state.get(p, {}).items() if k != "step"]
    if not all(hasattr(t, "to_local") for t in (p, gradient, *own)):
        return False
    places = {(t.device_mesh, tuple(t.placements)) for t in (p, gradient, *own)}  # pyright: ignore
    shards = [local(t) for t in (p, gradient, *own)]
    return len(places) == 1 and all(t.is_contiguous() and type(t) in _PLAIN for t in shards)


def _of_one_shape(p: Tensor, gradient: Tensor, state: Mapping[Tensor, Any]) -> bool:
    """Return whether all are as large as p, whose `.data` may have been replaced."""
    own = [t for k, t in state.get(p, {}).items() if k != "step" and isinstance(t, Tensor)]
    return all(t.shape == p.shape for t in (gradient, *own))


def _of_group(name: str, group: Mapping[str, Any]) -> Iterator[str]:
    for option in ("amsgrad", "differentiable"):
        if group.get(option):
            yield option
    if not group.get("decoupled_weight_decay", True):
        yield "weight decay through the gradient"
    if any(isinstance(beta, Tensor) for beta in group["betas"]):
        yield "betas that are tensors"
    if name == "compile" and group["state_dtype"] is not None:
        yield f"compile does not take state_dtype={group['state_dtype']}"
