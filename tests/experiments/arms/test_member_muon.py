"""Muon over members: each is torch's Muon alone, and what is no hidden matrix is AdamW's."""

import pytest
import torch
from torch import nn

from experiments.arms.member_adamw import MemberAdamW
from experiments.arms.member_muon import MemberMuon, orthogonal
from experiments.arms.table import arm_named
from experiments.workloads import load
from tests.tolerances import NEWTON_SCHULZ, NEWTON_SCHULZ_WEIGHTS

LRS = [0.1, 0.02, 0.3]
STEPS = 20
theirs = pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="this torch has no Muon")


def draw(seed, *shape):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def moved(shape, dtype, **options):
    """Return the weights after twenty steps with gradients of very different sizes per member."""
    w = nn.Parameter(draw(0, *shape).to(dtype))
    lr = torch.tensor(LRS, dtype=torch.float64)
    opt = MemberMuon([{"params": [w], "orthogonal": True}], lr=lr, weight_decay=0.1, **options)
    for t in range(STEPS):
        w.grad = (draw(t + 1, *shape) * torch.tensor([1.0, 50.0, 0.02])[:, None, None]).to(dtype)
        opt.step()
    return w.detach()


@theirs
@pytest.mark.parametrize("adjust", ["original", "match_rms_adamw"])
@pytest.mark.parametrize("nesterov", [True, False])
@pytest.mark.parametrize("shape", [(3, 6, 4), (3, 4, 12), (3, 5, 5)])
def test_a_member_is_torch_muon_alone(shape, adjust, nesterov):
    """Twenty steps with decay and momentum .8: tall, wide and square, both adjustments of lr."""
    options = {"momentum": 0.8, "nesterov": nesterov, "adjust_lr_fn": adjust}
    together = moved(shape, torch.float64, **options)
    for k, lr in enumerate(LRS):
        w = nn.Parameter(draw(0, *shape)[k].clone())
        opt = torch.optim.Muon([w], lr=lr, weight_decay=0.1, **options)
        for t in range(STEPS):
            w.grad = draw(t + 1, *shape)[k] * (1.0, 50.0, 0.02)[k]
            opt.step()
        assert torch.allclose(together[k], w, rtol=0, atol=lr * NEWTON_SCHULZ_WEIGHTS)


def test_one_norm_for_all_members_would_couple_them():
    """The control: a member scaled by another's norm does not come out orthogonal."""
    g = draw(0, 2, 4, 4) * torch.tensor([1.0, 1e5])[:, None, None]
    values = torch.linalg.svdvals(orthogonal(g, 5).float())
    assert values.min() > 0.3
    assert values.max() < 1.5
    (folded,) = orthogonal(torch.block_diag(*g)[None], 5).float()
    assert torch.linalg.svdvals(folded[:4, :4]).max() < 0.3


@pytest.mark.parametrize("shape", [(3, 8, 4), (3, 4, 8)])
def test_steps_are_orthogonal_in_every_layout(shape):
    """Stored as r × c or c × r: the transposed matrix gets the transposed step."""
    g = draw(0, *shape)
    a, b = orthogonal(g, 5).float(), orthogonal(g.mT, 5).mT.float()
    assert torch.allclose(a, b, rtol=0, atol=NEWTON_SCHULZ)


def test_other_parameters_are_moved_by_adamw():
    """Groups that are not orthogonal: bit for bit `MemberAdamW`, with the same learning rates."""
    v, w = (nn.Parameter(draw(0, 3, 5)) for _ in range(2))
    lr = torch.tensor(LRS, dtype=torch.float64)
    one = MemberMuon([v], lr=lr, betas=(0.5, 0.9))
    two = MemberAdamW([w], lr=lr, betas=(0.5, 0.9))
    for t in range(5):
        for p, opt in ((v, one), (w, two)):
            p.grad = draw(t, 3, 5)
            opt.step()
    assert torch.equal(v, w)


@pytest.mark.parametrize("name", ["llama-bytes", "vit-digits"])
def test_the_arm_gives_muon_the_matrices_of_the_blocks(name):
    """Embedding, head, norms and positions are AdamW's, as its author wants it."""
    model = load(name, width=24, layers=2, heads=2).model([0, 1])
    opt = arm_named("gpa-muon").build(model, model.decayed(), {}, [0.01, 0.02])
    muon = {p for g in opt.param_groups if g["orthogonal"] for p in g["params"]}
    named = {n for n, p in model.named_parameters() if p in muon}
    parts = ("qkv", "out", "gate_up", "down")
    assert named == {f"blocks.{i}.{part}.weight" for i in range(2) for part in parts}
    assert sum(len(g["params"]) for g in opt.param_groups) == len(list(model.parameters()))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"momentum": 1.0}, "momentum must lie in"),
        ({"ns_steps": 0}, "ns_steps must be an integer"),
        ({"adjust_lr_fn": "best"}, "adjust_lr_fn must be one of original, match_rms_adamw"),
    ],
)
def test_bad_settings_are_refused(options, message):
    """At construction, by name."""
    with pytest.raises(ValueError, match=message):
        MemberMuon([nn.Parameter(draw(0, 2, 3, 3))], **options)


def test_what_is_no_matrix_per_member_is_refused():
    """A norm's weight [M, d] is two-dimensional, and no matrix."""
    with pytest.raises(ValueError, match="must be matrices per member"):
        MemberMuon([{"params": [nn.Parameter(draw(0, 2, 3))], "orthogonal": True}])
