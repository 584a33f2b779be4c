"""The rule that matches single-worker DiLoCo: what is equal, what is near, and what is not."""

import pytest
import torch
from torch.optim import SGD, AdamW, RMSprop

from gpa_theory.optim import GPA, DiLoCo, matching_diloco
from tests.optim.builders import batch, net
from tests.tolerances import OPEN_LOOP, RULE_AFTER_TRANSIENTS, RULE_ON_A_NETWORK

RULES = [(2, 0.5, 0.4), (5, 0.8, 1.0), (8, 0.9, 0.7), (16, 0.9, 0.7)]  # H, μ, γ_out
LR = 1e-2


def plain(parameters):
    return SGD(parameters, LR)


def adamw(parameters):
    return AdamW(parameters, LR, weight_decay=0.0)


def forgetful(parameters):
    return AdamW(parameters, LR, betas=(0.0, 0.99), weight_decay=0.0)  # no gradient: no step


def momentum(parameters):
    return SGD(parameters, LR, momentum=0.5)


def rmsprop(parameters):
    return RMSprop(parameters, LR)


def path(make, steps, gradient, h):
    """Return (weights in training, weights deployed) at the end of every block, from zero."""
    w = torch.nn.Parameter(torch.zeros(3, dtype=torch.float64))
    opt, found = make([w]), []
    for t in range(steps):
        w.grad = gradient(t, w.detach())
        opt.step()
        if (t + 1) % h == 0:
            y = w.detach().clone()
            with opt.averaged():
                found.append((y, w.detach().clone()))
    return [torch.stack(each) for each in zip(*found, strict=True)]


def both(base, steps, gradient, h, mu, outer, nesterov=True):
    """Return y and x of the matching GPA, and DiLoCo's anchors."""
    how = {"inner_steps": h, "outer_lr": outer, "outer_momentum": mu, "nesterov": nesterov}
    y, x = path(lambda p: matching_diloco(base(p), **how), steps, gradient, h)
    return y, x, path(lambda p: DiLoCo(base(p), **how), steps, gradient, h)[1]


def curved(t, w):
    return (w - torch.tensor([1.0, -2.0, 3.0])).tanh() + 0.3 * torch.cos(torch.tensor(1.0 * t))


def constant(t, w):
    return torch.full_like(w, -1.0)


def impulse(k):
    """Return gradients that are zero but at one step."""
    return lambda t, w: torch.full_like(w, -1.0 if t == k else 0.0)


def opening(h):
    """Return gradients that are zero but at the first step of every block."""

    def gradient(t, w):
        drawn = torch.randn(3, generator=torch.Generator().manual_seed(t), dtype=w.dtype)
        return drawn if t % h == 0 else torch.zeros_like(w)

    return gradient


@pytest.mark.parametrize("base", [plain, momentum, adamw, rmsprop])
@pytest.mark.parametrize(("mu", "outer"), [(0.5, 1.0), (0.9, 0.7), (0.0, 0.4)])
def test_one_inner_step_is_the_same_method(base, mu, outer):
    """H = 1 and a base that does not read the weights: y is the anchor, in a closed loop."""
    y, _, anchor = both(base, 60, curved, 1, mu, outer)
    torch.testing.assert_close(y, anchor, rtol=OPEN_LOOP, atol=OPEN_LOOP)


@pytest.mark.parametrize("base", [plain, forgetful])
@pytest.mark.parametrize(("h", "mu", "outer"), RULES)
def test_increments_that_open_a_block_are_met_exactly(base, h, mu, outer):
    """At the end of every block y is the anchor."""
    y, _, anchor = both(base, 10 * h, opening(h), h, mu, outer)
    torch.testing.assert_close(y, anchor, rtol=OPEN_LOOP, atol=OPEN_LOOP)


