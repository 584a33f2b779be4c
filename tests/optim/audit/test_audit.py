"""The audit closes the identity on real runs, whatever the base, the averaging and the schedule."""

import numpy as np
import pytest
import torch
from torch import nn

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform
from gpa_theory.core.recursion import GPA as Recursion
from gpa_theory.numeric.identity import identity
from gpa_theory.numeric.learners import ogd
from gpa_theory.numeric.problems.domain import Ball
from gpa_theory.numeric.problems.finite_sum import finite_sum
from gpa_theory.numeric.trajectory import simulate
from gpa_theory.optim import GPA, GPAAdamW
from gpa_theory.optim.audit import points
from gpa_theory.optim.audit import products as audit_products
from gpa_theory.optim.audit.observer import Audit
from tests.optim.audit.audited import adamw, advance, audited, gpa_of, loss_fn, model_of
from tests.tolerances import AUDIT_EXACT, AUDIT_FLOAT32, AUDIT_PARITY

BASES = {
    "adamw": adamw,
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=1e-3),
}
CONSTANTS = [(0.9, 0.7), (0.99, 0.9), (0.5, 0.0), (0.0, 0.4), (0.9, 1.0)]


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(("mu_x", "mu_y"), CONSTANTS)
def test_the_residual_is_rounding_in_float64(base, mu_x, mu_y):
    """On a nonconvex network, for any base with decay and momentum, at interior and end values."""
    model = model_of()
    audit = audited(model, gpa_of(model, BASES[base], mu_x, mu_y))
    assert [r["t"] for r in audit.records] == [3, 6, 9, 12, 15, 18, 21, 24]
    assert audit.form == ("step" if mu_y < 1 else "gradient_at_y")
    assert max(r["residual"] for r in audit.records) <= AUDIT_EXACT
    assert audit.report().passed


@pytest.mark.parametrize("form", ["step", "gradient_at_y"])
def test_the_residual_is_small_in_float32(form):
    """Float32 storage and evaluation stay within the gate, and rounding explains what is left."""
    model = model_of(torch.float32)
    audit = audited(model, gpa_of(model), form=form)
    assert max(r["residual"] for r in audit.records) <= AUDIT_FLOAT32
    assert max(r["unexplained"] for r in audit.records) <= AUDIT_EXACT
    assert audit.header["dtype"] == "float32"


def test_rounding_of_the_iterates_is_told_from_an_error():
    """With ρ = 999 rounding alone passes the gate; it is recognized, and the verdict stands."""
    model = model_of(torch.float32)
    audit = audited(model, gpa_of(model, mu_x=0.999, mu_y=0.99), steps=60)
    assert max(r["residual"] for r in audit.records) > AUDIT_FLOAT32
    assert max(r["unexplained"] for r in audit.records) <= AUDIT_EXACT


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_wrong_rho_is_found(monkeypatch, dtype):
    """An audit that believes in a μ_x one percent off does not close, and gives no verdict."""
    true = points._next_rho
    monkeypatch.setattr(points, "_next_rho", lambda group: 1.01 * true(group))
    model = model_of(dtype)
    audit = audited(model, gpa_of(model))
    assert min(r["unexplained"] for r in audit.records) > AUDIT_FLOAT32
    assert not audit.report().passed
    assert audit.report().verdict().value == "not resolved"


def test_a_step_behind_the_optimizers_back_is_found():
    """Weights that someone moves between two steps are no GPA run."""
    model = model_of()
    opt = gpa_of(model)
    with Audit(opt, model, loss_fn, every=2) as audit:
        for t in (1, 2, 3, 4):
            advance(model, opt, t, audit)
            if t == 3:
                with torch.no_grad():
                    model[0].weight.mul_(1.01)
    assert [r["unexplained"] <= AUDIT_EXACT for r in audit.records] == [True, False]


@pytest.mark.parametrize("averaging", [Uniform(), Polynomial(2)])
def test_other_averagings(averaging):
    """Schedule-Free and polynomial averaging: ρ_t = (1 − c_t)/c_t changes every step."""
    model = model_of()
    audit = audited(model, gpa_of(model, averaging=averaging), steps=12, every=1)
    assert max(r["residual"] for r in audit.records) <= AUDIT_EXACT
    c = [averaging.coefficient(float(t)) for t in range(1, 13)]
    assert [r["c"] for r in audit.records] == pytest.approx(c)


def test_long_parameters_are_summed_in_chunks(monkeypatch):
    """Chunks of seven entries give the terms that one chunk gives."""
    made = []
    for chunk in (7, 2**15):
        monkeypatch.setattr(audit_products, "CHUNK", chunk)
        model = model_of()
        made.append(audited(model, gpa_of(model)).records)
    for few, one in zip(*made, strict=True):
        assert few["terms"] == pytest.approx(one["terms"], rel=AUDIT_EXACT)
        assert few["unexplained"] <= AUDIT_EXACT


