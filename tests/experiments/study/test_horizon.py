"""T* is predicted before it is tested; what contradicts it refutes it, what is open stays open."""

import json

import numpy as np
import pytest

import experiments.engine.loop as loop
from experiments.study.flow import Study
from experiments.study.horizon import figure as horizon_figure
from experiments.study.horizon import lines as horizon_lines
from experiments.study.horizon import runs as horizon
from experiments.study.horizon.verdict import judged, net, predicted
from experiments.study.preset.preset import Preset
from experiments.study.watched.audited import Audited
from gpa_theory.optim import Audit
from tests.experiments.fake import Regression
from tests.tolerances import PARITY_FLOAT64

LADDER, MU_X = (25, 50, 200, 400), 0.9
TABLE = {
    "lr": 0.1, "beta1": 0.0, "mu_y": 0.9, "mu_x": [0.5, 0.9], "short": 12, "every": 1,
    "seeds": [10, 11, 12], "short_seeds": [20, 21], "steps": [10, 20],
}  # fmt: skip


def shorts(gain=0.1, cost=10.0, noise=0.02, n=4, passed=True):
    """Return short runs that predict T* = cost/gain = 100."""
    draws = 1 + noise * np.random.default_rng(0).normal(size=(n, 2))
    return [
        {"mu_x": MU_X, "seed": k, "gain": gain * a, "cost": cost * b, "passed": passed}
        for k, (a, b) in enumerate(draws)
    ]


def ends(advantage, noise=0.005, n=8):
    """Return final losses of base and GPA, `advantage(T)` apart."""
    rng, found = np.random.default_rng(1), {}
    for steps in LADDER:
        found[0.0, steps] = (2.0 + noise * rng.normal(size=n)).tolist()
        found[MU_X, steps] = (2.0 - advantage(steps) + noise * rng.normal(size=n)).tolist()
    return found


def one(*given):
    return judged(*given)["by_mu_x"][str(MU_X)]


def test_a_true_prediction_is_consistent():
    """Worse before T*, better after, as predicted: consistent, and T* is in its interval."""
    found = one(shorts(), ends(lambda T: 0.1 - 10 / T))
    assert found["verdict"] == "consistent"
    assert found["predicted"]["low"] < 100 < found["predicted"]["high"]
    assert found["predicted"]["at"] == pytest.approx(100, rel=0.05)
    assert found["observed"] == {"low": 50, "high": 200}


def test_a_false_prediction_is_refuted():
    """The twin: GPA overtakes at 300, where 100 was predicted, and T = 200 says so."""
    found = one(shorts(), ends(lambda T: 0.1 - 30 / T))
    assert found["verdict"] == "refuted"
    assert [r["outcome"] for r in found["rungs"]] == ["agree", "agree", "contradict", "agree"]


@pytest.mark.parametrize(
    "given",
    [
        (shorts(noise=3.0), ends(lambda T: 0.1 - 10 / T)),
        (shorts(), ends(lambda T: 0.1 - 10 / T, noise=5.0)),
        (shorts(n=1), ends(lambda T: 0.1 - 10 / T)),
        (shorts(passed=False), ends(lambda T: 0.1 - 10 / T)),
        ([], ends(lambda T: 0.1 - 10 / T)),
        (shorts(), {**ends(lambda T: 0.1), (MU_X, 50): [None] * 8, (MU_X, 25): [None] * 8}),
        (shorts(cost=0.1), ends(lambda T: 0.1)),
    ],
    ids=["vague", "noisy", "one run", "gate", "none", "diverged", "one sign only"],
)
def test_what_cannot_be_told_is_not_resolved(given):
    """Vague or missing predictions, noisy or diverged ladders, and a sign that never changes."""
    assert one(*given)["verdict"] == "not resolved"


def test_a_gain_that_is_not_positive_predicts_no_overtaking():
    """T* = C/g needs g > 0; the interval says that GPA is worse however long the run."""
    found = predicted(shorts(gain=-0.1))
    assert found["at"] is None
    assert found["high"] is None
    assert found["low"] > 1e5


