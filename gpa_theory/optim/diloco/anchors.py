"""The anchors of DiLoCo: where a block of inner steps began, and how the outer step moves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
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


def show(groups: Iterable[Mapping[str, Any]], state: State) -> dict[Tensor, Tensor]:
    """Put every anchor in place and the inner weights into its entry; return the anchors.

    If anything fails on the way, all weights and entries are put back.
    """
    shown: dict[Tensor, Tensor] = {}
    with ExitStack() as back:
        for group in groups:
            check_fit(group, state)
            for p in anchored(group, state):
                shown[p] = state[p][ANCHOR]
                _exchange(p, state[p], shown[p], back)
        back.pop_all()
    return shown


def put_away(
    groups: Iterable[Mapping[str, Any]], state: State, shown: Mapping[Tensor, Tensor]
) -> None:
    """Put the inner weights in place and what was there into the entry, all or none.

    A parameter that is no longer what was shown stays as it is.
    """
    with ExitStack() as back:
        for group in groups:
            check_fit(group, state)
            for p in anchored(group, state):
                untouched = p not in shown or torch.equal(shown[p], p)
                _exchange(p, state[p], state[p][ANCHOR] if untouched else p, back)
        back.pop_all()


def _exchange(p: Tensor, own: dict[str, Any], coming: Tensor, back: ExitStack) -> None:
    """Put `coming` in place and a copy of p into its entry; push the way back."""
    entry, here = own[ANCHOR], p.detach().clone()
    back.callback(own.update, {ANCHOR: entry})
    back.callback(p.copy_, here)
    own[ANCHOR] = here
    p.copy_(coming)


def check_fit(group: Mapping[str, Any], state: State) -> None:
    """Raise, before anything moves, if an anchor does not fit its parameter."""
    for p in anchored(group, state):
        for name in (ANCHOR, OUTER):
            own = state[p].get(name)
            if own is not None and (own.shape, own.device) != (p.shape, p.device):
                shapes = f"{name!r} has the shape {tuple(own.shape)} on {own.device}"
                rule = f"{shapes}, the parameter {tuple(p.shape)} on {p.device}"
                raise RuntimeError(f"`DiLoCo`: a parameter does not fit its state: {rule}")
