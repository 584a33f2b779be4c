"""Last-iterate bounds: as published, true where proved, and scored so that a wrong fit is bad."""

import numpy as np
import pytest

import experiments.engine.loop as loop
from experiments.stats.over_seeds import interval
from experiments.study.instrument import last_iterate
from experiments.study.instrument.controls import Companions
from experiments.study.watched.audited import audited
from gpa_theory.core.averaging import Exponential, Uniform
from tests.experiments.instrument.instrumented import Saturating, Still, config
from tests.tolerances import BOUND_TWICE, DISCOUNTED

LAST = Exponential(0.0)


def published(gamma, squares, distance):
    """Return the last-iterate bound of Defazio et al., Theorem 10, as it is printed."""
    noise, steps = gamma**2 * squares, len(gamma)
    inner = [
        gamma[k] / gamma[k + 1 :].sum() * noise[k:].sum() / gamma[k:].sum()
        for k in range(steps - 1)
    ]
    first = (distance + noise.sum()) / (2 * gamma.sum())
    return first + sum(inner) / 2


def columns(gamma, squares, distance):
    return {"gamma": gamma, "dual": squares, "first": np.full(len(gamma), distance)}


@pytest.mark.parametrize("steps", [1, 2, 17])
def test_without_averaging_the_bound_is_the_published_one(steps):
    """For any step sizes and gradient norms."""
    rng = np.random.default_rng(steps)
    gamma, squares = rng.uniform(0.1, 2, steps), rng.uniform(0.1, 2, steps)
    (own,) = last_iterate.by_schedule(columns(gamma, squares, 3.0), LAST, np.array([steps]))
    assert own == pytest.approx(published(gamma, squares, 3.0), rel=BOUND_TWICE)


def test_bounds_by_hand():
    """Two steps, written out: averaging in the schedule's, discounting in the other."""
    made = columns(np.ones(2), np.ones(2), 1.0)
    found = last_iterate.by_schedule(made, Uniform(), np.array([1, 2]))
    assert found.tolist() == [1 / 2 + 1 / 2, 1 / 4 + (1 / 2 + 1 / 2) / 2]
    made = {**columns(np.full(2, 0.5), np.ones(2), 1.0), "base": np.array([4.0, 1.0])}
    found = last_iterate.by_discount(made, 0.5, np.array([1, 2]), 3.0)
    assert found.tolist() == [3 + 2, 1.5 + 2 + 0.125]


def test_the_regret_is_averaged_as_the_iterates_are():
    """Uniformly for Schedule-Free, from the step it starts at."""
    found = last_iterate.by_regret(np.array([9.0, 4.0, 2.0, 0.0]), Uniform(), 2, 3.0)
    assert found[1:] == pytest.approx([3.0, 2 / 3 + 3 * 2 / 3, 2.0])
    assert np.isnan(found[0])


def descent(gamma, averaging, start):
    """Return the gap of x_T on |w| for gradient descent with μ_y = 0 from `start`."""
    z, x = start, start
    for t, step in enumerate(gamma, 1):
        c = averaging.coefficient(float(t))
        x = (1 - c) * x + c * z
        z -= step * np.sign(z)
    return abs(x)


@pytest.mark.parametrize("averaging", [LAST, Exponential(0.6), Uniform()])
def test_the_bound_holds_for_gradient_descent(averaging):
    """On |w|, over schedules and scales; a third of it does not."""
    worst = 0.0
    for size in np.geomspace(0.03, 3, 25):
        for shape in (np.ones(20), 1 - np.arange(20) / 20):
            gamma = size * shape
            if not last_iterate.meets_condition(gamma, averaging):
                continue
            made = columns(gamma, np.ones(20), 1.0)
            (bound,) = last_iterate.by_schedule(made, averaging, np.array([20]))
            worst = max(worst, descent(gamma, averaging, 1.0) / bound)
    assert 1 / 3 < worst <= 1


def test_the_condition_can_fail():
    """Uniform weights on growing steps put too much weight on the early ones."""
    assert last_iterate.meets_condition(np.ones(9), Uniform())
    assert not last_iterate.meets_condition(np.arange(1.0, 10.0), Uniform())


def path(monkeypatch, work, **settings):
    monkeypatch.setattr(loop, "load", lambda name, **overrides: work())
    plain = config(settings=settings)
    made = Companions(plain, 1, (), 1)
    report, _ = audited(plain, 1, made.attach)
    regret, phi = report.term("regret")[0], report.term("phi")[0]
    bound = last_iterate.by_regret(regret, made.averaging, 1, float(phi[0]))
    return report, phi, bound


def test_on_a_convex_run_the_measured_regret_bounds_the_gap(monkeypatch):
    """And what lies between is the discounted sum of the divergences, exactly."""
    report, phi, bound = path(monkeypatch, Still, mu_x=0.8, mu_y=0.7)
    assert np.all(bound >= phi - DISCOUNTED)
    lost, total = report.term("bregman_sum")[0], 0.0
    for t in range(1, len(phi)):
        total = 0.8 * total + 0.2 * lost[t]
        assert bound[t] - phi[t] == pytest.approx(total, abs=DISCOUNTED)


def test_on_a_nonconvex_run_it_need_not(monkeypatch):
    """The must-fail twin."""
    _, phi, bound = path(monkeypatch, Saturating, mu_x=0.8, mu_y=0.7)
    assert np.any(bound < phi)


def test_a_right_shape_scores_and_a_wrong_offset_does_not():
    """Fitted on the first half alone, the second is predicted; with an imposed offset it is not."""
    curve = 3 + 2 / np.sqrt(np.arange(1.0, 41.0))
    bound = (curve - 3) / 2
    good = last_iterate.score(curve, bound, 2)
    assert good["r2"] == pytest.approx(1, abs=BOUND_TWICE)
    assert (good["free"], good["offset"], good["scale"]) == (2, pytest.approx(3), pytest.approx(2))
    assert last_iterate.score(curve, bound, 2, fitted=(3.3, 2.0))["r2"] < -1
    assert last_iterate.score(curve, bound, 1)["r2"] < 0.5


def test_the_second_half_has_no_part_in_the_fit():
    """A curve that changes later is fitted as before, and scores worse."""
    curve = 3 + 2 / np.sqrt(np.arange(1.0, 41.0))
    later = np.where(np.arange(40) < 20, curve, curve + 1)
    bound = curve.copy()
    one, two = (last_iterate.score(c, bound, 2) for c in (curve, later))
    assert (one["offset"], one["scale"]) == (two["offset"], two["scale"])
    assert two["r2"] < 0 < one["r2"]


def test_a_bound_is_never_turned_over():
    """Where the curve falls as the bound rises, no positive scale fits, and it is 0."""
    falling = np.linspace(2, 1, 20)
    assert last_iterate.score(falling, -falling, 2)["scale"] == 0


def test_no_interval_of_r_squared_reaches_beyond_one():
    """R² and its ceiling are at most 1, so their intervals are too; lower ends are Student's."""
    seeds = [
        {"last_iterate": {"scores": {"regret": [{"r2": r2, "ceiling": c, "above": 1.0}]}}}
        for r2, c in ((-6.0, 0.2), (0.9, 0.99), (0.8, 0.98))
    ]
    (row,) = last_iterate.over_seeds(seeds)["regret"]
    assert row["r2"]["high"] == row["ceiling"]["high"] == 1
    assert row["r2"]["low"] == interval([-6.0, 0.9, 0.8])["low"]
