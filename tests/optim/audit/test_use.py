"""Using the audit: what is refused, what is noticed, what models it can evaluate."""

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from gpa_theory.optim import GPA
from gpa_theory.optim.audit.observer import Audit
from tests.optim.audit.audited import (
    adamw,
    advance,
    audited,
    batch_of,
    gpa_of,
    loss_fn,
    model_of,
    reference,
)
from tests.tolerances import AUDIT_EXACT, AUDIT_PARITY


def groups_of(model, *constants):
    """Return GPA with one group per layer, each with its own constants."""
    layers = [layer for layer in model if isinstance(layer, nn.Linear)]
    given = zip(layers, constants, strict=True)
    base = adamw([{"params": layer.parameters(), **own} for layer, own in given])
    return GPA(base, mu_x=0.9, mu_y=0.7)


@pytest.mark.parametrize("own", [{"mu_x": 0.8}, {"mu_y": 0.5}])
def test_groups_must_agree(own):
    """Different μ_x or μ_y in different groups are refused; different step sizes are fine."""
    model = model_of()
    with pytest.raises(ValueError, match=f"{next(iter(own))} must be the same in all groups"):
        Audit(groups_of(model, {}, own, {}), model, loss_fn)
    model = model_of()
    found = audited(model, groups_of(model, {}, {"lr": 1e-3}, {}))
    assert found.report().passed


def test_groups_that_come_to_differ_are_found():
    """A group whose μ_x is changed alone stops the audit with the reason."""
    model = model_of()
    opt = groups_of(model, {}, {}, {})
    with Audit(opt, model, loss_fn, every=2) as audit:
        opt.param_groups[1]["mu_x"] = 0.5
        with pytest.raises(RuntimeError, match="mu_x must be the same"):
            advance(model, opt, 1, audit)


BAD = [
    ({"every": 0}, "every must be an integer"),
    ({"form": "other"}, "form must be one of"),
    ({"reference": 3}, "must be a state dict"),
    ({"reference": {}}, "0.weight must be a tensor of shape"),
    ({"reference": {"0.weight": torch.zeros(2)}}, "0.weight must be a tensor of shape"),
    ({"reference": {k: v / 0 for k, v in reference().items()}}, "0.weight must be finite"),
]


@pytest.mark.parametrize(("given", "rule"), BAD)
def test_bad_arguments_are_refused(given, rule):
    """Each at construction, with its name."""
    model = model_of()
    with pytest.raises(ValueError, match=rule):
        Audit(gpa_of(model), model, loss_fn, **given)


def test_other_optimizers_and_models_are_refused():
    """The optimizer must be GPA, and train this model and nothing else."""
    model = model_of()
    with pytest.raises(ValueError, match="opt must be a gpa_theory"):
        Audit(adamw(model.parameters()), model, loss_fn)
    with pytest.raises(ValueError, match="must train parameters of the model only"):
        Audit(gpa_of(model), model_of(), loss_fn)
    model.requires_grad_(False)
    with pytest.raises(ValueError, match="must train at least one"):
        Audit(gpa_of(model), model, loss_fn)


def test_a_forgotten_batch_is_an_error():
    """The step says what to call, and has not moved anything."""
    model = model_of()
    opt = gpa_of(model)
    before = [p.detach().clone() for p in model.parameters()]
    with (
        Audit(opt, model, loss_fn, every=1),
        pytest.raises(RuntimeError, match=r"call audit.observe\(batch\) before opt.step"),
    ):
        advance(model, opt, 1)
    assert all(torch.equal(p, q) for p, q in zip(model.parameters(), before, strict=True))


def drawing(model, batch):
    generator = torch.Generator()
    generator.seed()
    noise = torch.rand((), generator=generator, dtype=torch.float64)
    return loss_fn(model, batch) * (1 + noise)


def casting(model, batch):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return loss_fn(model, batch)


@pytest.mark.parametrize(
    ("loss", "rule"),
    [
        (drawing, "same loss for the same batch"),
        (casting, "autocast around loss_fn"),
        (lambda model, batch: model(batch[0]), "tensor with one entry"),
    ],
)
def test_losses_that_are_no_function_are_found(loss, rule):
    """Own random numbers, autocast inside, and a loss per sample stop the first audited step."""
    model = model_of(torch.float32)
    opt = gpa_of(model)
    with Audit(opt, model, loss, every=1) as audit, pytest.raises(RuntimeError, match=rule):
        advance(model, opt, 1, audit, loss=lambda m, b: loss(m, b).sum())


