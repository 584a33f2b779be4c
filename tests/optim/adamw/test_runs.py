"""Runs with fused AdamW: evaluation, checkpoints in both directions, copies, drift."""

import copy
import pickle

import pytest
import torch
from torch.optim import AdamW

from gpa_theory.core.averaging import Polynomial
from tests.optim.adamw.fused import (
    OPTIONS,
    distance,
    each_backend,
    fused,
    general,
    needs_compiler,
    parameters,
    walk,
    weights,
)
from tests.tolerances import DRIFT_FLOAT32, FUSED_FLOAT32, FUSED_FLOAT64


@each_backend
def test_evaluating_does_not_change_the_run(backend):
    """averaged() shows x and puts y back bit for bit."""
    start = weights(torch.float32)
    (a, plain), (b, opt) = fused(start, backend), fused(start, backend)
    for t in range(6):
        walk(a, plain, 1, first=t)
        with opt.averaged():
            pass
        walk(b, opt, 1, first=t)
    assert distance(a, plain, b, opt) == 0.0


@each_backend
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_resume_is_bit_exact(backend, dtype):
    """Save, load into fresh objects, continue: equal to the uninterrupted run."""
    start = weights(dtype)
    a, opt = fused(start, backend)
    walk(a, opt, 5)
    state = copy.deepcopy(opt.state_dict())
    b, fresh = fused([p.detach() for p in a], backend)
    fresh.load_state_dict(state)
    walk(a, opt, 5, first=5)
    walk(b, fresh, 5, first=5)
    assert distance(a, opt, b, fresh) == 0.0


@each_backend
@pytest.mark.parametrize("to_fused", [True, False])
def test_checkpoints_of_the_general_form_are_interchangeable(backend, to_fused):
    """Either loads the other's state dict and goes on as the other would."""
    start = weights()
    first, second = (general, fused) if to_fused else (fused, general)
    makes = {general: general, fused: lambda s: fused(s, backend)}
    a, opt = makes[first](start)
    walk(a, opt, 5, late={1})
    state = copy.deepcopy(opt.state_dict())
    b, other = makes[second]([p.detach() for p in a])
    other.load_state_dict(state)
    walk(a, opt, 5, first=5)
    walk(b, other, 5, first=5)
    assert distance(a, opt, b, other) <= FUSED_FLOAT64


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))])
def test_copies_keep_the_backend(copied):
    """Deep copies and pickles go on in the same way."""
    moved, opt = fused(weights(), "foreach")
    walk(moved, opt, 2)
    twin = copied(opt)
    assert twin.plan() == opt.plan() == ("foreach", "asked for")


@needs_compiler
def test_drift_in_float32_is_small():
    """After 2,000 steps at (0.9967, 0.7) x is where the same optimizer in float64 puts it."""
    (start,) = weights(torch.float32, shapes=[(500,)])
    found = []
    for dtype in (torch.float32, torch.float64):
        options = {"lr": 3e-4, "mu_x": 0.9967, "mu_y": 0.7, "weight_decay": 0.0}
        (w,), opt = fused([start.to(dtype)], "compile", **options)
        generator = torch.Generator().manual_seed(1)
        for _ in range(2000):
            w.grad = torch.randn(500, generator=generator).to(dtype)
            opt.step()
        opt.eval()
        found.append(w.detach().double())
    assert float((found[0] - found[1]).norm() / found[1].norm()) <= DRIFT_FLOAT32


@each_backend
def test_a_bare_adamw_checkpoint_starts_it(backend):
    """Moments and counts are taken over; x = y = z from there."""
    (start,) = weights(shapes=[(30,)])
    (w,) = parameters([start])
    base = AdamW([w], **OPTIONS)
    walk([w], base, 4)
    (v,), opt = fused([w.detach()], backend)
    opt.load_state_dict(copy.deepcopy(base.state_dict()))
    before = v.detach().clone()
    with opt.averaged():
        assert torch.equal(v, before)
    walk([v], opt, 1, first=4)
    assert float(opt.state[v]["step"]) == 5
    assert set(opt.state[v]) == {"step", "exp_avg", "exp_avg_sq", "delta"}


@needs_compiler
def test_a_state_that_lies_otherwise_is_taken_in():
    """Loaded entries in another layout, counts in float64: the run goes on as it would have."""
    start = weights()
    a, opt = fused(start, "compile")
    walk(a, opt, 3)
    b, fresh = fused([p.detach() for p in a], "compile")
    fresh.load_state_dict(copy.deepcopy(opt.state_dict()))
    for q in b:
        for name, value in fresh.state[q].items():
            fresh.state[q][name] = value.double() if name == "step" else value.contiguous()
    assert fresh.state[b[0]]["exp_avg"].stride() != b[0].stride()
    walk(a, opt, 3, first=3)
    walk(b, fresh, 3, first=3)
    assert distance(a, opt, b, fresh) == 0.0


@needs_compiler
def test_autograd_is_told():
    """A graph that was built on the old weights is refused, as after any in-place change."""
    (w,), opt = fused(weights(shapes=[(9,)]), "compile")
    loss = w.square().sum()
    loss.backward(retain_graph=True)
    opt.step()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, on tracing
def test_torch_compile_traces_the_general_form():
    """No graph break, and the eager run's weights: tracing sees torch's operations only."""
    torch.compiler.reset()
    start = weights(shapes=[(6, 5), (7,)])
    (a, eager), (b, opt) = fused(start, "compile"), fused(start, "compile")
    walk(a, eager, 2)
    walk(b, opt, 2)
    opt.step = torch.compile(opt.step, fullgraph=True, backend="eager")
    walk(a, eager, 3, first=2)
    walk(b, opt, 3, first=2)
    assert distance(a, eager, b, opt) <= FUSED_FLOAT32  # traced, torch counts steps in float32


@each_backend
def test_capturable_counts_in_tensors(backend):
    """A group that may be captured has its count on the device, and takes the same steps."""
    start = [w.contiguous() for w in weights()]  # torch's other AdamW refuses this on a CPU
    shares = {"mu_x": None, "averaging": Polynomial(1.0)}
    (a, plain), (b, opt) = (
        general(start, **shares),
        fused(start, backend, capturable=True, **shares),
    )
    walk(a, plain, 5)
    walk(b, opt, 5)
    assert isinstance(opt.param_groups[0]["gpa_steps"], torch.Tensor)
    assert distance(a, plain, b, opt) <= FUSED_FLOAT32  # the share c is computed in float32
