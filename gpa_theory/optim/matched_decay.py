r"""The decay of the learning rate that belongs to a constant μ_x: to the window's share, not to 0.

.. math:: \gamma_t = \gamma\,\frac{1 - t/T}{1 - \mu_x^{T-t}}, \qquad
    t = 1, \dots, N, \quad T = N + 1

so that step size times the share of the average that is still to come falls linearly, as in linear
decay without averaging (μ_x = 0).  The last step is γ/(T(1 − μ_x)): with a window of a twentieth of
the run it ends at a twentieth, since the average does the rest.

*Proved* for subgradient steps, a known D and G, γ = D/(G√T) and μ_y = 0: the last iterate then has
DG/√T, which no method improves, as long as μ_x^{T−1} ≤ 1/T (claims `matched-decay` and
`minimax-necessary`).  Around AdamW, with a noisy gradient or another μ_y it is a proposal that the
theory makes and training has to decide.
"""

from __future__ import annotations

from math import expm1, log
from typing import Any

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from gpa_theory.core.validation import check_count, check_range, refuse


def matched_share(t: int, steps: int, mu_x: float) -> float:
    """Return γ_t/γ for the gradient steps t = 1 … N = `steps`, and 0 after them.

    >>> [round(matched_share(t, 3, 0.5), 4) for t in (1, 2, 3, 4)]
    [0.8571, 0.6667, 0.5, 0.0]
    >>> matched_share(1, 3, 0.0)  # linear decay
    0.75
    """
    left = steps + 1 - t  # T − t
    if left <= 0:
        return 0.0
    present = -expm1(left * log(mu_x)) if mu_x > 0 else 1.0  # 1 − μ_x^{T−t}
    return left / (steps + 1) / present


class MatchedDecay(LRScheduler):
    """Matched decay over N = `steps` gradient steps, for the constant μ_x of every group.

    `optimizer` is a `GPA` (or `GPAAdamW`) with exponential averaging in every group; call `step()`
    after each of its steps, as for any scheduler of torch.  Groups keep their own base lr and μ_x;
    a μ_x changed on the way counts from the next step on.  After N steps the lr is 0.

    ValueError: no μ_x in a group, another averaging, or N < 1.

    >>> import torch
    >>> from gpa_theory.optim import GPA
    >>> w = torch.nn.Parameter(torch.zeros(1))
    >>> opt = GPA(torch.optim.SGD([w], lr=0.7), mu_x=0.5, mu_y=0.0)
    >>> decay = MatchedDecay(opt, steps=3)
    >>> seen = []
    >>> for _ in range(3):
    ...     seen.append(round(opt.param_groups[0]["lr"], 4)); opt.step(); decay.step()
    >>> seen, opt.param_groups[0]["lr"]
    ([0.6, 0.4667, 0.35], 0.0)
    """

    def __init__(self, optimizer: Optimizer, steps: int, last_epoch: int = -1) -> None:
        """Set the lr of the first step; `last_epoch` is torch's, for a run that goes on."""
        call = f"MatchedDecay(steps={steps})"
        self.steps = check_count(call, "steps", steps)
        for group in optimizer.param_groups:
            _mu_x_of(call, group)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        """Return the lr of the coming gradient step, group by group."""
        call, t = f"MatchedDecay(steps={self.steps})", self.last_epoch + 1
        return [
            base * matched_share(t, self.steps, _mu_x_of(call, group))
            for base, group in zip(self.base_lrs, self.optimizer.param_groups, strict=True)
        ]


def _mu_x_of(call: str, group: dict[str, Any]) -> float:
    """Return the constant μ_x of a group, or refuse a group that has none."""
    if "mu_x" not in group:
        raise refuse(call, "optimizer", "must be a GPA: a group has no mu_x")
    if group.get("averaging", "exponential") != "exponential":
        rule = f"must average with a constant μ_x in every group, not {group['averaging']!r}"
        raise refuse(call, "optimizer", rule)
    check_range(call, "mu_x", group["mu_x"], 0, 1, open_high=True)
    return float(group["mu_x"])
