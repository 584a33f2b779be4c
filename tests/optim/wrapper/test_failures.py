"""A base that raises: y is in place again, nothing is averaged, and the run can go on."""

import pytest
import torch
from torch import nn
from torch.optim import SGD, AdamW

from gpa_theory.optim import GPA
from tests.optim.builders import loss_of, made, same, train, weights
from tests.tolerances import PARITY_FLOAT64


def fail():
    raise ArithmeticError("base")


@pytest.mark.parametrize("steps", [0, 3])
def test_a_base_that_fails_at_once_is_a_no_op(steps):
    """After the failure the run goes on as if the step had not been tried, first step included."""
    (model, opt), (other, plain) = made(), made()
    train(model, opt, steps)
    train(other, plain, steps)
    loss_of(model, 7).backward()
    opt.base.step = fail
    with pytest.raises(ArithmeticError):
        opt.step()
    del opt.base.step
    assert opt.param_groups[0]["gpa_steps"] == steps
    assert len(opt.state) == (4 if steps else 0)
    train(model, opt, 3, first=steps)
    train(other, plain, 3, first=steps)
    for p, q in zip(weights(model), weights(other), strict=True):
        assert torch.allclose(p, q, rtol=0, atol=PARITY_FLOAT64)


def test_a_base_that_fails_halfway_keeps_y_between_x_and_z():
    """A tensor that the base had moved keeps the move in z; x is what it was."""
    w = nn.Parameter(torch.ones(3, dtype=torch.float64))
    opt = GPA(SGD([w], lr=0.1), mu_x=0.5, mu_y=0.75)
    w.grad = torch.ones_like(w)
    opt.step()
    with opt.averaged():
        x = w.tolist()

    def half():
        w.add_(1.0)
        fail()

    opt.base.step = half
    y = w.detach().clone()
    with pytest.raises(ArithmeticError):
        opt.step()
    assert w.detach().numpy() == pytest.approx((y + 0.25).numpy(), rel=PARITY_FLOAT64)
    with opt.averaged():
        assert w.tolist() == pytest.approx(x, rel=PARITY_FLOAT64)


def test_no_gradients_at_all_is_a_no_op():
    """A step without gradients moves nothing and makes no state."""
    model, opt = made()
    before = weights(model)
    opt.step()
    assert same(weights(model), before)
    assert len(opt.state) == 0
    train(model, opt, 3)
    opt.zero_grad()
    before = weights(model)
    opt.step()
    assert same(weights(model), before)


def test_one_group_of_many_kinds_of_tensor():
    """Mixed types, an empty tensor, a scalar and a transposed one step as each would alone."""
    generator = torch.Generator().manual_seed(0)
    kinds = [(torch.float32, (3, 2)), (torch.float64, ()), (torch.complex128, (4,))]
    kinds += [(torch.float64, (0, 3)), (torch.float64, (2, 5))]
    start = [torch.randn(s, generator=generator, dtype=d) for d, s in kinds]
    start[-1] = start[-1].T

    def run(parameters):
        opt = GPA(AdamW(parameters, lr=0.1), mu_x=0.9, mu_y=0.6)
        for _ in range(5):
            for p in parameters:
                p.grad = p.detach().clone()
            opt.step()
        opt.eval()
        return [p.detach() for p in parameters]

    together = run([nn.Parameter(s.clone()) for s in start])
    alone = [run([nn.Parameter(s.clone())])[0] for s in start]
    assert same(together, alone)
    assert together[-1].stride() == start[-1].stride()
