"""On a GPU: parity with the CPU, the fused kernel, captured graphs, memory.  `pytest -m gpu`."""

import copy
from importlib.util import find_spec

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.optim import SGD, AdamW
from torch.optim.lr_scheduler import LambdaLR

from gpa_theory.core.averaging import Uniform
from gpa_theory.optim import GPA, GPAAdamW
from tests.optim.adamw.fused import AVERAGING, OPTIONS, distance, fused, general, walk, weights
from tests.strategies import interior, seeds
from tests.tolerances import FUSED_FLOAT32, HALF_DELTA, PARITY_TORCH

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU"),
]
needs_triton = pytest.mark.skipif(find_spec("triton") is None, reason="triton is not installed")
CAPTURED = {"averaging": Uniform(), "mu_y": 0.6}


def on_gpu(start):
    return [w.cuda() for w in start]


def full_precision(opt, moved):
    """Return every float32 entry of the state, in order, on the CPU."""
    state = [opt.state[p] for p in moved]
    return [s[k].cpu() for s in state for k in sorted(s) if s[k].dtype == torch.float32]


def apart(a, opt_a, b, opt_b):
    pairs = zip(full_precision(opt_a, a), full_precision(opt_b, b), strict=True)
    return max(float((e - f).abs().max()) for e, f in pairs if e.numel())


def with_gradients(moved, opt, steps, first=0):
    """Take steps with gradients that depend on nothing but the step."""
    for t in range(first, first + steps):
        for place, p in enumerate(moved):
            generator = torch.Generator().manual_seed(100 * t + place)
            p.grad = torch.randn(p.shape, generator=generator).to(p)
        opt.step()


@pytest.mark.parametrize("flags", [{}, {"foreach": True}, {"fused": True}, {"capturable": True}])
def test_the_wrapper_is_that_of_the_cpu(flags):
    """GPA around AdamW in float64: x and y on both devices, every implementation of the base."""
    start = weights()
    a = [nn.Parameter(w.clone()) for w in start]
    b = [nn.Parameter(w.clone()) for w in on_gpu(start)]
    on_cpu, opt = (
        GPA(AdamW(a, **OPTIONS), **AVERAGING),
        GPA(AdamW(b, **OPTIONS, **flags), **AVERAGING),
    )
    for moved, o in ((a, on_cpu), (b, opt)):
        with_gradients(moved, o, 10)
        o.eval()
    for p, q in zip(a, b, strict=True):
        assert torch.allclose(p, q.cpu(), rtol=0, atol=PARITY_TORCH)


def test_a_cpu_checkpoint_goes_on_on_the_gpu():
    """State moves with its parameters, δ included."""
    start = weights()
    a, on_cpu = general(start)
    with_gradients(a, on_cpu, 4)
    b, opt = general(on_gpu([p.detach() for p in a]))
    opt.load_state_dict(copy.deepcopy(on_cpu.state_dict()))
    for moved, o in ((a, on_cpu), (b, opt)):
        with_gradients(moved, o, 4, first=4)
    for p, q in zip(a, b, strict=True):
        assert opt.state[q]["delta"].is_cuda
        assert torch.allclose(p, q.cpu(), rtol=0, atol=PARITY_TORCH)


@needs_triton
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("capturable", [False, True])
def test_the_fused_kernel_is_the_general_form(dtype, capturable):
    """Master, δ and moments agree step by step; the parameter is the rounded master."""
    start = on_gpu(weights(dtype))
    (a, general_form), (b, opt) = general(start), fused(start, "triton", capturable=capturable)
    for t in range(10):
        with_gradients(a, general_form, 1, first=t)
        with_gradients(b, opt, 1, first=t)
        assert opt.plan() == ("triton", "nothing is in the way")
    assert apart(a, general_form, b, opt) <= FUSED_FLOAT32
    assert all(torch.equal(q, opt.state[q].get("y", q).to(dtype)) for q in b)


@needs_triton
@pytest.mark.parametrize("change", [{"mu_y": 0.61}, {"mu_x": 0.91}, {"weight_decay": 0.2}])
def test_the_comparison_can_fail(change):
    """A kernel with any constant a little off is told apart."""
    start = on_gpu(weights(torch.float32))
    (a, general_form), (b, opt) = general(start), fused(start, "triton", **change)
    walk(a, general_form, 4)
    walk(b, opt, 4)
    assert distance(a, general_form, b, opt) > FUSED_FLOAT32


shapes = st.lists(st.integers(0, 40), max_size=3).map(tuple)


@needs_triton
@settings(max_examples=50, deadline=None)
@given(many=st.lists(shapes, min_size=1, max_size=6), seed=seeds, mu_x=interior, mu_y=interior,
       shift=st.integers(0, 3))  # fmt: skip
