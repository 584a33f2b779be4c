"""The anchors of DiLoCo: where a block of inner steps began, and how the outer step moves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.optim.sgd import sgd

from gpa_theory.optim.step.groups import State

ANCHOR, OUTER = "anchor", "outer_momentum"


def has_anchor(p: Tensor, state: State) -> bool:
    """Return whether p has an anchor; asking `state[p]` would make an entry."""
    return p in state and ANCHOR in state[p]


def anchored(group: Mapping[str, Any], state: State) -> list[Tensor]:
    """Return the parameters of a group that have an anchor."""
    return [p for p in group["params"] if has_anchor(p, state)]


def add_momenta(group: Mapping[str, Any], state: State) -> None:
    """Give each parameter with an anchor its outer momentum, zero at first, if it needs one."""
    for p in anchored(group, state):
        if group["outer_momentum"] and OUTER not in state[p]:
            state[p][OUTER] = torch.zeros_like(p)


def step_outer(group: dict[str, Any], state: State) -> None:
    """Move the anchors by torch's own SGD on anchor − θ, and begin the next block there."""
    group["diloco_steps"] = 0
    parameters = anchored(group, state)
    anchors = [state[p][ANCHOR] for p in parameters]
    sgd(
        anchors,
        [anchor - p for anchor, p in zip(anchors, parameters, strict=True)],
        [state[p].get(OUTER) for p in parameters],
        lr=group["outer_lr"],
        momentum=group["outer_momentum"],
        nesterov=group["outer_nesterov"],
        weight_decay=0.0,
        dampening=0.0,
        maximize=False,
    )
    for p, anchor in zip(parameters, anchors, strict=True):  # many at once fails on shards
        p.copy_(anchor)
