"""Runs under audit: a small network on noisy targets, trained and observed, for the audit tests."""

import torch
from torch import nn
from torch.optim import AdamW

from gpa_theory.optim import GPA
from gpa_theory.optim.audit.observer import Audit


def model_of(dtype=torch.float64, seed=0, width=16):
    torch.manual_seed(seed)
    layers = nn.Linear(6, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 3)
    return nn.Sequential(*layers).to(dtype)


def batch_of(t, dtype=torch.float64, size=32):
    generator = torch.Generator().manual_seed(t)
    inputs = torch.randn(size, 6, generator=generator, dtype=dtype)
    noise = torch.randn(size, 3, generator=generator, dtype=dtype)
    return inputs, (3 * inputs[:, :3].sin() + noise).argmax(1)


def loss_fn(model, batch):
    return nn.functional.cross_entropy(model(batch[0]), batch[1])


def adamw(parameters):
    return AdamW(parameters, lr=1e-2, weight_decay=0.1)


def gpa_of(model, base=adamw, mu_x=0.9, mu_y=0.7, **kwargs):
    how = kwargs if "averaging" in kwargs else {"mu_x": mu_x, **kwargs}
    return GPA(base(model.parameters()), mu_y=mu_y, **how)


def reference(dtype=torch.float64):
    """Return a checkpoint of another run."""
    return model_of(dtype, seed=9).state_dict()


def advance(model, opt, t, audit=None, loss=loss_fn):
    dtype = next(model.parameters()).dtype
    batch = batch_of(t, dtype)
    opt.zero_grad()
    loss(model, batch).backward()
    if audit is not None:
        audit.observe(batch)
    opt.step()


def audited(model, opt, steps=24, every=3, u="other", loss=loss_fn, **kwargs):
    """Return the audit of a run of `steps` steps."""
    found = reference(next(model.parameters()).dtype) if u == "other" else u
    with Audit(opt, model, loss, every=every, reference=found, **kwargs) as audit:
        for t in range(1, steps + 1):
            advance(model, opt, t, audit, loss)
    return audit
