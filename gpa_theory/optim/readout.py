"""The averaged weights x as a state dict, without touching the model: an export, not a switch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from gpa_theory.optim.groups import TRAIN
from gpa_theory.optim.modes import Pairs


def averaged_into(model: torch.nn.Module, pairs: Pairs) -> dict[str, Any]:
    r"""Return a copy of the model's state dict with x = y + (1−μ_y) δ wherever there is a buffer.

    Raises if a parameter of the model is not in its state dict as itself (a hook replaced it): its
    entry would be y under the name of x.
    """
    averages = {}
    for group, parameters, buffers in pairs:
        amount = 1 - group["gpa_mu_y"] if group["gpa_mode"] == TRAIN else 0.0
        for p, delta in zip(parameters, buffers, strict=True):
            averages[id(p)] = torch.add(p.detach(), delta, alpha=amount)
    found = model.state_dict(keep_vars=True)
    missing = {id(p) for p in model.parameters()} & set(averages)
    for name, value in found.items():
        if isinstance(value, Tensor):
            missing.discard(id(value))
            x = averages.get(id(value))
            found[name] = value.detach().clone() if x is None else x
    if missing:
        rule = "the model's state dict does not hold the parameters themselves"
        raise RuntimeError(f"`GPA.averaged_state_dict(model)`: {rule}: use averaged() instead")
    return found
