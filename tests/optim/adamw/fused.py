"""Fused AdamW beside GPA around AdamW, on tensors of every shape, with the same gradients."""

import pytest
import torch
from torch import nn
from torch.optim import AdamW

from gpa_theory.optim import GPA, GPAAdamW
from gpa_theory.optim.step import native

needs_compiler = pytest.mark.skipif(native.missing() is not None, reason=str(native.missing()))
each_backend = pytest.mark.parametrize(
    "backend", [pytest.param("compile", marks=needs_compiler), "foreach"]
)

OPTIONS = {"lr": 1e-2, "betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.1}
AVERAGING = {"mu_x": 0.9, "mu_y": 0.6}
SHAPES = [(6, 5), (7,), (), (0, 3), (1025,)]


def weights(dtype=torch.float64, shapes=SHAPES, seed=0):
    generator = torch.Generator().manual_seed(seed)
    made = [torch.randn(s, generator=generator, dtype=torch.float64) for s in shapes]
    made[0] = made[0].T if made[0].dim() == 2 else made[0]
    return [w.to(dtype) for w in made]


def parameters(start):
    return [nn.Parameter(w.detach().clone()) for w in start]


def general(start, **changes):
    """Return parameters and GPA around torch's AdamW on them."""
    options = {**OPTIONS, **AVERAGING, **changes}
    of_base = {k: options.pop(k) for k in list(options) if k in (*OPTIONS, "maximize", "amsgrad")}
    moved = parameters(start)
    return moved, GPA(AdamW(moved, **of_base), **options)


def fused(start, backend, **changes):
    """Return parameters and the fused optimizer on them."""
    moved = parameters(start)
    return moved, GPAAdamW(moved, backend=backend, **{**OPTIONS, **AVERAGING, **changes})


def gradient(p, t, place):
    """Return the gradient of step t: noise and a pull to zero, so that it depends on the point."""
    generator = torch.Generator().manual_seed(1000 * t + place)
    noise = torch.randn(p.shape, generator=generator, dtype=torch.float64)
    return noise.to(p) + p.detach()


def walk(moved, opt, steps, first=0, late=()):
    """Take steps; the parameters whose places are in `late` have no gradient before step 3."""
    for t in range(first, first + steps):
        for place, p in enumerate(moved):
            p.grad = None if place in late and t < 3 else gradient(p, t, place)
        opt.step()


def walk_alike(moved, opt, steps, first=0, form=lambda g: g):
    """Take steps on gradients that lie in memory as their parameters do, and in this form."""
    for t in range(first, first + steps):
        for place, p in enumerate(moved):
            p.grad = form(torch.empty_like(p).copy_(gradient(p, t, place)))
        opt.step()


def distance(a, opt_a, b, opt_b):
    """Return the largest difference of parameters and of every entry of their states."""
    worst = 0.0
    for p, q in zip(a, b, strict=True):
        assert set(opt_a.state[p]) == set(opt_b.state[q])
        pairs = [
            (p.detach(), q.detach()),
            *((opt_a.state[p][k], opt_b.state[q][k]) for k in opt_a.state[p]),
        ]
        for one, other in pairs:
            if one.numel():
                worst = max(worst, float((one.double() - other.double()).abs().max()))
    return worst
