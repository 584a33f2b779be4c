"""DiLoCo as an optimizer among torch's: modes, checkpoints, groups, refusals."""

import copy
import io
import pickle

import pytest
import torch
from torch import nn
from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict
from torch.optim import SGD, AdamW
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.optimizer import register_optimizer_step_post_hook

from gpa_theory.optim import DiLoCo
from tests.optim.builders import loss_of, net, same, train, weights


def made(seed=0, inner_steps=3, **kwargs):
    model = net(seed)
    return model, DiLoCo(AdamW(model.parameters(), lr=1e-2), inner_steps=inner_steps, **kwargs)


def saved(*content):
    """Round-trip through a file that is loaded with weights_only=True."""
    file = io.BytesIO()
    torch.save(content, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("steps", [5, 6])
def test_resume_is_bit_exact(steps, mode):
    """Within a block and at its end, in either mode: equal to the uninterrupted run."""
    model, opt = made()
    train(model, opt, steps)
    getattr(opt, mode)()
    state, groups = saved(model.state_dict(), opt.state_dict())
    opt.train()
    train(model, opt, 5, first=steps)
    other, fresh = made(seed=3)
    other.load_state_dict(state)
    fresh.load_state_dict(groups)
    assert fresh.param_groups is fresh.base.param_groups
    fresh.train()
    train(other, fresh, 5, first=steps)
    assert same(weights(model), weights(other))


def test_distributed_checkpoint_from_a_fresh_optimizer():
    """DCP's get and set work on an optimizer that has never stepped, and resume exactly."""
    model, opt = made()
    train(model, opt, 5)
    state, groups = get_state_dict(model, opt)
    state = {k: v.clone() for k, v in state.items()}
    groups = saved(groups)[0]
    train(model, opt, 4, first=5)
    other, fresh = made(seed=3)
    set_state_dict(other, fresh, model_state_dict=state, optim_state_dict=groups)
    train(other, fresh, 4, first=5)
    assert same(weights(model), weights(other))


def test_a_bare_adamw_checkpoint_starts_diloco():
    """Moments are taken over and the first block begins there, with this optimizer's constants."""
    model = net()
    base = AdamW(model.parameters(), lr=1e-2)
    train(model, base, 4)
    opt = DiLoCo(AdamW(model.parameters(), lr=1.0), inner_steps=2)
    opt.load_state_dict(base.state_dict())
    start = weights(model)
    train(model, opt, 1, first=4)
    assert opt.param_groups[0]["lr"] == 1e-2
    assert opt.param_groups[0]["inner_steps"] == 2
    assert same([opt.state[p]["anchor"] for p in model.parameters()], start)
    assert opt.state[next(model.parameters())]["step"].item() == 5


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))])
def test_copies_are_whole(copied):
    """Deep copies and pickles keep sharing groups and state with their own base."""
    model, opt = made()
    train(model, opt, 4)
    twin = copied(opt)
    assert twin.param_groups is twin.base.param_groups
    assert twin.state is twin.base.state
    assert twin.state_dict()["param_groups"] == opt.state_dict()["param_groups"]


def test_evaluating_does_not_change_the_run():
    """The inner weights come back bit for bit, also after an exception; anchors were shown."""
    (model, opt), (other, plain) = made(), made()
    for t in range(7):
        train(model, opt, 1, first=t)
        inner = weights(model)
        exported = opt.averaged_state_dict(model)
        with opt.averaged():
            assert same(weights(model), list(exported.values()))
            assert same(weights(model), inner) == (t % 3 == 2)
            again = opt.averaged_state_dict(model)
        assert same(list(again.values()), list(exported.values()))
        with pytest.raises(KeyError), opt.averaged():
            raise KeyError
    train(other, plain, 7)
    assert same(weights(model), weights(other))


def test_nested_and_repeated_switches():
    """Only the outermost block switches; eval() and train() twice are once."""
    model, opt = made()
    train(model, opt, 4)
    inner = weights(model)
    opt.eval()
    anchors = weights(model)
    opt.eval()
    with opt.averaged():
        pass
    assert same(weights(model), anchors)
    opt.train()
    opt.train()
    assert same(weights(model), inner)


def test_weights_loaded_while_the_anchors_are_in_place_count():
    """Whatever was written is the new anchor and where the block goes on."""
    model, opt = made()
    train(model, opt, 4)
    opt.eval()
    for p in model.parameters():
        p.data.add_(1.0)
    loaded = weights(model)
    opt.train()
    assert same(weights(model), loaded)
    assert same([opt.state[p]["anchor"] for p in model.parameters()], loaded)


