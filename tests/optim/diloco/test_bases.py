"""DiLoCo around every torch optimizer is the base, torch's SGD on the anchors, and a reset."""

import copy
import warnings

import pytest
import torch
from torch import nn
from torch.optim import SGD
from torch.testing._internal.common_optimizers import optim_db

from gpa_theory.core.averaging import Uniform
from gpa_theory.optim import GPA, DiLoCo
from tests.optim.builders import net, same, train
from tests.optim.step.left_out import LEFT_OUT, WAYS, run
from tests.tolerances import PARITY_FLOAT64

BLOCKS, INNER_STEPS = 3, 2
INFOS = [info for info in optim_db if not info.step_requires_closure]


def parameters(cls):
    generator = torch.Generator().manual_seed(0)
    shapes = [(6, 4), (3, 2)] if cls.__name__ == "Muon" else [(6, 4), (3,), ()]
    return [nn.Parameter(torch.randn(s, generator=generator, dtype=torch.float64)) for s in shapes]


def differentiate(moved, sparse):
    for p in moved:
        g = p.detach().sin() + 0.1
        p.grad = g.to_sparse() if sparse else g


def written_out(base, moved, sparse):
    """Yield the parameters after every step of single-worker DiLoCo, with two torch optimizers."""
    anchors = [nn.Parameter(p.detach().clone()) for p in moved]
    outer = SGD(anchors, lr=0.5, momentum=0.8, nesterov=True)
    for t in range(1, BLOCKS * INNER_STEPS + 1):
        differentiate(moved, sparse)
        base.step()
        if t % INNER_STEPS == 0:
            for a, p in zip(anchors, moved, strict=True):
                a.grad = a.detach() - p.detach()
            outer.step()
            for a, p in zip(anchors, moved, strict=True):
                p.data.copy_(a.data)
        yield [p.detach().clone() for p in moved]


@pytest.mark.parametrize("info", INFOS, ids=[info.optim_cls.__name__ for info in INFOS])
def test_every_torch_optimizer(info):
    """Each base with its default options, bit for bit, at every step."""
    cls, sparse = info.optim_cls, info.only_supports_sparse_grads
    kwargs = next(iter(info.optim_inputs_func(device="cpu"))).kwargs
    ours, theirs = (parameters(cls)[: 1 if sparse else None] for _ in "ab")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns about some of its own options
        base, other = cls(ours, **copy.deepcopy(kwargs)), cls(theirs, **copy.deepcopy(kwargs))
    opt = DiLoCo(base, inner_steps=INNER_STEPS, outer_lr=0.5, outer_momentum=0.8)
    for expected in written_out(other, theirs, sparse):
        differentiate(ours, sparse)
        opt.step()
        assert same([p.detach() for p in ours], expected)


def test_complex_parameters():
    """A complex parameter is a pair of real ones."""
    z = nn.Parameter(torch.tensor([1.0 + 2.0j, -0.5j], dtype=torch.complex128))
    pair = nn.Parameter(torch.view_as_real(z.detach()).clone())
    both = [DiLoCo(SGD([p], lr=0.1), inner_steps=2) for p in (z, pair)]
    for _ in range(5):
        z.grad = z.detach() * 0.5
        pair.grad = pair.detach() * 0.5
        for opt in both:
            opt.step()
    assert torch.equal(torch.view_as_real(z.detach()), pair.detach())


def test_gpa_around_diloco():
    """DiLoCo is a base like any other: GPA averages what its inner and outer steps make of z."""
    (w,), (z,) = parameters(SGD)[:1], parameters(SGD)[:1]
    opt = GPA(DiLoCo(SGD([w], lr=0.1), inner_steps=2), averaging=Uniform(), mu_y=0.0)
    alone = DiLoCo(SGD([z], lr=0.1), inner_steps=2)
    total = z.detach().clone()
    for _ in range(5):
        for p, o in ((w, opt), (z, alone)):
            differentiate([p], False)
            o.step()
        total += z.detach()
    assert torch.equal(w, z)
    with opt.averaged():
        assert torch.allclose(w, total / 6, rtol=PARITY_FLOAT64)


def test_a_group_added_while_training():
    """It joins the running block and is switched like the others."""
    a, b = parameters(SGD)[:2]
    opt = DiLoCo(SGD([a], lr=0.1), inner_steps=3)
    differentiate([a], False)
    opt.step()
    opt.add_param_group({"params": [b]})
    start = b.detach().clone()
    differentiate([a, b], False)
    opt.step()
    assert [group["diloco_steps"] for group in opt.param_groups] == [2, 2]
    with opt.averaged():
        assert torch.equal(b, start)
    assert not torch.equal(b, start)


def test_a_refused_state_dict_changes_nothing():
    """Another number of groups, or a constant out of range: the run goes on as it was."""
    (a,) = parameters(SGD)[:1]
    opt = DiLoCo(SGD([a], lr=0.1), inner_steps=3)
    differentiate([a], False)
    opt.step()
    saved = opt.state_dict()
    for bad in ([], [{**saved["param_groups"][0], "inner_steps": 0}]):
        with pytest.raises(ValueError, match=r"parameter groups|inner_steps must be"):
            opt.load_state_dict({"state": {}, "param_groups": bad})
    assert opt.param_groups is opt.base.param_groups
    assert list(opt.state) == [a]


@pytest.mark.parametrize("act", ["step", "eval", "train", "averaged_state_dict"])
def test_anchors_saved_beside_a_training_state_are_refused(act):
    """Within a block they are not the inner weights: the block would be lost without an error."""
    model, other = net(), net(seed=3)
    opt = DiLoCo(SGD(model.parameters(), lr=0.1), inner_steps=3)
    train(model, opt, 2)
    saved = opt.state_dict()
    with opt.averaged():
        anchors = copy.deepcopy(model.state_dict())
    fresh = DiLoCo(SGD(other.parameters(), lr=0.1), inner_steps=3)
    other.load_state_dict(anchors)
    fresh.load_state_dict(saved)
    with pytest.raises(RuntimeError, match="not those that this state was saved beside"):
        getattr(fresh, act)(*([other] if act == "averaged_state_dict" else []))
    other.load_state_dict(model.state_dict())
    train(other, fresh, 1, first=2)


@pytest.mark.parametrize("way", ["many at once", "data, momentum"])
def test_a_step_that_the_base_leaves_out_does_not_count(way):
    """With and without such steps: the same block, the same anchors."""

    def wrap(base):
        return DiLoCo(base, inner_steps=2)

    whole, cut = run(WAYS[way], wrap=wrap), run(WAYS[way], LEFT_OUT, wrap=wrap)
    assert same(whole[0], cut[0])
    assert same(whole[1], cut[1])
