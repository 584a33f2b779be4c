"""Half precision: y, z and x live in float32, the parameter is y's image, no small step is lost."""

import copy

import pytest
import torch
from torch import nn
from torch.optim import SGD, AdamW

from gpa_theory.optim import GPA
from tests.optim.builders import loss_of, net, same, train, weights
from tests.tolerances import HALF_DELTA, PARITY_FLOAT32

HALVES = [torch.bfloat16, torch.float16]


def pair(dtype, seed=0, base=AdamW, **options):
    """Return a model in half precision and one in float32 with the same weights, and their GPAs."""
    half = net(seed, dtype=torch.float32).to(dtype)
    full = copy.deepcopy(half).float()
    options = {"mu_x": 0.9, "mu_y": 0.6, **options}
    return tuple((m, GPA(base(m.parameters(), lr=1e-3), **options)) for m in (half, full))


def follow(half, full, opts, steps):
    """Step both with the gradients of the half-precision model."""
    for t in range(steps):
        half.zero_grad()
        loss_of(half, t).backward()
        for p, q in zip(half.parameters(), full.parameters(), strict=True):
            q.grad = p.grad.float()
        for opt in opts:
            opt.step()


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("base", [AdamW, SGD])
def test_half_precision_is_the_float32_run_rounded_once(dtype, base):
    """With the same gradients y and x are the float32 run's, rounded; nothing accumulates."""
    (half, a), (full, b) = pair(dtype, base=base)
    follow(half, full, (a, b), 50)
    assert same(weights(half), [w.to(dtype) for w in weights(full)])
    with a.averaged(), b.averaged():
        assert same(weights(half), [w.to(dtype) for w in weights(full)])
    for p in half.parameters():
        floats = [v for k, v in a.state[p].items() if k != "step"]
        assert {v.dtype for v in floats} == {torch.float32}
        assert set(a.state[p]) == {*b.state[next(full.parameters())], "y"}


def test_a_bare_half_precision_base_loses_small_steps():
    """The control: without the master, steps below half a unit in the last place vanish."""
    w = nn.Parameter(torch.ones(3, dtype=torch.bfloat16))
    v = nn.Parameter(torch.ones(3, dtype=torch.bfloat16))
    alone, inside = SGD([w], lr=1e-4), GPA(SGD([v], lr=1e-4), mu_x=0.5)
    for _ in range(100):
        w.grad, v.grad = torch.ones_like(w), torch.ones_like(v)
        alone.step()
        inside.step()
    assert w.tolist() == [1.0] * 3
    assert v.tolist() == pytest.approx([0.99] * 3, abs=2**-8)


@pytest.mark.parametrize("dtype", HALVES)
def test_resume_is_bit_exact(dtype):
    """Moments, δ and master come back in float32, not through the parameter's type."""
    (model, opt), _ = pair(dtype)
    train(model, opt, 5)
    saved = copy.deepcopy((model.state_dict(), opt.state_dict()))
    train(model, opt, 5, first=5)
    (other, fresh), _ = pair(dtype, seed=3)
    other.load_state_dict(saved[0])
    fresh.load_state_dict(saved[1])
    train(other, fresh, 5, first=5)
    assert same(weights(model), weights(other))
    for p, q in zip(model.parameters(), other.parameters(), strict=True):
        assert all(torch.equal(opt.state[p][k], fresh.state[q][k]) for k in opt.state[p])


def test_evaluating_does_not_change_the_run():
    """The master keeps y; resuming from evaluation mode is exact too."""
    (model, opt), _ = pair(torch.bfloat16)
    (other, plain), _ = pair(torch.bfloat16)
    train(model, opt, 4)
    opt.eval()
    x = weights(model)
    saved = copy.deepcopy((model.state_dict(), opt.state_dict()))
    (model, opt), _ = pair(torch.bfloat16, seed=2)
    model.load_state_dict(saved[0])
    opt.load_state_dict(saved[1])
    opt.train()
    train(model, opt, 4, first=4)
    train(other, plain, 4)
    with plain.averaged():
        assert same(weights(other), x)
    train(other, plain, 4, first=4)
    assert same(weights(model), weights(other))