def test_random_shapes_strides_and_alignments(many, seed, mu_x, mu_y, shift):
    """Transposed tensors, gradients in another layout, addresses off by a few elements."""
    start = on_gpu(weights(torch.float32, shapes=many, seed=seed))
    constants = {"mu_x": float(mu_x), "mu_y": float(mu_y)}
    (a, general_form), (b, opt) = general(start, **constants), fused(start, "triton", **constants)
    for p in b:
        room = torch.empty(p.numel() + shift, device="cuda")[shift:]
        p.data = room.as_strided(p.shape, p.stride(), shift).copy_(p.data)
    for t in range(3):
        for p, q in zip(a, b, strict=True):
            p.grad = torch.full(p.shape, 0.5 - t, device="cuda")
            q.grad = p.grad.clone()
        general_form.step()
        opt.step()
        assert opt.plan()[0] == "triton"
    assert distance(a, general_form, b, opt) <= FUSED_FLOAT32


@needs_triton
def test_delta_in_bfloat16_is_rounded_as_by_torch():
    """The random bits are the same; δ differs only where float32 does."""
    start = [w.contiguous() for w in on_gpu(weights(torch.float32))]
    coarse = {"state_dtype": torch.bfloat16, "seed": 3}
    (a, general_form), (b, opt) = general(start, **coarse), fused(start, "triton", **coarse)
    with_gradients(a, general_form, 1)
    with_gradients(b, opt, 1)
    assert opt.plan()[0] == "triton"
    found, expected = (
        torch.cat([o.state[p]["delta"].reshape(-1) for p in moved])
        for moved, o in ((b, opt), (a, general_form))
    )
    assert float((found != expected).double().mean()) <= HALF_DELTA


@needs_triton
def test_schedules_recompile_nothing():
    """Other rates, shares and counts are other numbers, not other kernels."""
    from gpa_theory.optim.adamw.kernels import step_many

    b, opt = fused(on_gpu(weights(torch.float32)), "triton", mu_x=None, averaging=Uniform())
    schedule = LambdaLR(opt, lambda t: 1 / (1 + t))

    def compiled():
        return sum(len(caches[0]) for caches in step_many.device_caches.values())

    with_gradients(b, opt, 2)
    before = compiled()
    for t in range(2, 10):
        schedule.step()
        opt.param_groups[0]["mu_y"] = 0.1 * t
        with_gradients(b, opt, 1, first=t)
    assert compiled() == before


def captured(moved, opt, gradients):
    """Return a function that replays one captured step with the gradients of step t in place."""
    for p in moved:
        p.grad = torch.zeros_like(p)
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for t in range(3):
            for p, g in zip(moved, gradients(t), strict=True):
                p.grad.copy_(g)
            opt.step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        opt.step()

    def replay(t):
        for p, g in zip(moved, gradients(t), strict=True):
            p.grad.copy_(g)
        graph.replay()

    return replay


def made(kind, start):
    moved = [nn.Parameter(w.clone()) for w in start]
    if kind == "general":
        return moved, GPA(AdamW(moved, capturable=True, **OPTIONS), **CAPTURED)
    return moved, GPAAdamW(moved, capturable=True, backend="triton", **OPTIONS, **CAPTURED)


@pytest.mark.parametrize("kind", ["general", pytest.param("fused", marks=needs_triton)])
def test_a_captured_step_goes_on_counting(kind):
    """Replays are the eager steps: bias corrections and the share c_t move on."""
    start = on_gpu(weights(torch.float32, shapes=[(9, 4), (2000,), ()]))

    def gradients(t):
        generator = torch.Generator().manual_seed(t)
        return [torch.randn(w.shape, generator=generator).cuda() for w in start]

    (a, eager), (b, opt) = made(kind, start), made(kind, start)
    replay = captured(b, opt, gradients)  # three steps; the captured one is not executed
    for t in range(8):
        for p, g in zip(a, gradients(t), strict=True):
            p.grad = g
        eager.step()
        if t >= 3:
            replay(t)
    assert distance(a, eager, b, opt) <= FUSED_FLOAT32
    assert float(opt.param_groups[0]["gpa_steps"]) == 8


def bytes_of_state(make):
    w = nn.Parameter(torch.zeros(2**22, device="cuda"))
    w.grad = torch.zeros_like(w)
    opt = make([w])
    before = torch.cuda.memory_allocated()
    for _ in range(3):
        opt.step()
    torch.cuda.synchronize()
    return torch.cuda.memory_allocated() - before


@pytest.mark.parametrize("base", [AdamW, SGD])
def test_exactly_one_buffer_more_than_the_base(base):
    """What stays allocated after steps is the base's state and δ, to a few small scalars."""
    alone = bytes_of_state(lambda ps: base(ps, lr=0.1))
    inside = bytes_of_state(lambda ps: GPA(base(ps, lr=0.1), mu_x=0.9))
    assert 0 <= inside - alone - 4 * 2**22 <= 4096


@needs_triton
@pytest.mark.parametrize(("coarse", "bytes_each"), [(None, 4), (torch.bfloat16, 2)])
def test_the_fused_form_has_one_buffer_more_too(coarse, bytes_each):
    """δ in float32 or in bfloat16; the tables of addresses are small."""
    alone = bytes_of_state(lambda ps: AdamW(ps, lr=0.1))
    inside = bytes_of_state(
        lambda ps: GPAAdamW(ps, lr=0.1, mu_x=0.9, state_dtype=coarse, backend="triton")
    )
    assert 0 <= inside - alone - bytes_each * 2**22 <= 2**17
