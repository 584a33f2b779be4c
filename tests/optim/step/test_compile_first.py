"""torch.compile from the very first step: state is made eagerly, and the weights are the same."""

import copy

import pytest
import torch
from torch import nn, optim

from gpa_theory.optim import GPA, DiLoCo, GPAAdamW
from tests.optim.step.left_out import guarded
from tests.tolerances import PARITY_FLOAT32

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, on tracing
STEPS = 4
OTHERS = ("Adadelta", "Adagrad", "Adam", "Adamax", "ASGD", "NAdam", "RAdam", "RMSprop", "Rprop")


def around(name):
    """Return what puts GPA around the optimizer of torch's with this name."""
    return lambda p: GPA(getattr(optim, name)(p, lr=1e-2), mu_x=0.9)


WRAPPED = {name: around(name) for name in ("AdamW", "Muon", *OTHERS)}
WRAPPED["SGD"] = lambda p: GPA(optim.SGD(p, lr=1e-2, momentum=0.9), mu_x=0.9)
WRAPPED["GPAAdamW"] = lambda p: GPAAdamW(p, lr=1e-2, mu_x=0.9)
WRAPPED["DiLoCo"] = lambda p: DiLoCo(optim.AdamW(p, lr=1e-2), inner_steps=2)


def parameters(dtype=torch.float32):
    generator = torch.Generator().manual_seed(0)
    return [nn.Parameter(torch.randn(s, generator=generator).to(dtype)) for s in ((2, 2), (2, 2))]


def walked(make, backend=None, late=(), dtype=torch.float32, between=None):
    """Return y and x after the steps; the second parameter has no gradient at those of `late`."""
    torch.compiler.reset()
    w = parameters(dtype)
    opt = make(w)
    step = opt.step if backend is None else torch.compile(opt.step, backend=backend)
    for t in range(STEPS):
        generator = torch.Generator().manual_seed(t)
        for p in w:
            p.grad = torch.randn(p.shape, generator=generator).to(dtype) + p.detach()
        if t in late:
            w[1].grad = None
        if between is not None:
            between(t, opt)
        step()
    return [*w, *opt.averages().values()]


def counting(graphs):
    def compiler(module, inputs):
        graphs.append(module)
        return module.forward

    return compiler


def near(a, b):
    return all(torch.allclose(p, q, rtol=0, atol=PARITY_FLOAT32) for p, q in zip(a, b, strict=True))


@pytest.mark.parametrize("name", WRAPPED)
def test_compiled_from_the_first_step(name):
    """After four steps y and x are those of the eager run; later steps do run compiled."""
    graphs = []
    found = walked(WRAPPED[name], counting(graphs))
    assert near(found, walked(WRAPPED[name]))
    assert graphs


def test_through_the_functions_of_aot_autograd():
    """The same with writing in place taken apart, as every compiling backend has it."""
    assert near(walked(WRAPPED["AdamW"], "aot_eager"), walked(WRAPPED["AdamW"]))


@pytest.mark.parametrize("name", ["AdamW", "DiLoCo"])
def test_a_gradient_that_comes_late(name):
    """A step that makes state between compiled ones is eager again."""
    late = (0, 1, 2)
    assert near(walked(WRAPPED[name], "eager", late), walked(WRAPPED[name], late=late))


def test_eager_steps_between_compiled_ones():
    """What the compiler has written into the groups does not disturb them; loading does not."""

    def between(t, opt):
        if t == 2:
            for p in opt.param_groups[0]["params"]:
                p.grad = torch.ones_like(p)
            opt.step()
        if t == 3:
            opt.load_state_dict(copy.deepcopy(opt.state_dict()))
            with opt.averaged():
                pass

    make = WRAPPED["AdamW"]
    assert near(walked(make, "eager", between=between), walked(make, between=between))


@pytest.mark.parametrize("name", ["AdamW", "DiLoCo"])
def test_steps_that_the_base_leaves_out(name):
    """Under the compiler too they leave no trace."""
    wrap = {"AdamW": lambda base: GPA(base, mu_x=0.9), "DiLoCo": lambda b: DiLoCo(b, inner_steps=2)}

    def between(t, opt):
        opt.base.skip = t in (0, 2)

    def make(w):
        return wrap[name](guarded(optim.AdamW)(w, lr=1e-2))

    assert near(walked(make, "eager", between=between), walked(make, between=between))


def test_half_precision():
    """Stand-ins are no optimizer that the compiler knows: these steps are eager."""
    make, dtype = WRAPPED["AdamW"], torch.bfloat16
    found, expected = walked(make, "eager", dtype=dtype), walked(make, dtype=dtype)
    assert all(torch.equal(p, q) for p, q in zip(found, expected, strict=True))
