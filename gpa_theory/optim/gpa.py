r"""GPA around any torch optimizer: one more buffer, and nothing else to remember.

.. math::
    y_t = \mu_y x_t + (1-\mu_y) z_t, \quad z_{t+1} = \text{base}(z_t, \nabla f(y_t)), \quad
    x_{t+1} = (1-c_{t+1})\, x_t + c_{t+1} z_{t+1}

The parameters hold y while training and x while averaged weights are in place; the buffer
``state[p]["delta"]`` holds δ = x − z.  The base steps z itself, so its weight decay, momentum and
preconditioning are those of z, exactly.  Groups and state are shared with the base: schedulers,
hooks, gradient scaling and checkpoints see one optimizer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch._compile import _disable_dynamo
from torch.optim import Optimizer

from gpa_theory.core.averaging import Averaging
from gpa_theory.core.validation import check_count, check_range
from gpa_theory.optim.step import groups, passage, rounding
from gpa_theory.optim.step.around import around, traceable
from gpa_theory.optim.step.watch import Watch
from gpa_theory.optim.wrapper import hooks
from gpa_theory.optim.wrapper.construction import averaging_from, check_base, check_parameters
from gpa_theory.optim.wrapper.foreign import ForeignGradients
from gpa_theory.optim.wrapper.loading import Marks, restore_types
from gpa_theory.optim.wrapper.modes import Modes
from gpa_theory.optim.wrapper.readout import averaged_into, averages


class GPA(Optimizer):
    r"""Generalized Primal Averaging around `base`, which must be a `torch.optim.Optimizer`.

    Give one of `mu_x` (0 ≤ μ_x < 1), `inner_steps` H (μ_x = 0.9^{1/H}, the rule that matches
    single-worker DiLoCo with momentum 0.9) or `averaging`; 0 ≤ μ_y ≤ 1.  `Uniform()` is
    Schedule-Free with z_1 weighted like every other iterate (the `schedulefree` package gives it
    weight 0).  `mu_x`, `mu_y` may differ per group and may change between steps.

    δ is stored in the parameter's type, or with `state_dtype=torch.bfloat16` in half the memory,
    rounded at random (`seed`; float32 and half-precision parameters).  Beside a bfloat16 or float16
    parameter y is kept in float32, as are δ and the base's own state.

    Starts in training mode.  A parameter without a gradient stays as it is, x included.

    >>> w = torch.nn.Parameter(torch.tensor([1.0]))
    >>> opt = GPA(torch.optim.SGD([w], lr=0.5), mu_x=0.75, mu_y=0.5)
    >>> for _ in range(2):
    ...     opt.zero_grad(); (w**2 / 2).sum().backward(); opt.step()
    >>> w.item()
    0.42578125
    >>> with opt.averaged():
    ...     w.item()
    0.6953125

    Reference: defazio2025smoothing.
    """

    _step_supports_amp_scaling = False  # the base may skip a step on overflow; x must not move then

    def __init__(
        self,
        base: Optimizer,
        *,
        mu_x: float | None = None,
        inner_steps: int | None = None,
        mu_y: float = 0.7,
        averaging: Averaging | None = None,
        state_dtype: torch.dtype | None = None,
        seed: int = 0,
    ) -> None:
        check_base(base, "GPA")
        chosen = groups.describe(averaging_from(mu_x, inner_steps, averaging))
        check_range(f"GPA(mu_y={mu_y})", "mu_y", mu_y, 0, 1)
        rest = {"mu_y": float(mu_y), "gpa_seed": check_count(f"GPA(seed={seed})", "seed", seed, 0)}
        rest["state_dtype"] = groups.dtype_name(state_dtype)
        defaults = {**base.defaults, **chosen, **rest}
        own = [groups.own_of(group, defaults, groups.TRAIN) for group in base.param_groups]
        for group, keys in zip(base.param_groups, own, strict=True):
            check_parameters({**group, **keys})
        super().__init__([{"params": []}], defaults)
        for group, keys in zip(base.param_groups, own, strict=True):  # only now: a refused base
            group.update(keys)  # must stay as it was
        self.base = base
        self._marks = Marks()
        self._watch = Watch()
        self._foreign = ForeignGradients()
        self._modes = Modes(self._foreign)
        self._share()

    def _share(self) -> None:
        """Point groups and state at the base's own, so that there is one of each."""
        self.param_groups, self.state = self.base.param_groups, self.base.state

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group to the base; it may carry its own `mu_x`, `mu_y` or `averaging`."""
        if not hasattr(self, "base"):  # torch's constructor, before there is anything to share
            super().add_param_group(param_group)
            return
        mode = self.param_groups[0]["gpa_mode"]
        own = groups.own_of(param_group, self.defaults, mode)
        self.base.add_param_group({**param_group, **own})
        try:
            check_parameters(self.base.param_groups[-1])
        except ValueError:
            del self.base.param_groups[-1]
            raise
        if mode == groups.EVAL:
            self._foreign.watch(self.base.param_groups[-1]["params"])

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Take one step; a closure is evaluated once, at y.  Refused while x is in place.

        If the base raises, nothing is averaged or counted, the parameters hold y again (not z), and
        parameters in their first step are as they were.
        """
        self._check_ready()
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
            self._check_ready()
        self._foreign.check("GPA.step()")
        with torch.no_grad():
            self._step()
        return loss

    def _step(self) -> None:
        if torch.compiler.is_compiling() and not traceable(self.base, self._watch):
            self._step_eagerly()
            return
        asked = any(p.grad is not None for group in self.param_groups for p in group["params"])
        passages = around(self.base, self._watch, self._step_base)
        if asked and not any(one.parameters for one in passages):
            return  # the base has left this step out: it does not count
        self._share()  # a base may have begun a new state
        for group, under_way in zip(self.param_groups, passages, strict=True):
            keys = self._keys(group, under_way) if group["state_dtype"] is not None else {}
            c = groups.next_coefficient(group)
            passage.cover(under_way, group, self.state, c, keys)
            group["gpa_mu_y"] = group["mu_y"]  # the μ_y that y is made with
            groups.count_step(group, under_way.device)

    @_disable_dynamo
    def _step_eagerly(self) -> None:
        self._step()

    def _step_base(self) -> None:
        """Step the base as a part of GPA's step: torch's global hooks do not fire for it."""
        if torch.compiler.is_compiling():  # torch wraps `step` in a graph break; gradients are off
            inspect.unwrap(type(self.base).step)(self.base)
        else:
            with hooks.once():
                self.base.step()

    def _keys(self, group: dict[str, Any], under_way: passage.Passage) -> dict[Tensor, Any]:
        """Return the key of every parameter's rounding at this step."""
        order, seed, steps = self._order(), group["gpa_seed"], group["gpa_steps"]
        return {p: rounding.key(seed, steps, order[p]) for p in under_way.parameters}

    def _order(self) -> dict[Tensor, int]:
        """Return every parameter's place in the groups: random bits depend on it."""
        every = (p for group in self.param_groups for p in group["params"])
        return {p: place for place, p in enumerate(every)}

    def _check_ready(self) -> None:
        self._marks.confirm("GPA", self.param_groups)
        for group in self.param_groups:
            groups.check(group, self.defaults)
            if group["gpa_mode"] != groups.TRAIN:
                rule = "the averaged weights are in place: leave averaged() or call train() first"
                raise RuntimeError(f"`GPA.step()`: {rule}")

    def train(self) -> None:
        """Put y in place, bit for bit as it was; does nothing in training mode."""
        self._marks.confirm("GPA", self.param_groups)
        with torch.no_grad():
            self._modes.train(self.param_groups, self.state)

    def eval(self) -> None:
        """Put x in place; does nothing in evaluation mode.  y is kept until `train()`."""
        self._marks.confirm("GPA", self.param_groups)
        with torch.no_grad():
            self._modes.eval(self.param_groups, self.state)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Have x in place inside the block; y comes back bit for bit, also after an exception."""
        was_training = any(g["gpa_mode"] == groups.TRAIN for g in self.param_groups)
        self.eval()
        try:
            yield
        finally:
            if was_training:
                self.train()

    def averaged_state_dict(self, model: torch.nn.Module) -> dict[str, Any]:
        """Return a copy of the model's state dict with x in place of y; the model is left alone."""
        self._marks.confirm("GPA", self.param_groups)
        with torch.no_grad():
            return averaged_into("GPA", model, averages(self.param_groups, self.state))

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of the base's parameters."""
        self.base.zero_grad(set_to_none)
        self._foreign.forget()

    def state_dict(self) -> dict[str, Any]:
        """Return the base's state dict, with δ in every parameter's entry and GPA's keys in groups.

        Each group also has `gpa_weights`, a mark of the weights in place, to which it belongs.
        While x is in place, y is one more entry per parameter, so that a resumed run has the same
        bits.
        """
        return hooks.saved_by(self, self._saved)

    def _saved(self) -> dict[str, Any]:
        return self._modes.saved(self.param_groups, self._marks.marked(self.base))

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Load a state dict of GPA, or one of the bare base (then x = y = z from here on).

        A refused state dict leaves the optimizer as it was.  Weights and state must be of one
        moment and mode; that is checked at the next step or switch, when both have been loaded.
        """
        loaded = hooks.before_loading(self, dict(state_dict))
        marks = Marks.expected_by(loaded)
        if len(loaded["param_groups"]) == len(self.param_groups):  # else the base refuses it
            both = zip(loaded["param_groups"], self.param_groups, strict=True)
            full = [{**g, **groups.own_of(g, {**self.defaults, **now}, "train")} for g, now in both]
            loaded["param_groups"] = full
        self.base.load_state_dict(loaded)
        self._share()
        restore_types(self.param_groups, self.state, loaded)
        self._marks = marks
        self._foreign = ForeignGradients()
        self._modes = Modes(self._foreign)
        self._modes.restore(self.param_groups, self.state)
        hooks.after_loading(self)

    def __getstate__(self) -> dict[str, Any]:
        own = {"base": self.base, "_marks": Marks(), "_foreign": ForeignGradients()}
        own["_watch"] = Watch()
        return {**super().__getstate__(), **own, "_modes": Modes(own["_foreign"])}
