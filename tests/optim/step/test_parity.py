"""GPA around a torch optimizer is core's recursion around the same steps, for any base."""

import copy
import warnings

import pytest
import torch

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform
from gpa_theory.core.recursion import GPA as Recursion
from gpa_theory.core.recursion import run
from gpa_theory.optim import GPA
from tests.optim.bases import configurations, gradients, start_of
from tests.tolerances import PARITY_TORCH

STEPS, MU_X, MU_Y = 20, 0.97, 0.6


def three_sequences(make, start, averaging, mu_y, steps, sparse):
    """Run `core.run` with the base's real steps on z, one flat vector per parameter list."""
    z = [torch.nn.Parameter(w.clone()) for w in start]
    base = make(z)
    sizes = [w.numel() for w in start]

    def flat(tensors):
        return torch.cat([t.detach().reshape(-1) for t in tensors])

    def step(t, z_flat, y_flat):
        parts = [v.view(w.shape) for v, w in zip(y_flat.split(sizes), start, strict=True)]
        for p, g in zip(z, gradients(parts, t, sparse), strict=True):
            p.grad = g
        base.step()
        return flat(z)

    yield from run(Recursion(averaging, mu_y), flat(start), step, steps)


def compare(make, start, averaging, mu_y, steps=STEPS, sparse=False):
    """Return the largest relative difference of y and of x between GPA and the reference."""
    weights = [torch.nn.Parameter(w.clone()) for w in start]
    opt = GPA(make(weights), averaging=averaging, mu_y=mu_y)
    worst = 0.0
    for t, (y, s) in enumerate(
        three_sequences(make, start, averaging, mu_y, steps, sparse), start=1
    ):
        got_y = torch.cat([w.detach().reshape(-1) for w in weights])
        with opt.averaged():
            got_x = torch.cat([w.detach().reshape(-1) for w in weights])
        for got, expected in ((got_y, y), (got_x, s.x)):
            scale = float(expected.abs().max()) + 1e-300
            worst = max(worst, float((got - expected).abs().max()) / scale)
        for w, g in zip(weights, gradients(weights, t, sparse), strict=True):
            w.grad = g
        opt.step()
    return worst


@pytest.mark.parametrize(("info", "kwargs"), list(configurations()))
def test_every_torch_optimizer(info, kwargs):
    """Every runnable entry of torch's table: y and x follow the three sequences in float64."""
    start, sparse = start_of(info), info.only_supports_sparse_grads

    def make(parameters):
        return info.optim_cls(parameters, **copy.deepcopy(kwargs))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns about some of its own options
        worst = compare(make, start, Exponential(MU_X), MU_Y, sparse=sparse)
    assert worst <= PARITY_TORCH


def adamw(parameters):
    return torch.optim.AdamW(parameters, lr=1e-2, weight_decay=0.1)


@pytest.mark.parametrize("averaging", [Uniform(), Polynomial(2), Exponential(0), Exponential(0.99)])
@pytest.mark.parametrize("mu_y", [0.0, 0.1, 0.9, 1.0])
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_every_averaging(averaging, mu_y, dtype):
    """Schedule-Free and polynomial averaging, μ_y = 0 and 1, complex parameters."""
    generator = torch.Generator().manual_seed(1)
    start = [torch.randn((4, 3), generator=generator, dtype=dtype)]
    assert compare(adamw, start, averaging, mu_y, steps=50) <= PARITY_TORCH