def test_what_others_write_into_the_parameter_counts():
    """Where it is no longer the image of the master, the master follows; elsewhere it stays."""
    w = nn.Parameter(torch.full((4,), 1.0, dtype=torch.bfloat16))
    opt = GPA(SGD([w], lr=1e-4), mu_x=0.5, mu_y=0.5)
    w.grad = torch.ones_like(w)
    opt.step()
    kept = opt.state[w]["y"].clone()
    w.data[0] = 3.0
    w.grad = torch.zeros_like(w)
    opt.step()
    y = opt.state[w]["y"]
    assert float(y[0]) == pytest.approx(3.0, abs=1e-3)
    assert torch.allclose(y[1:], kept[1:], rtol=0, atol=1e-4)
    with opt.averaged():
        w.data.fill_(2.0)
    with opt.averaged():
        assert w.tolist() == [2.0] * 4


def test_the_export_has_the_parameters_type():
    """averaged_state_dict gives x as the model would hold it."""
    (model, opt), _ = pair(torch.bfloat16)
    train(model, opt, 3)
    found = opt.averaged_state_dict(model)
    with opt.averaged():
        assert same(list(found.values()), weights(model))


def test_a_base_that_fails_leaves_everything():
    """The base sees its own parameters again, y is what it was, and the run goes on."""
    (model, opt), _ = pair(torch.bfloat16)

    def fail():
        raise ArithmeticError

    for steps in (0, 3):
        train(model, opt, steps)
        before = weights(model)
        loss_of(model, 9).backward()
        opt.base.step = fail
        with pytest.raises(ArithmeticError):
            opt.step()
        del opt.base.step
        assert same(weights(model), before)
        assert opt.param_groups[0]["params"] == list(model.parameters())
        assert len(opt.state) == (4 if steps else 0)
    train(model, opt, 1)


def test_delta_in_bfloat16_costs_half_a_buffer_and_stays_near():
    """δ is stored in two bytes; x stays where a float32 δ has it, to the noise of its rounding."""
    errors = []
    for seed in range(3):
        coarse, fine = net(seed, torch.float32), net(seed, torch.float32)
        a = GPA(AdamW(coarse.parameters(), lr=1e-3), mu_x=0.99, state_dtype=torch.bfloat16)
        b = GPA(AdamW(fine.parameters(), lr=1e-3), mu_x=0.99)
        follow(coarse, fine, (a, b), 200)
        with a.averaged(), b.averaged():
            gap = [p - q for p, q in zip(weights(coarse), weights(fine), strict=True)]
        spread = [b.state[p]["delta"] for p in fine.parameters()]
        errors.append(sum(g.norm() ** 2 for g in gap) / sum(s.norm() ** 2 for s in spread))
        assert {a.state[p]["delta"].dtype for p in coarse.parameters()} == {torch.bfloat16}
    assert max(errors) ** 0.5 <= HALF_DELTA


def test_delta_in_bfloat16_resumes_bit_exactly():
    """The random bits are counted, not drawn: a resumed run rounds as the uninterrupted one."""

    def fresh(seed=0):
        model = net(seed, torch.float32)
        base = AdamW(model.parameters(), lr=1e-2)
        return model, GPA(base, mu_x=0.9, state_dtype=torch.bfloat16, seed=5)

    model, opt = fresh()
    train(model, opt, 3)
    saved = copy.deepcopy((model.state_dict(), opt.state_dict()))
    torch.manual_seed(99)
    train(model, opt, 3, first=3)
    other, again = fresh(seed=1)
    other.load_state_dict(saved[0])
    again.load_state_dict(saved[1])
    assert {again.state[p]["delta"].dtype for p in other.parameters()} == {torch.bfloat16}
    train(other, again, 3, first=3)
    assert same(weights(model), weights(other))


def test_with_delta_in_bfloat16_z_is_exact():
    """y⁺ is made of δ⁺ as stored, so z = y − μ_y δ follows the base with float32 rounding only."""
    w = nn.Parameter(torch.ones(1000))
    opt = GPA(SGD([w], lr=1e-3), mu_x=0.99, mu_y=0.9, state_dtype=torch.bfloat16)
    z = torch.ones(1000, dtype=torch.float64)
    for t in range(100):
        g = torch.randn(1000, generator=torch.Generator().manual_seed(t))
        w.grad = g
        opt.step()
        z -= 1e-3 * g.double()
    found = w.detach().double() - 0.9 * opt.state[w]["delta"].double()
    assert float((found - z).abs().max()) <= PARITY_FLOAT32
