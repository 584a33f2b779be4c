"""Single-worker DiLoCo: what it computes, when it is GPA and when it is not."""

import pytest
import torch
from torch import nn
from torch.optim import LBFGS, SGD, AdamW

from gpa_theory.optim import GPA, DiLoCo
from tests.optim.builders import loss_of, net, train, weights
from tests.tolerances import OPEN_LOOP, PARITY_FLOAT64, ROUNDING

MU, INNER, OUTER = 0.8, 0.05, 0.6
GAIN = OUTER / (1 - MU)


def numbers(seed=0, size=5):
    generator = torch.Generator().manual_seed(seed)
    return nn.Parameter(torch.randn(size, generator=generator, dtype=torch.float64))


def distance(a, b):
    pairs = zip(a, b, strict=True)
    return max(float((p - q).abs().max()) for p, q in pairs)


def both(make, gpa_decay, diloco_decay, steps=30):
    """Return the largest difference in y after DiLoCo with H = 1 and GPA at the law's constants."""
    model, other = net(), net()
    gpa = GPA(make(model.parameters(), INNER * GAIN, gpa_decay), mu_x=MU, mu_y=MU)
    inner = make(other.parameters(), INNER, diloco_decay)
    diloco = DiLoCo(inner, inner_steps=1, outer_lr=OUTER, outer_momentum=MU)
    train(model, gpa, steps)
    train(other, diloco, steps)
    return distance(weights(model), weights(other))


def sgd(parameters, lr, decay):
    return SGD(parameters, lr=lr, weight_decay=decay)


def adamw(parameters, lr, decay):
    return AdamW(parameters, lr=lr / 10, weight_decay=decay)


@pytest.mark.parametrize("make", [sgd, adamw])
def test_one_inner_step_is_gpa(make):
    """With H = 1 the parameters are GPA's y at μ_x = μ_y = μ and γ = γ_inner γ_outer/(1−μ)."""
    assert both(make, 0.0, 0.0) <= PARITY_FLOAT64


@pytest.mark.parametrize("make", [sgd, adamw])
def test_one_inner_step_with_decay_is_not_gpa(make):
    """Decay acts on z in GPA and on y in DiLoCo: only steps of the gradient alone agree."""
    assert both(make, 0.1, 0.1) > PARITY_FLOAT64


def test_a_plain_reference_with_three_inner_steps():
    """Blocks, Nesterov momentum and reset, written out in Python for one number."""
    w = nn.Parameter(torch.tensor([1.5], dtype=torch.float64))
    opt = DiLoCo(SGD([w], lr=0.1), inner_steps=3, outer_lr=OUTER, outer_momentum=MU)
    anchor, theta, momentum = 1.5, 1.5, 0.0
    for t in range(1, 14):
        w.grad = w.detach() * 0.7 + 0.1 * t
        opt.step()
        theta -= 0.1 * (theta * 0.7 + 0.1 * t)
        if t % 3 == 0:
            pseudo = anchor - theta
            momentum = MU * momentum + pseudo
            anchor -= OUTER * (pseudo + MU * momentum)
            theta = anchor
        assert w.item() == pytest.approx(theta, rel=PARITY_FLOAT64)
        with opt.averaged():
            assert w.item() == pytest.approx(anchor, rel=PARITY_FLOAT64)


@pytest.mark.parametrize("nesterov", [True, False])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_outer_step_is_torchs_sgd(nesterov, momentum):
    """The anchors are what torch.optim.SGD makes of anchor − θ, bit for bit."""
    w, anchor = numbers(), numbers()
    opt = DiLoCo(
        SGD([w], lr=0.1),
        inner_steps=2,
        outer_lr=0.3,
        outer_momentum=momentum,
        nesterov=nesterov,
    )
    outer = SGD([anchor], lr=0.3, momentum=momentum, nesterov=nesterov and momentum > 0)
    for _ in range(4):
        theta = anchor.detach().clone()
        for _ in range(2):
            w.grad = w.detach().sin()
            opt.step()
            theta.add_(theta.sin(), alpha=-0.1)
        anchor.grad = anchor.detach() - theta
        outer.step()
        assert torch.equal(w, anchor)
    assert ("outer_momentum" in opt.state[w]) == (momentum > 0)


def open_loop(increments, inner_steps):
    """Return GPA's y and DiLoCo's parameters at every block boundary, the increments given."""
    w, v = (nn.Parameter(torch.zeros(1, dtype=torch.float64)) for _ in "ab")
    gpa = GPA(SGD([w], lr=GAIN), mu_x=MU ** (1 / inner_steps), mu_y=MU)
    diloco = DiLoCo(SGD([v], lr=1.0), inner_steps=inner_steps, outer_lr=OUTER, outer_momentum=MU)
    found = []
    for t, increment in enumerate(increments, start=1):
        for p, opt in ((w, gpa), (v, diloco)):
            p.grad = torch.full_like(p, increment)
            opt.step()
        if t % inner_steps == 0:
            found.append((w.item(), v.item()))
    return found


