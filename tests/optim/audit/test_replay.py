"""Replay: u is the run's own final x, and the second run is the first, bit for bit."""

import pytest
import torch

from gpa_theory.optim.audit.record import digest
from gpa_theory.optim.audit.replay import replay
from tests.optim.audit.audited import adamw, batch_of, gpa_of, loss_fn, model_of


def train(start, steps=12, dtype=torch.float64, ends=None, between=lambda model: None):
    model = model_of(dtype)
    opt = gpa_of(model, adamw)
    audit = start(opt, model, loss_fn)
    for t in range(1, steps + 1):
        batch = batch_of(t, dtype)
        opt.zero_grad()
        loss_fn(model, batch).backward()
        audit.observe(batch)
        opt.step()
        between(model)
    if ends is not None:
        ends.append({k: v.clone() for k, v in opt.averaged_state_dict(model).items()})


def test_the_reference_is_the_final_x():
    """Both runs end in the x that the header's digest names."""
    ends = []
    report = replay(lambda start: train(start, ends=ends), every=3)
    assert report.steps.tolist() == [3, 6, 9, 12]
    assert report.passed
    first, second = ends
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert report.header["reference"] == digest(second)


def test_unseeded_global_randomness_is_replayed():
    """Noise drawn from torch's global generator is the same in both runs, and state is restored."""

    def shaken(model):
        with torch.no_grad():
            model[0].bias.add_(1e-3 * torch.randn(16))

    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    assert replay(lambda start: train(start, between=shaken), every=3).steps.tolist() == [
        3,
        6,
        9,
        12,
    ]
    assert torch.equal(torch.rand(1), expected)


def test_a_run_that_is_not_deterministic_is_refused():
    """Another final x in the second run is an error that says what to do."""
    seeds = iter(range(1000))

    def shaken(model):
        generator = torch.Generator().manual_seed(next(seeds))
        with torch.no_grad():
            model[0].bias.add_(1e-3 * torch.randn(16, generator=generator))

    with pytest.raises(RuntimeError, match="not deterministic"):
        replay(lambda start: train(start, between=shaken), every=3)


def test_start_must_be_called_once():
    """A run that never starts, or starts twice, is refused."""
    with pytest.raises(RuntimeError, match=r"must call start\(opt, model, loss_fn\)"):
        replay(lambda start: None)

    def twice(start):
        train(start, steps=1)
        train(start, steps=1)

    with pytest.raises(RuntimeError, match="once, not again"):
        replay(twice)
