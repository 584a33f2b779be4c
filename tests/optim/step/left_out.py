"""Bases that leave steps out, each writing in its own way, and runs with and without such steps."""

from collections import defaultdict

import torch
from torch import nn
from torch.optim import SGD, AdamW, Optimizer

from gpa_theory.optim import GPA

STEPS, LEFT_OUT = 9, (0, 1, 5, 6, 10)  # the second counts all calls
ZERO = (2, 6, 8)  # steps whose gradient is zero: z stands still, x does not


def guarded(kind):
    """Return the optimizer with a flag: it does nothing while `skip` is set."""

    class Guarded(kind):
        skip = False

        def step(self, closure=None):
            return None if self.skip else super().step(closure)

    return Guarded


class Plain(Optimizer):
    """Momentum as many write it: through `.data`, which raises no version counter."""

    def __init__(self, params, lr=0.1, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                move = p.grad.data
                if group["momentum"]:
                    own = self.state[p]
                    if len(own) == 0:
                        own["m"] = torch.zeros_like(p.data)
                    move = own["m"] = own["m"] * group["momentum"] + move
                p.data.add_(move, alpha=-group["lr"])


class Late(Optimizer):
    """The first step keeps nothing; from the second on a momentum is begun where there is none."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, {"lr": lr})
        self.begun = False

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                move = p.grad
                if self.begun:
                    own = self.state[p]
                    if len(own) == 0:
                        own["m"] = torch.zeros_like(p)
                    move = own["m"].mul_(0.9).add_(p.grad)
                p.sub_(group["lr"] * move)
        self.begun = True


class Resets(SGD):
    """Begins anew from time to time, with an empty state or a new one."""

    calls = 0

    def step(self, closure=None):
        self.calls += 1
        if self.calls == 3:
            self.state.clear()
        if self.calls == 5:
            self.state = defaultdict(dict)
        return super().step(closure)


class PerParameter(Optimizer):
    """Passes over each parameter whose own gradient is not finite."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None and bool(p.grad.isfinite().all()):
                    p.sub_(group["lr"] * p.grad)


class Accumulates(Optimizer):
    """Sums the gradients of three calls in its state and steps at the third."""

    def __init__(self, params, lr=0.1, silent=False):
        super().__init__(params, {"lr": lr})
        self.calls, self.silent = 0, silent

    @torch.no_grad()
    def step(self, closure=None):
        self.calls += 1
        for group in self.param_groups:
            for p in group["params"]:
                total = self.state[p].setdefault("sum", torch.zeros_like(p)).add_(p.grad)
                if self.calls % 3 == 0:
                    (p.data if self.silent else p).sub_(group["lr"] * total)
                    total.zero_()


WAYS = {
    "in place": lambda p: guarded(SGD)(p, lr=0.1),
    "many at once": lambda p: guarded(AdamW)(p, lr=0.1, foreach=True),
    "fused, counted": lambda p: guarded(AdamW)(p, lr=0.1, fused=True),
    "fused, nothing kept": lambda p: guarded(SGD)(p, lr=0.1, fused=True),
    "fused, momentum": lambda p: guarded(SGD)(p, lr=0.1, momentum=0.9, fused=True),
    "data, nothing kept": lambda p: guarded(Plain)(p),
    "data, momentum": lambda p: guarded(Plain)(p, momentum=0.9),
    "state begun late": lambda p: guarded(Late)(p),
    "state begun anew": lambda p: guarded(Resets)(p, lr=0.1, momentum=0.9),
}


def start(dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    shapes = [(4, 3), (5,), ()]
    made = [torch.randn(s, generator=generator, dtype=torch.float64) for s in shapes]
    return [nn.Parameter(w.to(dtype)) for w in made]


def gradients_at(points, t):
    """Return gradients that depend on the points and on t; zero at the steps of `ZERO`."""
    generator = torch.Generator().manual_seed(t)
    noise = [torch.randn(p.shape, generator=generator, dtype=torch.float64) for p in points]
    scale = 0.0 if t in ZERO else 1.0
    return [scale * (p.detach() + n.to(p.dtype)) for p, n in zip(points, noise, strict=True)]


def run(make, left_out=(), dtype=torch.float64, wrap=None):
    """Return y, x and the count after `STEPS` steps, with others that the base leaves out."""
    w = start(dtype)
    opt = (wrap or (lambda base: GPA(base, mu_x=0.9, mu_y=0.6)))(make(w))
    t = 0
    for call in range(STEPS + len(left_out)):
        opt.base.skip = call in left_out
        for p, g in zip(w, gradients_at(w, t), strict=True):
            p.grad = g * float("nan") if opt.base.skip else g
        opt.step()
        t += not opt.base.skip
    y = [p.detach().clone() for p in w]
    with opt.averaged():
        x = [p.detach().clone() for p in w]
    return y, x, opt.param_groups[0].get("gpa_steps")
