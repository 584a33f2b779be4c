"""Models with a member axis: each member is itself alone, and Llama is the Llama others know."""

import pytest
import torch

from experiments.models.block import Shape
from experiments.models.llama import LLAMA_1B, LLAMA_8B, LLAMA_160M, Llama, LlamaConfig
from experiments.models.members import parameters_of
from experiments.models.vit import VIT_S16, ViT, ViTConfig
from experiments.workloads import load
from tests.tolerances import PARITY_FLOAT32, PARITY_FLOAT64

STEPS = 50
WORKLOADS = {
    "llama-bytes": {"width": 24, "layers": 2, "heads": 2, "length": 16},
    "vit-digits": {"width": 24, "layers": 1, "heads": 2},
    "bigram": {"length": 16},
}


def trained(work, seeds, dtype):
    model = work.model(seeds, dtype)
    opt = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    stream = work.stream(seeds, 4, dtype=dtype)
    losses = []
    for step in range(STEPS):
        opt.zero_grad()
        loss = work.loss(model, stream.batch(step))
        loss.sum().backward()
        opt.step()
        losses.append(loss.detach())
    return torch.stack(losses)


@pytest.mark.parametrize("name", WORKLOADS)
@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(torch.float64, PARITY_FLOAT64), (torch.float32, PARITY_FLOAT32)]
)
def test_a_member_is_a_lone_run(name, dtype, tolerance):
    """Fifty steps: the losses of member k are those of the run of its seed, in both types."""
    work = load(name, **WORKLOADS[name])
    together = trained(work, [3, 1, 3], dtype)
    for k, seed in enumerate([3, 1]):
        alone = trained(work, [seed], dtype)
        assert torch.allclose(together[:, k], alone[:, 0], rtol=tolerance, atol=tolerance)
    assert torch.allclose(together[:, 0], together[:, 2], rtol=tolerance, atol=tolerance)


def test_the_mean_over_members_would_couple_them():
    """The control: backward through the mean instead of the sum scales gradients by 1/M."""
    work = load("bigram", length=8)
    one, two = work.model([0]), work.model([0, 1])
    work.loss(one, work.stream([0], 4).batch(0)).mean().backward()
    work.loss(two, work.stream([0, 1], 4).batch(0)).mean().backward()
    assert not torch.allclose(one.table.grad[0], two.table.grad[0])


@pytest.mark.parametrize(
    ("config", "millions"), [(LLAMA_160M, 162.4), (LLAMA_1B, 1235.8), (LLAMA_8B, 8030.3)]
)
def test_the_real_llamas_have_their_sizes(config, millions):
    """Counted on the meta device: nothing is allocated."""
    model = Llama(config).materialize([0], device="meta")
    assert parameters_of(model) / 1e6 == pytest.approx(millions, abs=0.05)


@pytest.mark.parametrize("config", [LLAMA_160M, LLAMA_1B, LLAMA_8B], ids=["160m", "1b", "8b"])
def test_the_real_llamas_are_those_of_transformers(config):
    """To the parameter: names and shapes too, both on the meta device."""
    transformers = pytest.importorskip("transformers", reason="pip install 'gpa-theory[interop]'")
    from experiments.models.hf import config_for, exported

    ours = Llama(config).materialize([0], device="meta")
    with torch.device("meta"):
        theirs = transformers.LlamaForCausalLM(config_for(config))
    assert parameters_of(ours) == sum(p.numel() for p in theirs.parameters())
    shapes = {name: tuple(t.shape) for name, t in theirs.state_dict().items()}
    assert {name: tuple(t.shape) for name, t in exported(ours).items()} == shapes


def test_vit_s_has_its_size():
    """22 million, as the ViT-S/16 of others."""
    model = ViT(VIT_S16).materialize([0], device="meta")
    assert parameters_of(model) / 1e6 == pytest.approx(22.0, abs=0.1)


@pytest.mark.parametrize("kv_heads", [0, 2])
@pytest.mark.parametrize("tied", [False, True])
def test_logits_are_those_of_transformers(kv_heads, tied):
    """`LlamaForCausalLM` with our weights gives our logits, grouped queries and tied heads too."""
    transformers = pytest.importorskip("transformers", reason="pip install 'gpa-theory[interop]'")
    from experiments.models.hf import config_for, exported, imported

    config = LlamaConfig(64, Shape(32, 2, 4, kv_heads, 48, 1e-5), theta=500_000.0, tied=tied)
    model = Llama(config).materialize([5, 6])
    theirs = transformers.LlamaForCausalLM(config_for(config)).eval()
    tokens = torch.randint(64, (2, 3, 10), generator=torch.Generator().manual_seed(0))
    for member in range(2):
        missing = theirs.load_state_dict(exported(model, member), strict=False)
        assert not missing.unexpected_keys
        with torch.no_grad():
            expected = theirs(tokens[member]).logits
            found = model(tokens)[member]
        assert torch.allclose(found, expected, rtol=PARITY_FLOAT32, atol=PARITY_FLOAT32)
    back = Llama(config).materialize([0])
    imported(back, theirs.state_dict())
    with torch.no_grad():
        assert torch.equal(back(tokens[1:]), model(tokens)[1:])


def test_decay_is_said_by_the_layer():
    """Matrices and embeddings decay; norms, biases, positions and the bigram's table do not."""
    llama = Llama(LlamaConfig(16, Shape(8, 1, 2)))
    assert "embedding" in llama.decayed()
    assert "norm.weight" not in llama.decayed()
    vit = ViT(ViTConfig(4, 8, 4, 1, Shape(8, 1, 2)))
    assert vit.decayed() == {
        "embed.weight",
        "head.weight",
        *(f"blocks.0.{part}.weight" for part in ("qkv", "out", "gate_up", "down")),
    }


def test_the_beginning_does_not_depend_on_the_type():
    """Drawn in float64 and rounded: float32 and float64 twins begin equal."""
    config = LlamaConfig(16, Shape(8, 1, 2))
    wide, narrow = (Llama(config).materialize([7], t) for t in (torch.float64, torch.float32))
    for p, q in zip(wide.parameters(), narrow.parameters(), strict=True):
        assert torch.equal(p.float(), q)
