"""Frozen parameters may be of any type: they are never moved, and cost nothing."""

import copy

import pytest
import torch
from torch import nn
from torch.optim import AdamW

from gpa_theory.optim import GPA, DiLoCo, GPAAdamW, ema, polyak
from tests.optim.builders import loss_of, net, same, train, weights

TYPES = [torch.uint8, torch.int8, torch.int64, torch.bool, torch.float8_e4m3fn, torch.bfloat16]
WRAPPERS = {
    "GPA": lambda p: GPA(AdamW(p, lr=1e-2), mu_x=0.9),
    "GPAAdamW": lambda p: GPAAdamW(p, lr=1e-2, mu_x=0.9),
    "DiLoCo": lambda p: DiLoCo(AdamW(p, lr=1e-2), inner_steps=2),
    "ema": lambda p: ema(AdamW(p, lr=1e-2)),
    "polyak": lambda p: polyak(AdamW(p, lr=1e-2)),
}


def packed(dtype, seed=0):
    """Return a network with frozen parameters of this type, first and last."""
    model = net(seed, torch.float32)
    values = torch.arange(8) % 2
    whole = nn.Module()
    whole.first = nn.Parameter(values.to(dtype), requires_grad=False)
    whole.layers = model
    whole.last = nn.Parameter(values.to(dtype).view(2, 4), requires_grad=False)
    whole.forward = model.forward
    return whole


def stepped(model, opt, steps, first=0):
    for t in range(first, first + steps):
        opt.zero_grad()
        loss_of(model.layers, t).backward()
        opt.step()


@pytest.mark.parametrize("dtype", TYPES, ids=str)
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_frozen_parameters_are_left_alone(wrapper, dtype):
    """Steps, switches and state dicts are those of the network without them."""
    model, plain = packed(dtype), net(0, torch.float32)
    opt, other = WRAPPERS[wrapper](model.parameters()), WRAPPERS[wrapper](plain.parameters())
    stepped(model, opt, 3)
    train(plain, other, 3)
    assert same(weights(model.layers), weights(plain))
    with opt.averaged(), other.averaged():
        assert same(weights(model.layers), weights(plain))
        assert model.first.dtype == dtype
    found = opt.averaged_state_dict(model)
    assert torch.equal(found["first"], model.first)
    assert torch.equal(model.first, (torch.arange(8) % 2).to(dtype))
    assert model.first not in opt.state
    saved = copy.deepcopy((model.state_dict(), opt.state_dict()))
    stepped(model, opt, 2, first=3)
    again = packed(dtype, seed=4)
    resumed = WRAPPERS[wrapper](again.parameters())
    again.load_state_dict(saved[0])
    resumed.load_state_dict(saved[1])
    stepped(again, resumed, 2, first=3)
    assert same(weights(again.layers), weights(model.layers))


@pytest.mark.parametrize(
    ("wrap", "rule"),
    [
        (lambda base: GPA(base, mu_x=0.9), "must be float or complex of 16 bits or more"),
        (lambda base: DiLoCo(base, inner_steps=2), "must not be torch.float8_e4m3fn"),
    ],
)
def test_a_type_that_cannot_be_averaged_is_refused_once_it_moves(wrap, rule):
    """A parameter that is thawed later is refused at its first step, and nothing has moved."""
    model = packed(torch.float8_e4m3fn)
    opt = wrap(AdamW(model.parameters(), lr=1e-2))
    stepped(model, opt, 2)
    before = weights(model.layers)
    model.last.requires_grad_(True)
    model.last.grad = torch.zeros_like(model.last)
    with pytest.raises(ValueError, match=rule):
        opt.step()
    assert same(weights(model.layers), before)
    with pytest.raises(ValueError, match=rule):
        wrap(AdamW([model.last]))
