"""Which bases are watched: hooks may leave a step out too, and fire where it is compiled."""

import pytest
import torch
from torch.optim import SGD, AdamW

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.optim import GPA, DiLoCo, GPAAdamW
from gpa_theory.optim.step.watch import steps_always
from tests.optim.builders import same
from tests.optim.step.left_out import LEFT_OUT, STEPS, gradients_at, guarded, start


def equal(a, b):
    return same(a[0], b[0]) and same(a[1], b[1]) and a[2] == b[2]


BASES = {
    "momentum": lambda p: SGD(p, lr=0.1, momentum=0.9),
    "AdamW": lambda p: AdamW(p, lr=0.1),
    "fused": lambda p: AdamW(p, lr=0.1, fused=True),
}
WRAPPERS = {
    "constant": lambda base: GPA(base, mu_x=0.9),
    "uniform": lambda base: GPA(base, averaging=Uniform()),
    "DiLoCo": lambda base: DiLoCo(base, inner_steps=2),
}


def clears(opt, *_):
    """Clear every gradient if one of them is not finite, as users' hooks do."""
    own = [p for group in opt.param_groups for p in group["params"] if p.grad is not None]
    if not all(bool(p.grad.isfinite().all()) for p in own):
        opt.zero_grad()


def run(make, left_out, guard):
    """Return y and x after `STEPS` steps, and others with a gradient that `guard` clears."""
    w = start(torch.float32)
    opt, t = make(w), 0
    guard(opt)
    for call in range(STEPS + len(left_out)):
        for p, g in zip(w, gradients_at(w, t), strict=True):
            p.grad = g * float("nan") if call in left_out else g
        opt.step()
        t += call not in left_out
    y = [p.detach().clone() for p in w]
    with opt.averaged():
        return y, [p.detach().clone() for p in w], opt.param_groups[0].get("gpa_steps")


GUARDS = {
    "of the base": lambda opt: opt.base.register_step_pre_hook(clears),
    "of the wrapper": lambda opt: opt.register_step_pre_hook(clears),
}


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("base", BASES)
def test_a_hook_that_clears_the_gradients_leaves_the_step_out(base, wrapper, guard):
    """Bit for bit as without these steps, whoever has the hook; the count of steps too."""

    def make(parameters):
        return WRAPPERS[wrapper](BASES[base](parameters))

    found = [run(make, skips, GUARDS[guard]) for skips in ((), LEFT_OUT)]
    assert equal(*found)
    assert found[0][2] in (None, STEPS)


@pytest.mark.parametrize("guard", GUARDS)
def test_in_the_fused_optimizer_too(guard):
    """GPAAdamW with such a hook goes on as if it had not been asked."""

    def make(parameters):
        return GPAAdamW(parameters, lr=0.1, averaging=Uniform())

    whole, cut = (run(make, skips, GUARDS[guard]) for skips in ((), LEFT_OUT))
    assert equal(whole, cut)
    assert whole[2] == STEPS


def test_torchs_own_bases_are_not_watched():
    """They step whenever they are asked, also with a scheduler of torch's around their step."""
    base = AdamW(start())
    assert steps_always(base)
    torch.optim.lr_scheduler.LambdaLR(base, lambda t: 1.0)
    assert steps_always(base)
    assert not steps_always(guarded(SGD)(start()))
    base.step = lambda: None
    assert not steps_always(base)


def test_our_own_hook_is_none():
    """A base without hooks of others is not watched, and its steps stay traceable."""
    opt = GPA(SGD(start(), lr=0.1), averaging=Exponential(0.9))
    assert steps_always(opt.base)
    opt.base.register_step_pre_hook(clears)
    assert not steps_always(opt.base)


@pytest.mark.parametrize("place", ["pre", "post"])
def test_hooks_fire_when_the_step_is_compiled(place):
    """Once at every step, whether registered before the first step or later."""
    torch.compiler.reset()
    calls = {"early": 0, "late": 0}

    def count(name):
        def hook(*_):
            calls[name] += 1

        return hook

    w = start(torch.float32)
    opt = GPA(SGD(w, lr=0.1), mu_x=0.9)
    register = getattr(opt.base, f"register_step_{place}_hook")
    step = torch.compile(opt.step, backend="eager")
    for t in range(5):
        if t in (0, 3):
            register(count("late" if t else "early"))
        for p, g in zip(w, gradients_at(w, t), strict=True):
            p.grad = g
        step()
    assert calls == {"early": 5, "late": 2}


def test_a_step_without_any_gradient_does_not_count():
    """The mean of all iterates is that of the steps made, as the base's own count is."""
    w = [torch.nn.Parameter(torch.tensor([1.0]))]
    opt = GPA(SGD(w, lr=0.5), averaging=Uniform(), mu_y=0.0)
    for gradient in (None, 1.0, None, None, 1.0):
        w[0].grad = None if gradient is None else torch.tensor([gradient])
        opt.step()
    with opt.averaged():
        assert w[0].item() == (1.0 + 0.5 + 0.0) / 3


@pytest.mark.parametrize("place", ["base", "opt"])
def test_a_hook_that_knows_the_model_alone_is_heeded_in_half_precision(place):
    """The base steps stand-ins: they have what its hook made of the parameters' own gradients."""
    w = [torch.nn.Parameter(torch.ones(3, dtype=torch.bfloat16))]
    opt = GPA(SGD(w, lr=0.5), mu_x=0.0, mu_y=0.0)

    def halve(*_):
        w[0].grad = w[0].grad / 2

    (opt.base if place == "base" else opt).register_step_pre_hook(halve)
    w[0].grad = torch.ones_like(w[0])
    opt.step()
    assert w[0].tolist() == [0.75] * 3
