"""Fused AdamW takes the steps of GPA around AdamW, on every backend that runs here."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.recursion import GPA as Recursion
from gpa_theory.core.recursion import run
from gpa_theory.optim import GPA, GPAAdamW
from gpa_theory.optim.step import native
from tests.optim.adamw.fused import (
    AVERAGING,
    OPTIONS,
    distance,
    each_backend,
    fused,
    general,
    gradient,
    needs_compiler,
    parameters,
    walk,
    weights,
)
from tests.strategies import interior, seeds
from tests.tolerances import FUSED_FLOAT32, FUSED_FLOAT64, PARITY_FLOAT64

TYPES = [(torch.float64, FUSED_FLOAT64), (torch.float32, FUSED_FLOAT32)]


@each_backend
@pytest.mark.parametrize(("dtype", "tolerance"), TYPES)
@pytest.mark.parametrize("averaging", [{}, {"mu_x": None, "averaging": Uniform()}])
def test_every_step_is_that_of_the_general_form(backend, dtype, tolerance, averaging):
    """y, δ, moments and counts agree at each of 20 steps, some gradients coming late."""
    start = weights(dtype)
    (a, general_form), (b, opt) = general(start, **averaging), fused(start, backend, **averaging)
    for t in range(20):
        walk(a, general_form, 1, first=t, late={1, 2})
        walk(b, opt, 1, first=t, late={1, 2})
        assert opt.plan()[0] == backend
        if t >= 3:
            assert distance(a, general_form, b, opt) <= tolerance
    assert [float(opt.state[q]["step"]) for q in b] == [20, 17, 17, 20, 20]


@each_backend
@pytest.mark.parametrize(
    "change",
    [{"mu_y": 0.61}, {"mu_x": 0.91}, {"weight_decay": 0.11}, {"betas": (0.8, 0.96)}, {"eps": 1e-4}],
)
def test_the_comparison_can_fail(backend, change):
    """A step with any constant a little off is told apart."""
    start = weights()
    (a, general_form), (b, opt) = general(start), fused(start, backend, **change)
    walk(a, general_form, 4)
    walk(b, opt, 4)
    assert distance(a, general_form, b, opt) > FUSED_FLOAT64


@each_backend
def test_it_is_the_recursion_around_adamw(backend):
    """Both x and y are those of `core.run` with AdamW's real steps on z."""
    (start,) = weights(shapes=[(40,)])
    (w,), opt = fused([start], backend)
    z = nn.Parameter(start.clone())
    base = AdamW([z], **OPTIONS)

    def step(t, z_now, y_now):
        z.grad = gradient(y_now, t, 0)
        base.step()
        return z.detach().clone()

    for t, (y, now) in enumerate(run(Recursion(Exponential(0.9), 0.6), start, step, 20), start=1):
        assert torch.allclose(w, y, rtol=0, atol=FUSED_FLOAT64)
        with opt.averaged():
            assert torch.allclose(w, now.x, rtol=0, atol=FUSED_FLOAT64)
        walk([w], opt, 1, first=t)


shapes = st.lists(st.integers(0, 7), max_size=4).map(tuple)


@needs_compiler
@given(shape=shapes, seed=seeds, mu_x=interior, mu_y=interior, data=st.data())
def test_any_shape_and_layout(shape, seed, mu_x, mu_y, data):
    """Permuted parameters with gradients in another layout: still the general form."""
    order = data.draw(st.permutations(range(len(shape))))
    start = [w.permute(order) for w in weights(shapes=[shape, (3,)], seed=seed)[:1]]
    constants = {"mu_x": float(mu_x), "mu_y": float(mu_y)}
    (a, general_form), (b, opt) = general(start, **constants), fused(start, "compile", **constants)
    for t in range(3):
        for p in (*a, *b):
            p.grad = gradient(p, t, 0).contiguous()
        general_form.step()
        assert opt.plan()[0] == "compile"
        opt.step()
    assert distance(a, general_form, b, opt) <= FUSED_FLOAT64
    assert b[0].stride() == a[0].stride()


@each_backend
def test_maximize_ascends(backend):
    """With `maximize` the step is that of the negated gradient."""
    start = weights()
    (a, general_form), (b, opt) = (
        general(start, maximize=True),
        fused(start, backend, maximize=True),
    )
    walk(a, general_form, 4)
    walk(b, opt, 4)
    assert distance(a, general_form, b, opt) <= FUSED_FLOAT64


@each_backend
@pytest.mark.parametrize("mu_y", [0.0, 0.1, 0.7, 1.0])
def test_zero_gradient_decay_law(backend, mu_y):
    """With g = 0 and decay λ, z_t = (1−γλ)^t z_1 and x is exactly its moving average."""
    (w,), opt = fused([torch.full((3,), 2.0, dtype=torch.float64)], backend, mu_y=mu_y)
    x = z = 2.0
    for _ in range(50):
        w.grad = torch.zeros_like(w)
        opt.step()
        z *= 1 - 1e-2 * 0.1
        x = 0.9 * x + 0.1 * z
    assert w.detach().numpy() == pytest.approx(mu_y * x + (1 - mu_y) * z, rel=PARITY_FLOAT64)
    with opt.averaged():
        assert w.detach().numpy() == pytest.approx(x, rel=PARITY_FLOAT64)


@each_backend
def test_a_schedule_from_zero(backend):
    """The step at γ = 0 is a no-op; later rates reach the kernel, which is built once."""
    start = weights()
    (a, general_form), (b, opt) = general(start), fused(start, backend)
    schedules = [LambdaLR(o, lambda t: t / 10) for o in (general_form, opt)]
    walk(b, opt, 1)
    assert all(torch.equal(q, w) for q, w in zip(b, start, strict=True))
    walk(a, general_form, 1)
    built = native.library.cache_info().misses
    for t in range(1, 8):
        for schedule in schedules:
            schedule.step()
        walk(a, general_form, 1, first=t)
        walk(b, opt, 1, first=t)
    assert distance(a, general_form, b, opt) <= FUSED_FLOAT64
    assert native.library.cache_info().misses == built


@each_backend
def test_constants_may_change_between_steps(backend):
    """A new μ_y moves y between the same x and z; μ_x, decay and a tensor lr are read anew."""
    start = weights()
    (a, general_form), (b, opt) = general(start), fused(start, backend)
    changes = [{}, {"mu_y": 0.2}, {"mu_x": 0.5, "weight_decay": 0.0}, {"lr": torch.tensor(0.03)}]
    for t, change in enumerate(changes):
        for o in (general_form, opt):
            o.param_groups[0].update(change)
        walk(a, general_form, 2, first=2 * t)
        walk(b, opt, 2, first=2 * t)
    assert distance(a, general_form, b, opt) <= FUSED_FLOAT32  # a tensor lr is rounded to float32


@needs_compiler
def test_groups_have_their_own_constants():
    """Two groups of two types: each goes with its own rates and averaging."""
    start = [*weights()[:2], *weights(torch.float32)[2:]]

    def groups(moved):
        return [{"params": moved[:2], "lr": 0.03}, {"params": moved[2:], "mu_x": 0.5, "mu_y": 0.1}]

    a, b = parameters(start), parameters(start)
    general_form = GPA(AdamW(groups(a), **OPTIONS), **AVERAGING)
    opt = GPAAdamW(groups(b), backend="compile", **OPTIONS, **AVERAGING)
    walk(a, general_form, 5)
    walk(b, opt, 5)
    assert opt.plan()[0] == "compile"
    assert distance(a, general_form, b, opt) <= FUSED_FLOAT32