def test_misuse_at_run_time_is_refused():
    """Stepping on the anchors, and stepping on a gradient that was taken there."""
    model, opt = made()
    train(model, opt, 4)
    opt.eval()
    with pytest.raises(RuntimeError, match=r"leave averaged\(\) or call train\(\) first"):
        opt.step()
    loss_of(model, 4).backward()
    opt.train()
    with pytest.raises(RuntimeError, match="taken while the averaged weights were in place"):
        opt.step()
    opt.load_state_dict({**opt.state_dict()})
    train(model, opt, 1, first=4)
    opt.eval()
    opt.load_state_dict(opt.state_dict())
    loss_of(model, 5).backward()
    opt.train()
    with pytest.raises(RuntimeError, match=r"`DiLoCo.step\(\)`: a gradient was taken while"):
        opt.step()


@pytest.mark.parametrize("set_to_none", [True, False])
def test_cleared_gradients_are_no_obstacle(set_to_none):
    """Cleared while the anchors are in place, or after, with its memory kept or not: fine."""
    model, opt = made()
    train(model, opt, 4)
    for clear_inside in (True, False):
        with opt.averaged():
            loss_of(model, 4).backward()
            if clear_inside:
                opt.zero_grad(set_to_none)
        if not clear_inside:
            opt.zero_grad(set_to_none)
        loss_of(model, 4).backward()
        opt.step()


def test_closures_schedulers_and_hooks():
    """A closure runs once, a scheduler reaches the base, global hooks see one optimizer."""
    (model, opt), (other, plain) = made(), made()
    scheduler = LambdaLR(opt, lambda t: 1.0 if t < 1 else 0.5)
    seen, calls = [], []

    def closure():
        calls.append(1)
        opt.zero_grad()
        loss = loss_of(model, 0)
        loss.backward()
        return loss

    handle = register_optimizer_step_post_hook(lambda o, a, k: seen.append(type(o).__name__))
    try:
        assert opt.step(closure).item() == loss_of(net(), 0).item()
    finally:
        handle.remove()
    train(other, plain, 1)
    assert same(weights(model), weights(other))
    assert (seen, calls) == (["DiLoCo"], [1])
    scheduler.step()
    assert opt.base.param_groups[0]["lr"] == 5e-3


def test_groups_have_their_own_constants_and_late_ones_join_the_block():
    """A group added in mid-block ends it with the others; H may differ."""
    a, b, c = (nn.Parameter(torch.ones(2, dtype=torch.float64)) for _ in "abc")
    groups = [{"params": [a]}, {"params": [b], "inner_steps": 3, "outer_lr": 1.0}]
    opt = DiLoCo(SGD(groups, lr=0.1), inner_steps=2, outer_lr=0.5)
    a.grad, b.grad = torch.ones_like(a), torch.ones_like(b)
    opt.step()
    opt.eval()
    opt.add_param_group({"params": [c], "lr": 0.2})
    opt.train()
    c.grad = torch.ones_like(c)
    opt.step()
    counts = [group["diloco_steps"] for group in opt.param_groups]
    assert counts == [0, 2, 0]
    assert [group["outer_lr"] for group in opt.param_groups] == [0.5, 1.0, 0.5]


def test_lr_zero_and_a_failing_base_are_no_ops():
    """A warm-up from lr = 0 moves nothing; a base that raises leaves no anchor behind."""
    model = net()
    opt = DiLoCo(SGD(model.parameters(), lr=0.0), inner_steps=2)
    before = weights(model)

    def fail():
        raise ArithmeticError

    loss_of(model, 0).backward()
    opt.base.step = fail
    with pytest.raises(ArithmeticError):
        opt.step()
    assert len(opt.state) == 0
    del opt.base.step
    train(model, opt, 4)
    assert same(weights(model), before)


def test_a_refusal_changes_nothing():
    """A refused base can be given again; a refused group is not added; a broken one is seen."""
    base = AdamW(net().parameters())
    keys = set(base.param_groups[0])
    with pytest.raises(ValueError, match="inner_steps"):
        DiLoCo(base, inner_steps=1.5)
    assert set(base.param_groups[0]) == keys
    opt = DiLoCo(base, inner_steps=2)
    with pytest.raises(ValueError, match=r"must not be torch\.bfloat16"):
        opt.add_param_group({"params": torch.nn.Parameter(torch.zeros(2, dtype=torch.bfloat16))})
    assert len(opt.param_groups) == len(opt.base.param_groups) == 1
    opt.param_groups[0]["outer_momentum"] = 2
    with pytest.raises(ValueError, match="outer_momentum must lie in"):
        opt.step()