def test_joint_intervals_are_wider():
    """Over twelve rungs each interval must be."""
    alone, jointly = net(shorts(), 200), net(shorts(), 200, 12)
    assert jointly["low"] < alone["low"] < alone["mean"] == jointly["mean"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mu_z": 1}, "horizon.mu_z must be there, and no others"),
        ({"seeds": [20, 30]}, "must be others than those of the ladder"),
        ({"seeds": [1]}, "one seed has no spread"),
        ({"mu_x": [0.0]}, "horizon.mu_x must lie in"),
        ({"short": 0}, "horizon.short must be an integer"),
        ({"steps": [0]}, "horizon.steps must be an integer"),
    ],
)
def test_bad_tables_are_refused(changes, message):
    """Before anything is spent, by name."""
    with pytest.raises(ValueError, match=message):
        preset(horizon={**TABLE, **changes})


def preset(**changes):
    found = {
        "name": "fake", "title": "A horizon", "workload": "fake", "only": "horizon", "arms": {},
        "run": {"steps": 20, "batch_size": 8, "warmup": 2, "dtype": "float64"},
        "tuning_seeds": (), "fresh_seeds": (), "members": 2, "horizon": TABLE,
    }  # fmt: skip
    return Preset(**{**found, **changes})


def test_a_horizon_needs_its_table():
    """And a missing key is named like an unknown one."""
    with pytest.raises(ValueError, match="horizon must be there"):
        preset(horizon={})
    with pytest.raises(ValueError, match=r"horizon\.every must be there"):
        preset(horizon={k: v for k, v in TABLE.items() if k != "every"})


def test_a_study_predicts_first_and_runs_the_ladder_after(tmp_path, monkeypatch):
    """All of it on the fake workload; a second start reads what the first one kept."""
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Regression())
    said = []
    data = Study(preset(), tmp_path, say=said.append).data()
    assert [line.split(":")[0] for line in said[:2]] == ["short", "ladder"]
    found = data["horizon"]
    assert [s["seed"] for s in found["shorts"]] == [20, 21, 20, 21]
    assert all(s["passed"] and s["audited"] == 12 for s in found["shorts"])
    assert {r["n"] for o in found["by_mu_x"].values() for r in o["rungs"]} == {3}
    again = Study(preset(), tmp_path, say=said.append).data()
    assert again["horizon"] == found
    horizon_figure.draw(data, tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 10_000
    text = "\n".join(horizon_lines.lines(data))
    assert "| 0.9 |" in text
    assert "(*measured*)" in text


def test_the_clock_leaves_a_horizon_unresolved(tmp_path, monkeypatch):
    """Without time nothing is predicted, nothing is trained and nothing is claimed."""
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Regression())
    data = Study(preset(), tmp_path, budget_s=1e-9, say=lambda line: None).data()
    assert data["horizon"]["by_mu_x"] == {}
    json.dumps(data, allow_nan=False)


def test_the_short_runs_terms_are_those_of_the_identity(monkeypatch):
    """Gain: the mean of the three local divergences; cost: the sum of ρ (f(x_{t−1}) − f(x_t))."""
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Regression())
    first, *_ = horizon.shorts(preset())
    found = horizon.measure(first)
    run = Audited(first.config, lambda *made: Audit(*made, every=1))
    run.finish()
    terms = [record["terms"] for record in run.observer.records]
    local = ("bregman_y_x", "bregman_x_y", "bregman_prev_x")
    gain = sum(t[name] for t in terms for name in local) / len(terms)
    assert found["mu_x"] == 0.5
    assert found["gain"] == pytest.approx(gain, rel=PARITY_FLOAT64)
    cost = -sum(t["telescope"] for t in terms)
    assert found["cost"] == pytest.approx(cost, rel=PARITY_FLOAT64)
    assert min(gain, cost) > 0  # the fake's loss is convex, and falls