@pytest.mark.parametrize(("h", "mu", "outer"), RULES)
def test_plain_momentum_is_met_by_x_and_y(h, mu, outer):
    """With μ_y = 1, where y is x."""
    y, x, anchor = both(plain, 10 * h, opening(h), h, mu, outer, nesterov=False)
    for ours in (x, y):
        torch.testing.assert_close(ours, anchor, rtol=OPEN_LOOP, atol=OPEN_LOOP)


@pytest.mark.parametrize(("h", "mu", "outer"), RULES)
def test_other_increments_are_met_within_the_stated_share(h, mu, outer):
    """One that is k steps into its block is short by at most μ(μ_x − μ) of itself, never over."""
    gain = LR * outer / (1 - mu)
    for k in range(h):
        y, _, anchor = both(plain, 6 * h, impulse(k), h, mu, outer)
        short = (anchor - y) / gain
        assert float(short.min()) >= -OPEN_LOOP
        assert float(short.max()) <= mu * (mu ** (1 / h) - mu) + OPEN_LOOP


@pytest.mark.parametrize(("h", "mu", "outer"), RULES)
def test_constant_increments_lag_as_stated(h, mu, outer):
    """After the transient y and x are behind the anchor by the numbers in the docstring."""
    y, x, anchor = both(plain, 150 * h, constant, h, mu, outer)
    gain, mu_x = LR * outer / (1 - mu), mu ** (1 / h)
    behind_y = mu * mu_x / (1 - mu_x) - h * mu**2 / (1 - mu)
    behind_x = mu_x / (1 - mu_x) - h * mu**2 / (1 - mu)
    assert float((anchor - y)[-1, 0]) == pytest.approx(gain * behind_y, rel=1e-6)
    assert float((anchor - x)[-1, 0]) == pytest.approx(gain * behind_x, rel=1e-6)
    assert 0 < behind_y < h / 2


def test_the_first_block_is_a_transient():
    """Where it does not match: x has gone 30 % of the way that the anchor makes at once."""
    _, x, anchor = both(plain, 8, constant, 8, 0.9, 0.7)
    assert float(x[-1, 0] / anchor[-1, 0]) == pytest.approx(0.30, abs=0.005)


@pytest.mark.parametrize("base", [plain, momentum, adamw, rmsprop])
@pytest.mark.parametrize(("h", "mu", "outer"), RULES)
def test_what_is_deployed_is_near_after_the_transient(base, h, mu, outer):
    """On constant gradients, after a hundred blocks, x is at the anchor within 2 %."""
    _, x, anchor = both(base, 100 * h, constant, h, mu, outer)
    assert float(x[-1, 0] / anchor[-1, 0]) == pytest.approx(1, rel=RULE_AFTER_TRANSIENTS)


def without(condition, h, mu, outer):
    """Return a GPA for which one of the three conditions is dropped."""
    constants = {"mu_x": mu ** (1 / h), "mu_y": mu, "gain": outer / (1 - mu)}
    constants |= {"mu_x": {"mu_x": mu}, "mu_y": {"mu_y": 0.7}, "gain": {"gain": 1.0}}[condition]
    gain = constants.pop("gain")
    return lambda p: GPA(SGD(p, LR * gain), **constants)


@pytest.mark.parametrize("condition", ["mu_x", "mu_y", "gain"])
def test_every_condition_is_needed(condition):
    """Without any one of them y is not the anchor even where the rule is exact."""
    h, mu, outer = 8, 0.9, 0.7
    y, _ = path(without(condition, h, mu, outer), 10 * h, opening(h), h)
    anchor = both(plain, 10 * h, opening(h), h, mu, outer)[2]
    far = (y - anchor).abs().max() / anchor.abs().max()
    assert float(far) > RULE_AFTER_TRANSIENTS


def trained(make, base, blocks, h):
    model = net()
    start = torch.nn.utils.parameters_to_vector(model.parameters()).detach().clone()
    opt = make(base(model.parameters()))
    for t in range(blocks * h):
        opt.zero_grad()
        x = batch(t)
        targets = torch.stack([x.sum(1).sin(), x.prod(1), x[:, 0] ** 2], 1)
        (model(x) - targets).square().mean().backward()
        opt.step()
    with opt.averaged():
        return torch.nn.utils.parameters_to_vector(model.parameters()).detach() - start


