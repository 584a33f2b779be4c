"""The released GPAAdamW's state layout, rebuilt from its description: a checkpoint to import.

Float32, y in the parameter while training and x while evaluating, z in the state, the scalars of a
group with its first parameter, an Enum in the group.  The step is core's (y, z) form around Adam's
direction; as released, λy is added to the direction of both sequences.
"""

from enum import Enum

import torch
from torch.optim import Optimizer

from gpa_theory.core.two_buffer import advance_yz, iterates_yz

SCALARS = {"train_mode": False, "lr_max": -1.0, "weight_sum": 0.0, "step": 0}


class Kind(Enum):
    """Its averaging mode."""

    GPA = "gpa"
    SCHEDULE_FREE = "schedule_free"


class Released(Optimizer):
    """GPA around Adam, as the released class stores it."""

    def __init__(self, params, lr, mu_x=0.9, mu_y=0.7, kind=Kind.GPA, r=0.0, power=2.0, decay=0.0):
        defaults = {"lr": lr, "eps": 1e-8, "beta1": 0.9, "beta2": 0.99, "weight_decay": decay}
        defaults |= {"train_interp_coeff": mu_y, "eval_interp_coeff": mu_x}
        defaults |= {"iterate_averaging_type": kind, "weight_pow_coeff": r}
        super().__init__(params, {**defaults, "weight_lr_power": power})
        for group in self.param_groups:
            self.state[group["params"][0]] |= {k: torch.tensor(v) for k, v in SCALARS.items()}

    def coefficient(self, group, shared):
        """Return c of the coming step, and count it."""
        shared["step"] += 1
        shared["lr_max"].fill_(max(group["lr"], shared["lr_max"].item()))
        if group["iterate_averaging_type"] is Kind.GPA:
            return 1 - group["eval_interp_coeff"]
        scale = shared["lr_max"].item() ** group["weight_lr_power"]
        weight = shared["step"].item() ** group["weight_pow_coeff"] * scale
        shared["weight_sum"] += weight
        return weight / shared["weight_sum"].item()

    @torch.no_grad()
    def step(self, closure=None):
        """Step every group with its own count and coefficient."""
        for group in self.param_groups:
            shared = self.state[group["params"][0]]
            c = self.coefficient(group, shared)
            for p in group["params"]:
                if p.grad is not None:
                    self.move(p, group, shared["step"].item(), c)

    def move(self, p, group, k, c):
        """Move one (y, z) by Adam's direction."""
        state, g = self.state[p], p.grad
        if "z" not in state:
            zero = torch.zeros_like(p)
            state |= {"z": p.detach().clone(), "exp_avg": zero, "exp_avg_sq": zero.clone()}
        b1, b2 = group["beta1"], group["beta2"]
        state["exp_avg"].mul_(b1).add_(g, alpha=1 - b1)
        state["exp_avg_sq"].mul_(b2).addcmul_(g, g, value=1 - b2)
        scale = (state["exp_avg_sq"] / (1 - b2**k)).sqrt() + group["eps"]
        direction = state["exp_avg"] / (1 - b1**k) / scale + group["weight_decay"] * p
        move = -group["lr"] * direction
        y, z = advance_yz(p.detach(), state["z"], move, c, group["train_interp_coeff"])
        p.copy_(y)
        state["z"].copy_(z)

    @torch.no_grad()
    def switch(self, training):
        """Put y or x in place, unless it is there."""
        for group in self.param_groups:
            mu_y, flag = group["train_interp_coeff"], self.state[group["params"][0]]["train_mode"]
            for p in group["params"]:
                if "z" in self.state[p] and bool(flag) != training:
                    z = self.state[p]["z"]
                    p.copy_(p * mu_y + z * (1 - mu_y) if training else iterates_yz(p, z, mu_y).x)
            flag.fill_(training)

    def train(self):
        """Put y in place."""
        self.switch(True)

    def eval(self):
        """Put x in place."""
        self.switch(False)
