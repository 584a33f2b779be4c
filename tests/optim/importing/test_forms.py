"""What is no checkpoint, or one of other parameters, is refused in words."""

import copy

import pytest
import torch
from schedulefree import AdamWScheduleFree
from torch import nn
from torch.optim import AdamW

from gpa_theory.optim import GPA, from_released_gpa_adamw, from_schedule_free
from tests.optim.builders import same


@pytest.mark.parametrize("convert", [from_schedule_free, from_released_gpa_adamw])
@pytest.mark.parametrize("saved", [None, {}, {"state": {}}, {"state": {}, "param_groups": [3]}])
def test_what_is_no_checkpoint_is_refused(convert, saved):
    """Not by a KeyError from within."""
    opt = GPA(AdamW([nn.Parameter(torch.ones(2))]), mu_x=0.9)
    with pytest.raises(ValueError, match=rf"`{convert.__name__}`: saved"):
        convert(opt, saved)


def test_names_in_another_order_are_refused():
    """Schedule-free optimizers of named parameters save the names, too."""
    a, b = (nn.Parameter(torch.full((2,), v)) for v in (1.0, 2.0))
    theirs = AdamWScheduleFree([("a", a), ("b", b)], lr=0.1)
    theirs.train()
    for p in (a, b):
        p.grad = p.detach().clone()
    theirs.step()
    other = GPA(AdamW([("b", b), ("a", a)]), mu_x=0.9)
    with pytest.raises(ValueError, match="has 'a' at place 0, where the optimizer has 'b'"):
        from_schedule_free(other, theirs.state_dict()).into(other)
    right = GPA(AdamW([("a", a), ("b", b)]), mu_x=0.9)
    from_schedule_free(right, theirs.state_dict()).into(right)


def test_one_import_serves_two_optimizers():
    """Nothing is shared between them, nor with the checkpoint."""
    w = nn.Parameter(torch.ones(2))
    theirs = AdamWScheduleFree([w], lr=0.1)
    theirs.train()
    w.grad = torch.ones_like(w)
    theirs.step()
    saved = copy.deepcopy(theirs.state_dict())
    first, second = (GPA(AdamW([nn.Parameter(w.detach().clone())]), mu_x=0.9) for _ in "ab")
    found = from_schedule_free(first, saved)
    for opt in (first, second):
        found.into(opt)
    p, q = (opt.param_groups[0]["params"][0] for opt in (first, second))
    for _ in range(3):
        for parameter, opt in ((p, first), (q, second)):
            parameter.grad = parameter.detach() * 2
            opt.step()
    assert same([p], [q])
    assert str(saved) == str(theirs.state_dict())
