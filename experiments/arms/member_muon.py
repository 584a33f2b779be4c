r"""Muon for many runs at once: hidden matrices of shape [M, r, c] move by orthogonal steps.

.. math::
    b^+ = \mu b + (1-\mu) g, \quad
    p^+ = (1 - \gamma_k \lambda)\, p - \gamma_k s \, \mathrm{NS}\big((1-\mu) g + \mu b^+\big)

NS replaces a matrix's singular values by numbers near 1 (a quintic Newton-Schulz iteration, in
bfloat16 as torch's); s adjusts for the shape.  The iteration is batched over members, each with its
own norm, so member k follows `torch.optim.Muon`; a test holds it to that.  Parameters that are not
hidden matrices are moved by AdamW.

Muon is by Keller Jordan and others (2024, a web page).  Reference: liu2025muon (with decay).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from experiments.arms.member_adamw import MemberAdamW, per_member
from gpa_theory.core.validation import check_count, check_range, refuse

# a s + b s³ + c s⁵, chosen to be steep at 0.
QUINTIC = (3.4445, -4.7750, 2.0315)
TINY = 1e-7  # no matrix is divided by a smaller norm than this
ADJUSTMENTS: dict[str, Callable[[int, int], float]] = {
    "original": lambda rows, columns: math.sqrt(max(1.0, rows / columns)),
    "match_rms_adamw": lambda rows, columns: 0.2 * math.sqrt(max(rows, columns)),
}


class MemberMuon(MemberAdamW):
    """Muon for groups with ``orthogonal=True``, AdamW for the others; `lr` as in `MemberAdamW`.

    `adjust_lr_fn` is torch's: with "match_rms_adamw" a step is as large as AdamW's, so both kinds
    of groups share one learning rate, and the layout of a matrix (r × c or c × r) does not matter.

    >>> w = torch.nn.Parameter(torch.zeros(1, 2, 2))
    >>> opt = MemberMuon([{"params": [w], "orthogonal": True}], lr=1.0, weight_decay=0.0)
    >>> w.grad = torch.tensor([[[8.0, 0.0], [0.0, 1e-3]]])
    >>> opt.step()
    >>> bool(-0.5 < w[0, 0, 0] < -0.1)
    True
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        *,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_steps: int = 5,
        adjust_lr_fn: str = "match_rms_adamw",
    ) -> None:
        call = f"MemberMuon(momentum={momentum}, adjust_lr_fn={adjust_lr_fn!r})"
        check_range(call, "momentum", momentum, 0, 1, open_high=True)
        check_count(call, "ns_steps", ns_steps)
        if adjust_lr_fn not in ADJUSTMENTS:
            raise refuse(call, "adjust_lr_fn", f"must be one of {', '.join(ADJUSTMENTS)}")
        super().__init__(params, lr, betas, eps, weight_decay)
        own = {"momentum": momentum, "nesterov": nesterov, "ns_steps": ns_steps}
        for group in self.param_groups:
            group.update(own, adjust_lr_fn=adjust_lr_fn)
            group.setdefault("orthogonal", False)
            if group["orthogonal"] and any(p.ndim != 3 for p in group["params"]):
                rule = "must be matrices per member, [M, r, c], where orthogonal is True"
                raise refuse(call, "params", rule)

    def move(self, p: Tensor, group: dict[str, Any]) -> None:
        """Move one parameter: by Muon if it is a hidden matrix, otherwise by AdamW."""
        if not group["orthogonal"]:
            super().move(p, group)
            return
        state, mu, g = self.state[p], group["momentum"], p.grad
        if not state:
            state["momentum_buffer"] = torch.zeros_like(p)
        b = state["momentum_buffer"].lerp_(g, 1 - mu)
        step = orthogonal(g.lerp(b, mu) if group["nesterov"] else b, group["ns_steps"])
        lr = per_member(group["lr"], p)
        p.mul_(1 - lr * group["weight_decay"])
        p.sub_(step.to(p.dtype).mul_(lr * ADJUSTMENTS[group["adjust_lr_fn"]](*p.shape[-2:])))


def orthogonal(matrices: Tensor, steps: int) -> Tensor:
    """Return each of [M, r, c] with its singular values near 1 (0.5 … 1.5), in bfloat16."""
    tall = matrices.shape[-2] > matrices.shape[-1]
    x = matrices.bfloat16()
    x = x.mT if tall else x
    x = x / torch.linalg.vector_norm(x, dim=(-2, -1), keepdim=True).clamp(min=TINY)
    a, b, c = QUINTIC
    for _ in range(steps):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x
