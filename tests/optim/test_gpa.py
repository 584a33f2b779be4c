"""GPA as an optimizer among torch's: groups, schedulers, closures, hooks, decay, refusals."""

import copy
import pickle

import pytest
import torch
from torch import nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.optim import GPA
from tests.optim.builders import loss_of, made, net, same, train, weights
from tests.tolerances import DRIFT_FLOAT32, PARITY_FLOAT32, PARITY_FLOAT64


def test_mu_x_zero_is_the_base_bit_for_bit_in_values():
    """Without averaging GPA is AdamW up to the rounding of z = y − μ_y δ with δ = 0: exactly."""
    model, opt = made(mu_x=0.0)
    plain = net()
    base = AdamW(plain.parameters(), lr=1e-2)
    train(model, opt, 10)
    train(plain, base, 10)
    assert same(weights(model), weights(plain))


@pytest.mark.parametrize("mu_y", [0.0, 0.1, 0.7, 1.0])
def test_zero_gradient_decay_law(mu_y):
    """With g = 0 and decay λ, z_t = (1−γλ)^t z_1 and x is exactly its moving average."""
    w = nn.Parameter(torch.full((3,), 2.0, dtype=torch.float64))
    opt = GPA(AdamW([w], lr=1e-2, weight_decay=0.5), mu_x=0.9, mu_y=mu_y)
    x = z = 2.0
    for _ in range(200):
        w.grad = torch.zeros_like(w)
        opt.step()
        z *= 1 - 1e-2 * 0.5
        x = 0.9 * x + 0.1 * z
    assert w.detach().numpy() == pytest.approx(mu_y * x + (1 - mu_y) * z, rel=PARITY_FLOAT64)
    with opt.averaged():
        assert w.detach().numpy() == pytest.approx(x, rel=PARITY_FLOAT64)


def test_inner_steps_is_the_diloco_rule():
    """inner_steps = H means μ_x = 0.9^{1/H}."""
    model = net()
    opt = GPA(AdamW(model.parameters()), inner_steps=32)
    assert opt.param_groups[0]["mu_x"] == pytest.approx(0.9 ** (1 / 32))


def test_one_buffer_more_than_the_base():
    """The state of each parameter is the base's plus δ, and nothing else."""
    model, opt = made()
    train(model, opt, 1)
    plain = AdamW(net().parameters(), lr=1e-2)
    train(net(), plain, 0)
    for p in model.parameters():
        assert set(opt.state[p]) == {"step", "exp_avg", "exp_avg_sq", "delta"}
        assert opt.state[p]["delta"].shape == p.shape
        assert opt.state[p]["delta"].dtype == p.dtype


def test_drift_in_float32_is_small():
    """After 2,000 steps of AdamW size at (0.9967, 0.7) x is where float64 puts it."""
    start = torch.randn(500, generator=torch.Generator().manual_seed(0)) * 0.05
    w = nn.Parameter(start.clone())
    opt = GPA(torch.optim.SGD([w], lr=1.0), mu_x=0.9967, mu_y=0.7)
    x = start.double()
    z = start.double()
    generator = torch.Generator().manual_seed(1)
    for _ in range(2000):
        g = 3e-4 * torch.sign(torch.randn(500, generator=generator))
        w.grad = g.clone()
        opt.step()
        z = z - g.double()
        x = 0.9967 * x + (1 - 0.9967) * z
    with opt.averaged():
        assert float((w.detach().double() - x).norm() / x.norm()) <= DRIFT_FLOAT32


def test_schedulers_reach_the_base_and_lr_zero_is_a_no_op():
    """A warm-up from lr = 0 changes the base's lr through GPA's groups."""
    model, opt = made()
    before = weights(model)
    scheduler = LambdaLR(opt, lambda t: t / 10)
    train(model, opt, 1)
    assert same(weights(model), before)
    scheduler.step()
    assert opt.base.param_groups[0]["lr"] == pytest.approx(1e-3)
    train(model, opt, 1, first=1)
    assert not same(weights(model), before)


def test_a_closure_is_evaluated_once_at_y():
    """The closure's loss is returned, and its gradient is the one used."""
    (model, opt), (other, plain) = made(), made()
    calls = []

    def closure():
        opt.zero_grad()
        loss = loss_of(model, 0)
        loss.backward()
        calls.append(1)
        return loss

    loss = opt.step(closure)
    train(other, plain, 1)
    assert len(calls) == 1
    assert loss.item() == loss_of(net(), 0).item()
    assert same(weights(model), weights(other))


def test_late_gradients_and_late_groups():
    """A parameter starts averaging when it first moves; a new group carries its own constants."""
    a, b = (nn.Parameter(torch.ones(2, dtype=torch.float64)) for _ in range(2))
    opt = GPA(torch.optim.SGD([a], lr=0.1), mu_x=0.5, mu_y=0.5)
    for _ in range(3):
        a.grad = torch.ones_like(a)
        opt.step()
    opt.add_param_group({"params": [b], "mu_x": 0.8})
    assert opt.state.get(b) is None
    b.grad = torch.ones_like(b)
    opt.step()
    with opt.averaged():
        assert b.tolist() == pytest.approx([0.98, 0.98])  # 0.8·1 + 0.2·0.9
    assert opt.param_groups[1]["mu_y"] == 0.5


def test_changing_mu_y_keeps_x_and_z():
    """A new μ_y moves y between the same x and z; what was averaged stays."""
    model, opt = made()
    train(model, opt, 5)
    with opt.averaged():
        before = weights(model)
    opt.param_groups[0]["mu_y"] = 0.1
    with opt.averaged():
        assert same(weights(model), before)
    train(model, opt, 1, first=5)
    assert opt.param_groups[0]["gpa_mu_y"] == 0.1


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))])
def test_copies_are_whole(copied):
    """Deep copies and pickles keep sharing groups and state with their own base."""
    model, opt = made()
    train(model, opt, 3)
    twin = copied(opt)
    assert twin.param_groups is twin.base.param_groups
    assert twin.state is twin.base.state
    assert twin.state_dict()["param_groups"] == opt.state_dict()["param_groups"]


def test_gradient_scaler_skips_the_whole_step():
    """On overflow neither z nor x moves."""
    model = net(dtype=torch.float32)
    opt = GPA(AdamW(model.parameters(), lr=1e-2, fused=True), mu_x=0.9)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0)
    for t in range(2):
        opt.zero_grad()
        scaler.scale(loss_of(model, t)).backward()
        scaler.step(opt)
        scaler.update()
    before, counted = weights(model), opt.param_groups[0]["gpa_steps"]
    opt.zero_grad()
    scaler.scale(loss_of(model, 2)).backward()
    next(model.parameters()).grad[0, 0] = float("inf")
    scaler.step(opt)
    scaler.update()
    assert same(weights(model), before)
    assert opt.param_groups[0]["gpa_steps"] == counted


def test_groups_hold_plain_values():
    """Any checkpoint loader can read them."""
    model, opt = made()
    opt = GPA(AdamW(model.parameters()), averaging=Uniform())
    for group in opt.state_dict()["param_groups"]:
        for key in ("mu_x", "mu_y", "averaging", "averaging_r", "gpa_steps", "gpa_mode"):
            assert isinstance(group[key], str | int | float)
    assert Exponential(0.9).coefficient(2.0) == pytest.approx(0.1, rel=PARITY_FLOAT32)
