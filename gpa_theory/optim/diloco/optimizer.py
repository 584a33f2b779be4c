r"""Single-worker DiLoCo around any torch optimizer: the method that GPA smooths.

.. math::
    \text{H steps of the base from the anchor } a_k \text{ to } \theta_k, \qquad
    a_{k+1} = \text{SGD}_{\text{Nesterov}}(a_k,\; \text{gradient } a_k - \theta_k)

The parameters hold the inner weights θ, which start every block at the anchor; ``state[p]`` has two
more entries, ``anchor`` and ``outer_momentum``.  For H = 1 and a base whose step depends on the
gradient alone this *is* GPA (see `DiLoCo`); for H > 1 its path is a staircase, and it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from gpa_theory.optim.diloco.anchors import ANCHOR, add_momenta, anchored, has_anchor, step_outer
from gpa_theory.optim.diloco.groups import (
    EVAL,
    TRAIN,
    check,
    check_parameters,
    own_of,
)
from gpa_theory.optim.wrapper import hooks
from gpa_theory.optim.wrapper.construction import check_base
from gpa_theory.optim.wrapper.foreign import ForeignGradients
from gpa_theory.optim.wrapper.loading import Marks
from gpa_theory.optim.wrapper.readout import averaged_into


class DiLoCo(Optimizer):
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
    step in which a group has no gradient does not count for it.  A parameter that has ever had one
    takes part in every outer step: its pseudo-gradient is zero after a block without a gradient.

    >>> w = torch.nn.Parameter(torch.tensor([1.0]))
    >>> opt = DiLoCo(torch.optim.SGD([w], lr=0.5), inner_steps=2, outer_lr=1.0, outer_momentum=0.5)
    >>> for _ in range(2):
    ...     opt.zero_grad(); (w**2 / 2).sum().backward(); opt.step()
    >>> w.item()  # 1 − (1 + 0.5)·(1 − 0.25)
    -0.125

    Reference: defazio2025smoothing, as the method to be smoothed; douillard2023diloco.
    """

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
        own = [own_of(group, defaults, 0, TRAIN) for group in base.param_groups]
        for group in base.param_groups:
            check_parameters(group)
        super().__init__([{"params": []}], defaults)
        for group, keys in zip(base.param_groups, own, strict=True):  # only now: a refused base
            group.update(keys)  # must stay as it was
        self.base = base
        self._rest()
        self._share()

    def _rest(self) -> None:
        self._shown: dict[Tensor, Tensor] = {}  # parameter: the anchor that was put in place
        self._foreign, self._marks = ForeignGradients(), Marks()

    def _share(self) -> None:
        """Point groups and state at the base's own, so that there is one of each."""
        self.param_groups, self.state = self.base.param_groups, self.base.state

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group to the base; it joins the running block and may carry its own constants."""
        if not hasattr(self, "base"):  # torch's constructor, before there is anything to share
            super().add_param_group(param_group)
            return
        first = self.param_groups[0]
        steps, mode = first["diloco_steps"], first["diloco_mode"]
        own = own_of(param_group, self.defaults, steps, mode)
        self.base.add_param_group({**param_group, **own})
        try:
            check_parameters(self.param_groups[-1])
        except ValueError:
            del self.param_groups[-1]
            raise
        if mode == EVAL:
            self._foreign.watch(self.param_groups[-1]["params"])

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
        moving = [[p for p in g["params"] if p.grad is not None] for g in self.param_groups]
        new = [p for parameters in moving for p in parameters if not has_anchor(p, self.state)]
        fresh = {p: p.detach().clone() for p in new}
        with hooks.once():
            self.base.step()
        for p, anchor in fresh.items():  # only now: before the base's own first step
            self.state[p][ANCHOR] = anchor  # it would take the entry for its own
        for group, parameters in zip(self.param_groups, moving, strict=True):
            if not parameters:
                continue
            group["diloco_steps"] += 1
            add_momenta(group, self.state)
            if group["diloco_steps"] >= group["inner_steps"]:
                step_outer(group, self.state)

    def _check_ready(self) -> None:
        self._marks.confirm("DiLoCo", self.param_groups)
        for group in self.param_groups:
            check(group)
            if group["diloco_mode"] != TRAIN:
                rule = "the anchors are in place: leave averaged() or call train() first"
                raise RuntimeError(f"`DiLoCo.step()`: {rule}")

    def eval(self) -> None:
        """Put the anchors in place; does nothing in evaluation mode.

        ``state[p]["anchor"]`` holds the inner weights meanwhile: a checkpoint has both.
        """
        self._marks.confirm("DiLoCo", self.param_groups)
        with torch.no_grad():
            for group in self.param_groups:
                if group["diloco_mode"] == TRAIN:
                    for p in anchored(group, self.state):
                        self._shown[p] = self.state[p][ANCHOR]
                        self.state[p][ANCHOR] = p.detach().clone()
                        p.copy_(self._shown[p])
                    self._foreign.watch(group["params"])
                    group["diloco_mode"] = EVAL

    def train(self) -> None:
        """Put the inner weights in place, bit for bit; does nothing in training mode.

        A parameter that was overwritten meanwhile stays as it is, and so does its anchor.
        """
        self._marks.confirm("DiLoCo", self.param_groups)
        with torch.no_grad():
            for group in self.param_groups:
                if group["diloco_mode"] == EVAL:
                    for p in anchored(group, self.state):
                        shown = self._shown.pop(p, None)
                        untouched = shown is None or torch.equal(shown, p)
                        inner, self.state[p][ANCHOR] = self.state[p][ANCHOR], p.detach().clone()
                        if untouched:
                            p.copy_(inner)
                    self._foreign.release(group["params"])
                    group["diloco_mode"] = TRAIN

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Have the anchors in place inside the block; the inner weights come back bit for bit."""
        was_training = any(g["diloco_mode"] == TRAIN for g in self.param_groups)
        self.eval()
        try:
            yield
        finally:
            if was_training:
                self.train()

    def averaged_state_dict(self, model: torch.nn.Module) -> dict[str, Any]:
        """Return a copy of the model's state dict, holding the anchors; the model is unchanged."""
        self._marks.confirm("DiLoCo", self.param_groups)
        anchors = {}
        for group in self.param_groups:
            for p in anchored(group, self.state):
                anchor = self.state[p][ANCHOR] if group["diloco_mode"] == TRAIN else p
                anchors[p] = anchor.detach().clone()
        return averaged_into("DiLoCo", model, anchors)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of the base's parameters."""
        self.base.zero_grad(set_to_none)
        self._foreign.forget()

    def state_dict(self) -> dict[str, Any]:
        """Return the base's state dict with DiLoCo's entries in it: plain values and tensors only.

        Each group also has a mark of the weights in place, to which the state belongs, as in GPA.
        """
        return hooks.saved_by(self, lambda: self._marks.marked(self.base))

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Load a state dict of DiLoCo, or of the bare base (then a first block begins here)."""
        loaded = hooks.before_loading(self, dict(state_dict))
        marks = Marks.expected_by(loaded)
        if len(loaded["param_groups"]) == len(self.param_groups):  # else the base refuses it
            both = zip(loaded["param_groups"], self.param_groups, strict=True)
            full = [{**g, **own_of(g, now, 0, TRAIN)} for g, now in both]
            loaded["param_groups"] = full
        self.base.load_state_dict(loaded)
        self._share()
        self._rest()
        self._marks = marks
        for group in self.param_groups:
            if group["diloco_mode"] == EVAL:
                self._foreign.watch(group["params"])
        hooks.after_loading(self)

    def __getstate__(self) -> dict[str, Any]:
        own = {"base": self.base, "_shown": {}, "_foreign": ForeignGradients()}
        return {**super().__getstate__(), **own, "_marks": Marks()}
