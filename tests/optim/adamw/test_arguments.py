"""GPAAdamW takes what AdamW takes, in its order, or says why not."""

import inspect

import pytest
import torch
from torch import nn
from torch.optim import AdamW

from gpa_theory.optim import GPA, GPAAdamW
from tests.optim.builders import net, same, train, weights
from tests.tolerances import FUSED_FLOAT64


def test_every_argument_of_adamw_is_taken_in_its_order():
    """The two signatures agree as far as AdamW's goes, and the docstring names them all."""
    theirs = inspect.signature(AdamW).parameters
    ours = inspect.signature(GPAAdamW).parameters
    assert set(theirs) <= set(ours)
    for name, parameter in theirs.items():
        assert ours[name].default == parameter.default
        assert ours[name].kind == parameter.kind
        assert name == "params" or name in GPAAdamW.__doc__
    ordered = [n for n, p in theirs.items() if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    assert list(ours)[: len(ordered)] == ordered


@pytest.mark.parametrize("flags", [{"fused": True}, {"fused": False}, {"foreach": True}, {}])
def test_kernels_change_no_value(flags):
    """Whatever torch is to run, the steps are those of GPA around AdamW, to rounding."""
    model, other = net(), net()
    opt = GPAAdamW(model.parameters(), lr=1e-2, mu_x=0.9, **flags)
    plain = GPA(AdamW(other.parameters(), lr=1e-2, foreach=False, fused=False), mu_x=0.9)
    train(model, opt, 6)
    train(other, plain, 6)
    for found, expected in zip(weights(model), weights(other), strict=True):
        assert torch.allclose(found, expected, rtol=0, atol=FUSED_FLOAT64)
    assert all(opt.param_groups[0][key] == value for key, value in flags.items())


@pytest.mark.parametrize("backend", ["auto", "compile", "foreach"])
def test_amsgrad_is_adamws(backend):
    """Its steps are torch's own, bit for bit, and `plan` says so; without it they are others."""
    model, other, third = net(), net(), net()
    flags = {"amsgrad": True, "fused": False, "foreach": False}
    opt = GPAAdamW(model.parameters(), lr=1e-2, mu_x=0.9, backend=backend, **flags)
    plain = GPA(AdamW(other.parameters(), lr=1e-2, **flags), mu_x=0.9)
    without = GPAAdamW(third.parameters(), lr=1e-2, mu_x=0.9)
    for m, o in ((model, opt), (other, plain), (third, without)):
        for t in range(8):  # large gradients at first: their maximum stays
            o.zero_grad()
            (m(torch.ones(2, 4).double()).square().mean() * (100 if t < 2 else 1)).backward()
            o.step()
    assert same(weights(model), weights(other))
    assert not same(weights(model), weights(third))
    assert opt.plan()[0] == "foreach"
    assert "max_exp_avg_sq" in opt.state[next(model.parameters())]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"differentiable": True}, "differentiable must be False: the parameters move in place"),
        ({"fused": True, "foreach": True}, r"cannot be obeyed: .*cannot be .True. together"),
        ({"lr": -1.0}, "Invalid learning rate"),
        ({"betas": (0.9, 1.5)}, "Invalid beta parameter"),
    ],
)
def test_what_cannot_be_obeyed_is_refused(flags, message):
    """A ValueError says why, in AdamW's words where they are its own."""
    with pytest.raises(ValueError, match=message):
        GPAAdamW([nn.Parameter(torch.ones(3))], mu_x=0.9, **flags)


def test_a_kernel_that_does_not_fit_the_parameters_is_not_used():
    """The fused one takes no complex numbers: the step is then that of another."""
    found = []
    for fused in (True, False):
        w = nn.Parameter(torch.full((3,), 1 + 2j, dtype=torch.complex128))
        opt = GPAAdamW([w], lr=1e-2, mu_x=0.9, fused=fused)
        for t in range(4):
            w.grad = (w * (t - 1j)).detach()
            opt.step()
        found.append(w.detach())
    assert same(found[:1], found[1:])


def test_flags_of_a_group_count():
    """A group may ask for `amsgrad` alone."""
    a, b = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(3))
    opt = GPAAdamW([{"params": [a], "amsgrad": True}, {"params": [b]}], mu_x=0.9)
    a.grad, b.grad = torch.ones_like(a), torch.ones_like(b)
    opt.step()
    assert "max_exp_avg_sq" in opt.state[a]
    assert "max_exp_avg_sq" not in opt.state[b]
