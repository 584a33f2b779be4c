"""Members are alone: each follows torch's AdamW with its own learning rate and clipping."""

import copy

import pytest
import torch
from torch import nn

from experiments.arms.member_adamw import MemberAdamW, clip_members
from tests.tolerances import PARITY_FLOAT64

LRS = [0.1, 0.02, 0.3]
PER_MEMBER = torch.tensor(LRS, dtype=torch.float64)


def start(shape=(3, 4, 2)):
    return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def gradient(w, t):
    """Return a gradient that depends on the weights, large enough to be clipped at times."""
    noise = torch.randn(w.shape[1:], generator=torch.Generator().manual_seed(t), dtype=w.dtype)
    return w.detach() * (1 + t % 3) + noise


def test_a_member_is_torch_adamw_alone():
    """Weights of member k equal a lone AdamW's with lr γ_k, decay and clipping included."""
    together = nn.Parameter(start())
    opt = MemberAdamW([together], lr=PER_MEMBER, betas=(0.8, 0.95), weight_decay=0.1)
    alone = [nn.Parameter(w.clone()) for w in start()]
    bases = [
        torch.optim.AdamW([w], lr=lr, betas=(0.8, 0.95), weight_decay=0.1)
        for w, lr in zip(alone, LRS, strict=True)
    ]
    for t in range(50):
        together.grad = gradient(together, t)
        norms = clip_members([together], 1.5)
        opt.step()
        for k, (w, base) in enumerate(zip(alone, bases, strict=True)):
            w.grad = gradient(w[None], t)[0]
            norm = nn.utils.clip_grad_norm_([w], 1.5)
            assert float(norms[k]) == pytest.approx(float(norm), rel=PARITY_FLOAT64)
            base.step()
    for k, w in enumerate(alone):
        assert torch.allclose(together[k], w, rtol=0, atol=PARITY_FLOAT64)


def test_a_diverging_member_takes_no_other_with_it():
    """An infinite gradient of member 0 leaves the others' weights what they would have been."""
    a, b = nn.Parameter(start()), nn.Parameter(start())
    one, two = (MemberAdamW([w], lr=PER_MEMBER) for w in (a, b))
    for t in range(3):
        a.grad, b.grad = gradient(a, t), gradient(b, t)
        a.grad[0] = float("inf")
        clip_members([a], 1.0)
        clip_members([b], 1.0)
        one.step()
        two.step()
    assert torch.equal(a[1:], b[1:])
    assert not torch.isfinite(a[0]).any()


def test_one_norm_for_all_would_couple_members():
    """The control: torch's own clipping scales member 1 by member 0's gradient."""
    w = nn.Parameter(torch.zeros(2, 1))
    w.grad = torch.tensor([[100.0], [0.5]])
    clip_members([w], 1.0)
    assert w.grad[1].item() == 0.5
    w.grad = torch.tensor([[100.0], [0.5]])
    nn.utils.clip_grad_norm_([w], 1.0)
    assert w.grad[1].item() < 0.01


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": torch.tensor([0.1, -0.1])}, "lr must be ≥ 0 for every member"),
        ({"betas": (0.9, 1.0)}, "beta2 must lie in"),
        ({"eps": 0.0}, "eps must lie in"),
        ({"weight_decay": -1.0}, "weight_decay must lie in"),
    ],
)
def test_bad_settings_are_refused(options, message):
    """At construction, by name."""
    with pytest.raises(ValueError, match=message):
        MemberAdamW([nn.Parameter(start())], **options)


def test_state_round_trip():
    """A resumed run is the uninterrupted one, bit for bit."""
    w = nn.Parameter(start())
    opt = MemberAdamW([w], lr=PER_MEMBER)
    for t in range(3):
        w.grad = gradient(w, t)
        opt.step()
    v = nn.Parameter(w.detach().clone())
    other = MemberAdamW([v], lr=PER_MEMBER)
    other.load_state_dict(copy.deepcopy(opt.state_dict()))
    for p, o in ((w, opt), (v, other)):
        p.grad = gradient(p, 9)
        o.step(lambda: None)
    assert torch.equal(w, v)
