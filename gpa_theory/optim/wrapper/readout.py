"""The averaged weights x as a state dict, without touching the model: an export, not a switch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from gpa_theory.core.validation import refuse
from gpa_theory.optim.step.groups import TRAIN
from gpa_theory.optim.step.passage import refreshed, tensors_of
from gpa_theory.optim.wrapper.modes import average, check_fit


def averages(groups: list[dict[str, Any]], state: Mapping[Tensor, Any]) -> dict[Tensor, Tensor]:
    r"""Return x = y + (1−μ_y) δ, in the parameter's type, for each parameter with a buffer."""
    check_fit(groups, state)
    found = {}
    for group in groups:
        if group["gpa_mode"] == TRAIN:
            to_x = 1 - group["gpa_mu_y"]
            for p, home, delta in refreshed(group, state):
                found[p] = average(home, delta, to_x).to(p.dtype)
        else:
            found |= {p: p.detach().clone() for p, _, _ in tensors_of(group, state)}
    return found


def averaged_into(
    opt: Optimizer, model: torch.nn.Module, others: Optimizer | Iterable[Optimizer]
) -> dict[str, Any]:
    """Return a copy of the model's state dict with x in place of every parameter that is averaged.

    ValueError if a trainable parameter belongs to no optimizer given: it might have an x elsewhere.
    """
    call = f"{type(opt).__name__}.averaged_state_dict(model)"
    every = together(opt, others)
    check_owned(call, model, every)
    averaged: dict[Tensor, Tensor] = {}
    for one in map(unwrapped, every):
        if hasattr(one, "averages"):  # of any other optimizer the weights are what is deployed
            averaged |= one.averages()
    return replaced(call, model, averaged)


def replaced(
    call: str, model: torch.nn.Module, averaged: Mapping[Tensor, Tensor]
) -> dict[str, Any]:
    """Return a copy of the model's state dict with `averaged` in place of its keys.

    RuntimeError if the state dict does not hold a parameter itself, because a hook replaced it: its
    entry would be y under the name of x.
    """
    by_id = {id(p): x for p, x in averaged.items()}
    found = model.state_dict(keep_vars=True)
    missing = {id(p) for p in model.parameters()} & set(by_id)
    for name, value in found.items():
        if isinstance(value, Tensor):
            missing.discard(id(value))
            x = by_id.get(id(value))
            found[name] = value.detach().clone() if x is None else x
    if missing:
        rule = "the model's state dict does not hold the parameters themselves"
        raise RuntimeError(f"`{call}`: {rule}: use averaged() instead")
    return found


def together(opt: Any, others: Optimizer | Iterable[Any]) -> list[Any]:
    """Return all optimizers of a model; `others` may be a single one."""
    return [opt, *([others] if isinstance(others, Optimizer) else others)]


def check_owned(call: str, model: torch.nn.Module, optimizers: Iterable[Any]) -> None:
    """Raise ValueError, with their names, if trainable parameters belong to none of these."""
    groups = (group for opt in optimizers for group in unwrapped(opt).param_groups)
    owned = {id(p) for group in groups for p in group["params"]}
    lone = [n for n, p in model.named_parameters() if p.requires_grad and id(p) not in owned]
    if lone:
        names = ", ".join(lone[:5]) + (f" and {len(lone) - 5} more" if len(lone) > 5 else "")
        rule = f"has trainable parameters of other optimizers: {names}"
        raise refuse(call, "model", f"{rule}: give these as others=[…] too, or freeze them")


def unwrapped(opt: Any) -> Any:
    """Return the optimizer inside what training loops put around it (`.optimizer`)."""
    while not hasattr(opt, "averages") and isinstance(getattr(opt, "optimizer", None), Optimizer):
        opt = opt.optimizer
    return opt
