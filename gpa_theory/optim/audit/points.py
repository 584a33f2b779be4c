r"""Where a step is audited: x_t, y_t, z_t and x_{t−1} of every trained parameter, by name.

x and z are read off the stored pair, x = y + (1−μ_y) δ and z = y − μ_y δ, and rounded once: the
points that the loss is evaluated at are those in the inner products, so a divergence is exactly
that of f between them.

x_{t−1} is *remembered* from the step before.  It could be recovered, x_{t−1} = x_t − (z_t − x_t)/ρ,
without memory and without loss of digits; but then the identity would hold for any ρ and any run.
Remembered, it tells whether the optimizer did average: the residual is (1+ρ)⟨∇f(x_t), e⟩ with
e = x_t − (1−c) x_{t−1} − c z_t, the rounding of one step, and no longer small if ρ is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gpa_theory.core.averaging import rho
from gpa_theory.core.recursion import Iterates
from gpa_theory.core.two_buffer import iterates_y_delta
from gpa_theory.optim.audit.weights import Weights
from gpa_theory.optim.gpa import GPA
from gpa_theory.optim.step import groups
from gpa_theory.optim.step.groups import DELTA
from gpa_theory.optim.step.masters import current, is_half
from gpa_theory.optim.step.passage import has_delta


@dataclass(frozen=True, slots=True)
class Interpolation:
    """The numbers that the identity of step t needs: ρ_t of the average that made x_t, and μ_y."""

    t: int
    rho: float
    mu_y: float


@dataclass(frozen=True, slots=True)
class Remembered:
    """x_{t−1}, kept for step t, and ρ_t: by then the groups may have another."""

    t: int
    rho: float
    x: Weights


def next_step(opt: GPA) -> int:
    """Return t, counted from 1, of the step that the optimizer takes next."""
    return 1 + max(int(group["gpa_steps"]) for group in opt.param_groups)


def remember(opt: GPA, trained: Weights) -> Remembered:
    """Return x_t, to be x_{t−1} at the next step, with the ρ that the coming average has."""
    mu_y = _common(opt, trained, "mu_y", lambda group: group["gpa_mu_y"])
    coming = _common(opt, trained, "mu_x", _next_rho)
    x = {}
    for name, p in trained.items():
        at = read(opt, p, mu_y).x
        x[name] = at if has_delta(p, opt.state) else at.clone()  # not p, which is about to move
    return Remembered(next_step(opt) + 1, coming, x)


def interpolation(opt: GPA, trained: Weights, before: Remembered | None) -> Interpolation | None:
    """Return ρ and μ_y of the step about to be taken; None if x_{t−1} was not remembered."""
    t, mu_y = next_step(opt), _common(opt, trained, "mu_y", lambda group: group["gpa_mu_y"])
    if t == 1:
        return Interpolation(1, 0.0, mu_y)
    return Interpolation(t, before.rho, mu_y) if before is not None and before.t == t else None


def read(opt: GPA, p: Tensor, mu_y: float) -> Iterates[Tensor]:
    """Return (x_t, z_t) of one parameter; both are y itself where nothing has been averaged yet."""
    y = gradient_point(opt, p)
    if not has_delta(p, opt.state):
        return Iterates(x=y, z=y)
    return iterates_y_delta(y, opt.state[p][DELTA].to(y.dtype), mu_y)


def gradient_point(opt: GPA, p: Tensor) -> Tensor:
    """Return y_t of one parameter as the optimizer keeps it: itself, or its float32 master."""
    with torch.no_grad():
        return (current(p, opt.state) if is_half(p) else p).detach()


def is_coarse(opt: GPA, p: Tensor) -> bool:
    """Return whether δ has fewer digits than y, so that x follows its recursion only roughly."""
    return has_delta(p, opt.state) and opt.state[p][DELTA].dtype == torch.bfloat16


def check_common(call: str, opt: GPA, trained: Weights) -> None:
    """Raise unless one (ρ, μ_y) serves all trained parameters: the identity is one equation."""
    try:
        _common(opt, trained, "mu_x", _next_rho)
        _common(opt, trained, "mu_y", lambda group: group["mu_y"])
    except RuntimeError as error:
        raise ValueError(str(error).replace("Audit(opt)", call)) from None


def _next_rho(group: Mapping[str, Any]) -> float:
    return float(rho(groups.averaging_of(group), float(group["gpa_steps"]) + 2.0))


def _common(opt: GPA, trained: Weights, name: str, constant: Any) -> float:
    ids = {id(p) for p in trained.values()}
    used = [group for group in opt.param_groups if any(id(p) in ids for p in group["params"])]
    found = {float(constant(group)) for group in used}
    if len(found) != 1:
        rule = "must be the same in all groups: the identity has one ρ and one μ_y"
        raise RuntimeError(f"`Audit(opt)`: {name} {rule}, not {sorted(found)}")
    return found.pop()
