"""The averaged weights x as a state dict, without touching the model: an export, not a switch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from gpa_theory.optim.step.groups import TRAIN
from gpa_theory.optim.step.passage import refreshed, tensors_of
from gpa_theory.optim.wrapper.modes import average


def averages(groups: list[dict[str, Any]], state: Mapping[Tensor, Any]) -> dict[Tensor, Tensor]:
    r"""Return x = y + (1−μ_y) δ, in the parameter's type, for each parameter with a buffer."""
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
    call: str, model: torch.nn.Module, averaged: Mapping[Tensor, Tensor]
) -> dict[str, Any]:
    """Return a copy of the model's state dict with x in place of every parameter in `averaged`.

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
        raise RuntimeError(f"`{call}.averaged_state_dict(model)`: {rule}: use averaged() instead")
    return found
