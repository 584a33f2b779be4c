"""Every optimizer of torch's own table as a base, and gradients for it that depend on the point."""

import copy

import pytest
import torch
from torch.testing._internal.common_optimizers import optim_db


def shapes(name):
    return [(6, 4)] if name == "Muon" else [(6, 4), (5,), ()]


def start_of(info):
    """Return the float64 tensors that the base of this row starts from."""
    name, sparse = info.optim_cls.__name__, info.only_supports_sparse_grads
    generator = torch.Generator().manual_seed(0)
    dims = shapes(name)[:2] if sparse else shapes(name)
    return [torch.randn(s, generator=generator, dtype=torch.float64) for s in dims]


def gradients(points, t, sparse):
    """Return noisy gradients that depend on the points: the two sides must agree on the points."""
    generator = torch.Generator().manual_seed(t)
    found = []
    for p in points:
        noise = torch.randn(p.shape, generator=generator, dtype=p.dtype)
        g = p.detach() + 0.1 * noise
        found.append(g.to_sparse() if sparse and g.dim() else g)
    return found


def configurations():
    """Yield every configuration of torch's own optimizer table that can run here."""
    for info in optim_db:
        if info.step_requires_closure:  # LBFGS: refused, see test_gpa
            continue
        for entry in info.optim_inputs_func(device="cpu"):
            for flag in ({}, {"foreach": True}, {"fused": True}):
                if flag and next(iter(flag)) not in info.supported_impls:
                    continue
                kwargs = {**copy.deepcopy(entry.kwargs), **flag}
                if kwargs.get("capturable"):  # needs an accelerator
                    continue
                if kwargs.get("fused") and "cpu" not in info.supports_fused_on:
                    continue
                name = f"{info.optim_cls.__name__}-{entry.desc}-{'-'.join(flag)}"
                yield pytest.param(info, kwargs, id=name.replace(" ", "_"))
