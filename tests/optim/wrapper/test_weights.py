"""A state goes with the weights it was saved beside: mixed checkpoints are refused, in time."""

import copy

import pytest
import torch

from gpa_theory.optim.wrapper.fingerprint import differ, fingerprint
from tests.optim.builders import made, train, weights


def checkpoint(model, opt):
    return copy.deepcopy((model.state_dict(), opt.state_dict()))


@pytest.mark.parametrize("mixed", ["x beside a training state", "y beside an evaluating state"])
@pytest.mark.parametrize("act", ["step", "eval", "train", "averaged_state_dict"])
def test_model_and_optimizer_of_different_modes_are_refused(mixed, act):
    """Saving x as the model but the optimizer at y, or the reverse, fails at the first use."""
    model, opt = made()
    train(model, opt, 5)
    at_y = checkpoint(model, opt)
    with opt.averaged():
        at_x = checkpoint(model, opt)
    state, groups = (at_x[0], at_y[1]) if mixed.startswith("x") else (at_y[0], at_x[1])
    other, fresh = made(seed=3)
    fresh.load_state_dict(groups)
    other.load_state_dict(state)
    arguments = (other,) if act == "averaged_state_dict" else ()
    with pytest.raises(RuntimeError, match="not those that this state was saved beside"):
        getattr(fresh, act)(*arguments)


@pytest.mark.parametrize("order", [0, 1])
def test_either_may_be_loaded_first(order):
    """The comparison waits until the weights are used."""
    model, opt = made()
    train(model, opt, 3)
    state, groups = checkpoint(model, opt)
    other, fresh = made(seed=3)
    loads = [(other, state), (fresh, groups)]
    for target, content in loads[:: 1 if order else -1]:
        target.load_state_dict(content)
    train(other, fresh, 1, first=3)
    train(other, fresh, 1, first=4)


def test_the_way_out():
    """Other weights can be meant: a state without the mark is loaded beside any."""
    model, opt = made()
    train(model, opt, 3)
    _, groups = checkpoint(model, opt)
    for group in groups["param_groups"]:
        del group["gpa_weights"]
    other, fresh = made(seed=3)
    fresh.load_state_dict(groups)
    train(other, fresh, 1)
    assert len(weights(other)) == 4


def test_marks_of_different_types_say_nothing():
    """A model cast to another type after loading is not a mixed checkpoint."""
    p = torch.randn(100, generator=torch.Generator().manual_seed(0))
    full, half, other = fingerprint([p]), fingerprint([p.bfloat16()]), fingerprint([p + 1e-6])
    assert differ(full, other)
    assert differ(fingerprint([p.bfloat16()]), fingerprint([-p.bfloat16()]))
    assert not differ(full, half)
    assert not differ(full, None)
    assert not differ(None, full)
    assert fingerprint([torch.empty(3, device="meta")]) is None


def test_the_mark_does_not_depend_on_strides():
    """A transposed copy is the same tensor; complex and empty tensors have marks too."""
    p = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))
    assert fingerprint([p]) == fingerprint([p.T.contiguous().T])
    assert differ(fingerprint([torch.complex(p, p)]), fingerprint([torch.complex(p, -p)]))
    assert fingerprint([torch.empty(0)]).startswith("float32-0:")
