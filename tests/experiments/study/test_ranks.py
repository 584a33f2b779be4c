"""Bounds are measured as they are defined, and order settings only where they really do."""

import math

import numpy as np
import pytest
import torch

import experiments.engine.loop as loop
from experiments.engine import RunConfig
from experiments.stats.pooled import Spread, pooled
from experiments.stats.ranks import _interval, rank_transfer
from experiments.study.preset.jobs import Choice
from experiments.study.ranks import bounds as rank_bounds
from experiments.study.ranks import transfer
from experiments.study.watched.audited import Audited
from experiments.study.watched.measured import Measured, Measurements, Plain, stacked
from gpa_theory.optim import Audit
from gpa_theory.symbolic.rates import bound
from tests.experiments.fake import Regression
from tests.tolerances import PARITY_FLOAT64

TIMES, LEVEL = 300, 0.95


@pytest.fixture(autouse=True)
def workload(monkeypatch):
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Regression())


def config(arm, lrs, seeds, settings, clip=1.0):
    return RunConfig(
        "fake", arm, lrs=lrs, seeds=seeds, steps=12, batch_size=8, warmup=2, clip=clip,
        dtype="float64", settings=settings,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arm", "settings", "clip"),
    [
        ("gpa", {"mu_x": 0.7, "mu_y": 0.6, "beta1": 0.5}, 0.05),
        ("gpa", {"mu_x": 0.9, "mu_y": 0.0}, None),
        ("adamw", {"beta1": 0.9}, 1.0),
    ],
)
def test_measurements_of_an_ensemble_are_those_of_audits_of_its_members(arm, settings, clip):
    """⟨g, z − u⟩, |g| before clipping and |z − u| of every step, member by member."""
    made = config(arm, (0.02, 0.2), (3, 4), settings, clip)
    us = []
    for seed in made.seeds:
        end = Plain(config(arm, (0.1,), (seed,), settings, clip))
        end.finish()
        us.append(end.point())
    seen = Measured(made, stacked(us)).measure()
    for k, (lr, seed) in enumerate(zip(made.lrs, made.seeds, strict=True)):

        def begin(*given, u=us[k]):
            return Audit(*given, every=1, reference=u)

        run = Audited(config(arm, (lr,), (seed,), settings, clip), begin)
        run.finish()
        records = run.observer.records
        for ours, theirs in (
            (seen.regret, [r["terms"]["regret"] for r in records]),
            (seen.gradient, [r["norms"]["g"] for r in records]),
            (seen.distance, [r["norms"]["z-u"] for r in records]),
        ):
            assert ours[:, k] == pytest.approx(theirs, rel=PARITY_FLOAT64, abs=PARITY_FLOAT64)


def test_clipped_gradients_would_be_seen():
    """The twin: with clipping at 0.05 the gradients that move z are far shorter than those kept."""
    made = config("gpa", (0.02,), (3,), {"mu_x": 0.7}, 0.05)
    end = Plain(made)
    end.finish()
    assert Measured(made, end.point()).measure().gradient.min() > 1.0


def test_measuring_does_not_change_the_run():
    """Bit for bit the same end."""
    made = config("gpa", (0.02, 0.2), (3, 4), {"mu_x": 0.7, "mu_y": 0.6})
    end = Plain(made)
    end.finish()
    run = Measured(made, end.point())
    run.measure()
    assert all(torch.equal(p, run.point()[name]) for name, p in end.point().items())


def test_u_must_be_of_the_ensemble():
    """One entry per parameter and member, or a refusal that names the parameter."""
    made = config("adamw", (0.02, 0.2), (3, 4), {})
    with pytest.raises(ValueError, match=r"must hold 'weight' of shape \(2, 8\)"):
        Measured(made, {"weight": torch.zeros(1, 8), "bias": torch.zeros(1, 1)})


def seen(mu_x):
    """Return measurements of one member, T = 6, and bounds summed as the theory writes them."""
    rng = np.random.default_rng(1)
    rows = [rng.uniform(0.5, 1.5, (6, 1)) for _ in range(4)]
    made = Measurements(*rows, first=np.array([3.0]), last=np.array([1.0]))
    r, T, f_u = made.regret[:, 0], 6, 0.8
    a = sum(r) / T + mu_x / (1 - mu_x) * (3.0 - 1.0) / T
    b = (1 - mu_x) * sum(mu_x ** (T - t) * r[t - 1] for t in range(2, T + 1))
    return made, a, b + mu_x ** (T - 1) * (3.0 - f_u), f_u


@pytest.mark.parametrize("mu_x", [0.0, 0.6, 0.95])
def test_the_bounds_are_the_theorys(mu_x):
    """(A) and (B) at the regret of the run, and the package's proved worst cases at its D, R, G."""
    made, a, b, f_u = seen(mu_x)
    found = rank_bounds.bounds(made, 0, mu_x, f_u)
    assert found["A, run"] == pytest.approx(a, rel=PARITY_FLOAT64)
    assert found["B, run"] == pytest.approx(b, rel=PARITY_FLOAT64)
    gamma = made.moved.sum() / made.gradient.sum()
    given = {
        "steps": 6, "mu_x": mu_x, "gamma": gamma, "radius": made.distance[0, 0],
        "lipschitz": made.gradient.max(),
    }  # fmt: skip
    assert found["A, worst"] == bound("ogd", "mean").at(**given)
    given["diameter"] = made.distance.max()
    assert found["B, worst"] == bound("ogd", "last").at(**given)


