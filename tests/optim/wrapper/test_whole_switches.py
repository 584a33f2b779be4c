"""A switch or a step is whole or not at all: a failure on the way leaves every weight as it was."""

import copy
from itertools import count

import pytest
import torch
from torch import nn
from torch.optim import SGD, AdamW

from gpa_theory.optim import GPA, DiLoCo
from gpa_theory.optim.diloco import anchors
from gpa_theory.optim.step import around
from gpa_theory.optim.wrapper import modes
from tests.optim.builders import WRAPPERS, same

GENERAL = {name: WRAPPERS[name] for name in ("GPA", "GPAAdamW", "EMA", "DiLoCo")}
each_wrapper = pytest.mark.parametrize("name", GENERAL)


class Interrupted(BaseException):
    """Ctrl-C, or memory that runs out."""


def run(name, dtype=torch.float32, groups=1):
    generator = torch.Generator().manual_seed(1)
    shapes = [(3,), (2, 2), (4,), (1,)]
    p = [nn.Parameter(torch.randn(s, generator=generator).to(dtype)) for s in shapes]
    opt = GENERAL[name](p if groups == 1 else [{"params": p[:2]}, {"params": p[2:]}])
    walk(p, opt, 4)
    return p, opt


def walk(parameters, opt, steps, first=0):
    for t in range(first, first + steps):
        generator = torch.Generator().manual_seed(t)
        opt.zero_grad()
        for p in parameters:
            p.grad = torch.randn(p.shape, generator=generator).to(p.dtype)
        opt.step()


def content(tensors):
    return [p.detach().clone() for p in tensors]


def interrupted(monkeypatch, module, name, place):
    """Let the call at this place, counted from 0, be interrupted."""
    calls, whole = count(), getattr(module, name)

    def once(*arguments):
        if next(calls) == place:
            raise Interrupted
        return whole(*arguments)

    monkeypatch.setattr(module, name, once)


@each_wrapper
@pytest.mark.parametrize("act", ["eval", "train"])
@pytest.mark.parametrize("overwritten", [False, True])
@pytest.mark.parametrize("place", [0, 3])
def test_an_interrupted_switch_has_moved_nothing(name, act, overwritten, place, monkeypatch):
    """Weights and state are as before, and the next try does what the first one should have."""
    p, opt = run(name, groups=2)
    if act == "train":
        opt.eval()
        if overwritten:
            p[1].data.add_(1.0)
    q, twin = copy.deepcopy((p, opt))
    before, state = content(p), str(opt.state_dict())
    with monkeypatch.context() as patch:
        module = (anchors, "_exchange") if name == "DiLoCo" else (modes, "average")
        interrupted(patch, *module, place)
        with pytest.raises(Interrupted):
            getattr(opt, act)()
    assert same(p, before)
    assert str(opt.state_dict()) == state
    for o in (opt, twin):
        o.eval()
        o.train()
    walk(p, opt, 2, first=4)
    walk(q, twin, 2, first=4)
    assert same(p, q)


@pytest.mark.parametrize("name", ["GPA", "GPAAdamW", "EMA"])
def test_half_precision_switches_whole(name, monkeypatch):
    """The master has y: it is put back from there."""
    p, opt = run(name, torch.bfloat16)
    before = content(p)
    with monkeypatch.context() as patch:
        interrupted(patch, modes, "average", 3)
        with pytest.raises(Interrupted):
            opt.eval()
    assert same(p, before)


@each_wrapper
@pytest.mark.parametrize("how", ["shape", "one that broadcasts", "weights"])
def test_a_state_that_does_not_fit_moves_nothing(name, how):
    """A resized weight or a foreign buffer is refused by every act, however often it is tried."""
    p, opt = run(name)
    entry = "anchor" if name == "DiLoCo" else "delta"
    if how == "weights":
        p[3].data = torch.zeros(5)
    else:
        wrong = torch.zeros(7 if how == "shape" else 2)
        opt.state[p[1]][entry] = wrong
    before = content(p)
    for act in (opt.eval, opt.averages, lambda: walk(p, opt, 1), opt.eval):
        with pytest.raises(RuntimeError, match="a parameter does not fit its state"):
            act()
        assert same(p, before)


@pytest.mark.parametrize("name", ["GPA", "GPAAdamW", "EMA"])
def test_a_step_that_fails_before_the_base_puts_y_back(name, monkeypatch):
    """Groups that were uncovered already are covered again, to a rounding."""
    p, opt = run(name, groups=2) if name != "EMA" else run(name)
    y = content(p)
    with monkeypatch.context() as patch:
        interrupted(patch, around, "uncover", len(opt.param_groups) - 1)
        with pytest.raises(Interrupted):
            walk(p, opt, 1, first=4)
    for found, expected in zip(p, y, strict=True):
        torch.testing.assert_close(found.detach(), expected)
    assert opt.param_groups[0]["gpa_steps"] == 4
    walk(p, opt, 1, first=4)


def test_a_base_that_may_skip_gets_y_back_bit_for_bit(monkeypatch):
    """Around a base that is not torch's own y is kept, and comes back from there."""

    class Own(SGD):
        def step(self, closure=None):
            return super().step(closure)

    p = [nn.Parameter(torch.full((3,), v)) for v in (0.1, 0.7)]
    opt = GPA(Own([{"params": p[:1]}, {"params": p[1:]}], lr=0.1), mu_x=0.9)
    walk(p, opt, 3)
    y = content(p)
    with monkeypatch.context() as patch:
        interrupted(patch, around, "uncover", 1)
        with pytest.raises(Interrupted):
            walk(p, opt, 1, first=3)
    assert same(p, y)


@pytest.mark.parametrize("wrap", [lambda b: GPA(b, mu_x=0.9), lambda b: DiLoCo(b, inner_steps=2)])
def test_loading_that_fails_on_the_way_is_undone(wrap, monkeypatch):
    """The base has its own groups and state again, and the run goes on as if nothing had been."""

    def made():
        p = [nn.Parameter(torch.full((3,), 0.5))]
        opt = wrap(AdamW(p, lr=0.1))
        walk(p, opt, 3)
        return p, opt

    (p, opt), (q, twin) = made(), made()
    saved = copy.deepcopy(opt.state_dict())
    saved["param_groups"][0]["lr"] = 5.0
    with monkeypatch.context() as patch:
        interrupted(patch, torch.Tensor, "detach", 0)  # the first copy of what was saved
        with pytest.raises(Interrupted):
            opt.load_state_dict(saved)
    assert opt.state is opt.base.state
    assert opt.param_groups is opt.base.param_groups
    walk(p, opt, 2, first=3)
    walk(q, twin, 2, first=3)
    assert same(p, q)