def test_the_batch_of_another_step_is_noticed():
    """Handing over the last batch after the step, for the next one, shows in the cosine."""
    model = model_of()
    opt = gpa_of(model)
    with Audit(opt, model, loss_fn, every=1) as audit:
        for t in range(1, 13):
            audit.observe((batch_of(t + 100)[0], torch.zeros(32, dtype=torch.int64)))
            advance(model, opt, t)
    assert min(r["cosine"] for r in audit.records) < 0.5
    assert "warning" in audit.report().summary()


def test_clipping_leaves_the_cosine_at_one():
    """The right batch is recognized although the step uses a scaled gradient."""
    model = model_of()
    opt = gpa_of(model)
    with Audit(opt, model, loss_fn, every=1) as audit:
        for t in range(1, 4):
            opt.zero_grad()
            loss_fn(model, batch_of(t)).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.01)
            audit.observe(batch_of(t))
            opt.step()
    assert [r["cosine"] for r in audit.records] == pytest.approx([1.0] * 3, rel=AUDIT_PARITY)
    assert "warning" not in audit.report().summary()


def test_a_closure_may_be_used():
    """The gradient does not exist yet when the step is audited: everything but the cosine is."""
    model = model_of()
    opt = gpa_of(model)
    with Audit(opt, model, loss_fn, every=1) as audit:
        for batch in (batch_of(1), batch_of(2)):

            def closure(batch=batch):
                opt.zero_grad()
                loss = loss_fn(model, batch)
                loss.backward()
                return loss

            audit.observe(batch)
            opt.step(closure)
    assert [r["cosine"] for r in audit.records] == [None, None]
    assert audit.report().passed


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.out = nn.LSTM(6, 5, batch_first=True), nn.Linear(5, 3)

    def forward(self, x):
        return self.out(self.lstm(x[:, None])[0][:, 0])


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(6, 6), nn.Linear(6, 6)
        self.b.weight = self.a.weight

    def forward(self, x):
        return self.b(torch.tanh(self.a(x)))


class Checkpointed(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.out = nn.Sequential(nn.Linear(6, 8), nn.Tanh()), nn.Linear(8, 3)

    def forward(self, x):
        return self.out(checkpoint(self.body, x, use_reentrant=False))


@pytest.mark.parametrize("kind", [Recurrent, Tied, Checkpointed])
def test_models_that_are_hard_to_substitute(kind):
    """Recurrent weights, tied weights and recomputed layers: f and ∇f at y are the run's own."""
    torch.manual_seed(0)
    model = kind().double()
    opt = gpa_of(model)
    own = []
    with Audit(opt, model, loss_fn, every=1) as audit:
        for t in range(1, 7):
            own.append(float(loss_fn(model, batch_of(t)).detach()))
            advance(model, opt, t, audit)
    assert [r["f"]["y"] for r in audit.records] == pytest.approx(own, rel=AUDIT_PARITY)
    assert [r["cosine"] for r in audit.records] == pytest.approx([1.0] * 6, rel=AUDIT_PARITY)
    assert len({r["f"]["x"] - r["f"]["y"] for r in audit.records[1:]}) == 5
    assert max(r["residual"] for r in audit.records) <= AUDIT_EXACT


def test_loading_a_checkpoint_forgets_the_step_before():
    """After a load the remembered x belongs to another run: that step is not audited."""
    model = model_of()
    opt = gpa_of(model)
    with Audit(opt, model, loss_fn, every=2) as audit:
        for t in (1, 2, 3):
            advance(model, opt, t, audit)
        opt.load_state_dict(opt.state_dict())
        for t in (4, 5, 6):
            advance(model, opt, t, audit)
    assert [r["t"] for r in audit.records] == [2, 6]


def test_a_closed_audit_observes_no_more():
    """After `close` steps need no batch, and the records stay."""
    model = model_of()
    opt = gpa_of(model)
    audit = audited(model, opt, steps=2, every=1)
    advance(model, opt, 3)
    assert len(audit.records) == 2
