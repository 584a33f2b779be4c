"""The ladder: the regret's split is exact in the right norm only, and its rungs are in order."""

import numpy as np
import pytest
import torch

import experiments.engine.loop as loop
from experiments.study.instrument import base_regret, ladder
from experiments.study.instrument.base_regret import BaseRegret, closing
from experiments.study.watched.audited import audited
from tests.experiments.fake import Regression
from tests.experiments.instrument.instrumented import Saturating, config
from tests.tolerances import NO_LAG, SAME_REGRET


@pytest.fixture(autouse=True)
def workload(monkeypatch):
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Regression())


def measured(arm="gpa", every=1, **changes):
    report, base = audited(config(arm, **changes), every, BaseRegret)
    return report, base.columns()


HARD = {"settings": {"beta1": 0.9, "weight_decay": 0.1}, "clip": 0.5}


@pytest.mark.parametrize("changes", [{}, HARD])
@pytest.mark.parametrize("arm", ["gpa", "adamw", "schedule-free"])
def test_the_regret_is_that_of_the_audit(arm, changes):
    """Taken from the gradient before clipping, at the same z and u; and the split is exact."""
    report, columns = measured(arm, **changes)
    own = columns["regret"][report.steps - 1]
    assert own == pytest.approx(report.term("regret")[0], rel=SAME_REGRET)
    assert closing(columns) < SAME_REGRET
    assert len(columns["gamma"]) == 30


def test_without_momentum_clipping_and_decay_there_is_no_lag():
    """In Adam's own norm the step takes the whole gradient; momentum is all lag."""
    _, columns = measured("adamw")
    assert np.abs(columns["lag"]).max() < NO_LAG
    _, slow = measured("adamw", settings={"beta1": 0.9})
    assert np.abs(slow["lag"]).max() > 0.1


def test_another_norm_leaves_a_lag(monkeypatch):
    """The must-fail twin: Adam's second moment without bias correction is not the step's norm."""

    def plain(self, p, group):
        return self.opt.state[p]["exp_avg_sq"].sqrt() + group["eps"]

    monkeypatch.setattr(base_regret.BaseRegret, "preconditioner", plain)
    _, columns = measured("adamw")
    assert np.abs(columns["lag"]).max() > 0.1


def test_weight_decay_is_the_lag_it_makes():
    """−λ⟨H z, z − u⟩, alone if there is nothing else."""
    _, columns = measured("adamw", settings={"weight_decay": 0.1})
    assert columns["lag"] == pytest.approx(columns["decay"], abs=NO_LAG)
    assert np.abs(columns["decay"]).max() > 1e-3


@pytest.mark.parametrize("work", [Regression, Saturating])
@pytest.mark.parametrize("arm", ["gpa", "adamw"])
def test_the_upper_rungs_are_in_order(monkeypatch, work, arm):
    """L1 ≤ L2 ≤ L3 needs no convexity; without its distances L2 would be below L1."""
    monkeypatch.setattr(loop, "load", lambda name, **overrides: work())
    report, columns = measured(arm, **HARD)
    found = ladder.ladder(report, columns)
    assert found["regret_minus_ema"] <= found["measured_norms"] <= found["worst_case"]
    less = ladder.ladder(report, {**columns, "risen": 0 * columns["risen"]})
    assert less["measured_norms"] < less["regret_minus_ema"]


def test_distances_alone_are_bounded_by_the_farthest():
    """The upper rungs are in order in each of their parts, not only in sum."""
    report, columns = measured()
    none = {name: 0 * columns[name] for name in ("stability", "lag", "lag_size")}
    found = ladder.ladder(report, {**columns, **none})
    assert found["measured_norms"] <= found["worst_case"]


def test_the_dual_norm_is_that_of_the_step():
    """Stability is γ/2 times its square, and z_1 is as far as z_1."""
    _, columns = measured("adamw", **HARD)
    own = columns["gamma"] / 2 * columns["dual"]
    assert own == pytest.approx(columns["stability"], rel=SAME_REGRET)
    assert columns["first"][0] == columns["base"][0] > 0


def test_the_first_rung_holds_on_a_convex_run_and_can_fail():
    """Gap ≤ L1 is counted over seeds, and a gap above it is said to fail."""
    report, columns = measured()
    good = {"ladder": ladder.ladder(report, columns)}
    assert good["ladder"]["gap"] <= good["ladder"]["sampled"]
    bad = {"ladder": {**good["ladder"], "gap": 2 * good["ladder"]["regret_minus_ema"]}}
    assert "gap ≤ L1 holds (1 of 1" in ladder.line("gpa", ladder.over_seeds([good]))
    assert "gap ≤ L1 FAILS (1 of 2" in ladder.line("gpa", ladder.over_seeds([good, bad]))


def test_a_base_without_second_moments_has_euclids_norm():
    """H = 1 where the base keeps no preconditioner."""
    _, base = audited(config(), 3, BaseRegret)
    p = torch.zeros(2, 3)
    assert torch.equal(base.preconditioner(p, {}), torch.ones(2, 3, dtype=torch.float64))
