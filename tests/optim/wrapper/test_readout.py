"""Exporting x: a whole copy, or a refusal."""

import copy

import pytest
import torch
from torch.optim import SGD, AdamW

from gpa_theory.optim import GPA, DiLoCo, recalibrated
from tests.optim.builders import made, same, train, weights


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_averaged_state_dict_leaves_the_model_alone(mode):
    """It is the state dict with x in it, bit for bit, tied weights included, in either mode."""
    model, opt = made()
    model.register_parameter("tied", model[2].bias)
    model.register_buffer("count", torch.tensor(3))
    train(model, opt, 5)
    with opt.averaged():
        expected = {k: v.clone() for k, v in model.state_dict().items()}
    getattr(opt, mode)()
    before = weights(model)
    found = opt.averaged_state_dict(model)
    assert same(weights(model), before)
    assert list(found) == list(expected)
    for key, value in found.items():
        assert torch.equal(value, expected[key])
        assert not value.requires_grad


def test_the_export_is_a_copy():
    """Training on does not change it, not even where there is no average yet."""
    model, opt = made()
    found = opt.averaged_state_dict(model)
    kept = {key: value.clone() for key, value in found.items()}
    train(model, opt, 2)
    assert all(torch.equal(found[key], kept[key]) for key in kept)


def test_entries_that_are_no_tensors_are_kept():
    """A module's extra state may be anything."""
    model, opt = made()

    class Extra(torch.nn.Tanh):
        def get_extra_state(self):
            return "anything"

    model[1] = Extra()
    train(model, opt, 1)
    assert opt.averaged_state_dict(model)["1._extra_state"] == "anything"


def test_a_state_dict_that_hides_the_parameters_is_refused():
    """If a hook replaces tensors, y would be exported under the name of x."""
    model, opt = made()
    train(model, opt, 1)

    def replace(module, state, prefix, metadata):
        state["0.weight"] = state["0.weight"] + 0

    model.register_state_dict_post_hook(replace)
    with pytest.raises(RuntimeError, match=r"use averaged\(\) instead"):
        opt.averaged_state_dict(model)


def halves():
    model = torch.nn.Linear(4, 3)
    first = GPA(SGD([model.weight], lr=0.1), mu_x=0.9)
    return model, first


def taught(model, *optimizers):
    for t in range(4):
        model.zero_grad()
        data = torch.randn(8, 4, generator=torch.Generator().manual_seed(t))
        model(data).square().mean().backward()
        for opt in optimizers:
            opt.step()


def test_parameters_of_other_optimizers_are_named_or_averaged_too():
    """Half an average is refused; with the other optimizers given, all of the model is at x."""
    model, first = halves()
    second = DiLoCo(AdamW([model.bias], lr=0.1), inner_steps=3)
    taught(model, first, second)
    with pytest.raises(ValueError, match=r"trainable parameters of other optimizers: bias: give"):
        first.averaged_state_dict(model)
    with first.averaged(), second.averaged():
        expected = {k: v.clone() for k, v in model.state_dict().items()}
    for found in (
        first.averaged_state_dict(model, [second]),
        second.averaged_state_dict(model, first),
    ):
        assert all(torch.equal(found[key], expected[key]) for key in expected)


def test_a_plain_optimizer_gives_the_weights_as_they_are():
    """What is not averaged is deployed as it is; frozen parameters need no optimizer."""
    model, first = halves()
    plain = AdamW([model.bias], lr=0.1)
    taught(model, first, plain)
    found = first.averaged_state_dict(model, plain)
    assert torch.equal(found["bias"], model.bias)
    assert not torch.equal(found["weight"], model.weight)
    model.bias.requires_grad_(False)
    assert torch.equal(first.averaged_state_dict(model)["bias"], model.bias)


def test_optimizers_inside_of_others_count():
    """A training loop's wrapper around an optimizer, with `.optimizer`, stands for it."""

    class Prepared(torch.optim.Optimizer):
        def __init__(self, optimizer):
            self.optimizer = optimizer

    model, first = halves()
    second = GPA(AdamW([model.bias], lr=0.1), mu_x=0.9)
    taught(model, first, second)
    found = first.averaged_state_dict(model, [Prepared(second)])
    with second.averaged():
        assert torch.equal(found["bias"], model.bias)


def test_a_copy_of_the_model_is_not_the_model():
    """Its parameters are no optimizer's: y would be exported under the name of x."""
    model, opt = made()
    train(model, opt, 2)
    with pytest.raises(ValueError, match=r"0\.weight, 0\.bias, 2\.weight, 2\.bias: give"):
        opt.averaged_state_dict(copy.deepcopy(model))


def test_batchnorm_is_recalibrated_for_all_optimizers_or_none():
    """Statistics of a network that is half at x and half at y belong to nothing."""
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3))
    first = GPA(SGD(model[0].parameters(), lr=0.1), mu_x=0.9)
    second = GPA(AdamW(model[1].parameters(), lr=0.1), mu_x=0.9)
    taught(model, first, second)
    data = [torch.randn(8, 4, generator=torch.Generator().manual_seed(9))]
    with (
        pytest.raises(ValueError, match=r"of other optimizers: 1\.weight, 1\.bias"),
        recalibrated(first, model, data),
    ):
        pass
    y = weights(model)
    x = first.averaged_state_dict(model, second)
    with recalibrated(first, model, data, others=[second]):
        assert torch.equal(model[1].weight, x["1.weight"])
        assert torch.equal(model[0].weight, x["0.weight"])
    assert same(weights(model), y)
