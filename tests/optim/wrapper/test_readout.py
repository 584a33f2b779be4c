"""Exporting x: a whole copy, or a refusal."""

import pytest
import torch

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
