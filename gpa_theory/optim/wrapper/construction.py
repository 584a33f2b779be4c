"""What GPA accepts when it is built: one way to say how to average, a base it can surround."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import torch
from torch.optim import Optimizer

from gpa_theory.core.averaging import Averaging, Exponential
from gpa_theory.core.validation import check_count, check_range, refuse
from gpa_theory.optim.step.groups import EVAL, TRAIN, check_type


def averaging_from(
    mu_x: float | None, inner_steps: int | None, averaging: Averaging | None
) -> Averaging:
    """Return the averaging that exactly one of the three arguments asks for.

    >>> averaging_from(0.5, None, None)
    Exponential(mu_x=0.5)
    """
    if sum(given is not None for given in (mu_x, inner_steps, averaging)) != 1:
        raise refuse("GPA()", "mu_x, inner_steps, averaging", "exactly one must be given")
    if averaging is not None:
        return averaging
    if inner_steps is not None:
        check_count(f"GPA(inner_steps={inner_steps})", "inner_steps", inner_steps)
        return Exponential(0.9 ** (1 / inner_steps))
    return Exponential(mu_x)


LEFT_BY = {"gpa_steps": "GPA", "diloco_steps": "DiLoCo"}  # keys that remain in a base's groups


def check_base(base: Any, around: str) -> None:
    """Raise unless `base` is a torch optimizer that needs only `step()`, and is not wrapped yet.

    `around` is the class that is being built around it.
    """
    call = f"{around}(base={type(base).__name__})"
    if not isinstance(base, Optimizer):
        raise refuse(call, "base", "must be a torch.optim.Optimizer")
    for mark, inside in LEFT_BY.items():
        if (around, inside) != ("GPA", "DiLoCo") and any(mark in g for g in base.param_groups):
            rule = f"must not be {inside}, nor have been inside one: build it anew, then load"
            raise refuse(call, "base", rule)
    if any(group.get("differentiable") for group in base.param_groups):
        raise refuse(call, "base", "must not be differentiable: the parameters move in place")
    closure = inspect.signature(base.step).parameters.get("closure")
    if closure is not None and closure.default is inspect.Parameter.empty:
        rule = "must not need a closure: it would be evaluated at z, not at y"
        raise refuse(call, "base", rule)


def check_parameters(group: Mapping[str, Any]) -> None:
    """Raise if a parameter of the group cannot be averaged, or not with its `state_dtype`.

    Frozen ones may be of any type, as the integers of a quantized model are: they are never moved.
    """
    for p in group["params"]:
        if p.requires_grad:
            check_type(group, p)


def check_progress(group: Mapping[str, Any]) -> None:
    """Raise if a loaded group says something impossible about how far it is."""
    mode, steps, mu_y = (group[key] for key in ("gpa_mode", "gpa_steps", "gpa_mu_y"))
    if mode not in (TRAIN, EVAL):
        raise refuse(f"GPA(gpa_mode={mode!r})", "gpa_mode", f"must be {TRAIN!r} or {EVAL!r}")
    if isinstance(steps, torch.Tensor):
        check_range(f"GPA(gpa_steps={steps})", "gpa_steps", steps, 0)
    else:
        check_count(f"GPA(gpa_steps={steps})", "gpa_steps", steps, 0)
    check_range(f"GPA(gpa_mu_y={mu_y})", "gpa_mu_y", mu_y, 0, 1)
    check_count(f"GPA(gpa_seed={group['gpa_seed']})", "gpa_seed", group["gpa_seed"], 0)
