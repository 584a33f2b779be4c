r"""GPA with the constants of single-worker DiLoCo: what the rule μ_x = μ^{1/H} matches, and where.

DiLoCo with H inner steps, outer rate γ_out and Nesterov momentum μ moves its anchor by γ_out/(1−μ)
times every increment of the base, a share at each outer step.  GPA does so at every step, if

.. math::
    \mu_x = \mu^{1/H}, \qquad \mu_y = \mu, \qquad \gamma = \frac{\gamma_{out}}{1-\mu} \gamma_{in}

An increment of the base made j steps ago has reached y with the share 1 − μ_y μ_x^{j+1}, and the
anchor, m outer steps after its block, with the share 1 − μ^{m+2}.  All three conditions are needed
for these to agree where an increment opens a block, j + 1 = (m+1)H.  What follows:

* H = 1 and a base whose step does not depend on the weights (SGD or AdamW without decay): y is the
  anchor at every step, whatever the gradients.
* H > 1 and given increments: y is the anchor at the ends of blocks if only the first step of each
  block moves; any other increment is met with a share that is too small, by at most μ(μ_x − μ).
* constant increments: y and the anchor move at one speed, y behind by
  μμ_x/(1−μ_x) − Hμ²/(1−μ) increments, less than half a block; x, which GPA deploys, by
  μ_x/(1−μ_x) − Hμ²/(1−μ), 1.4 blocks at μ = 0.9.
* it is not so in transients of a few times H/(1−μ) steps, where the lag is felt (after the first
  block of constant increments x has gone 30 % of the anchor's way, μ = 0.9, H = 8), nor where the
  gradient changes within a block: DiLoCo takes it at inner weights that have moved with γ_in, GPA
  at y, which moves with γ.

Measured: on a small network, after 20 or 60 blocks with SGD and AdamW, H = 4, 8, 32, x is 1 to 8 %
of the distance moved away from the anchor (12 pairs of runs); with μ_x alone, 59 to 86 %.

With plain momentum (`nesterov=False`) the shares of the anchor are 1 − μ^{m+1}, and μ_y = 1.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.optim import Optimizer

from gpa_theory.core.conversions.diloco import from_diloco
from gpa_theory.core.validation import check_count, check_range, refuse
from gpa_theory.optim.gpa import GPA

OF_THE_RULE = {"mu_x", "mu_y", "averaging", "averaging_r"}  # what the four constants determine


def matching_diloco(
    base: Optimizer,
    *,
    inner_steps: int,
    outer_lr: float = 0.7,
    outer_momentum: float = 0.9,
    nesterov: bool = True,
    state_dtype: torch.dtype | None = None,
    seed: int = 0,
) -> GPA:
    r"""Return GPA around `base` that matches ``DiLoCo(base, …)`` with the same four constants.

    It is ``GPA(base, mu_x=outer_momentum ** (1 / inner_steps), mu_y=outer_momentum)`` (``mu_y=1``
    for plain momentum), and every `lr` of `base` is multiplied by γ_out/(1−μ); so is the default
    that groups added later get.  How closely it matches is in the docstring of this module.

    Give `base` the lr that it would have inside DiLoCo, and make schedulers afterwards: ValueError
    if a group has no lr, one that a scheduler already keeps, or an averaging of its own.  A loaded
    state dict brings its own lr, as always in torch.  Domain: H ≥ 1, γ_out ≥ 0, 0 ≤ μ < 1.

    >>> w = torch.nn.Parameter(torch.tensor([1.0]))
    >>> opt = matching_diloco(torch.optim.SGD([w], lr=0.01), inner_steps=8, outer_lr=0.5)
    >>> group = opt.param_groups[0]
    >>> [round(group[name], 6) for name in ("lr", "mu_x", "mu_y")]
    [0.05, 0.986916, 0.9]

    Reference: defazio2025smoothing, which has the rule for μ_x; the shares are this project's.
    """
    how = f"inner_steps={inner_steps}, outer_lr={outer_lr}, outer_momentum={outer_momentum}"
    call = f"matching_diloco({how})"
    check_count(call, "inner_steps", inner_steps)
    check_range(call, "outer_lr", outer_lr, 0)
    check_range(call, "outer_momentum", outer_momentum, 0, 1, open_high=True)
    for group in getattr(base, "param_groups", ()):  # GPA itself refuses what is no optimizer
        if "lr" not in group:
            raise refuse(call, "base", "must have an lr in every group: it is what is scaled")
        if "initial_lr" in group:
            raise refuse(call, "base", "must have no scheduler yet, or it would undo the scaling")
        if own := sorted(OF_THE_RULE & set(group)):
            raise refuse(call, own[0], "must not be in a group: the rule sets it in all of them")
    rule = from_diloco(1.0, outer_lr, outer_momentum, inner_steps, nesterov=nesterov)
    opt = GPA(base, mu_x=rule.mu_x, mu_y=rule.mu_y, state_dtype=state_dtype, seed=seed)
    for scaled in (*base.param_groups, base.defaults, opt.defaults):  # only now: a refused base
        _scale(scaled, rule.gamma)  # must stay as it was
    return opt


def _scale(constants: dict[str, Any], factor: float) -> None:
    if "lr" in constants:
        constants["lr"] = constants["lr"] * factor