BASES = [lambda p: SGD(p, 3e-3), lambda p: AdamW(p, 3e-4)]


@pytest.mark.parametrize("base", BASES, ids=["SGD", "AdamW"])
def test_a_network_ends_where_diloco_ends(base):
    """Within the measured distance; and μ_x alone ends far away."""
    h, blocks = 8, 20
    anchor = trained(lambda b: DiLoCo(b, inner_steps=h), base, blocks, h)
    ours = trained(lambda b: matching_diloco(b, inner_steps=h), base, blocks, h)
    alone = trained(lambda b: GPA(b, inner_steps=h), base, blocks, h)
    assert float((ours - anchor).norm() / anchor.norm()) < RULE_ON_A_NETWORK
    assert float((alone - anchor).norm() / anchor.norm()) > 5 * RULE_ON_A_NETWORK


def weight():
    return torch.nn.Parameter(torch.ones(2))


def test_every_group_is_scaled_and_so_is_a_later_one():
    """Each by the same factor; schedulers that are made now start there."""
    base = SGD([{"params": [weight()], "lr": 0.1}, {"params": [weight()]}], lr=0.2)
    opt = matching_diloco(base, inner_steps=4, outer_lr=0.5, outer_momentum=0.75)
    opt.add_param_group({"params": [weight()]})
    assert [group["lr"] for group in opt.param_groups] == [0.2, 0.4, 0.4]
    assert {group["mu_y"] for group in opt.param_groups} == {0.75}
    schedule = torch.optim.lr_scheduler.LinearLR(opt, 0.5, 1.0, 10)
    assert schedule.get_last_lr() == [0.1, 0.2, 0.2]


def test_an_lr_in_a_tensor_is_scaled_and_the_callers_is_left():
    """As a capturable base has it."""
    lr = torch.tensor(0.1)
    opt = matching_diloco(AdamW([weight()], lr=lr, capturable=True), inner_steps=4)
    assert float(opt.param_groups[0]["lr"]) == pytest.approx(0.7)
    assert float(lr) == pytest.approx(0.1)


BAD = [
    ({"inner_steps": 0}, "inner_steps must be an integer ≥ 1"),
    ({"inner_steps": 2.5}, "inner_steps must be an integer ≥ 1"),
    ({"inner_steps": 4, "outer_lr": -1}, "outer_lr must lie in"),
    ({"inner_steps": 4, "outer_momentum": 1}, "outer_momentum must lie in"),
]


@pytest.mark.parametrize(("constants", "rule"), BAD)
def test_bad_constants_are_refused_and_the_base_stays(constants, rule):
    """Nothing is scaled."""
    base = SGD([weight()], lr=0.1)
    with pytest.raises(ValueError, match=rule):
        matching_diloco(base, **constants)
    assert base.param_groups[0]["lr"] == 0.1


@pytest.mark.parametrize("key", ["initial_lr", "mu_x", "mu_y"])
def test_a_base_that_would_not_keep_the_rule_is_refused(key):
    """A scheduler would put its own lr back; a constant of a group goes before the rule's."""
    base = SGD([{"params": [weight()], key: 0.1}], lr=0.1)
    with pytest.raises(ValueError, match=r"must have no scheduler yet|must not be in a group"):
        matching_diloco(base, inner_steps=4)
    assert base.param_groups[0]["lr"] == 0.1


class Fixed(torch.optim.Optimizer):
    def __init__(self, params):
        super().__init__(params, {})

    def step(self, closure=None):
        return None


@pytest.mark.parametrize("base", [Fixed([weight()]), None, "SGD"], ids=["no lr", "None", "string"])
def test_what_has_no_lr_to_scale_is_refused(base):
    """An optimizer without one, and what is no optimizer."""
    with pytest.raises(ValueError, match="base must"):
        matching_diloco(base, inner_steps=4)
