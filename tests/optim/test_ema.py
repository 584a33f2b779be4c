"""Averages that do not feed back are GPA at μ_y = 0, and torch's AveragedModel agrees."""

import copy

import pytest
import torch
from torch.optim import SGD, AdamW
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from gpa_theory.optim import ema, polyak
from tests.optim.builders import net, same, train, weights
from tests.tolerances import PARITY_FLOAT64

STEPS, DECAY = 12, 0.9
KINDS = {
    "ema": (lambda base: ema(base, DECAY), {"multi_avg_fn": get_ema_multi_avg_fn(DECAY)}),
    "polyak": (polyak, {}),
}


def both(kind, from_start, make=AdamW):
    """Return GPA's x and AveragedModel's, the latter counting z_1 only if `from_start`."""
    wrap, how = KINDS[kind]
    model, other = net(), net()
    opt, base = wrap(make(model.parameters(), lr=1e-2)), make(other.parameters(), lr=1e-2)
    reference = AveragedModel(copy.deepcopy(other), **how)
    if from_start:
        reference.update_parameters(other)
    for t in range(STEPS):
        train(model, opt, 1, first=t)
        train(other, base, 1, first=t)
        reference.update_parameters(other)
    assert same(weights(model), weights(other))
    with opt.averaged():
        return weights(model), weights(reference.module)


def close(a, b):
    return all(torch.allclose(p, q, rtol=0, atol=PARITY_FLOAT64) for p, q in zip(a, b, strict=True))


@pytest.mark.parametrize("make", [SGD, AdamW])
@pytest.mark.parametrize("kind", KINDS)
def test_the_average_is_torchs_if_the_start_counts(kind, make):
    """`update_parameters` before training and after every step: AveragedModel holds x.

    And the parameters are the base's own, bit for bit: y = z at μ_y = 0.
    """
    assert close(*both(kind, True, make))


@pytest.mark.parametrize("kind", KINDS)
def test_the_index_convention_matters(kind):
    """Called only after the steps, AveragedModel leaves out the start and differs."""
    assert not close(*both(kind, False))


def test_the_mean_without_the_start():
    """(T x_T − z_1)/(T − 1) is AveragedModel's mean of z_2 … z_T, with T = steps + 1."""
    ours, torchs = both("polyak", False)
    count = STEPS + 1
    converted = [(count * x - z) / (count - 1) for x, z in zip(ours, weights(net()), strict=True)]
    assert close(converted, torchs)


def test_the_moving_average_without_the_start():
    """An average begun at z_2 differs from ours by μ_x^steps (z_1 − z_2): the start's share."""
    ours, torchs = both("ema", False)
    model = net()
    first = weights(model)
    train(model, AdamW(model.parameters(), lr=1e-2), 1)
    shares = [
        DECAY ** (STEPS - 1) * DECAY * (z1 - z2)
        for z1, z2 in zip(first, weights(model), strict=True)
    ]
    assert close([x - share for x, share in zip(ours, shares, strict=True)], torchs)


@pytest.mark.parametrize("decay", [1.0, -0.1, "0.9"])
def test_a_decay_out_of_range_is_refused(decay):
    """0 ≤ decay < 1."""
    with pytest.raises(ValueError, match=r"mu_x must lie in \[0, 1\)"):
        ema(AdamW(net().parameters()), decay)
