"""Checkpoints: resume is bit-exact, loaders that trust nothing can read them, DCP works fresh."""

import io

import pytest
import torch
from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict
from torch.optim import AdamW

from gpa_theory.optim import GPA
from tests.optim.builders import made, net, same, train, weights
from tests.tolerances import PARITY_FLOAT64


def saved(*content):
    """Round-trip through a file that is loaded with weights_only=True."""
    file = io.BytesIO()
    torch.save(content, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def test_resume_is_bit_exact():
    """Save at step 5, load into fresh objects, continue: equal to the uninterrupted run."""
    model, opt = made()
    train(model, opt, 5)
    state, groups = saved(model.state_dict(), opt.state_dict())
    train(model, opt, 5, first=5)
    other, fresh = made(seed=3)
    other.load_state_dict(state)
    fresh.load_state_dict(groups)
    assert fresh.param_groups is fresh.base.param_groups
    train(other, fresh, 5, first=5)
    assert same(weights(model), weights(other))


def test_resume_from_evaluation_mode():
    """A checkpoint written while x is in place resumes bit-exactly too: it holds y beside δ."""
    model, opt = made()
    train(model, opt, 5)
    opt.eval()
    state, groups = saved(model.state_dict(), opt.state_dict())
    opt.train()
    train(model, opt, 3, first=5)
    other, fresh = made(seed=3)
    other.load_state_dict(state)
    fresh.load_state_dict(groups)
    with pytest.raises(RuntimeError, match=r"call train\(\) first"):
        fresh.step()
    fresh.train()
    train(other, fresh, 3, first=5)
    assert same(weights(model), weights(other))
    assert set(fresh.state[next(other.parameters())]) == {"step", "exp_avg", "exp_avg_sq", "delta"}


def test_without_the_kept_y_an_evaluating_checkpoint_resumes_to_one_rounding():
    """Distributed checkpoints drop what a fresh optimizer does not ask for: y is then computed."""
    model, opt = made()
    train(model, opt, 5)
    with opt.averaged():
        state, groups = saved(model.state_dict(), opt.state_dict())
    for entries in groups["state"].values():
        del entries["kept_y"]
    train(model, opt, 3, first=5)
    other, fresh = made(seed=3)
    other.load_state_dict(state)
    fresh.load_state_dict(groups)
    fresh.train()
    train(other, fresh, 3, first=5)
    for p, q in zip(weights(model), weights(other), strict=True):
        assert torch.allclose(p, q, rtol=0, atol=PARITY_FLOAT64)


def test_a_bare_adamw_checkpoint_starts_gpa():
    """Moments are taken over, and x = y = z from there."""
    model = net()
    base = AdamW(model.parameters(), lr=1e-2)
    train(model, base, 4)
    opt = GPA(AdamW(model.parameters(), lr=1e-2), mu_x=0.9)
    opt.load_state_dict(base.state_dict())
    assert opt.param_groups[0]["mu_x"] == 0.9
    before = weights(model)
    with opt.averaged():
        assert same(weights(model), before)
    train(model, opt, 1, first=4)
    for p in model.parameters():
        assert opt.state[p]["step"].item() == 5
        assert "delta" in opt.state[p]


def test_load_at_once_on_an_unstarted_optimizer():
    """Accelerate does load_state_dict(state_dict()) before the first step."""
    model, opt = made()
    opt.load_state_dict(opt.state_dict())
    train(model, opt, 1)


def test_distributed_checkpoint_from_a_fresh_optimizer():
    """DCP's get and set work on an optimizer that has never stepped, and resume exactly."""
    model, opt = made()
    train(model, opt, 5)
    state, groups = get_state_dict(model, opt)
    state = {k: v.clone() for k, v in state.items()}
    groups = saved(groups)[0]
    train(model, opt, 3, first=5)
    other, fresh = made(seed=3)
    set_state_dict(other, fresh, model_state_dict=state, optim_state_dict=groups)
    train(other, fresh, 3, first=5)
    assert same(weights(model), weights(other))
