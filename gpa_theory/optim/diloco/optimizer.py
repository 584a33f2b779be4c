r"""Single-worker DiLoCo around any torch optimizer: the method that GPA smooths.

.. math::
    \text{H steps of the base from the anchor } a_k \text{ to } \theta_k, \qquad
    a_{k+1} = \text{SGD}_{\text{Nesterov}}(a_k,\; \text{gradient } a_k - \theta_k)

The parameters hold the inner weights θ, which start every block at the anchor; ``state[p]`` has two
more entries, ``anchor`` and ``outer_momentum``.  For H = 1 and a base whose step depends on the
gradient alone this *is* GPA (see `DiLoCo`); for H > 1 its path is a staircase, and it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch._compile import _disable_dynamo
from torch.optim import Optimizer

from gpa_theory.optim.diloco.anchors import (
    ANCHOR,
    OUTER,
    add_momenta,
    anchored,
    check_fit,
    has_anchor,
    put_away,
    show,
    step_outer,
)
from gpa_theory.optim.diloco.groups import (
    EVAL,
    TRAIN,
    USERS,
    check,
    check_type,
    own_of,
)
from gpa_theory.optim.step.around import stepped, traceable
from gpa_theory.optim.step.watch import Watch
from gpa_theory.optim.wrapper import hooks
from gpa_theory.optim.wrapper.construction import check_base
from gpa_theory.optim.wrapper.loading import Marks
from gpa_theory.optim.wrapper.sharing import Sharing


class DiLoCo(Sharing):
    r"""Single-worker DiLoCo (also known as SNOO) around `base`, a `torch.optim.Optimizer`.

    After every H = `inner_steps` steps of the base, anchor − parameter is the gradient of one step
    of `torch.optim.SGD(lr=outer_lr, momentum=outer_momentum, nesterov=…)` on the anchor, and the
    parameter is reset to it.  0 ≤ `outer_momentum` < 1 and `outer_lr` ≥ 0; all four may differ per
    group (there the last is spelled `outer_nesterov`) and may change between steps.

    With H = 1, Nesterov momentum μ and a base whose step does not depend on the weights themselves
    (SGD or AdamW without weight decay), its parameters are the y of GPA at μ_x = μ_y = μ with
    γ = γ_inner γ_outer/(1−μ).

    The anchors are what is deployed: `eval()` and `averaged()` put them in place.  At the end of a
    block the parameters are the anchors already; within one, the anchors are those of its start.  A
    step in which a group has no gradient, or which the base leaves out, does not count for it.  A
    parameter that has ever had a gradient takes part in every outer step: its pseudo-gradient is
    zero after a block without one.

    >>> w = torch.nn.Parameter(torch.tensor([1.0]))
    >>> opt = DiLoCo(torch.optim.SGD([w], lr=0.5), inner_steps=2, outer_lr=1.0, outer_momentum=0.5)
    >>> for _ in range(2):
    ...     opt.zero_grad(); (w**2 / 2).sum().backward(); opt.step()
    >>> w.item()  # 1 − (1 + 0.5)·(1 − 0.25)
    -0.125

    Reference: defazio2025smoothing, as the method to be smoothed; douillard2023diloco.
    """

    mode, shaped, together = "diloco_mode", (ANCHOR, OUTER), tuple((key,) for key in USERS)
    _step_supports_amp_scaling = False  # the base may skip a step on overflow; it must not count

    def __init__(
        self,
        base: Optimizer,
        *,
        inner_steps: int,
        outer_lr: float = 0.7,
        outer_momentum: float = 0.9,
        nesterov: bool = True,
    ) -> None:
        check_base(base, "DiLoCo")
        chosen = {"inner_steps": inner_steps, "outer_lr": outer_lr}
        chosen |= {"outer_momentum": outer_momentum, "outer_nesterov": bool(nesterov)}
        defaults = {**base.defaults, **chosen}
        own = [own_of(group, defaults, TRAIN) for group in base.param_groups]
        super().__init__([{"params": []}], defaults)
        for group, keys in zip(base.param_groups, own, strict=True):  # only now: a refused base
            group.update(keys)  # must stay as it was
        self.base = base
        self._begin(Marks(), {})
        self._share()

    def _begin(self, marks: Marks, kept: dict[Tensor, Tensor]) -> None:
        super()._begin(marks, kept)
        self._watch = Watch()
        self._shown = kept  # parameter: the anchor that was put in place

    def _kept(self) -> dict[Tensor, Tensor]:
        return self._shown

    def _own(
        self, group: Mapping[str, Any], defaults: Mapping[str, Any], mode: str
    ) -> dict[str, Any]:
        return own_of(group, defaults, mode)

    def _adopt(self, group: dict[str, Any]) -> None:
        group.setdefault("diloco_steps", self.param_groups[0]["diloco_steps"])  # it joins the block
        super()._adopt(group)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Take one inner step, and the outer one where it ends a block.

        A closure is evaluated once, at the inner weights.  Refused while the anchors are in place.
        """
        self._check_ready()
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
            self._check_ready()
        self._foreign.check("DiLoCo.step()")
        with torch.no_grad():
            self._step()
        return loss

    def _step(self) -> None:
        if torch.compiler.is_compiling() and not traceable(self.base, self._watch, ANCHOR):
            self._step_eagerly()
            return
        every = [p for g in self.param_groups for p in g["params"] if p.grad is not None]
        fresh = {p: p.detach().clone() for p in every if not has_anchor(p, self.state)}
        for p in fresh:
            check_type(p)
        moved = stepped(self.base, self._watch, self._step_base, (ANCHOR, OUTER))
        self._share()  # a base may have begun a new state
        for group, parameters in zip(self.param_groups, moved, strict=True):
            if not parameters:
                continue
            for p in parameters:  # only now: before the base's own first step it would take the
                if p in fresh:  # entry for its own
                    self.state[p][ANCHOR] = fresh[p]
            group["diloco_steps"] += 1
            add_momenta(group, self.state)
            if group["diloco_steps"] >= group["inner_steps"]:
                step_outer(group, self.state)

    @_disable_dynamo
    def _step_eagerly(self) -> None:
        self._step()

    def _step_base(self) -> None:
        with hooks.once(), self._tie.open():
            self.base.step()

    def _check_ready(self) -> None:
        self._attend()
        for group in self.param_groups:
            check(group)
            check_fit(group, self.state)
            if group["diloco_mode"] != TRAIN:
                rule = "the anchors are in place: leave averaged() or call train() first"
                raise RuntimeError(f"`DiLoCo.step()`: {rule}")

    def eval(self) -> None:
        """Put the anchors in place; does nothing in evaluation mode.

        ``state[p]["anchor"]`` holds the inner weights meanwhile: a checkpoint has both.
        """
        self._attend()
        with torch.no_grad():
            self._shown.update(show(self._in(TRAIN), self.state))
        for group in self._in(TRAIN):
            self._foreign.watch(group["params"])
            group["diloco_mode"] = EVAL

    def train(self) -> None:
        """Put the inner weights in place, bit for bit; does nothing in training mode.

        A parameter that was overwritten meanwhile stays as it is, and so does its anchor.
        """
        self._attend()
        with torch.no_grad():
            put_away(self._in(EVAL), self.state, self._shown)
        for group in self._in(EVAL):
            for p in group["params"]:
                self._shown.pop(p, None)
            self._foreign.release(group["params"])
            group["diloco_mode"] = TRAIN

    def _in(self, mode: str) -> list[dict[str, Any]]:
        return [group for group in self.param_groups if group["diloco_mode"] == mode]

    def averages(self) -> dict[Tensor, Tensor]:
        """Return a copy of the anchor of every parameter that has one, whichever is in place."""
        self._attend()
        found = {}
        for group in self.param_groups:
            check_fit(group, self.state)
            for p in anchored(group, self.state):
                anchor = self.state[p][ANCHOR] if group["diloco_mode"] == TRAIN else p
                found[p] = anchor.detach().clone()
        return found

    def state_dict(self) -> dict[str, Any]:
        """Return the base's state dict with DiLoCo's entries in it: plain values and tensors only.

        Each group also has a mark of the weights in place, to which the state belongs, as in GPA.
        """
        self._tie.check(self)
        return hooks.saved_by(self, lambda: self._marks.marked(self.base))
