"""Groups differ: each has its own constants and its own count, and keeps them in checkpoints."""

import pytest
import torch
from torch import nn
from torch.optim import SGD, AdamW

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform
from gpa_theory.core.windows import BiasCorrected, Warmed
from gpa_theory.optim import GPA
from gpa_theory.optim.step.groups import averaging_of, describe, next_coefficient
from tests.optim.builders import made, same, train, weights
from tests.tolerances import PARITY_TORCH, ROUNDING


def parameters():
    generator = torch.Generator().manual_seed(0)
    return [nn.Parameter(torch.randn(3, generator=generator, dtype=torch.float64)) for _ in "ab"]


def walk(opt, moved, steps=6):
    for _ in range(steps):
        for p in moved:
            p.grad = p.detach().clone()
        opt.step()


def test_two_groups_are_two_optimizers():
    """Different μ_x, μ_y and averaging in one GPA: each group goes as it would alone."""
    a, b = parameters()
    groups = [
        {"params": [a], "mu_x": 0.8, "mu_y": 0.3},
        {"params": [b], "averaging": Polynomial(2), "lr": 0.2},
    ]
    walk(GPA(SGD(groups, lr=0.1, momentum=0.5), mu_x=0.9, mu_y=0.6), [a, b])
    c, d = parameters()
    walk(GPA(SGD([c], lr=0.1, momentum=0.5), mu_x=0.8, mu_y=0.3), [c])
    alone = GPA(SGD([d], lr=0.2, momentum=0.5), averaging=Polynomial(2), mu_y=0.6)
    walk(alone, [d])
    assert same([a, b], [c, d])


@pytest.mark.parametrize(
    ("keys", "averaging"),
    [
        ({}, Exponential(0.9)),
        ({"mu_x": 0.5}, Exponential(0.5)),
        ({"averaging": "exponential"}, Exponential(0.9)),
        ({"averaging": "polynomial"}, Polynomial(0.0)),
        ({"averaging": "polynomial", "averaging_r": 2.0}, Polynomial(2.0)),
        ({"averaging_r": 2.0}, Polynomial(2.0)),
        ({"averaging": Uniform()}, Polynomial(0.0)),
        ({"averaging": Exponential(0.25)}, Exponential(0.25)),
    ],
)
def test_how_a_group_says_its_averaging(keys, averaging):
    """By constant, by name or by object; what it does not say comes from GPA's own."""
    opt = GPA(SGD([{"params": parameters(), **keys}], lr=0.1), mu_x=0.9)
    assert averaging_of(opt.param_groups[0]) == averaging


def test_a_bare_checkpoint_keeps_each_groups_constants():
    """Loading the base's own state dict takes lr from it, and μ's from the groups as they are."""
    a, b = parameters()
    base = AdamW([{"params": [a]}, {"params": [b], "lr": 0.5}])
    a.grad, b.grad = torch.ones_like(a), torch.ones_like(b)
    base.step()
    saved = base.state_dict()
    opt = GPA(AdamW([{"params": [a], "mu_x": 0.25}, {"params": [b]}]), averaging=Uniform())
    opt.load_state_dict(saved)
    found = [averaging_of(group) for group in opt.param_groups]
    assert found == [Exponential(0.25), Polynomial(0.0)]
    assert opt.param_groups[1]["lr"] == 0.5


def test_missing_gradients_leave_a_parameter_as_it_is():
    """x, y and the state of a parameter without a gradient do not move while others do."""
    a, b = parameters()
    opt = GPA(AdamW([a, b], lr=0.1), mu_x=0.9)
    walk(opt, [a, b])
    b.grad = None
    y, delta = b.detach().clone(), opt.state[b]["delta"].clone()
    walk(opt, [a])
    assert same([b, opt.state[b]["delta"]], [y, delta])


def test_a_gradient_that_comes_late_under_uniform_averaging():
    """A parameter that rested for n steps was its own average: x counts z_1 n + 1 times."""
    a, b = parameters()
    z1 = b.detach().clone()
    opt = GPA(SGD([a, b], lr=0.1), averaging=Uniform())
    walk(opt, [a], steps=3)
    assert b not in opt.state
    walk(opt, [b], steps=1)
    with opt.averaged():
        assert b.tolist() == pytest.approx((z1 * (4 + 0.9) / 5).tolist(), rel=ROUNDING)


def test_loading_while_x_is_in_place():
    """An optimizer in evaluation mode takes the mode of what it loads; the run is the saved one."""
    model, opt = made()
    train(model, opt, 3)
    state = {k: v.clone() for k, v in model.state_dict().items()}
    saved = torch.utils._pytree.tree_map(
        lambda leaf: leaf.clone() if isinstance(leaf, torch.Tensor) else leaf, opt.state_dict()
    )
    train(model, opt, 2, first=3)
    other, busy = made(seed=3)
    train(other, busy, 2)
    busy.eval()
    busy.load_state_dict(saved)
    other.load_state_dict(state)
    train(other, busy, 2, first=3)
    assert same(weights(model), weights(other))


def test_loading_an_evaluating_state_watches_gradients():
    """After loading a state saved in evaluation mode, a gradient taken at x is refused as ever."""
    model, opt = made()
    train(model, opt, 2)
    opt.eval()
    opt.load_state_dict(opt.state_dict())
    for p in model.parameters():
        p.grad = torch.ones_like(p)
    opt.train()
    with pytest.raises(RuntimeError, match="taken while the averaged weights were in place"):
        opt.step()


@pytest.mark.parametrize("averaging", [Warmed(0.75), BiasCorrected(0.75)])
def test_a_window_that_grows_is_counted_alike_on_tensors(averaging):
    """c_{t+1} from steps counted by a tensor is c_{t+1} from an int, without a branch on it."""
    for steps in range(8):
        group = {**describe(averaging), "gpa_steps": steps}
        counted = group | {"gpa_steps": torch.tensor(float(steps), dtype=torch.float64)}
        assert float(next_coefficient(counted)) == pytest.approx(
            next_coefficient(group), rel=PARITY_TORCH
        )
