"""A step that the base leaves out leaves no trace in x, y, z and t; one of size zero does."""

import copy
import warnings

import pytest
import torch
from torch.optim import AdamW

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.optim import GPA
from gpa_theory.optim.reference import ReferenceGPA
from tests.optim.bases import configurations, gradients, start_of
from tests.optim.builders import made, same, train, weights
from tests.optim.step import left_out
from tests.optim.step.left_out import LEFT_OUT, STEPS, WAYS, gradients_at, guarded, run, start
from tests.tolerances import PARITY_FLOAT64


def equal(a, b):
    return same(a[0], b[0]) and same(a[1], b[1]) and a[2] == b[2]


@pytest.mark.parametrize(("info", "kwargs"), list(configurations()))
def test_every_torch_optimizer_with_a_guard(info, kwargs):
    """With and without steps that a guard leaves out, the first included: bit for bit the same."""
    sparse, found = info.only_supports_sparse_grads, []
    for skips in ((), (0, 1, 4)):
        w = [torch.nn.Parameter(p.clone()) for p in start_of(info)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns about some of its own options
            base = guarded(info.optim_cls)(w, **copy.deepcopy(kwargs))
            opt, t = GPA(base, mu_x=0.93, mu_y=0.6), 0
            for call in range(5 + len(skips)):
                base.skip = call in skips
                for p, g in zip(w, gradients(w, t, sparse), strict=True):
                    p.grad = g
                opt.step()
                t += not base.skip
        y = [p.detach().clone() for p in w]
        with opt.averaged():
            found.append((y, [p.detach().clone() for p in w], opt.param_groups[0]["gpa_steps"]))
    assert equal(*found)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("way", WAYS)
def test_however_the_base_writes(way, dtype):
    """In place, through `.data`, by fused kernels; with a state, without one, with a new one."""
    whole = run(WAYS[way], dtype=dtype)
    assert whole[2] == STEPS
    if way != "state begun anew":  # it counts its calls
        assert equal(whole, run(WAYS[way], LEFT_OUT, dtype))


@pytest.mark.parametrize("state_dtype", [torch.bfloat16])
@pytest.mark.parametrize("averaging", [Uniform(), Exponential(0.9)])
def test_with_delta_in_bfloat16(state_dtype, averaging):
    """The random bits are those of the steps made."""

    def wrap(base):
        return GPA(base, averaging=averaging, mu_y=0.6, state_dtype=state_dtype)

    make = WAYS["many at once"]
    whole = run(make, dtype=torch.float32, wrap=wrap)
    assert equal(whole, run(make, LEFT_OUT, torch.float32, wrap))


@pytest.mark.parametrize("way", WAYS)
def test_a_step_of_size_zero_averages(way):
    """After a zero gradient z stands still and x moves towards it, as in the three sequences."""
    w = start()
    reference = ReferenceGPA(WAYS[way](w), Exponential(0.9), 0.6)
    for t in range(STEPS):
        for p, g in zip(w, gradients_at(w, t), strict=True):
            p.grad = g
        reference.step()
    y, x, _ = run(WAYS[way])
    for found, expected in ((y, w), (x, reference.x)):
        for a, b in zip(found, expected, strict=True):
            assert torch.allclose(a, b, rtol=0, atol=PARITY_FLOAT64)


@pytest.mark.parametrize("way", ["in place", "fused, counted"])
def test_a_step_left_out_where_it_could_not_have_moved_anything(way):
    """With gradients of zero at a rate of zero: what is not written, nor counted, is not made."""
    w = start()
    opt = GPA(WAYS[way](w), mu_x=0.9)
    for t in range(2):
        for p, g in zip(w, gradients_at(w, t), strict=True):
            p.grad = g
        opt.step()
    before = [*weights_of(w), *opt.averages().values()]
    opt.base.skip, opt.param_groups[0]["lr"] = True, 0.0
    for p in w:
        p.grad = torch.zeros_like(p)
    opt.step()
    assert same(before, [*weights_of(w), *opt.averages().values()])
    assert opt.param_groups[0]["gpa_steps"] == 2


@pytest.mark.parametrize("fused", [False, True])
def test_a_step_with_a_rate_of_zero_averages(fused):
    """A warm-up from 0 or a decay to 0 moves nothing, but it is a step, and is counted."""
    found = []
    for kind in (AdamW, guarded(AdamW)):
        w = start()
        opt = GPA(kind(w, lr=0.1, fused=fused), mu_x=0.9)
        for t in range(6):
            opt.param_groups[0]["lr"] = 0.1 if t in (1, 2) else 0.0
            for p, g in zip(w, gradients_at(w, t), strict=True):
                p.grad = g
            opt.step()
        found.append(
            (weights_of(w), list(opt.averages().values()), opt.param_groups[0]["gpa_steps"])
        )
    assert found[0][2] == found[1][2] == 6
    pairs = zip([*found[0][0], *found[0][1]], [*found[1][0], *found[1][1]], strict=True)
    assert all(torch.allclose(a, b, rtol=0, atol=PARITY_FLOAT64) for a, b in pairs)


@pytest.mark.parametrize("silent", [False, True])
def test_a_base_that_accumulates(silent):
    """It writes into its own state at every call; x moves, and t counts, where it steps."""
    w = start()
    opt = GPA(left_out.Accumulates(w, silent=silent), mu_x=0.9)
    moved = []
    for t in range(9):
        before = opt.averages()
        for p, g in zip(w, gradients_at(w, t + 20), strict=True):
            p.grad = g
        opt.step()
        moved.append(not same(before.values(), opt.averages().values()) if before else t == 2)
    assert moved == [False, False, True] * 3
    assert opt.param_groups[0]["gpa_steps"] == 3


def test_a_parameter_that_the_base_passes_over():
    """It stays as it is, x included, as one without a gradient does."""
    found = []
    for value in (float("nan"), None):
        w = start()
        opt = GPA(left_out.PerParameter(w), mu_x=0.9)
        for t in range(6):
            for p, g in zip(w, gradients_at(w, t), strict=True):
                p.grad = g
            if t in (0, 3):
                w[1].grad = None if value is None else w[1].grad * value
            opt.step()
        found.append(
            (weights_of(w), list(opt.averages().values()), opt.param_groups[0]["gpa_steps"])
        )
    assert equal(*found)


def weights_of(w):
    return [p.detach().clone() for p in w]


def test_a_kernel_that_was_told_of_an_overflow():
    """A fused kernel given `found_inf` writes what was there: nothing is averaged."""
    found = []
    for overflows in ((), (0, 3)):
        w = start(torch.float32)
        opt, t = GPA(AdamW(w, lr=0.1, fused=True), mu_x=0.9), 0
        for call in range(4 + len(overflows)):
            for p, g in zip(w, gradients_at(w, t), strict=True):
                p.grad = g
            if call in overflows:
                opt.base.found_inf = opt.base.grad_scale = torch.ones(())
            opt.step()
            opt.base.found_inf = opt.base.grad_scale = None
            t += call not in overflows
        found.append(
            (weights_of(w), list(opt.averages().values()), opt.param_groups[0]["gpa_steps"])
        )
    assert equal(*found)


def test_a_guard_put_around_the_step_of_a_base():
    """Functions that others have put in place of `step` are seen as well."""
    (model, opt), (other, plain) = made(), made()
    step, calls = opt.base.step, []

    def guard(closure=None):
        calls.append(1)
        return step(closure) if len(calls) % 2 else None

    opt.base.step = guard
    for t in range(3):
        train(model, opt, 2, first=t)  # the second is left out
        train(other, plain, 1, first=t)
        assert same(weights(model), weights(other))
    assert same(opt.averages().values(), plain.averages().values())


def test_a_base_that_fails_before_it_steps_leaves_every_bit():
    """What it has not written comes back exactly."""
    model, opt = made()
    train(model, opt, 3)
    before, average = weights(model), list(opt.averages().values())

    def fail(closure=None):
        raise ArithmeticError

    opt.base.step = fail
    with pytest.raises(ArithmeticError):
        train(model, opt, 1)
    assert same(weights(model), before)
    assert same(opt.averages().values(), average)


@pytest.mark.parametrize("prepared", ["base", "whole"])
def test_accumulation_of_accelerate(prepared):
    """Three micro-batches are one step, whether accelerate prepares GPA or the base inside it."""
    accelerate = pytest.importorskip("accelerate", reason="pip install 'gpa-theory[interop]'")
    accelerate.state.AcceleratorState._reset_state(True)
    accelerate.state.GradientState._reset_state()
    accelerator = accelerate.Accelerator(cpu=True, gradient_accumulation_steps=3)
    model = torch.nn.Linear(4, 3).double()
    twin = copy.deepcopy(model)
    base = AdamW(model.parameters(), lr=0.1)
    if prepared == "base":
        module, inner = accelerator.prepare(model, base)
        opt = stepped = GPA(inner, mu_x=0.9)
    else:
        opt = GPA(base, mu_x=0.9)
        module, stepped = accelerator.prepare(model, opt)
    plain = GPA(AdamW(twin.parameters(), lr=0.1), mu_x=0.9)
    for t in range(9):
        batch = torch.randn(8, 4, generator=torch.Generator().manual_seed(t)).double()
        with accelerator.accumulate(module):
            accelerator.backward(module(batch).square().mean())
            stepped.step()
            stepped.zero_grad()
        (twin(batch).square().mean() / 3).backward()
        if t % 3 == 2:
            plain.step()
            plain.zero_grad()
    assert opt.param_groups[0]["gpa_steps"] == 3
    pairs = [*zip(weights(model), weights(twin), strict=True)]
    pairs += zip(opt.averages().values(), plain.averages().values(), strict=True)
    assert all(torch.allclose(a, b, rtol=0, atol=PARITY_FLOAT64) for a, b in pairs)
