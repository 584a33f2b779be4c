"""Copies go on as the original would, in either mode; one state dict serves any number of runs."""

import copy
import io
import pickle

import pytest
import torch
from torch.optim import AdamW

from gpa_theory.optim import GPA, GPAAdamW
from tests.optim.builders import WRAPPERS, loss_of, net, same, train, weights

HALF = {
    "GPA in bfloat16": lambda p: GPA(AdamW(p, lr=1e-2), mu_x=0.9),
    "GPAAdamW in bfloat16": lambda p: GPAAdamW(p, lr=1e-2, mu_x=0.9),
    "GPA with δ in bfloat16": lambda p: GPA(
        AdamW(p, lr=1e-2), mu_x=0.9, state_dtype=torch.bfloat16
    ),
}
KINDS = {name: (make, torch.float32) for name, make in WRAPPERS.items()}
KINDS |= {name: (make, torch.bfloat16) for name, make in HALF.items()}
each_kind = pytest.mark.parametrize("kind", KINDS)


def through_a_file(content):
    file = io.BytesIO()
    torch.save(content, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


WAYS = [copy.deepcopy, lambda content: pickle.loads(pickle.dumps(content)), through_a_file]


def made(kind, seed=0):
    make, dtype = KINDS[kind]
    model = net(seed, dtype)
    return model, make(model.parameters())


@each_kind
@pytest.mark.parametrize("way", WAYS, ids=["deepcopy", "pickle", "torch.save"])
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_a_copy_goes_on_as_the_original(kind, way, mode):
    """The kept y is the same bit for bit, and so are both runs; the base shares its state."""
    model, opt = made(kind)
    train(model, opt, 4)
    getattr(opt, mode)()
    twin, other = way((model, opt))
    assert other.state is other.base.state
    assert other.param_groups is other.base.param_groups
    opt.train()
    other.train()
    assert same(weights(model), weights(twin))
    train(model, opt, 3, first=4)
    train(twin, other, 3, first=4)
    assert same(weights(model), weights(twin))
    opt.eval()
    other.eval()
    assert same(weights(model), weights(twin))


@pytest.mark.parametrize("kind", ["GPA", "GPAAdamW", "DiLoCo"])
def test_a_copy_made_inside_averaged_returns_to_y(kind):
    """The block ends for the original alone; the copy has x until its own train()."""
    model, opt = made(kind)
    train(model, opt, 4)
    y = weights(model)
    with opt.averaged():
        twin, other = copy.deepcopy((model, opt))
        x = weights(model)
    assert same(weights(twin), x)
    other.train()
    assert same(weights(twin), y)
    assert same(weights(model), y)


@pytest.mark.parametrize("kind", ["GPA", "DiLoCo"])
def test_a_copy_refuses_gradients_taken_at_x(kind):
    """It watches the gradients of its own parameters; clearing them in place is fine."""
    model, opt = made(kind)
    train(model, opt, 4)
    opt.eval()
    twin, other = copy.deepcopy((model, opt))
    loss_of(twin, 0).backward()
    other.train()
    with pytest.raises(RuntimeError, match="taken while the averaged weights were in place"):
        other.step()
    other.eval()
    other.zero_grad(set_to_none=False)
    other.train()
    loss_of(twin, 0).backward()
    other.step()


def test_a_copy_remembers_what_it_has_not_compared_yet():
    """A state that was loaded beside wrong weights is refused by the copy, too."""
    model, opt = made("GPA")
    train(model, opt, 3)
    other, fresh = made("GPA", seed=3)
    fresh.load_state_dict(opt.state_dict())
    _, twin = copy.deepcopy((other, fresh))
    with pytest.raises(RuntimeError, match="not those that this state was saved beside"):
        twin.eval()


@each_kind
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_one_state_dict_serves_two_runs(kind, mode):
    """Both equal the original's run, trained in turn; and the state dict stays what it was."""
    model, opt = made(kind)
    train(model, opt, 4)
    getattr(opt, mode)()
    saved, at = opt.state_dict(), copy.deepcopy(model.state_dict())
    kept = copy.deepcopy(saved)
    runs = []
    for seed in (3, 5):
        other, fresh = made(kind, seed)
        other.load_state_dict(at)
        fresh.load_state_dict(saved)
        fresh.train()
        runs.append((other, fresh))
    for t in range(4, 8):
        for run in runs:
            train(*run, 1, first=t)
    assert str(saved) == str(kept)
    opt.train()
    train(model, opt, 4, first=4)
    for other, _ in runs:
        assert same(weights(model), weights(other))


@each_kind
def test_no_memory_is_shared_after_loading(kind):
    """Not between two optimizers nor with the state dict, be it tensors in groups or in state."""
    model, opt = made(kind)
    opt.param_groups[0]["extra"] = torch.ones(2)
    train(model, opt, 4)
    opt.eval()
    saved = opt.state_dict()
    runs = [made(kind, 3), made(kind, 5)]
    for _, fresh in runs:
        fresh.load_state_dict(saved)
    mine, first, second = map(addresses, (saved, *(fresh.state_dict() for _, fresh in runs)))
    assert len(mine) == len(first) == len(second)
    assert not mine & (first | second)
    assert not first & second


def addresses(value):
    if isinstance(value, torch.Tensor):
        return {value.data_ptr()}
    parts = list(value.values()) if isinstance(value, dict) else value
    return set().union(*map(addresses, parts)) if isinstance(parts, list | tuple) else set()
