"""Which weights are in place: y while training, x while evaluating, and never a wrong gradient.

Going to x is one addition; coming back is a copy of the kept y, so evaluation cannot change a run
by even one rounding.  If the parameters were overwritten in between, the kept y is void and y is
computed from what is there.  A gradient taken at x is remembered, and refused at every step until
it is cleared: clipping or adding to it does not make it one that was taken at y.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from gpa_theory.optim.groups import EVAL, TRAIN
from gpa_theory.optim.passage import refreshed, tensors_of
from gpa_theory.optim.update import shift

Groups = list[dict[str, Any]]
State = Mapping[Tensor, Any]
Stamp = tuple[Tensor | None, int]  # a gradient and its version; kept alive, so `is` is sound


class Modes:
    """The kept y of every parameter while x is in place, and what must not be stepped on."""

    def __init__(self) -> None:
        self._kept: dict[Tensor, Tensor] = {}  # parameter: y
        self._before: dict[Tensor, Stamp] = {}  # parameter: its gradient when x was put in place
        self._foreign: list[tuple[Tensor, Tensor]] = []  # parameter, gradient that was taken at x

    def eval(self, groups: Groups, state: State) -> None:
        """Put x in place in every group that holds y."""
        for group in groups:
            if group["gpa_mode"] == EVAL:
                continue
            for p, home, delta in refreshed(group, state):
                if home is p:  # a half-precision parameter has its y in the master
                    self._kept[p] = p.detach().clone()
                p.copy_(average(home, delta, 1 - group["gpa_mu_y"]))
            self.watch(group["params"])
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
            for p in group["params"]:
                self._note(p)
            group["gpa_mode"] = TRAIN

    def watch(self, parameters: Iterable[Tensor]) -> None:
        """Remember the gradients that are there now, with x in place, as harmless."""
        self._before.update((p, _stamp(p)) for p in parameters)

    def forget_gradients(self) -> None:
        """Take note that all gradients have just been cleared."""
        self._foreign.clear()
        self.watch(list(self._before))

    def _note(self, p: Tensor) -> None:
        """Remember the gradient of p if it appeared or changed while x was in place."""
        gradient, version = self._before.pop(p, (None, -1))
        if p.grad is not None and (p.grad is not gradient or p.grad._version != version):
            self._foreign.append((p, p.grad))

    def check_gradients(self) -> None:
        """Raise if a gradient about to be used was taken while x was in place."""
        self._foreign = [(p, gradient) for p, gradient in self._foreign if p.grad is gradient]
        if self._foreign:
            raise RuntimeError(
                "`GPA.step()`: a gradient was taken while the averaged weights were in place:"
                " call the optimizer's zero_grad() and take it again after train()"
            )


def average(home: Tensor, delta: Tensor, to_x: float) -> Tensor:
    """Return x = y + (1−μ_y) δ as a new tensor, in the type of `home`."""
    x = home.detach().clone()
    shift([x], [delta], to_x)
    return x


def _stamp(p: Tensor) -> Stamp:
    return (None, -1) if p.grad is None else (p.grad, p.grad._version)


def _untouched(p: Tensor, x: Tensor) -> bool:
    """Return whether p is still, bit for bit, the x that was put in place.

    Version counters would not do: writing through `p.data`, as many scripts do, skips them.
    """
    return x.device == p.device and torch.equal(x.to(p.dtype), p)
