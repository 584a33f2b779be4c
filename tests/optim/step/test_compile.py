"""torch.compile takes the whole step as one graph; a captured graph would find all it needs."""

import pytest
import torch
from torch import nn
from torch.optim import SGD, AdamW

from gpa_theory.core.averaging import Polynomial, Uniform
from gpa_theory.optim import GPA
from gpa_theory.optim.step.groups import next_coefficient
from tests.tolerances import PARITY_FLOAT32, PARITY_FLOAT64

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, on tracing
RECOMPILATIONS = 2  # the first step counted, then with the count as a symbol


def parameters(dtype=torch.float32):
    generator = torch.Generator().manual_seed(0)
    shapes = [(6, 4), (5,), (3, 2)]
    return [nn.Parameter(torch.randn(s, generator=generator, dtype=dtype)) for s in shapes]


def walk(moved, step, steps, first=0):
    for t in range(first, first + steps):
        generator = torch.Generator().manual_seed(t)
        for p in moved:
            p.grad = torch.randn(p.shape, generator=generator, dtype=p.dtype) + p.detach()
        step()


def adamw(moved):
    return AdamW(moved, lr=1e-2, foreach=True)


def momentum(moved):
    return SGD(moved, lr=1e-2, momentum=0.9, foreach=True)


@pytest.mark.parametrize("base", [adamw, momentum])
@pytest.mark.parametrize("averaging", [{"mu_x": 0.9}, {"averaging": Uniform()}])
def test_the_step_is_one_graph(base, averaging):
    """No graph break (`fullgraph`), no recompilation per step, and the eager run's weights."""
    graphs = []

    def counting(module, inputs):
        graphs.append(module)
        return module.forward

    torch.compiler.reset()
    a, b = parameters(), parameters()
    eager, opt = GPA(base(a), **averaging), GPA(base(b), **averaging)
    walk(a, eager.step, 2)
    walk(b, opt.step, 2)  # state is made outside the graph, as torch's own optimizers want it
    compiled = torch.compile(opt.step, fullgraph=True, backend=counting)
    walk(a, eager.step, 6, first=2)
    walk(b, compiled, 6, first=2)
    assert 1 <= len(graphs) <= RECOMPILATIONS
    assert eager.param_groups[0]["gpa_steps"] == opt.param_groups[0]["gpa_steps"] == 8
    for p, q in zip(a, b, strict=True):
        assert torch.allclose(p, q, rtol=0, atol=PARITY_FLOAT32)
        assert torch.allclose(eager.state[p]["delta"], opt.state[q]["delta"], atol=PARITY_FLOAT32)


class OnDevice(SGD):
    """A base whose groups say `capturable`, as those that torch can capture do."""

    def __init__(self, params):
        super().__init__(params, lr=1e-2)
        self.defaults["capturable"] = True
        for group in self.param_groups:
            group["capturable"] = True


@pytest.mark.parametrize("averaging", [Uniform(), Polynomial(2.0)])
@pytest.mark.parametrize("state_dtype", [None, torch.bfloat16])
def test_a_capturable_group_counts_on_the_device(averaging, state_dtype):
    """Count, share and random bits are tensors, and the run is that of Python's counting."""
    a, b = parameters(), parameters()
    plain = GPA(SGD(a, lr=1e-2), averaging=averaging, state_dtype=state_dtype)
    opt = GPA(OnDevice(b), averaging=averaging, state_dtype=state_dtype)
    walk(a, plain.step, 5)
    walk(b, opt.step, 5)
    steps = opt.param_groups[0]["gpa_steps"]
    assert isinstance(steps, torch.Tensor)
    assert steps.item() == 5
    assert isinstance(next_coefficient(opt.param_groups[0]), torch.Tensor)
    for p, q in zip(a, b, strict=True):
        assert torch.allclose(p, q, rtol=0, atol=PARITY_FLOAT32)


def test_counts_change_their_kind_with_the_group():
    """A checkpoint of a capturable run continues in a plain one, and the reverse."""
    a, b = parameters(torch.float64), parameters(torch.float64)
    opt, plain = GPA(OnDevice(a), averaging=Uniform()), GPA(SGD(b, lr=1e-2), averaging=Uniform())
    walk(a, opt.step, 3)
    walk(b, plain.step, 3)
    there, back = opt.state_dict(), plain.state_dict()
    for group in there["param_groups"]:
        group["capturable"] = False
    for group in back["param_groups"]:
        group["capturable"] = True
    plain.load_state_dict(there)
    opt.load_state_dict(back)
    walk(a, opt.step, 2, first=3)
    walk(b, plain.step, 2, first=3)
    assert isinstance(opt.param_groups[0]["gpa_steps"], torch.Tensor)
    assert plain.param_groups[0]["gpa_steps"] == 5
    for p, q in zip(a, b, strict=True):
        assert torch.allclose(p, q, rtol=0, atol=PARITY_FLOAT64)
