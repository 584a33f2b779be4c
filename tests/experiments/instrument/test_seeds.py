"""Intervals over seeds, and the sign map that rests on them."""

import numpy as np
import pytest

import experiments.engine.loop as loop
from experiments.stats.over_seeds import bounded, interval, share
from experiments.study.instrument.sign_map import ZERO, line, sign_map, windows
from experiments.study.watched.audited import audited
from tests.experiments.fake import Regression
from tests.experiments.instrument.instrumented import config


def test_intervals_are_students():
    """As scipy has them; one seed has none; what is not finite is left out of n."""
    stats = pytest.importorskip("scipy.stats")
    values = [0.3, 0.1, 0.7, 0.45]
    found = interval(values, 0.9)
    error = np.std(values, ddof=1) / 2
    low, high = stats.t.interval(0.9, 3, np.mean(values), error)
    assert (found["low"], found["high"]) == (
        pytest.approx(low, rel=1e-5),
        pytest.approx(high, rel=1e-5),
    )
    assert interval([0.3])["low"] is None
    assert interval([0.3, None, float("nan"), 0.5])["n"] == 2
    assert interval([])["mean"] is None


@pytest.mark.parametrize(("times", "of"), [(0, 4), (4, 4), (3, 8), (1, 1)])
def test_shares_have_clopper_and_pearsons_interval(times, of):
    """As scipy has it."""
    stats = pytest.importorskip("scipy.stats")
    limits = stats.binomtest(times, of).proportion_ci(0.95)
    found = share(times, of)
    assert found["low"] == pytest.approx(limits.low, abs=1e-9)
    assert found["high"] == pytest.approx(limits.high, abs=1e-9)


def test_means_of_bounded_numbers_stay_within_their_domain():
    """An interval is cut where no mean is possible, and only there; nonsense is refused."""
    assert bounded([0.0, 0.1, 0.0], 0, 1)["low"] == 0.0
    inside = bounded([0.0, 0.1, 0.0], 0, 1)
    assert inside["high"] == interval([0.0, 0.1, 0.0])["high"]
    assert bounded([-3.0, 0.9, 0.8], most=1)["high"] == 1
    assert interval([-3.0, 0.9, 0.8])["high"] > 1
    assert bounded([0.3], 0, 1)["low"] is None
    with pytest.raises(ValueError, match="times"):
        share(5, 4)


def audit(means, floor=0.01, n=6):
    """Return an audit with one term that has these means in its windows."""
    cell = {"floor": floor, "above": n, "below": 0}
    found = [
        {"first": 10 * i + 1, "last": 10 * i + 10, "n": n, "terms": {"b": {**cell, "mean": m}}}
        for i, m in enumerate(means)
    ]
    return {"windows": found}


def signs(audits):
    return [cell["sign"] for cell in sign_map(audits)["terms"]["b"]]


def test_a_cell_claims_a_sign_only_beyond_interval_and_floor():
    """Clear means are signed; seeds that disagree, or rounding, leave it open; 0 is no sign."""
    rows = ([1.0, -1.0, 1.0, 0.004, 0.0], [1.01, -1.01, -1.0, 0.0041, 0.0])
    rows += ([1.02, -1.02, 0.3, 0.0042, 0.0], [1.03, -1.03, 0.2, 0.0043, 0.0])
    found = signs([audit(row) for row in rows])
    assert found == ["nonnegative", "negative", "not resolved", "not resolved", ZERO]
    said = line("gpa", sign_map([audit(row) for row in rows]))
    assert "1 nonnegative, 1 negative, 2 not resolved of 4 cells (b at t = 11…20)" in said


def test_one_seed_decides_nothing():
    """However clear its mean is."""
    assert signs([audit([1.0])]) == ["not resolved"]


def test_the_level_is_joint():
    """More cells make each interval wider."""
    few, many = ([audit([1.0 + s] * count) for s in (0.0, 0.1, 0.2)] for count in (1, 8))
    width = [sign_map(rows)["terms"]["b"][0] for rows in (few, many)]
    assert width[1]["low"] < width[0]["low"]


def test_windows_hold_every_audited_step_once(monkeypatch):
    """They are of steps, so that seeds share them; a window without an audit is left out."""
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Regression())
    report, _ = audited(config(), 3)
    found = windows(report, 30)
    assert [(w["first"], w["last"]) for w in found][:2] == [(1, 4), (5, 8)]
    assert sum(w["n"] for w in found) == len(report.records) == 10
    mean = sum(w["n"] * w["terms"]["bregman_u_y"]["mean"] for w in found) / 10
    assert mean == pytest.approx(report.term("bregman_u_y")[0].mean())
    assert len(windows(report, 30, 30)) == 10
