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
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch._compile import _disable_dynamo
from torch.optim import Optimizer

from gpa_theory.core.averaging import Averaging
from gpa_theory.core.validation import check_count, check_range
from gpa_theory.optim.step import groups, passage, rounding
from gpa_theory.optim.step.around import around, traceable
from gpa_theory.optim.step.masters import MASTER
from gpa_theory.optim.step.watch import Watch, steps_always
from gpa_theory.optim.wrapper import hooks
from gpa_theory.optim.wrapper.construction import (
    averaging_from,
    check_base,
    check_parameters,
    check_progress,
)
from gpa_theory.optim.wrapper.loading import Marks
from gpa_theory.optim.wrapper.modes import KEPT, Modes, check_fit
from gpa_theory.optim.wrapper.readout import averages
from gpa_theory.optim.wrapper.sharing import Sharing


class GPA(Sharing):
    r"""Generalized Primal Averaging around `base`, which must be a `torch.optim.Optimizer`.

    Give one of `mu_x` (0 ≤ μ_x < 1), `inner_steps` H (μ_x = 0.9^{1/H}) or `averaging`;
    0 ≤ μ_y ≤ 1.  This μ_x matches single-worker DiLoCo with outer momentum μ = 0.9 only if also
    μ_y = μ and the base's lr is multiplied by γ_outer/(1−μ): `matching_diloco` sets all three.
    `Uniform()` is Schedule-Free with z_1 weighted like every other iterate (the `schedulefree`
    package gives it weight 0).  `mu_x`, `mu_y` may differ per group and may change between steps.

    δ is stored in the parameter's type, or with `state_dtype=torch.bfloat16` in half the memory,
    rounded at random (`seed`; float32 and half-precision parameters).  Beside a bfloat16 or float16
    parameter y is kept in float32, as are δ and the base's own state.

    Starts in training mode.  A parameter without a gradient stays as it is, x included; so does one
    that the base leaves alone, and a step that the base leaves out altogether, because of a NaN, an
    overflow or gradients to be accumulated, does not count.  To know this, a step around a base
    that is not torch's own, or has a hook before its step, takes the memory of one more copy of the
    parameters.  A base may step a list of its own; half-precision parameters then move as they
    would without GPA.  Frozen parameters may be of any type.

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

    mode, shaped, together = "gpa_mode", (groups.DELTA, MASTER, KEPT), groups.TOGETHER
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
        own = [self._own(group, defaults, groups.TRAIN) for group in base.param_groups]
        super().__init__([{"params": []}], defaults)
        for group, keys in zip(base.param_groups, own, strict=True):  # only now: a refused base
            group.update(keys)  # must stay as it was
        self.base = base
        self._begin(Marks(), {})
        self._share()

    def _begin(self, marks: Marks, kept: dict[Tensor, Tensor]) -> None:
        super()._begin(marks, kept)
        self._watch, self._modes = Watch(), Modes(self._foreign, kept)
        self._watch.careful = not steps_always(self.base)  # the next step may be traced

    def _own(
        self, group: Mapping[str, Any], defaults: Mapping[str, Any], mode: str
    ) -> dict[str, Any]:
        own = groups.own_of(group, defaults, mode)
        check_progress(own)
        check_parameters({**own, "params": group["params"]})
        return own

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Take one step; a closure is evaluated once, at y.  Refused while x is in place.

        If the base raises, nothing is averaged or counted, the parameters hold y again (not z), and
        parameters in their first step are as they were.  Under `torch.compile` a step is eager
        where state is made, where parameters have masters, and around a base not torch's own.
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
        check_fit(self.param_groups, self.state)
        passages = around(self.base, self._watch, self._step_base)
        if not any(one.parameters for one in passages):
            return  # no gradient, or the base has left this step out: it does not count
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
            with hooks.once(), self._tie.open():
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
        self._attend()
        for group in self.param_groups:
            groups.check(group, self.defaults)
            if group["gpa_mode"] != groups.TRAIN:
                rule = "the averaged weights are in place: leave averaged() or call train() first"
                raise RuntimeError(f"`GPA.step()`: {rule}")

    def train(self) -> None:
        """Put y in place, bit for bit as it was; does nothing in training mode."""
        self._attend()
        with torch.no_grad():
            self._modes.train(self.param_groups, self.state)

    def eval(self) -> None:
        """Put x in place; does nothing in evaluation mode.  y is kept until `train()`."""
        self._attend()
        with torch.no_grad():
            self._modes.eval(self.param_groups, self.state)

    @torch.no_grad()
    def averages(self) -> dict[Tensor, Tensor]:
        """Return a copy of x for every parameter that has an average, whichever is in place."""
        self._attend()
        return averages(self.param_groups, self.state)

    def state_dict(self) -> dict[str, Any]:
        """Return the base's state dict, with δ in every parameter's entry and GPA's keys in groups.

        Each group also has `gpa_weights`, a mark of the weights in place, to which it belongs.
        While x is in place, y is one more entry per parameter, so that a resumed run has the same
        bits.
        """
        return hooks.saved_by(self, self._saved)

    def _saved(self) -> dict[str, Any]:
        self._tie.check(self)
        return self._modes.saved(self.param_groups, self._marks.marked(self.base))

    def _resume(self) -> None:
        self._modes.restore(self.param_groups, self.state)
        super()._resume()

    def _kept(self) -> dict[Tensor, Tensor]:
        return self._modes.kept
