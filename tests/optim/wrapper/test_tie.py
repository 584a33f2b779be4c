"""What is done to the base alone is refused or taken over, never lost."""

import copy
import gc
import pickle

import pytest
import torch
from torch import nn
from torch.optim import SGD, AdamW

from gpa_theory.optim import GPA, DiLoCo
from tests.optim.builders import WRAPPERS, loss_of, net, same, train, weights


class Whole(SGD):
    """A base that copies all that it has."""

    def __getstate__(self):
        return dict(self.__dict__)


each_wrapper = pytest.mark.parametrize("make", WRAPPERS.values(), ids=WRAPPERS.keys())


def made(make):
    model = net()
    opt = make(model.parameters())
    train(model, opt, 2)
    return model, opt


@each_wrapper
@pytest.mark.parametrize("begun", [True, False])
def test_a_step_of_the_base_alone_is_refused(make, begun):
    """It would move y as if it were z; nothing has moved, and the run goes on."""
    model, opt = made(make)
    if not begun:
        model = net()
        opt = make(model.parameters())
    loss_of(model, 2).backward()
    before = weights(model)
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"behind the back of \w+, .*: call \w+\.step\(\)"):
            opt.base.step()
    assert same(weights(model), before)
    opt.step()
    assert not same(weights(model), before)


@each_wrapper
def test_loading_into_the_base_alone_is_refused(make):
    """Both keep one state, and the run is the one without the attempt."""
    (model, opt), (other, plain) = made(make), made(make)
    with pytest.raises(RuntimeError, match=r"call \w+\.load_state_dict\(\) instead"):
        opt.base.load_state_dict(copy.deepcopy(opt.base.state_dict()))
    assert opt.state is opt.base.state
    train(model, opt, 2, first=2)
    train(other, plain, 2, first=2)
    assert same(weights(model), weights(other))


@each_wrapper
@pytest.mark.parametrize("who", ["base", "wrapper"])
@pytest.mark.parametrize("what", ["state", "param_groups"])
def test_a_replaced_state_is_noticed(make, who, what):
    """A base that loads without hooks parts the two: the next use says so; loading heals it."""
    model, opt = made(make)
    saved = opt.state_dict()
    before = weights(model)
    target = opt.base if who == "base" else opt
    setattr(target, what, copy.copy(getattr(target, what)))
    loss_of(model, 2).backward()
    for act in (opt.step, opt.eval, opt.train, opt.averages, opt.state_dict):
        with pytest.raises(RuntimeError, match="were replaced behind its back"):
            act()
    assert same(weights(model), before)
    opt.load_state_dict(saved)
    opt.step()


@each_wrapper
def test_a_group_added_to_the_base_is_taken_over(make):
    """It trains and is averaged with the constants of the wrapper, whatever the mode was."""
    model, opt = made(make)
    entry = "anchor" if "diloco_mode" in opt.param_groups[0] else "delta"
    for mode in ("train", "eval"):
        late = nn.Parameter(torch.ones(2, dtype=torch.float64))
        getattr(opt, mode)()
        opt.base.add_param_group({"params": [late]})
        opt.train()
        loss_of(model, 3).backward()
        late.grad = torch.ones_like(late)
        opt.step()
        assert entry in opt.state[late]
        assert opt.param_groups[-1].get("mu_x") == opt.param_groups[0].get("mu_x")
    assert len(opt.param_groups) == 3


def test_a_wrong_group_added_to_the_base_is_refused_at_the_step():
    """Eight-bit parameters cannot be averaged, however they came in."""
    model, opt = made(WRAPPERS["GPA"])
    opt.base.add_param_group({"params": [nn.Parameter(torch.zeros(2, dtype=torch.float8_e5m2))]})
    with pytest.raises(ValueError, match=r"not torch\.float8_e5m2"):
        train(model, opt, 1, first=2)


@each_wrapper
@pytest.mark.parametrize("set_to_none", [True, False])
def test_gradients_may_be_cleared_by_the_base(make, set_to_none):
    """What was taken at x and cleared, by whomever, is no obstacle; what was not is refused."""
    model, opt = made(make)
    for clear in (opt.base.zero_grad, lambda set_to_none: model.zero_grad(set_to_none)):
        with opt.averaged():
            loss_of(model, 2).backward()
            clear(set_to_none=set_to_none)
        loss_of(model, 2).backward()
        opt.step()
        with opt.averaged():
            loss_of(model, 2).backward()
        with pytest.raises(RuntimeError, match="taken while the averaged weights were in place"):
            opt.step()
        opt.zero_grad()


@each_wrapper
@pytest.mark.parametrize("way", [copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))])
def test_copies_are_tied_to_their_own_base(make, way):
    """A copy refuses what the original refuses, and steps whether or not the original lives."""
    model, opt = made(make)
    twin, other = way((model, opt))
    loss_of(twin, 2).backward()
    for one in (opt, other):
        with pytest.raises(RuntimeError, match="behind the back"):
            one.base.step()
    other.step()
    del opt, model
    gc.collect()
    train(twin, other, 1, first=3)


@pytest.mark.parametrize("wrap", [lambda b: GPA(b, mu_x=0.9), lambda b: DiLoCo(b, inner_steps=2)])
def test_a_base_whose_wrapper_is_gone_is_free(wrap):
    """Dropping the wrapper unties the base."""
    p = nn.Parameter(torch.ones(2))
    base = SGD([p], lr=0.5)
    wrap(base)
    gc.collect()
    p.grad = torch.ones_like(p)
    base.step()
    assert p.tolist() == [0.5, 0.5]


@each_wrapper
def test_the_tie_outlives_loading(make):
    """After a state dict was loaded, the base alone is refused as before."""
    model, opt = made(make)
    opt.load_state_dict(opt.state_dict())
    loss_of(model, 2).backward()
    for _ in range(2):
        with pytest.raises(RuntimeError, match="behind the back"):
            opt.base.step()
    opt.step()


def test_a_shallow_copy_is_the_same_optimizer():
    """Both may step the base that they share; neither is behind the other's back."""
    (model, opt), (other, plain) = made(WRAPPERS["GPA"]), made(WRAPPERS["GPA"])
    twin = copy.copy(opt)
    train(model, twin, 1, first=2)
    train(model, opt, 1, first=3)
    train(other, plain, 2, first=2)
    assert same(weights(model), weights(other))


def test_a_copied_base_that_copies_its_hooks_is_guarded_too():
    """Some bases copy all they have: the guard in the copy is replaced by one that works."""
    model = net()
    opt = GPA(Whole(model.parameters(), lr=0.1), mu_x=0.9)
    train(model, opt, 1)
    for way in (copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))):
        twin, other = way((model, opt))
        loss_of(twin, 1).backward()
        with pytest.raises(RuntimeError, match="behind the back"):
            other.base.step()
        other.step()
        assert len(other.base._optimizer_step_pre_hooks) == 1


def test_hooks_of_others_on_the_base_still_run():
    """They see the step of the base inside the wrapper's, and what is loaded."""
    model = net()
    base = AdamW(model.parameters(), lr=1e-2)
    opt = GPA(base, mu_x=0.9)
    seen = []
    base.register_step_pre_hook(lambda o, a, k: seen.append("step"))
    base.register_load_state_dict_pre_hook(lambda o, s: seen.append("load"))
    train(model, opt, 1)
    opt.load_state_dict(opt.state_dict())
    assert seen == ["step", "load"]
