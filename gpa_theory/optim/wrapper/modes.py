"""Which weights are in place: y while training, x while evaluating, and never a wrong gradient.

Going to x is one addition; coming back is a copy of the kept y, so evaluation cannot change a run
by even one rounding.  If the parameters were overwritten in between, the kept y is void and y is
computed from what is there.  `ForeignGradients` hears which gradients were taken at x.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from gpa_theory.optim.step.groups import EVAL, TRAIN, State
from gpa_theory.optim.step.passage import refreshed, tensors_of
from gpa_theory.optim.step.update import shift
from gpa_theory.optim.wrapper.foreign import ForeignGradients

Groups = list[dict[str, Any]]
KEPT = "kept_y"  # in checkpoints only


class Modes:
    """The kept y of every parameter while x is in place."""

    def __init__(self, foreign: ForeignGradients) -> None:
        self._kept: dict[Tensor, Tensor] = {}  # parameter: y
        self._foreign = foreign

    def eval(self, groups: Groups, state: State) -> None:
        """Put x in place in every group that holds y."""
        for group in groups:
            if group["gpa_mode"] == EVAL:
                continue
            for p, home, delta in refreshed(group, state):
                if home is p:  # a half-precision parameter keeps its y in the master
                    self._kept[p] = p.detach().clone()
                p.copy_(average(home, delta, 1 - group["gpa_mu_y"]))
            self._foreign.watch(group["params"])
            group["gpa_mode"] = EVAL

    def train(self, groups: Groups, state: State) -> None:
        """Put y back in every group that holds x."""
        for group in groups:
            if group["gpa_mode"] == TRAIN:
                continue
            to_x = 1 - group["gpa_mu_y"]
            for p, home, delta in tensors_of(group, state):
                y = self._kept.pop(p, None) if home is p else home
                if y is None or not _untouched(p, average(y, delta, to_x)):
                    home.copy_(p)  # loaded in this mode, or overwritten since: it is a new x
                    shift([home], [delta], -to_x)
                    y = home
                p.copy_(y)
            self._foreign.release(group["params"])
            group["gpa_mode"] = TRAIN

    def saved(self, groups: Groups, state_dict: dict[str, Any]) -> dict[str, Any]:
        """Return a state dict with every kept y in it, as one more entry of its parameter."""
        state = dict(state_dict["state"])
        for group, own in zip(state_dict["param_groups"], groups, strict=True):
            for index, p in zip(group["params"], own["params"], strict=True):
                if p in self._kept:
                    state[index] = {**state[index], KEPT: self._kept[p]}
        return {**state_dict, "state": state}

    def restore(self, groups: Groups, state: State) -> None:
        """Take the kept y out of a state that was loaded with x in place, and watch gradients."""
        for group in groups:
            for p in group["params"]:
                y = state[p].pop(KEPT, None) if p in state else None
                if y is not None and group["gpa_mode"] == EVAL:
                    self._kept[p] = y
            if group["gpa_mode"] == EVAL:
                self._foreign.watch(group["params"])


def average(home: Tensor, delta: Tensor, to_x: float) -> Tensor:
    """Return x = y + (1−μ_y) δ as a new tensor, in the type of `home`."""
    x = home.detach().clone()
    shift([x], [delta], to_x)
    return x


def _untouched(p: Tensor, x: Tensor) -> bool:
    """Return whether p is still, bit for bit, the x that was put in place.

    Version counters would not do: writing through `p.data`, as many scripts do, skips them.
    """
    if hasattr(p, "to_local"):  # own shard only: comparing whole tensors sends messages
        x, p = x.to_local(), p.to_local()  # pyright: ignore[reportAttributeAccessIssue]
    return x.device == p.device and torch.equal(x.to(p.dtype), p)
