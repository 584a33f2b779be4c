"""Half-precision parameters: y is kept in float32, and the parameter is its rounded image.

y, z and x differ by less than bfloat16 or float16 resolve, so all three live in float32: the state
of such a parameter has one more entry, ``y``.  The base optimizer steps float32 stand-ins, so that
its moments are float32 too and no small step is lost.  Whatever others write into the parameter
counts: where it is no longer the image of the master, the master follows it.  So a base that steps
a list of parameters of its own, and not the one in its groups, steps the parameter as if alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

HALF = (torch.bfloat16, torch.float16)
MASTER = "y"
_LAST = -2  # a place among hooks that torch, which counts from 0, gives to none


def is_half(p: Tensor) -> bool:
    """Return whether a parameter is stored too coarsely to hold y itself."""
    return p.dtype in HALF


def home(p: Tensor, state: Mapping[Tensor, Any]) -> Tensor:
    """Return the tensor that holds y: the parameter, or its float32 master if there is one."""
    return state[p][MASTER] if is_half(p) and p in state and MASTER in state[p] else p


def current(p: Tensor, state: Mapping[Tensor, Any]) -> Tensor:
    """Return `home` with y up to date in it; before the first step, a new float32 copy."""
    if not is_half(p):
        return p
    y = home(p, state)
    if y is p:
        return p.detach().float()
    return follow(y, p)


def follow(y: Tensor, p: Tensor) -> Tensor:
    """Return the master y after it has taken over what others wrote into its parameter."""
    # Entry by entry: where p is still the image of y, y has the digits that p lost.
    return y.copy_(torch.where(y.to(p.dtype) == p, y, p.float()))


@contextmanager
def stand_ins(base: Optimizer, masters: Mapping[Tensor, Tensor]) -> Iterator[None]:
    """Let `base` step the values of `masters`, with gradients and state, instead of the keys."""
    if not masters:
        yield
        return
    own = [group["params"] for group in base.param_groups]
    for group, parameters in zip(base.param_groups, own, strict=True):
        group["params"] = [masters.get(p, p) for p in parameters]
    states = [one.state for one in _optimizers(base)]
    for p, y in masters.items():
        y.grad = None if p.grad is None else p.grad.to(y.dtype)
        for state in states:  # under both names: the base may know one or the other
            if p in state:
                state[y] = state[p]
    try:
        with _following(base, masters):
            yield
    finally:
        for group, parameters in zip(base.param_groups, own, strict=True):
            group["params"] = parameters
        for p, y in masters.items():
            y.grad = None
            for state in states:
                made = state.pop(y, None)
                if made is not None and not state.get(p):
                    state[p] = made


@contextmanager
def _following(base: Optimizer, masters: Mapping[Tensor, Tensor]) -> Iterator[None]:
    """Let stand-ins have what hooks before the base's step make of the parameters' gradients."""
    before = {p: (p.grad, -1 if p.grad is None else p.grad._version) for p in masters}

    def follow_gradients(*_: Any) -> None:
        for p, y in masters.items():
            gradient, version = before[p]
            if p.grad is not gradient or (gradient is not None and gradient._version != version):
                y.grad = None if p.grad is None else p.grad.to(y.dtype)

    hooks = getattr(base, "_optimizer_step_pre_hooks", {})
    hooks[_LAST] = follow_gradients  # after those that are there
    try:
        yield
    finally:
        del hooks[_LAST]


def _optimizers(base: Optimizer) -> list[Optimizer]:
    """Return the base and the optimizers that it is made of, one for each state."""
    found, waiting = {}, [base]
    while waiting:
        one = waiting.pop()
        if id(one.state) not in found:
            found[id(one.state)] = one
            parts = [value for value in vars(one).values() if isinstance(value, Optimizer)]
            lists = [value for value in vars(one).values() if isinstance(value, list | tuple)]
            parts += [part for value in lists for part in value if isinstance(part, Optimizer)]
            waiting += parts
    return list(found.values())
