"""Which weights are in place: y while training, x while evaluating, and never a wrong gradient.

Going to x is one addition; coming back is a copy of the kept y, so evaluation cannot change a run
by even one rounding.  If the parameters were overwritten in between, the kept y is void and y is
computed from what is there.  `ForeignGradients` hears which gradients were taken at x.

A switch is whole or not at all: if anything fails on the way, every weight is put back, and the
next try begins where the first one began.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor

from gpa_theory.optim.step.groups import DELTA, EVAL, TRAIN, State
from gpa_theory.optim.step.passage import refreshed, tensors_of
from gpa_theory.optim.step.update import shift
from gpa_theory.optim.wrapper.foreign import ForeignGradients

Groups = list[dict[str, Any]]
KEPT = "kept_y"  # in checkpoints only


class Modes:
    """The kept y of every parameter while x is in place."""

    def __init__(self, foreign: ForeignGradients, kept: dict[Tensor, Tensor]) -> None:
        self.kept = kept  # parameter: y
        self._foreign = foreign

    def eval(self, groups: Groups, state: State) -> None:
        """Put x in place in every group that holds y."""
        moving = [group for group in groups if group["gpa_mode"] == TRAIN]
        check_fit(moving, state)
        kept: dict[Tensor, Tensor] = {}
        with ExitStack() as back:
            for group in moving:
                for p, home, delta in refreshed(group, state):
                    x = average(home, delta, 1 - group["gpa_mu_y"])
                    if home is p:  # a half-precision parameter keeps its y in the master
                        kept[p] = p.detach().clone()
                    back.callback(p.copy_, kept.get(p, home))
                    p.copy_(x)
            back.pop_all()
        self.kept.update(kept)
        for group in moving:
            self._foreign.watch(group["params"])
            group["gpa_mode"] = EVAL

    def train(self, groups: Groups, state: State) -> None:
        """Put y back in every group that holds x."""
        moving = [group for group in groups if group["gpa_mode"] == EVAL]
        check_fit(moving, state)
        with ExitStack() as back:
            for group in moving:
                to_x = 1 - group["gpa_mu_y"]
                for p, home, delta in tensors_of(group, state):
                    self._return(p, home, delta, to_x, back)
            back.pop_all()
        for group in moving:
            for p in group["params"]:
                self.kept.pop(p, None)
            self._foreign.release(group["params"])
            group["gpa_mode"] = TRAIN

    def _return(self, p: Tensor, home: Tensor, delta: Tensor, to_x: float, back: ExitStack) -> None:
        """Put y of one parameter in place, and the way back on the stack."""
        y = self.kept.get(p) if home is p else home
        if y is not None and _untouched(p, average(y, delta, to_x)):
            back.callback(lambda: p.copy_(average(y, delta, to_x)))
        else:  # loaded in this mode, or overwritten since: it is a new x
            back.callback(p.copy_, p.detach().clone())
            y = p.detach().to(home.dtype, copy=True)
            shift([y], [delta], -to_x)
            if home is not p:
                back.callback(home.copy_, home.detach().clone())
                home.copy_(y)
        p.copy_(y)

    def saved(self, groups: Groups, state_dict: dict[str, Any]) -> dict[str, Any]:
        """Return a state dict with every kept y in it, as one more entry of its parameter."""
        state = dict(state_dict["state"])
        for group, own in zip(state_dict["param_groups"], groups, strict=True):
            for index, p in zip(group["params"], own["params"], strict=True):
                if p in self.kept:
                    state[index] = {**state[index], KEPT: self.kept[p]}
        return {**state_dict, "state": state}

    def restore(self, groups: Groups, state: State) -> None:
        """Take the kept y out of a state that was loaded with x in place."""
        for group in groups:
            for p in group["params"]:
                y = state[p].pop(KEPT, None) if p in state else None
                if y is not None and group["gpa_mode"] == EVAL:
                    self.kept[p] = y


def check_fit(groups: Groups, state: State) -> None:
    """Raise, before anything moves, if a δ does not fit its parameter."""
    if torch.compiler.is_compiling():  # there shapes are the tracer's own
        return
    for group in groups:
        for p in group["params"]:
            d = state.get(p, {}).get(DELTA)
            if d is not None and (p.shape != d.shape or p.device != d.device):
                shapes = f"δ has the shape {tuple(d.shape)} on {d.device}"
                rule = f"{shapes}, the parameter {tuple(p.shape)} on {p.device}"
                raise RuntimeError(f"`GPA`: a parameter does not fit its state: {rule}")


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
