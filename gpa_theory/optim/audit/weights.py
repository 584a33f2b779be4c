"""Which weights an audit is about: one tensor per trained parameter, by its name in the model."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import Module

from gpa_theory.core.validation import refuse
from gpa_theory.optim.gpa import GPA

Weights = Mapping[str, Tensor]  # x, y, z or u: the trained parameters' names, with their tensors


def plain(model: Module) -> Module:
    """Return the module inside torch.compile and DistributedDataParallel, if there is one."""
    while True:
        inner = getattr(model, "_orig_mod", None)
        if isinstance(model, torch.nn.parallel.DistributedDataParallel):
            inner = model.module
        if not isinstance(inner, Module):
            return model
        model = inner


def trained_parameters(opt: GPA, model: Module) -> dict[str, Tensor]:
    """Return what `opt` trains, by its name in the model; refuse what cannot be audited."""
    names = {id(p): name for name, p in plain(model).named_parameters()}
    found = {}
    for p in (p for group in opt.param_groups for p in group["params"]):
        if hasattr(p, "full_tensor"):
            rule = "must not be sharded (DTensor): audit an unsharded run of the same model"
            raise refuse("Audit(opt)", "parameters", rule)
        if id(p) not in names:
            raise refuse("Audit(opt, model)", "opt", "must train parameters of the model only")
        if p.requires_grad:
            found[names[id(p)]] = p
    if not found:
        raise refuse("Audit(opt, model)", "opt", "must train at least one parameter")
    return found


def reference_weights(reference: Any, trained: Weights) -> dict[str, Tensor] | None:
    """Return u on the CPU, in the type of y: the trained parameters' entries of a state dict."""
    if reference is None:
        return None
    if isinstance(reference, str | os.PathLike):
        reference = torch.load(reference, map_location="cpu", weights_only=True)
    call = "Audit(reference)"
    if not isinstance(reference, Mapping):
        raise refuse(call, "reference", "must be a state dict of the model, or the path of one")
    bare = {_bare(name): value for name, value in reference.items()}
    u = {}
    for name, p in trained.items():
        value = bare.get(name)
        if not isinstance(value, Tensor) or value.shape != p.shape:
            raise refuse(call, name, f"must be a tensor of shape {tuple(p.shape)}")
        if not bool(torch.isfinite(value).all()):
            raise refuse(call, name, "must be finite")
        kind = torch.promote_types(p.dtype, torch.float32)
        u[name] = value.detach().to("cpu", kind, copy=True)
    return u


def _bare(name: str) -> str:
    """Return a name without what torch.compile and DistributedDataParallel put before it."""
    while name.startswith(("_orig_mod.", "module.")):
        name = name.split(".", 1)[1]
    return name
