"""What the compiled step needs of all parameters of a group, gathered column by column."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple

import torch
from torch import Tensor

from gpa_theory.optim.step.columns import Column, as_they_are, can_walk, of_one_kind
from gpa_theory.optim.step.groups import DELTA

_entries = itemgetter("exp_avg", "exp_avg_sq", DELTA, "step")
_NOTHING: Mapping[str, Tensor] = {}


class Columns(NamedTuple):
    """One row for every parameter that has a gradient: y, ∇f, m, v, δ and the count of steps."""

    parameters: Column
    gradients: Column
    means: Column
    squares: Column
    deltas: Column
    steps: Column


def columns_of(group: Mapping[str, Any], state: Mapping[Tensor, Any]) -> Columns | None:
    """Return the columns of a group, ready for the kernel, or None if a tensor needs a closer look.

    Ready means that the kernel can walk through the rows, and that counts are in float32.  A state
    that has not begun needs a closer look: nothing is created here.
    """
    moving = [p for p in group["params"] if p.grad is not None]
    if not moving:
        return Columns([], [], [], [], [], [])
    try:
        entries = [_entries(own) for own in map(state.get, moving, repeat(_NOTHING))]
    except KeyError:  # its first step
        return None
    found = Columns(moving, [p.grad for p in moving], *zip(*entries, strict=True))
    if not (as_they_are(found.parameters) and as_they_are(found.gradients)):
        return None
    if not of_one_kind(found.steps, torch.float32) or any(map(Tensor.dim, found.steps)):
        return None
    return found if can_walk(found[:-1]) else None
