r"""One step of GPA around AdamW in one pass over (∇f, y, m, v, δ), by the compiled CPU kernel.

.. math::
    z = y - \mu_y\delta, \quad x = z + \delta, \quad
    z^+ = (1-\gamma\lambda)\,z - \gamma\, \hat m / (\sqrt{\hat v} + \epsilon), \quad
    \delta^+ = (1-c)(x - z^+), \quad y^+ = z^+ + \mu_y\delta^+

Nine numbers per element pass through memory where AdamW alone moves seven.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from gpa_theory.optim.adamw.columns import Columns
from gpa_theory.optim.adamw.state import begun, gradient_of, laid_out, local
from gpa_theory.optim.step import native
from gpa_theory.optim.step.groups import DELTA

_NAMES = ("sign", "lr", "decay", "beta1", "beta2", "eps", "c", "mu_y_before", "mu_y_after")


class Scalars(ctypes.Structure):
    """What one step of a group has in common; the struct of this name in kernels.cpp."""

    _fields_ = tuple((name, ctypes.c_double) for name in _NAMES)


def scalars_of(group: Mapping[str, Any], c: float) -> Scalars:
    """Return the scalars of a step in which the new base iterate gets the share `c`."""
    sign = -1.0 if group["maximize"] else 1.0
    rates = (float(group["lr"]), group["weight_decay"], *group["betas"], group["eps"])
    return Scalars(sign, *rates, c, float(group["gpa_mu_y"]), float(group["mu_y"]))


def step_group(
    group: Mapping[str, Any],
    state: Mapping[Tensor, Any],
    c: float,
    ready: Columns | None = None,
) -> None:
    """Move every parameter of the group that has a gradient, and its state.

    `ready` are the group's columns if they need no closer look.
    """
    scalars = ctypes.byref(scalars_of(group, float(c)))
    if ready is not None:
        if ready.parameters:
            native.call("adamw", ready, scalars)
            torch.autograd.graph.increment_version(ready.parameters)
        return
    by_dtype: dict[torch.dtype, list[tuple[Tensor, ...]]] = {}
    moving = [p for p in group["params"] if p.grad is not None]
    for p in moving:
        by_dtype.setdefault(p.dtype, []).append(_row(group, p, state))
    for rows in by_dtype.values():
        native.call("adamw", list(zip(*rows, strict=True)), scalars)
    torch.autograd.graph.increment_version(moving)


def _row(group: Mapping[str, Any], p: Tensor, state: Mapping[Tensor, Any]) -> tuple[Tensor, ...]:
    """Return what the kernel needs of p: y, its gradient, both moments, δ, the count of steps."""
    own = begun(group, p, state)
    step = own["step"]
    if step.dtype != torch.float32 or not step.is_cpu:
        step = own["step"] = step.to("cpu", torch.float32)
    tensors = (p, p.grad, own["exp_avg"], own["exp_avg_sq"], own[DELTA])
    row = [local(t) for t in tensors]
    if not native.can_walk(*row):
        laid_out(group, own, p)
        row = [p, gradient_of(p), own["exp_avg"], own["exp_avg_sq"], own[DELTA]]
    return *row, step
