"""A small network, its batches, and GPA around AdamW on it: what the optimizer tests train."""

import torch
from torch import nn
from torch.optim import SGD, AdamW

from gpa_theory.optim import GPA, DiLoCo, GPAAdamW, ema

WRAPPERS = {
    "GPA": lambda p: GPA(AdamW(p, lr=1e-2), mu_x=0.9, mu_y=0.7),
    "GPA without averaging": lambda p: GPA(AdamW(p, lr=1e-2), mu_x=0.0),
    "GPAAdamW": lambda p: GPAAdamW(p, lr=1e-2, mu_x=0.9),
    "EMA": lambda p: ema(SGD(p, lr=1e-2, momentum=0.9)),
    "DiLoCo": lambda p: DiLoCo(AdamW(p, lr=1e-2), inner_steps=3),
    "GPA around DiLoCo": lambda p: GPA(DiLoCo(AdamW(p, lr=1e-2), inner_steps=3), mu_x=0.9),
}


def net(seed=0, dtype=torch.float64):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3)).to(dtype)


def batch(t, dtype=torch.float64):
    generator = torch.Generator().manual_seed(1000 + t)
    return torch.randn(16, 4, generator=generator, dtype=dtype)


def loss_of(model, t):
    return model(batch(t, next(model.parameters()).dtype)).square().mean()


def train(model, opt, steps, first=0):
    for t in range(first, first + steps):
        opt.zero_grad()
        loss_of(model, t).backward()
        opt.step()


def made(mu_x=0.9, mu_y=0.7, seed=0, **kwargs):
    model = net(seed)
    return model, GPA(AdamW(model.parameters(), lr=1e-2, **kwargs), mu_x=mu_x, mu_y=mu_y)


def weights(model):
    return [p.detach().clone() for p in model.parameters()]


def same(a, b):
    return all(torch.equal(p, q) for p, q in zip(a, b, strict=True))
