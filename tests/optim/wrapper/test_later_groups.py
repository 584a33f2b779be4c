"""A group that is added after loading is averaged as the loaded groups are."""

import pytest
import torch
from torch import nn
from torch.optim import SGD

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform
from gpa_theory.optim import GPA, DiLoCo

AVERAGINGS = ("averaging", "mu_x", "averaging_r")


def p():
    return nn.Parameter(torch.ones(2))


def gpa(*groups, **constants):
    return GPA(SGD([{"params": [p()], **group} for group in groups], lr=0.1), **constants)


@pytest.mark.parametrize("saved", [{"mu_x": 0.9}, {"averaging": Uniform()}])
@pytest.mark.parametrize("fresh", [{"mu_x": 0.99}, {"averaging": Polynomial(2)}])
def test_it_follows_the_loaded_averaging(saved, fresh):
    """Kind and constants together: never one of theirs with one of ours."""
    old = gpa({}, mu_y=0.6, state_dtype=torch.bfloat16, seed=7, **saved)
    new = gpa({}, mu_y=0.8, **fresh)
    new.load_state_dict(old.state_dict())
    new.add_param_group({"params": [p()]})
    first, second = new.param_groups
    for key in (*AVERAGINGS, "mu_y", "state_dtype", "gpa_seed"):
        assert first[key] == second[key] == old.param_groups[0][key]


def test_a_group_may_still_bring_its_own():
    """What it says itself counts; the rest follows."""
    new = gpa({}, mu_x=0.99, mu_y=0.8)
    new.load_state_dict(gpa({}, mu_x=0.9, mu_y=0.6).state_dict())
    new.add_param_group({"params": [p()], "averaging": Exponential(0.5)})
    assert (new.param_groups[1]["mu_x"], new.param_groups[1]["mu_y"]) == (0.5, 0.6)


def test_constants_that_a_loaded_group_still_has_stay():
    """Where groups differ on purpose, the default is the one it was."""
    new = gpa({"mu_x": 0.5}, {}, mu_x=0.99)
    new.load_state_dict(gpa({"mu_x": 0.5}, {}, mu_x=0.99).state_dict())
    new.add_param_group({"params": [p()]})
    assert [group["mu_x"] for group in new.param_groups] == [0.5, 0.99, 0.99]


def test_loading_says_what_no_loaded_group_has():
    """Two loaded constants and a third as the default: nobody could guess which is meant."""
    new = gpa({}, {}, mu_x=0.99)
    saved = gpa({"mu_x": 0.5}, {"mu_x": 0.6}, mu_x=0.7).state_dict()
    with pytest.warns(UserWarning, match=r"groups added later take .*'mu_x': 0\.99"):
        new.load_state_dict(saved)


def test_a_bare_checkpoint_changes_no_constant():
    """It has none."""
    new = gpa({}, mu_x=0.99)
    new.load_state_dict(SGD([p()], lr=0.1).state_dict())
    new.add_param_group({"params": [p()]})
    assert [group["mu_x"] for group in new.param_groups] == [0.99, 0.99]


def test_diloco_follows_as_well():
    """Each of its four constants; and the group joins the running block."""
    old = DiLoCo(SGD([p()], lr=0.1), inner_steps=5, outer_lr=0.3, outer_momentum=0.5)
    w = old.param_groups[0]["params"][0]
    w.grad = torch.ones_like(w)
    old.step()
    new = DiLoCo(SGD([p()], lr=0.1), inner_steps=9, nesterov=False)
    new.load_state_dict(old.state_dict())
    new.add_param_group({"params": [p()]})
    keys = ("inner_steps", "outer_lr", "outer_momentum", "outer_nesterov", "diloco_steps")
    assert [new.param_groups[1][key] for key in keys] == [5, 0.3, 0.5, True, 1]
