"""Hooks see one optimizer: GPA."""

import pytest
import torch
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from tests.optim.builders import made, same, train, weights


def test_global_hooks_fire_once_per_step():
    """Torch's global hooks see GPA's step, not the base's inside it."""
    seen = []
    handles = [
        register_optimizer_step_pre_hook(lambda o, a, k: seen.append(type(o).__name__)),
        register_optimizer_step_post_hook(lambda o, a, k: seen.append(type(o).__name__)),
    ]
    try:
        model, opt = made()
        train(model, opt, 2)
    finally:
        for handle in handles:
            handle.remove()
    assert seen == ["GPA"] * 4


def test_state_dict_hooks_run_and_see_gpa():
    """Hooks registered on GPA run when it saves and loads, and may replace what is saved."""
    model, opt = made()
    train(model, opt, 2)
    seen = []
    opt.register_state_dict_pre_hook(lambda o: seen.append(("saving", o)))
    opt.register_state_dict_post_hook(lambda o, s: {**s, "note": "kept"})
    opt.register_state_dict_post_hook(lambda o, s: seen.append(("saved", o)))
    opt.register_load_state_dict_pre_hook(lambda o, s: {k: s[k] for k in s if k != "note"})
    opt.register_load_state_dict_pre_hook(lambda o, s: seen.append(("loading", sorted(s))))
    opt.register_load_state_dict_post_hook(lambda o: seen.append(("loaded", o)))
    found = opt.state_dict()
    assert found["note"] == "kept"
    opt.load_state_dict(found)
    assert found["note"] == "kept"
    content = ["param_groups", "state"]
    assert seen == [("saving", opt), ("saved", opt), ("loading", content), ("loaded", opt)]


def test_own_hooks_fire_on_both_and_globals_survive_a_failure():
    """The base's own step hook runs inside GPA's; a base that fails leaves global hooks alone."""
    model, opt = made()
    seen = []
    opt.register_step_pre_hook(lambda o, a, k: seen.append(o))
    opt.base.register_step_pre_hook(lambda o, a, k: seen.append(o))
    train(model, opt, 1)
    assert seen == [opt, opt.base]
    handle = register_optimizer_step_pre_hook(lambda o, a, k: seen.append("global"))
    try:
        opt.base.step = None
        before = weights(model)
        with pytest.raises(TypeError):
            train(model, opt, 1)
        del opt.base.step
        train(model, opt, 1)
    finally:
        handle.remove()
    assert seen.count("global") == 2
    assert not same(weights(model), before)
    assert torch.isfinite(before[0]).all()
