r"""Which parameters the base has stepped: one that it left alone must keep x, y and z.

A base leaves a step out where a guard meets a NaN, where gradients are accumulated, where a scaler
saw an overflow.  That z stands still is no sign of it: after a zero gradient z⁺ = z too, and there
x⁺ = (1−c) x + c z.  So what counts is whether anything was *written*: every writing in place raises
the version counter of a tensor.  Writing through `p.data` and by fused kernels does not; there a
changed value, or a step counted in the base's state, shows it.

torch's own optimizers make every step they are asked for, and are not watched, unless a hook on
them may clear the gradients first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from gpa_theory.optim.step.groups import State
from gpa_theory.optim.step.masters import follow, is_half
from gpa_theory.optim.step.passage import Passage, opened, settle

_TORCHS = ("torch.optim.", "torch.utils._contextlib")  # where steps and their decorators are
OURS = -1  # the place of our own hook among those of a base, which torch counts from 0
_COUNT = "step"  # how the optimizers of torch, and most others, name their count


def steps_always(base: Optimizer) -> bool:
    """Return whether every layer of `base.step` is torch's own, and no overflow is announced.

    A hook before it, which may clear gradients that are not finite, is one more layer.
    """
    if getattr(base, "found_inf", None) is not None or hooked(base, "pre"):
        return False
    step: Any = base.step
    while True:
        step = getattr(step, "__func__", step)
        module = getattr(step, "__globals__", {}).get("__name__", "")
        if not module.startswith(_TORCHS):
            return False
        if not hasattr(step, "__wrapped__"):
            return True
        step = step.__wrapped__


def hooked(base: Optimizer, *when: str) -> bool:
    """Return whether others have hooks around the steps of the base: "pre", "post"."""
    kept = (getattr(base, f"_optimizer_step_{each}_hooks", ()) for each in when)
    return any(place != OURS for hooks in kept for place in hooks)


def captured(base: Optimizer) -> bool:
    """Return whether a CUDA graph is being recorded: it replays what it holds, come what may."""
    first = next((p for group in base.param_groups for p in group["params"]), None)
    return first is not None and first.is_cuda and torch.cuda.is_current_stream_capturing()


@dataclass(frozen=True, slots=True)
class _Mark:
    """What a parameter looked like just before the base's step."""

    home: int  # versions
    image: int
    count: Any


class Watch:
    """Compares before with after, and remembers whether this base writes without a trace."""

    def __init__(self) -> None:
        self.careful = True  # whether the base may leave the present step, or the last one, out
        self._silent = False  # it has changed a value and no version counter

    def looks(self, base: Optimizer) -> bool:
        """Return whether the coming step of the base has to be looked at; a traced one has not."""
        if not torch.compiler.is_compiling():
            self.careful = not (steps_always(base) or captured(base))
        return self.careful

    def marks(self, passages: list[Passage], state: State) -> list[list[_Mark]]:
        """Return what is compared; to be called right before the base's step."""
        return [
            [
                _Mark(home._version, p._version, _count_of(p, state))
                for p, home in zip(one.parameters, one.homes, strict=True)
            ]
            for one in passages
        ]

    def settled(
        self, base: Optimizer, passages: list[Passage], marks: list[list[_Mark]]
    ) -> list[Passage]:
        """Return the passages of what was stepped; the rest is put back bit for bit."""
        overflow = bool(getattr(base, "found_inf", None))
        left = []
        for one, before, group in zip(passages, marks, base.param_groups, strict=True):
            found = [_Found(one, i, mark) for i, mark in enumerate(before)]
            self._silent |= any(f.differs and not f.written for f in found)
            left.append([overflow or not self._stepped(f, base.state, group) for f in found])
        return [settle(one, alone) for one, alone in zip(passages, left, strict=True)]

    def _stepped(self, found: _Found, state: State, group: Mapping[str, Any]) -> bool:
        if found.written or found.differs:
            return True
        count = _count_of(found.p, state)
        if not _equal(count, found.mark.count):
            return True
        # Nothing shows it.  Where this base can write without a trace and counts nowhere, a step
        # that could not move z was made all the same.
        return self._silent and count is None and _could_not_move(found.p, group)


class _Found:
    """One parameter after the base's step: was it written, has it changed?"""

    def __init__(self, one: Passage, place: int, mark: _Mark) -> None:
        self.p, self.mark = one.parameters[place], mark
        home = one.homes[place]
        z = opened(one, place) if home._version == mark.home else home
        self.written, self.differs = home._version != mark.home, not _same(home, z)
        if is_half(self.p) and not (self.written or self.differs):
            # A base that steps a list of its own moves the parameter, not its stand-in.
            self.written = self.p._version != mark.image
            self.differs = not _same(self.p, home.to(self.p.dtype))
            follow(home, self.p)


def _count_of(p: Tensor, state: State) -> Any:
    """Return the base's count of its steps of p, with its version if it has one; None if none."""
    count = state.get(p, {}).get(_COUNT)
    return (count, count._version) if isinstance(count, Tensor) else count


def _equal(count: Any, before: Any) -> bool:
    if isinstance(count, tuple) and isinstance(before, tuple):
        return count[0] is before[0] and count[1] == before[1]
    return type(count) is type(before) and count == before


def _could_not_move(p: Tensor, group: Mapping[str, Any]) -> bool:
    gradient = p.grad
    if gradient is None:
        return False
    values = gradient.coalesce().values() if gradient.is_sparse else _shard(gradient)
    return not bool(values.any()) or float(group.get("lr", 1.0)) == 0


def _same(a: Tensor, b: Tensor) -> bool:
    """Return whether these are equal entry by entry, in this process's shard; NaN equals NaN."""
    if a is b:
        return True
    a, b = _shard(a), _shard(b)
    if a.shape != b.shape or a.device != b.device:
        return False
    return torch.equal(a, b) or torch.allclose(a, b, rtol=0, atol=0, equal_nan=True)


def _shard(t: Any) -> Tensor:
    return t.to_local() if hasattr(t, "to_local") else t
