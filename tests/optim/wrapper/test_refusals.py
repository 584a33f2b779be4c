"""Misuse is refused with a message that names the fix, and a refusal changes nothing."""

import pytest
import torch
from torch import nn
from torch.optim import AdamW

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.optim import GPA
from tests.optim.builders import made, net, same, train, weights

BAD = [
    (lambda p: GPA(AdamW(p)), "exactly one must be given"),
    (lambda p: GPA(AdamW(p), mu_x=0.9, inner_steps=4), "exactly one must be given"),
    (lambda p: GPA(AdamW(p), mu_x=1.2), r"`Exponential\(mu_x=1.2\)`: mu_x must lie in \[0, 1\)"),
    (lambda p: GPA(AdamW(p), mu_x=0.9, mu_y=2), r"mu_y must lie in \[0, 1\]"),
    (lambda p: GPA(AdamW(p), inner_steps=0), "inner_steps must be an integer ≥ 1"),
    (lambda p: GPA(AdamW(p), averaging=3), "averaging must be Uniform, Polynomial"),
    (lambda p: GPA(p, mu_x=0.9), "base must be a torch.optim.Optimizer"),
    (lambda p: GPA(GPA(AdamW(p), mu_x=0.9), mu_x=0.9), "base must not be GPA, nor have been"),
    (lambda p: GPA(AdamW(p, differentiable=True, foreach=False), mu_x=0.9), "differentiable"),
    (lambda p: GPA(torch.optim.LBFGS(p), mu_x=0.9), "must not need a closure"),
    (lambda p: GPA(AdamW([{"params": p, "mu_z": 1}]), mu_x=0.9), "mu_z must be one of mu_x, mu_y"),
    (lambda p: GPA(AdamW([{"params": p, "mu_x": 5}]), mu_x=0.9), "mu_x must lie in"),
    (
        lambda p: GPA(AdamW([{"params": p, "averaging_r": 2, "mu_x": 0.5}]), mu_x=0.9),
        "averaging_r has no effect with averaging='exponential'",
    ),
    (
        lambda p: GPA(AdamW([{"params": p, "averaging": "exponential"}]), averaging=Uniform()),
        "mu_x must be given with it",
    ),
    (
        lambda p: GPA(AdamW([{"params": p, "averaging": Exponential(0.9), "mu_x": 0.5}]), mu_x=0.9),
        "mu_x, averaging exactly one must be given in a group",
    ),
    (
        lambda p: GPA(AdamW([{"params": p, "averaging": "mean"}]), mu_x=0.9),
        "averaging must be one of exponential, .*polynomial",
    ),
    (
        lambda p: GPA(AdamW(p), mu_x=0.9, state_dtype=torch.float16),
        r"state_dtype must be None or torch.bfloat16 \(with stochastic rounding\)",
    ),
    (
        lambda p: GPA(AdamW(p), mu_x=0.9, state_dtype=torch.bfloat16),
        "state_dtype must be None for torch.float64",
    ),
    (lambda p: GPA(AdamW(p), mu_x=0.9, seed=-1), "seed must be an integer ≥ 0"),
    (
        lambda p: GPA(AdamW([nn.Parameter(torch.zeros(2, dtype=torch.float8_e5m2))]), mu_x=0.9),
        "must be float or complex of 16 bits or more, not torch.float8_e5m2",
    ),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message for _, message in BAD])
def test_misuse_is_refused_at_construction(make, message):
    """Every bad argument is a ValueError that names call, parameter and rule."""
    with pytest.raises(ValueError, match=message):
        make(list(net().parameters()))


def test_constants_broken_later_are_refused_at_the_step():
    """A group edited to μ_x = 5 is refused before anything moves."""
    model, opt = made()
    opt.param_groups[0]["mu_x"] = 5
    before = weights(model)
    with pytest.raises(ValueError, match="mu_x must lie in"):
        train(model, opt, 1)
    assert same(weights(model), before)


@pytest.mark.parametrize("bad", [{"mu_y": 3}, {"mu_x": 1}])
def test_a_refused_base_stays_as_it_was(bad):
    """The same base can be given again: no key of ours was left in its groups."""
    base = AdamW(net().parameters())
    keys = set(base.param_groups[0])
    with pytest.raises(ValueError, match="must lie in"):
        GPA(base, **{"mu_x": 0.9, **bad})
    assert set(base.param_groups[0]) == keys
    GPA(base, mu_x=0.9)
    with pytest.raises(ValueError, match="nor have been inside one"):
        GPA(base, mu_x=0.9)


@pytest.mark.parametrize(
    ("extra", "message"),
    [({"mu_z": 1}, "mu_z must be one of"), ({}, "not torch.float8_e5m2")],
)
def test_a_refused_group_is_not_added(extra, message):
    """A misspelled key or eight-bit parameters leave GPA and its base without the group."""
    _, opt = made()
    coarse = nn.Parameter(torch.zeros(2, dtype=torch.float8_e5m2))
    with pytest.raises(ValueError, match=message):
        opt.add_param_group({"params": coarse, **extra})
    assert len(opt.param_groups) == len(opt.base.param_groups) == 1


def test_a_constant_without_effect_is_refused_at_the_step():
    """Setting mu_x under Uniform() would do nothing."""
    model = net()
    opt = GPA(AdamW(model.parameters()), averaging=Uniform())
    train(model, opt, 1)
    opt.param_groups[0]["mu_x"] = 0.5
    with pytest.raises(ValueError, match="mu_x has no effect with averaging='polynomial'"):
        train(model, opt, 1)


def test_keys_that_belong_to_the_base_are_not_ours():
    """A base may have an option that looks like one of GPA's."""

    class Odd(torch.optim.SGD):
        def __init__(self, params):
            super().__init__(params, lr=0.1)
            self.defaults["mu_dtype"] = "float32"
            self.param_groups[0]["mu_dtype"] = "float32"

    model = net()
    opt = GPA(Odd(model.parameters()), mu_x=0.9)
    train(model, opt, 1)


@pytest.mark.parametrize("broken", [{"mu_x": 5.0}, {"mu_z": 1.0}])
def test_a_refused_state_dict_changes_nothing(broken):
    """Neither weights, nor state, nor what GPA shares with its base."""
    model, opt = made()
    train(model, opt, 2)
    saved = opt.state_dict()
    saved["param_groups"][0] = {**saved["param_groups"][0], **broken}
    saved["state"] = {}
    with pytest.raises(ValueError, match="mu_"):
        opt.load_state_dict(saved)
    assert opt.param_groups is opt.base.param_groups
    assert len(opt.state) == 4
    saved["param_groups"] = []
    with pytest.raises(ValueError, match="different number of parameter groups"):
        opt.load_state_dict(saved)
    train(model, opt, 1, first=2)