def test_a_diverged_run_has_no_finite_bound():
    """It ranks last, whatever it was before it diverged."""
    made, *_, f_u = seen(0.6)
    made.regret[3] = np.nan
    found = rank_bounds.bounds(made, 0, 0.6, f_u)
    assert found["A, worst"] == found["B, worst"] == math.inf
    assert math.isnan(found["A, run"])


def rows_and_choices(sign, noise=0.0, n=12):
    """Return bounds that are ± the loss and noise, of two arms with n settings and two seeds."""
    rng = np.random.default_rng(0)
    rows, choices = [], {}
    for arm in ("adamw", "gpa"):
        lrs, losses = np.arange(1.0, n + 1), np.linspace(2.0, 3.0, n)
        table = []
        for lr, loss in zip(lrs, losses, strict=True):
            values = [loss - 0.01, loss + 0.01]
            table.append({"lr": lr, "loss": loss, "n": 2, "losses": values})
            bounds = {name: sign * loss + noise * rng.normal() for name in rank_bounds.NAMES}
            rows.append({"arm": arm, "setting": {"lr": lr}, "seed": 9, **bounds})
        choices[arm] = Choice({"lr": 1.0}, 2.0, (), table)
    return rows, choices


def summary(sign, noise=0.0):
    return transfer.summary(*rows_and_choices(sign, noise), ("gpa", {"lr": 1.0}), (9,))["sets"]


def test_a_bound_that_orders_is_found_and_costs_nothing():
    """τ = 1 in every arm and over all settings, and its choice is the tuned one."""
    for name, n in (("adamw", 12), ("gpa", 12), (transfer.EVERYTHING, 24)):
        one = summary(1)[name]["A, run"]
        assert (one["n"], one["verdict"], one["cost"]) == (n, "orders", 0.0)
        assert one["low"] < 1.0


def test_a_bound_that_misleads_is_found_and_costs():
    """The twin: reversed, it chooses the worst setting; noise is neither."""
    one = summary(-1)["gpa"]["A, run"]
    assert one["verdict"] == "reverses"
    assert one["cost"] == pytest.approx(1.0)
    assert 0.9 < one["cost_low"] < one["cost"] < one["cost_high"]
    assert summary(0, 1.0)["gpa"]["A, run"]["verdict"] == "not resolved"


def test_one_tuning_seed_gives_a_cost_without_interval():
    """And a grid in which everything diverged gives a table that can be written."""
    rows, choices = rows_and_choices(-1)
    for choice in choices.values():
        for row in choice.table:
            row["losses"] = row["losses"][:1]
    data = {"ranks": transfer.summary(rows, choices, ("gpa", {"lr": 1.0}), (9,))}
    data["ranks"]["sets"]["gpa"]["A, run"]["cost_low"] = None  # as JSON has it
    assert any("no interval: one seed" in line for line in transfer.lines(data, "nats"))
    for choice in choices.values():
        for row in choice.table:
            row["losses"] = [math.inf]
    one = transfer.summary(rows, choices, ("gpa", {"lr": 1.0}), (9,))["sets"]["gpa"]["A, run"]
    assert (one["verdict"], one["span"]) == ("not resolved", None)


@pytest.mark.parametrize(("n", "correlation"), [(12, 0.0), (12, 0.9), (24, 0.5)])
def test_the_interval_of_tau_covers(n, correlation):
    """Normal pairs have τ = 2/π arcsin ρ; the interval contains it at least at its level."""
    from scipy.stats import binomtest, kendalltau

    rng, truth, hits = np.random.default_rng(n), 2 / math.pi * math.asin(correlation), 0
    for _ in range(TIMES):
        a = rng.normal(size=n)
        b = correlation * a + math.sqrt(1 - correlation**2) * rng.normal(size=n)
        low, high = _interval(a, b, float(kendalltau(a, b).statistic), LEVEL)
        hits += low <= truth <= high
    assert binomtest(hits, TIMES).proportion_ci(0.99).high >= LEVEL
    assert hits < TIMES  # an interval that covers always says nothing


def test_few_or_tied_settings_have_no_interval():
    """Below five pairs nothing is known of τ, and a perfect order of eight is no certainty."""
    found = rank_transfer([1, 2, 3, 4], [1, 2, 3, 4])
    assert (found.low, found.high) == (-1.0, 1.0)
    assert rank_transfer(range(8), range(8)).low < 0.95


def test_the_spread_is_pooled_over_settings():
    """Of n = 3 seeds at 40 settings the pooled sd is near the true one; diverged ones are out."""
    losses = np.random.default_rng(0).normal(scale=0.1, size=(40, 3)) + np.arange(40)[:, None]
    found = pooled([*losses.tolist(), [math.inf, 1.0, 2.0]])
    assert found.freedom == 80
    assert found.sd == pytest.approx(0.1, rel=0.2)
    assert pooled([[1.0], [2.0]]).half_width(1) == math.inf
    assert Spread(1.0, 10).half_width(2, comparisons=19) > Spread(1.0, 10).half_width(2)
