"""The terms of the identity: what breaks it, signs on convex losses, floors against float64."""

import pytest
import torch
from torch import nn

from gpa_theory.core.identity import FORMS, LOST
from gpa_theory.optim.audit import points
from gpa_theory.optim.audit.loss import BatchLoss
from gpa_theory.optim.audit.measure import measure
from gpa_theory.optim.audit.terms import GATE, residual, terms
from tests.optim.audit.audited import (
    advance,
    audited,
    batch_of,
    gpa_of,
    loss_fn,
    model_of,
    reference,
)
from tests.tolerances import AUDIT_EXACT


def values_at(form="step", batch=9, u=None, steps=8):
    """Return the terms of step `steps` + 1 of the same run, for any batch and any u."""
    model = model_of()
    opt = gpa_of(model)
    trained = dict(model.named_parameters())
    for t in range(1, steps + 1):
        before = points.remember(opt, trained)
        advance(model, opt, t)
    at = points.interpolation(opt, trained, before)
    loss, y = BatchLoss(model, loss_fn), {n: p.detach() for n, p in trained.items()}
    with loss.of(batch_of(batch), y) as evaluated:
        step = measure(form, opt, trained, evaluated, at, before.x, u or reference())
    return terms(form, at.rho, at.mu_y, step.values, "float64").values


@pytest.mark.parametrize("form", FORMS)
def test_the_identity_closes_as_it_is(form):
    """All terms of one batch, one u, one step."""
    assert residual(values_at(form)) <= AUDIT_EXACT


@pytest.mark.parametrize("form", FORMS)
def test_every_term_is_needed(form):
    """Without any one of them, or with its sign turned, the residual exceeds the gate."""
    true = values_at(form)
    for name in ("phi", "telescope", "regret", *LOST[form]):
        assert residual({**true, name: 0.0}) > GATE["float32"], name
        assert residual({**true, name: -true[name]}) > GATE["float32"], name


@pytest.mark.parametrize("form", FORMS)
def test_every_term_must_be_of_the_same_batch(form):
    """One term of another batch, the rest of the first: the residual exceeds the gate."""
    true, other = values_at(form), values_at(form, batch=10)
    assert residual(other) <= AUDIT_EXACT
    for name in ("phi", "telescope", "regret", *LOST[form]):
        assert residual({**true, name: other[name]}) > GATE["float32"], name


@pytest.mark.parametrize("name", ["phi", "regret", "bregman_u_y"])
def test_every_term_must_be_of_the_same_u(name):
    """One term towards another comparator: the residual exceeds the gate."""
    true, other = values_at(), values_at(u=model_of(seed=10).state_dict())
    assert residual({**true, name: other[name]}) > GATE["float32"]


def test_nothing_and_infinity():
    """If all terms are zero the identity holds; a loss that overflowed leaves nothing to check."""
    assert residual({"phi": 0.0, "regret": 0.0}) == 0
    assert residual({"phi": float("inf"), "regret": 0.0}) != residual({"phi": 0.0, "regret": 0.0})


def logistic(model, batch):
    return nn.functional.softplus(-model(batch[0])[:, 0] * (2.0 * (batch[1] > 0) - 1)).mean()


def least_squares(model, batch):
    return (model(batch[0])[:, 0] - batch[1]).square().mean()


def linear_run(loss, dtype, mu_y, form=None):
    torch.manual_seed(0)
    model = nn.Linear(6, 1).to(dtype)
    u = {"weight": torch.ones(1, 6), "bias": torch.ones(1)}
    opt = gpa_of(model, mu_x=0.95, mu_y=mu_y)
    return audited(model, opt, steps=60, every=2, u=u, loss=loss, form=form)


@pytest.mark.parametrize("loss", [logistic, least_squares])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("mu_y", "form"), [(0.7, "step"), (0.7, "gradient_at_y"), (1.0, None)])
def test_convex_losses_have_no_negative_term(loss, dtype, mu_y, form):
    """Every subtracted term is ≥ −floor at every step; most exceed their floor."""
    audit = linear_run(loss, dtype, mu_y, form)
    seen = [
        (r["terms"][name], r["floors"][name]) for r in audit.records for name in LOST[audit.form]
    ]
    assert all(value >= -floor for value, floor in seen)
    if mu_y < 1:  # at μ_y = 1 x = y and the Jensen gap is nothing
        assert sum(value > floor for value, floor in seen) > len(seen) / 2
    assert audit.report().passed


def test_concave_losses_have_no_positive_term():
    """The convex control can fail: of the negated loss every term is ≤ floor, most are < −floor."""
    audit = linear_run(lambda model, batch: -logistic(model, batch), torch.float64, 0.7)
    seen = [(r["terms"][name], r["floors"][name]) for r in audit.records for name in LOST["step"]]
    assert all(value <= floor for value, floor in seen)
    assert sum(value < -floor for value, floor in seen) > len(seen) / 2
    assert audit.report().verdict().value == "does not transfer"


def test_floors_cover_what_float32_loses():
    """Against the same step evaluated in float64, every term is off by less than its floor."""
    model = model_of(torch.float32)
    opt = gpa_of(model)
    twin = model_of()
    trained, wide = dict(model.named_parameters()), dict(twin.named_parameters())
    for t in range(1, 31):
        before = points.remember(opt, trained)
        advance(model, opt, t)
    at = points.interpolation(opt, trained, before)
    u = reference(torch.float32)
    found = []
    for kind, net in ((torch.float32, model), (torch.float64, twin)):
        loss = Cast(net, kind)
        y = {name: p.detach().to(kind) for name, p in trained.items()}
        with loss.of(batch_of(40, torch.float32), y) as evaluated:
            step = measure("step", opt, trained, evaluated, at, before.x, u)
        found.append(terms("step", at.rho, at.mu_y, step.values, "float32"))
    narrow, exact = found
    assert set(wide) == set(trained)
    for name, floor in narrow.floors.items():
        assert abs(narrow.values[name] - exact.values[name]) <= floor, name
    assert any(narrow.values[name] != exact.values[name] for name in narrow.floors)


class Cast(BatchLoss):
    """The loss evaluated in another type, at the very same points."""

    def __init__(self, model, kind):
        self._kind = kind
        super().__init__(model, lambda m, b: loss_fn(m, (b[0].to(kind), b[1])))

    def value(self, w):
        return super().value({name: v.to(self._kind) for name, v in w.items()})

    def gradient(self, w):
        return super().gradient({name: v.to(self._kind) for name, v in w.items()})
