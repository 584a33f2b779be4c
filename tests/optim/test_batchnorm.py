"""BatchNorm at x: statistics taken there, and nothing left behind."""

import pytest
import torch
from torch import nn
from torch.optim import AdamW
from torch.optim.swa_utils import update_bn

from gpa_theory.optim import GPA, DiLoCo, recalibrated
from tests.optim.builders import made, same, weights
from tests.optim.builders import train as train_plain
from tests.tolerances import PARITY_FLOAT32


def normed(momentum=0.1):
    torch.manual_seed(0)
    layers = [nn.Linear(4, 8), nn.BatchNorm1d(8, momentum=momentum), nn.Dropout(0.5)]
    model = nn.Sequential(*layers, nn.Linear(8, 3), nn.BatchNorm1d(3))
    return model, GPA(AdamW(model.parameters(), lr=0.1), mu_x=0.9, mu_y=0.5)


def loader(batches=4, seed=7):
    generator = torch.Generator().manual_seed(seed)
    return [(torch.randn(16, 4, generator=generator), "label") for _ in range(batches)]


def train(model, opt, steps, seed=1):
    for inputs, _ in loader(steps, seed):
        opt.zero_grad()
        model(inputs).square().mean().backward()
        opt.step()


def snapshot(model):
    return {key: value.clone() for key, value in model.state_dict().items()}


def equal(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)


def test_statistics_are_those_of_x():
    """Inside the block the first layer's mean is that of its inputs at x, over the loader."""
    model, opt = normed()
    train(model, opt, 5)
    with recalibrated(opt, model, loader()):
        inputs = [model[0](batch) for batch, _ in loader()]
        mean = torch.stack([i.mean(0) for i in inputs]).mean(0)
        assert torch.allclose(model[1].running_mean, mean, atol=PARITY_FLOAT32)
        assert model[1].num_batches_tracked == 4
        with opt.averaged():
            assert torch.allclose(model[1].running_mean, mean, atol=PARITY_FLOAT32)


def test_without_it_the_statistics_are_not_those_of_x():
    """The check can fail: plain `averaged()` keeps y's."""
    model, opt = normed()
    train(model, opt, 5)
    with opt.averaged():
        mean = torch.stack([model[0](batch).mean(0) for batch, _ in loader()]).mean(0)
        assert not torch.allclose(model[1].running_mean, mean, atol=PARITY_FLOAT32)


@pytest.mark.parametrize("momentum", [0.1, None])
def test_everything_is_put_back(momentum):
    """Weights, every buffer, BatchNorm's momentum and the random state, bit for bit."""
    model, opt = normed(momentum)
    train(model, opt, 5)
    before, random = snapshot(model), torch.get_rng_state()
    with recalibrated(opt, model, loader()):
        assert not equal(snapshot(model), before)
        assert model[1].momentum == momentum
        assert torch.equal(torch.get_rng_state(), random)
    assert equal(snapshot(model), before)
    assert torch.equal(torch.get_rng_state(), random)


def test_an_evaluation_with_it_does_not_change_the_run():
    """A run with recalibrated evaluations equals one without, dropout included."""
    (model, opt), (other, plain) = normed(), normed()
    for m, o, evaluate in ((model, opt, True), (other, plain, False)):
        torch.manual_seed(3)
        for t in range(4):
            train(m, o, 2, seed=t)
            if evaluate:
                with recalibrated(o, m, loader()):
                    m.eval()
                    m(loader()[0][0])
                    m.train()
    assert equal(snapshot(model), snapshot(other))


def test_torchs_own_pass_would_change_it():
    """`update_bn` inside `averaged()` leaves its statistics behind: the twin of the tests above."""
    model, opt = normed()
    train(model, opt, 5)
    before = snapshot(model)
    with opt.averaged():
        update_bn(loader(), model)
    assert not equal(snapshot(model), before)


def test_frozen_layers_stay_frozen():
    """The pass turns every module to training; afterwards each is in its own mode again."""
    model, opt = normed()
    model[4].eval()
    with recalibrated(opt, model, loader()):
        assert [m.training for m in model] == [True, True, True, True, False]


@pytest.mark.parametrize("where", ["loader", "block"])
def test_an_exception_changes_nothing(where):
    """A loader that fails in the middle, or an evaluation that does."""
    model, opt = normed()
    train(model, opt, 5)
    before, random = snapshot(model), torch.get_rng_state()

    def failing():
        yield loader()[0]
        raise KeyError("loader")

    batches = failing() if where == "loader" else loader()
    with pytest.raises(KeyError, match=where), recalibrated(opt, model, batches):
        raise KeyError("block")
    assert equal(snapshot(model), before)
    assert torch.equal(torch.get_rng_state(), random)
    assert model[1].momentum == 0.1
    assert all(m.training for m in model)
    train(model, opt, 1)


def test_an_empty_loader_is_refused():
    """Statistics of nothing would be zero and one; y's come back."""
    model, opt = normed()
    train(model, opt, 5)
    before = snapshot(model)
    with pytest.raises(RuntimeError, match="give a fresh, non-empty loader"):
        recalibrated(opt, model, []).__enter__()
    assert equal(snapshot(model), before)


def test_a_buffer_that_is_replaced_comes_back():
    """Some modules assign a new tensor in forward; the old one is put back in its place."""

    class Counting(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("seen", torch.zeros(()))

        def forward(self, inputs):
            self.seen = self.seen + 1
            return inputs

    model, opt = normed()
    model.append(Counting())
    seen = model[5].seen
    with recalibrated(opt, model, loader(), device="cpu"):
        assert model[5].seen == 4
    assert model[5].seen is seen
    assert seen == 0


def test_without_batchnorm_it_is_averaged():
    """The loader is not touched; x is in place inside, y after."""
    model, opt = made()
    train_plain(model, opt, 3)
    y = weights(model)
    with opt.averaged():
        x = weights(model)
    with recalibrated(opt, model, None):
        assert same(weights(model), x)
    assert same(weights(model), y)


def test_it_serves_diloco_too():
    """Anything with `averaged()`: the statistics are those of the anchors."""
    model, _ = normed()
    opt = DiLoCo(AdamW(model.parameters(), lr=0.1), inner_steps=4)
    train(model, opt, 6)
    before = snapshot(model)
    with recalibrated(opt, model, loader()):
        assert not equal(snapshot(model), before)
    assert equal(snapshot(model), before)


@pytest.mark.parametrize("several", [False, True])
def test_another_optimizer_may_be_given_alone(several):
    """As to `averaged_state_dict`: itself, or in a list; it averages inside the block too."""
    model, _ = normed()
    opt = GPA(AdamW(model[0].parameters(), lr=0.1), mu_x=0.9)
    other = DiLoCo(AdamW(model[1:].parameters(), lr=0.1), inner_steps=4)
    with recalibrated(opt, model, loader(), others=[other] if several else other):
        assert other.param_groups[0]["diloco_mode"] == "eval"
    assert other.param_groups[0]["diloco_mode"] == "train"