def test_the_rule_for_h_is_exact_for_given_increments_at_the_start_of_each_block():
    """With μ_x = μ^{1/H}, μ_y = μ and the gain, increments at first inner steps agree (H = 8)."""
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randn(10, generator=generator, dtype=torch.float64).tolist()
    increments = [step for value in drawn for step in (value, *[0.0] * 7)]
    for y, theta in open_loop(increments, 8):
        assert y == pytest.approx(theta, rel=OPEN_LOOP)


def test_the_rule_for_h_is_a_heuristic_for_increments_inside_blocks():
    """The same increments one step later in each block no longer agree at the boundaries."""
    increments = [step for _ in range(10) for step in (0.0, 1.0, *[0.0] * 6)]
    y, theta = open_loop(increments, 8)[-1]
    assert y == pytest.approx(theta, rel=0.05)
    assert y != pytest.approx(theta, rel=0.001)


def test_three_inner_steps_are_not_gpa():
    """In closed loop, with gradients at the iterates, the rule for H is not an identity."""
    model, other = net(), net()
    gpa = GPA(SGD(model.parameters(), lr=INNER * GAIN), mu_x=MU ** (1 / 3), mu_y=MU)
    inner = SGD(other.parameters(), lr=INNER)
    diloco = DiLoCo(inner, inner_steps=3, outer_lr=OUTER, outer_momentum=MU)
    train(model, gpa, 30)
    train(other, diloco, 30)
    assert distance(weights(model), weights(other)) > 0.001


def test_the_anchors_do_well_on_a_quadratic():
    """A sanity check of the whole: it goes downhill."""
    model = net()
    before = loss_of(model, 0).item()
    opt = DiLoCo(AdamW(model.parameters(), lr=1e-2), inner_steps=4)
    train(model, opt, 40)
    with opt.averaged():
        assert loss_of(model, 0).item() < before


def test_a_late_gradient_and_a_block_without_one():
    """An anchor begins with the first gradient; a rested parameter goes on by its momentum."""
    a, b = numbers(), numbers(1)
    start = b.detach().clone()
    opt = DiLoCo(SGD([a, b], lr=0.1), inner_steps=2, outer_lr=1.0, outer_momentum=0.5)
    for moved in ([a], [a, b], [a], [a]):
        opt.zero_grad()
        for p in moved:
            p.grad = torch.ones_like(p)
        opt.step()
        assert (b in opt.state) == (not torch.equal(b, start))
    first = 0.1 * (1 + 0.5)  # pseudo-gradient 0.1, momentum buffer 0.1
    second = 0.5 * 0.5 * 0.1  # pseudo-gradient 0, momentum buffer 0.05
    expected = (start - first - second).tolist()
    assert b.tolist() == pytest.approx(expected, rel=ROUNDING)


def test_steps_without_gradients_do_not_count():
    """An empty step moves nothing and ends no block."""
    w = numbers()
    opt = DiLoCo(SGD([w], lr=0.1), inner_steps=2)
    opt.step()
    assert len(opt.state) == 0
    w.grad = torch.ones_like(w)
    opt.step()
    opt.zero_grad()
    before = w.detach().clone()
    for _ in range(3):
        opt.step()
    assert torch.equal(w, before)
    assert opt.param_groups[0]["diloco_steps"] == 1


BAD = [
    (lambda p: DiLoCo(AdamW(p), inner_steps=0), "inner_steps must be an integer ≥ 1"),
    (lambda p: DiLoCo(AdamW(p), inner_steps=2, outer_lr=-1), r"outer_lr must lie in \[0, ∞\)"),
    (lambda p: DiLoCo(AdamW(p), inner_steps=2, outer_momentum=1), "outer_momentum must lie in"),
    (lambda p: DiLoCo(p, inner_steps=2), "must be a torch.optim.Optimizer"),
    (lambda p: DiLoCo(LBFGS(p), inner_steps=2), "must not need a closure"),
    (lambda p: DiLoCo(GPA(AdamW(p), mu_x=0.9), inner_steps=2), "must not be GPA, nor have been"),
    (
        lambda p: DiLoCo(AdamW(p, differentiable=True, foreach=False), inner_steps=2),
        "must not be differentiable",
    ),
    (
        lambda p: DiLoCo(AdamW([q.detach().half().requires_grad_() for q in p]), inner_steps=2),
        "parameters must not be torch.float16",
    ),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message for _, message in BAD])
def test_misuse_is_refused_at_construction(make, message):
    """Every bad argument is a ValueError that names call, parameter and rule."""
    with pytest.raises(ValueError, match=message):
        make(list(net().parameters()))
