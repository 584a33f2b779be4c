r"""AdamW for many runs at once: parameters of shape [M, …], one learning rate per member.

.. math::
    m^+ = \beta_1 m + (1-\beta_1) g, \quad v^+ = \beta_2 v + (1-\beta_2) g^2, \quad
    p^+ = (1 - \gamma_k \lambda)\, p - \gamma_k \frac{m^+ / (1-\beta_1^t)}
        {\sqrt{v^+ / (1-\beta_2^t)} + \varepsilon}

Members share everything but γ_k, so member k follows `torch.optim.AdamW` with learning rate γ_k; a
test holds it to that.  Every operation is elementwise: a member that diverges harms no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from gpa_theory.core.validation import check_range, refuse


class MemberAdamW(Optimizer):
    """AdamW on parameters [M, …]; `lr` is a float or a tensor of shape (M,), and may be changed.

    >>> w = torch.nn.Parameter(torch.ones(2, 3))
    >>> opt = MemberAdamW([w], lr=torch.tensor([0.1, 0.2]), weight_decay=0.0)
    >>> w.grad = torch.ones(2, 3)
    >>> opt.step()
    >>> [round(value, 4) for value in w[:, 0].tolist()]
    [0.9, 0.8]
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        call = f"MemberAdamW(betas={betas})"
        for name, beta in zip(("beta1", "beta2"), betas, strict=True):
            check_range(call, name, beta, 0, 1, open_high=True)
        if bool((torch.as_tensor(lr) < 0).any()):
            raise refuse(f"MemberAdamW(lr={lr})", "lr", "must be ≥ 0 for every member")
        check_range(f"MemberAdamW(eps={eps})", "eps", eps, 0, open_low=True)
        check_range(f"MemberAdamW({weight_decay=})", "weight_decay", weight_decay, 0)
        super().__init__(
            params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        )

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Take one step; a closure is evaluated first."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    self.move(p, group)
        return loss

    def move(self, p: Tensor, group: dict[str, Any]) -> None:
        """Move one parameter that has a gradient."""
        state = self.state[p]
        if not state:
            state["step"] = torch.tensor(0.0)
            state["exp_avg"], state["exp_avg_sq"] = torch.zeros_like(p), torch.zeros_like(p)
        state["step"] += 1
        t, (beta1, beta2) = state["step"].item(), group["betas"]
        m, v, g = state["exp_avg"], state["exp_avg_sq"], p.grad
        lr = per_member(group["lr"], p)
        m.lerp_(g, 1 - beta1)
        v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
        denominator = v.sqrt().div_((1 - beta2**t) ** 0.5).add_(group["eps"])
        p.mul_(1 - lr * group["weight_decay"])
        p.sub_((m / denominator).mul_(lr / (1 - beta1**t)))


def per_member(lr: Any, p: Tensor) -> Any:
    """Return a learning rate in a shape that multiplies p: a number, or a tensor [M, 1, …]."""
    if not isinstance(lr, Tensor) or lr.ndim == 0:
        return lr
    return lr.to(p.device, p.dtype).view(-1, *[1] * (p.ndim - 1))


@torch.no_grad()
def clip_members(parameters: Iterable[Tensor], max_norm: float) -> Tensor:
    """Scale each member's whole gradient to norm ≤ `max_norm`; return the norms before, shape (M,).

    One common norm would couple the members: an infinite gradient of one would stop all others.

    >>> w = torch.nn.Parameter(torch.zeros(2, 2))
    >>> w.grad = torch.tensor([[3.0, 4.0], [0.3, 0.4]])
    >>> clip_members([w], 1.0).tolist(), w.grad[1].tolist()
    ([5.0, 0.5], [0.30000001192092896, 0.4000000059604645])
    """
    gradients = [p.grad for p in parameters if p.grad is not None]
    squares = [torch.linalg.vector_norm(g.flatten(1), dim=1) for g in gradients]
    norms = torch.linalg.vector_norm(torch.stack(squares), dim=0)
    scale = clip_factor(norms, max_norm)
    for g in gradients:
        g.mul_(scale.to(g.dtype).view(-1, *[1] * (g.ndim - 1)))
    return norms


def clip_factor(norms: Tensor, max_norm: float) -> Tensor:
    """Return the factor by which clipping scales gradients, as torch's clip_grad_norm_ does."""
    return (max_norm / (norms + 1e-6)).clamp(max=1.0)
