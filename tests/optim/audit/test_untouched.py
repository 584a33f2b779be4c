"""Auditing changes nothing: weights, gradients, buffers, random state, scaler, compiled code."""

import random
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import nn

from gpa_theory.optim import GPA
from gpa_theory.optim.audit import loss as audit_loss
from gpa_theory.optim.audit.observer import Audit
from tests.optim.audit.audited import adamw, batch_of, loss_fn
from tests.optim.builders import same
from tests.tolerances import AUDIT_FLOAT32


def noisy_model(seed=0, dtype=torch.float32):
    torch.manual_seed(seed)
    layers = nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 3)
    return nn.Sequential(*layers).to(dtype)


class Nobody:
    """Observes nothing."""

    def observe(self, batch):
        """Do nothing."""


def run(observed, amp=False, dtype=torch.float32, steps=12):
    """Train with batch statistics, dropout and perhaps bfloat16 autocast; return all there is."""
    model = noisy_model(dtype=dtype)
    opt = GPA(adamw(model.parameters()), mu_x=0.9, mu_y=0.7)
    u = noisy_model(9).state_dict()
    audit = Audit(opt, model, loss_fn, every=2, reference=u) if observed else Nobody()
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0, enabled=amp)
    torch.manual_seed(1)
    random.seed(1)
    seen = []
    for t in range(1, steps + 1):
        batch = batch_of(t, dtype)
        opt.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=amp):
            loss = loss_fn(model, batch)
        scaler.scale(loss).backward()
        kept = [p.grad for p in model.parameters()]
        copied = [g.clone() for g in kept]
        audit.observe(batch)
        scaler.step(opt)
        scaler.update()
        assert all(p.grad is g for p, g in zip(model.parameters(), kept, strict=True))
        seen += [g if amp else (g - c) for g, c in zip(kept, copied, strict=True)]
    state = [v.clone() for v in model.state_dict().values()]
    drawn = torch.tensor(random.random())  # noqa: S311  the point is the generator's state
    numbers = [torch.rand(3), drawn, torch.tensor(scaler.get_scale())]
    return [*state, *seen, *numbers], audit


@pytest.mark.parametrize(
    ("amp", "dtype"), [(False, torch.float32), (True, torch.float32), (False, torch.float64)]
)
def test_a_run_with_audit_is_the_run_without(amp, dtype):
    """Bit for bit: weights, running statistics, gradients, the next random numbers, the scale."""
    (with_audit, audit), (without, _) = run(True, amp, dtype), run(False, amp, dtype)
    assert same(with_audit, without)
    assert len(audit.records) == 6
    assert max(r["residual"] for r in audit.records) <= AUDIT_FLOAT32
    assert all(p.requires_grad for p in audit._trained.values())


def test_the_comparison_can_fail():
    """An observer that draws one random number is found."""

    class Drawing(Nobody):
        def observe(self, batch):
            torch.rand(1)

    original = Nobody.observe
    without, _ = run(False)
    Nobody.observe = Drawing.observe
    try:
        disturbed, _ = run(False)
    finally:
        Nobody.observe = original
    assert not same(disturbed, without)


def test_every_term_sees_the_same_dropout_mask():
    """At t = 1 all points are one, and f has one value, although each evaluation drops units."""
    model = noisy_model()
    opt = GPA(adamw(model.parameters()), mu_x=0.9, mu_y=0.7)
    batch = batch_of(1, torch.float32)
    masked = {loss_fn(model, batch).item() for _ in range(4)}
    assert len(masked) == 4
    with Audit(opt, model, loss_fn, every=1) as audit:
        loss_fn(model, batch).backward()
        audit.observe(batch)
        opt.step()
    f = audit.records[0]["f"]
    assert f["x"] == f["y"] == f["prev"]


def test_masks_that_differ_are_found(monkeypatch):
    """Without the rewinding of random state the audit refuses the loss."""

    @contextmanager
    def without(devices):
        yield lambda: None

    monkeypatch.setattr(audit_loss, "same_randomness", without)
    with pytest.raises(RuntimeError, match="same loss for the same batch"):
        run(True)


def test_amp_is_audited_in_float32():
    """Under bfloat16 autocast f is evaluated in float32, and its gradient is nearly the run's."""
    model = noisy_model().eval()
    opt = GPA(adamw(model.parameters()), mu_x=0.9, mu_y=0.7)
    batch = batch_of(1, torch.float32)
    exact = loss_fn(model, batch).item()
    with Audit(opt, model, loss_fn, every=1) as audit, torch.autocast("cpu", dtype=torch.bfloat16):
        loss_fn(model, batch).backward()
        audit.observe(batch)
        opt.step()
    (record,) = audit.records
    assert record["f"]["y"] == pytest.approx(exact, rel=AUDIT_FLOAT32)
    assert 0.9 < record["cosine"] < 1


def test_compiled_models_are_evaluated_without_recompiling():
    """The audit reads the plain module: the compiled one is compiled as often as without audit."""
    counts = []
    for observed in (True, False):
        compiled = []

        def backend(graph, inputs, found=compiled):
            found.append(1)
            return graph

        torch._dynamo.reset()
        model = torch.compile(noisy_model(), backend=backend)
        opt = GPA(adamw(model.parameters()), mu_x=0.9, mu_y=0.7)
        u = noisy_model(9).state_dict()
        audit = Audit(opt, model, loss_fn, every=1, reference=u) if observed else Nobody()
        for t in range(3):
            batch = batch_of(t, torch.float32)
            opt.zero_grad()
            loss_fn(model, batch).backward()
            audit.observe(batch)
            opt.step()
        counts.append(len(compiled))
        if observed:
            assert len(audit.records) == 3
    assert counts[0] == counts[1] > 0


def test_numpy_state_is_put_back():
    """A loss that draws from numpy's global generator sees the same numbers in every evaluation."""
    model = noisy_model()
    opt = GPA(adamw(model.parameters()), mu_x=0.9, mu_y=0.7)

    def loss(model, batch):
        return loss_fn(model, batch) * float(1 + np.random.rand())  # noqa: NPY002

    np.random.seed(3)  # noqa: NPY002
    expected = [float(np.random.rand()) for _ in range(2)][1]  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    batch = batch_of(1, torch.float32)
    loss(model, batch).backward()
    with Audit(opt, model, loss, every=1) as audit:
        audit.observe(batch)
        opt.step()
    assert float(np.random.rand()) == expected  # noqa: NPY002
