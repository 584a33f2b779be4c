"""A study with looks: pairs by seed, stopped as soon as all is resolved, planned by the pairs."""

from __future__ import annotations

from dataclasses import replace

import pytest

import experiments.engine.loop as loop
from experiments.study import plan, prior
from experiments.study.flow import Study
from experiments.study.judging import judged, level_of
from experiments.study.preset.preset import load
from experiments.study.record import report
from tests.experiments.fake import Regression
from tests.experiments.study.test_study import preset


@pytest.fixture(autouse=True)
def workload(monkeypatch):
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Regression())


LOOKED = {
    "fresh_seeds": (10, 11, 12, 13, 14, 15),
    "looks": (2, 4, 6),
    "horizons": (),
    "members": 2,
    "arms": {
        "adamw": {"lr": [0.03, 0.1, 0.3], "beta1": [0.5]},
        "gpa": {"lr": [0.03, 0.1, 0.3]},
    },
}


def study(folder, **changes):
    return Study(preset(**{**LOOKED, **changes}), folder, say=lambda line: None).data()


def test_a_study_looks_until_it_has_resolved(tmp_path):
    """Each look adds pairs; the study ends at the first that resolves, or at the last."""
    data = study(tmp_path)
    found = data["comparisons"]["gpa"]
    pairs = LOOKED["looks"][data["look"] - 1]
    assert found["paired"] is True
    assert found["n"] == [pairs, pairs]
    assert data["curves"]["gpa"]["n"] == pairs
    resolved = found["verdict"] != "not resolved"
    assert resolved or data["look"] == 3 or found["notes"]
    line = next(line for line in report.summary(data, "nats") if "`gpa`" in line)
    assert f"{pairs} pairs of seeds, looks at 2, 4, 6, 95% over all looks and arms" in line


def test_a_verdict_that_more_seeds_cannot_change_ends_it(tmp_path):
    """An optimum at the edge of its grid is not resolved by pairs: no further look is paid for."""
    arms = {"adamw": {"lr": [0.001, 0.002]}, "gpa": {"lr": [0.001, 0.002]}}
    data = study(tmp_path, arms=arms)
    assert data["look"] == 1
    assert data["curves"]["gpa"]["n"] == 2


def test_arms_are_paired_by_seed_not_by_place():
    """Records in another order, and a seed that one arm lacks: only common seeds count."""

    def record(arm, seeds, shift):
        values = [1.0 + 0.1 * seed + shift for seed in seeds]
        return {
            "config": {"arm": arm, "seeds": seeds},
            "evals": [{"step": s, "val": values} for s in (10, 20)],
            "final": {"val": values},
        }

    made = preset(**LOOKED)
    choices = {
        arm: type("Choice", (), {"edges": (), "table": [{"n": 2}] * 3, "setting": {}})()
        for arm in made.arms
    }
    fresh = [
        record("adamw", [10, 11], 0.0),
        record("gpa", [13, 12], -0.05),
        record("adamw", [12, 13], 0.0),
        record("gpa", [11, 14], -0.05),
    ]
    found = judged(made, choices, fresh, [], look=2)["comparisons"]["gpa"]
    assert found["n"] == (3, 3)
    assert found["difference"][0] == pytest.approx(-0.05)
    assert found["difference"][1] == pytest.approx(-0.05)
    assert found["verdict"] == "transfers"


def test_arms_and_looks_share_the_level():
    """Two tuned arms: each gets half of what may go wrong, and every look its part of that."""
    made = preset(**LOOKED)
    two = replace(made, arms={**made.arms, "ema": {"lr": [0.03, 0.1, 0.3]}})
    assert level_of(made, 1) > level_of(made, 3) > 0.95
    assert level_of(two, 3) > level_of(made, 3)
    assert level_of(two, 3) == pytest.approx(1 - (1 - level_of(made, 3)) / 2, abs=2e-3)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"looks": (2, 4)}, "must increase to the number of fresh seeds, 6"),
        ({"looks": (4, 2, 6)}, "must increase"),
        ({"looks": (1, 6)}, "looks"),
        ({"margin": 1.5}, "margin"),
    ],
)
def test_looks_that_are_none_are_refused(changes, reason):
    """Must fail: too few, out of order, a single pair; a margin that is no share."""
    with pytest.raises(ValueError, match=reason):
        preset(**{**LOOKED, **changes})


def test_the_plan_says_what_pairs_resolve_and_refuses_what_they_do_not():
    """Power from the spread of pairs and the curve; a margin that would be missed is refused."""
    known = {"sigma": 0.02, "pairs": 0.01, "drop": [[0.1, 0.03], [0.5, 0.3]]}
    said = list(plan.lines(preset(**LOOKED, prior=known, margin=0.1), None, 1))
    assert any("paired by seed, judged after 2, 4, 6 pairs" in line for line in said)
    assert said[-1] == "power for 10.0% fewer steps (0.0300 in the final loss): 100.0%"
    with pytest.raises(ValueError, match="margin must be larger, or the pairs more"):
        list(plan.lines(preset(**LOOKED, prior=known, margin=0.01), None, 1))
    del known["pairs"]
    said = list(plan.lines(preset(**LOOKED, prior=known), None, 1))
    assert said[-1] == "minimum detectable effect: unknown (no record or pilot of pairs)"


def test_the_embedded_default_resolves_its_margin():
    """`cpu`: 7.5 % fewer steps are seen with more than nine chances in ten."""
    made = load("cpu")
    assert prior.of(made) is not None
    (said,) = [line for line in plan.lines(made, None, 2) if line.startswith("power for")]
    assert float(said.rsplit(" ", 1)[1].rstrip("%")) > 90


def test_a_remark_that_was_added_later_is_printed(tmp_path):
    """What is found out after a study stands in its README, beside the verdict."""
    data = study(tmp_path) | {"remarks": ["its baseline was tuned on one seed."]}
    said = list(report.summary(data, "nats"))
    assert "* Remark: its baseline was tuned on one seed." in said