def test_the_first_step():
    """At t = 1 everything is at one point: φ_1 = r_1 − B(u, y_1), and the rest is zero."""
    model = model_of()
    first, *_ = audited(model, gpa_of(model), steps=1, every=1).records
    at = first["terms"]
    assert first["rho"] == 0
    assert at["phi"] == pytest.approx(at["regret"] - at["bregman_u_y"], rel=AUDIT_PARITY)
    for name in ("telescope", "bregman_y_x", "bregman_x_y", "bregman_prev_x"):
        assert at[name] == 0


def test_constants_that_change_during_the_run():
    """μ_x and μ_y on a schedule: each step is audited with those that made its iterates."""
    model = model_of()
    opt = gpa_of(model)
    with Audit(opt, model, loss_fn, every=1) as audit:
        for t in range(1, 13):
            opt.param_groups[0]["mu_x"] = 0.5 + 0.03 * t
            opt.param_groups[0]["mu_y"] = 0.9 - 0.05 * t
            advance(model, opt, t, audit)
    assert max(r["residual"] for r in audit.records) <= AUDIT_EXACT


def test_gpa_adamw_and_low_precision():
    """The one-pass AdamW, bfloat16 parameters with their masters, and δ in bfloat16 all close."""
    made = [
        (model_of(torch.float32), lambda m: GPAAdamW(m.parameters(), mu_x=0.9, mu_y=0.7)),
        (model_of(torch.bfloat16), gpa_of),
        (model_of(torch.float32), lambda m: gpa_of(m, state_dtype=torch.bfloat16)),
    ]
    for i, (model, opt_of) in enumerate(made):
        audit = audited(model, opt_of(model))
        assert max(r["unexplained"] for r in audit.records) <= AUDIT_FLOAT32
        departed = [r["terms"]["departure"] != 0 for r in audit.records]
        assert all(departed) if i == 2 else not any(departed)


def test_parameters_that_stand_still():
    """Frozen ones are part of f; one without a gradient at t − 1 departs, by a term of its own."""

    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.frozen = (model_of(seed=s) for s in (0, 1, 2))
            self.frozen.requires_grad_(False)
            self.both = True

        def forward(self, x):
            found = self.a(x) + self.frozen(x)
            return found + self.b(x) if self.both else found

    model = Two()
    opt = GPA(adamw(model.parameters()), mu_x=0.9, mu_y=0.7)
    with Audit(opt, model, loss_fn, every=1) as audit:
        for t in range(1, 13):
            model.both = t > 3 and t % 4 != 0  # b comes late, and misses every fourth step
            advance(model, opt, t, audit)
    assert max(r["residual"] for r in audit.records) <= AUDIT_EXACT
    departed = [r["t"] for r in audit.records if r["terms"]["departure"]]
    assert departed == [
        9
    ]  # b stood still at 8; after 3 it had no x apart, after 12 nothing is seen
    assert audit.header["parameters"] == 2 * sum(p.numel() for p in model.a.parameters())


def test_without_a_reference():
    """The terms with u stay empty, and what is left still closes."""
    model = model_of()
    audit = audited(model, gpa_of(model), u=None)
    assert max(r["residual"] for r in audit.records) <= AUDIT_EXACT
    for r in audit.records:
        assert [n for n, v in r["terms"].items() if v is None] == ["phi", "regret", "bregman_u_y"]
        assert r["f"]["u"] is None


@pytest.mark.parametrize(("mu_y", "form"), [(0.7, "step"), (0.7, "gradient_at_y"), (1.0, None)])
def test_the_terms_are_those_of_the_numeric_identity(mu_y, form):
    """On least squares by SGD, term by term, step by step, against the float64 trajectory."""
    rng = np.random.default_rng(0)
    rows, targets = rng.standard_normal((20, 5)), rng.standard_normal(20)
    problem = finite_sum("rows", rows, targets, "least_squares", Ball(50.0))
    run = simulate(problem, ogd(0.05, problem.domain), Recursion(Exponential(0.9), mu_y), steps=30)
    expected = identity(run, form=form).steps
    model = nn.Linear(5, 1, bias=False).double()
    nn.init.constant_(model.weight, 0.0)
    model.weight.data += torch.from_numpy(run.z[0].copy())
    opt = GPA(torch.optim.SGD(model.parameters(), lr=0.05), mu_x=0.9, mu_y=mu_y)
    batch = torch.from_numpy(rows), torch.from_numpy(targets)
    u = {"weight": torch.from_numpy(problem.minimizer.copy())[None]}

    def loss(model, batch):
        return (model(batch[0])[:, 0] - batch[1]).square().mean() / 2

    with Audit(opt, model, loss, every=1, reference=u, form=form) as audit:
        for _ in range(30):
            opt.zero_grad()
            loss(model, batch).backward()
            audit.observe(batch)
            opt.step()
    for name, column in expected.items():
        scale = np.abs(expected["phi"]).max()
        got = np.array([r["terms"][name] for r in audit.records])
        assert np.abs(got - column).max() <= AUDIT_PARITY * scale, name
