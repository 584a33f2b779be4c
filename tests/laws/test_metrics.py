"""Every metric of `core.metrics.METRICS`: its laws, and where else it must appear.

A new metric is a row in `core/metrics.py`; run this file to learn which other places wait for it.
"""

from fractions import Fraction
from pathlib import Path

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.gram import ZERO, Point, basis
from gpa_theory.core.metrics import BOUNDED, METRICS, Metric, metric_named
from gpa_theory.core.recursion import GPA
from gpa_theory.numeric.learners import ogd
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.trajectory import Trajectory, simulate
from gpa_theory.symbolic.engine.symbols import T, mu_x
from gpa_theory.symbolic.rates import bound
from gpa_theory.symbolic.readings import READINGS
from gpa_theory.verify.experiment import Experiment, bound_value, converted, execute
from tests.laws.places import missing, ready, text_of
from tests.strategies import interior
from tests.tolerances import PARITY_FLOAT64

NOTATION = (Path(__file__).resolve().parents[2] / "NOTATION.md").read_text(encoding="utf-8")
every = pytest.mark.parametrize("name", METRICS)
bounded = pytest.mark.parametrize("name", ready(BOUNDED, {metric for metric, _ in READINGS}))
measured = pytest.mark.parametrize("name", [n for n in METRICS if hasattr(Trajectory, f"gap_{n}")])
counts = st.integers(min_value=1, max_value=7)


def readout_of(name, x, z, rho):
    """Return where f is asked and with which weight, for T = len(x) points."""
    share = 1 / (Fraction(len(x)) if isinstance(rho, Fraction) else len(x))
    return METRICS[name].readout(x, z, rho, share)


def phis(count):
    """Return φ_1 … φ_T as names; a mean of points then is the mean of their values."""
    return [basis(f"φ_{t}") for t in range(1, count + 1)]


def named(form, count, mu):
    """Return a linear form in Σφ, φ_1, φ_T as one in φ_1 … φ_T, at T = `count` and μ_x = `mu`."""
    x, found = phis(count), ZERO
    meaning = {"Σφ": sum(x, ZERO), "φ_1": x[0], "φ_T": x[-1]}
    for name, coefficient in form.terms.items():
        at = sp.sympify(coefficient).subs({T: count, mu_x: sp.Rational(mu)})
        found = found + Fraction(str(at)) * meaning[name]
    return found


@every
@given(count=counts, mu=interior)
def test_the_weights_add_up_to_one(name, count, mu):
    """A constant added to f does not move the gap."""
    found = readout_of(name, phis(count), phis(count), mu / (1 - mu))
    assert sum(Fraction(weight) for _, _, weight in found) == 1


@measured
def test_a_run_is_judged_by_the_readout(name):
    """`Trajectory.gap` is the weighted sum of values of f that the row says, minus f(u)."""
    problem = load("wine-hinge")
    run = simulate(problem, ogd(0.1, problem.domain), GPA(Exponential(0.8), 0.6), 30)
    found = readout_of(name, list(run.x), list(run.z), float(run.rho[-1]))
    value = sum(float(weight) * float(problem.value(point)) for _, point, weight in found)
    wanted = value - problem.minimum_upper
    assert run.gap(name) == pytest.approx(wanted, rel=PARITY_FLOAT64, abs=PARITY_FLOAT64)
    assert name in run.metrics


@every
def test_a_metric_with_rho_is_refused_where_mu_x_changes(name):
    """ρ is one number only for constant μ_x."""
    problem = load("absolute")
    run = simulate(problem, ogd(0.1, problem.domain), GPA(Uniform(), 0.6), 5)
    assert (name in run.metrics) != METRICS[name].needs_rho
    if METRICS[name].needs_rho:
        with pytest.raises(ValueError, match="averaging must be Exponential"):
            run.gap(name)


@bounded
@given(count=st.integers(min_value=2, max_value=7), mu=interior)
def test_a_theorem_bounds_the_metric_that_is_read_out(name, count, mu):
    """The gaps on the left of the theorem are the readout, point by point, at every T ≥ 2."""
    x = phis(count)
    wanted = sum((w * point for _, point, w in readout_of(name, x, x, mu / (1 - mu))), ZERO)
    for metric, averaging in READINGS:
        if metric == name and (averaging == "exponential" or not METRICS[name].needs_rho):
            assert named(READINGS[metric, averaging].left(), count, mu) == wanted


@bounded
def test_its_bound_is_proved(name):
    """Every reading of the metric composes with the regret of OGD, down to the axioms."""
    for metric, averaging in READINGS:
        if metric == name:
            found = bound("ogd", name, averaging)
            found.check()
            assert found.quantity == METRICS[name].gap()
            assert found.latex().startswith(METRICS[name].latex_gap())


@bounded
def test_measured_below_conversion_below_bound(name):
    """Gap ≤ conversion at the regret shown ≤ proved bound, on a real run."""
    for averaging in (a for m, a in READINGS if m == name):
        mu = 0.9 if averaging == "exponential" else None
        experiment = Experiment("wine-hinge", mu_x=mu, steps=200)
        run, gamma = execute(experiment)
        assert run.gap(name) <= converted(run, name)
        assert converted(run, name) <= bound_value(experiment, run.problem, name, gamma)


@every
def test_words_and_latex_say_the_same_metric(name):
    """Both are there, and LaTeX is ASCII with its braces closed."""
    metric = METRICS[name]
    assert metric.gap("f*").startswith(metric.value)
    assert metric.latex_gap().isascii()
    assert metric.latex_gap().count("{") == metric.latex_gap().count("}")


def test_unknown_names_are_refused():
    """The refusal names the caller and lists what exists."""
    with pytest.raises(ValueError, match=r"`here\(metric='best'\)`: metric must be one of last"):
        metric_named("here", "best")


PLACES = {
    "gpa_theory/core/metrics.py, METRICS": lambda name: name in METRICS,
    "gpa_theory/numeric/trajectory.py, Trajectory.gap_…": (
        lambda name: hasattr(Trajectory, f"gap_{name}")
    ),
    "gpa_theory/symbolic/readings.py, READINGS (or bounded=False in its row)": (
        lambda name: (name in {m for m, _ in READINGS}) == (name in BOUNDED)
    ),
    "NOTATION.md, Metrics": lambda name: f"`{name}` is " in NOTATION,
}


def registered():
    """Return every name that any table knows as a metric."""
    gaps = (n.removeprefix("gap_") for n in vars(Trajectory) if n.startswith("gap_"))
    return list(dict.fromkeys([*METRICS, *(m for m, _ in READINGS), *gaps]))


def test_every_metric_is_everywhere():
    """Each metric is in every table; the message names those that lack one."""
    found = missing(registered(), PLACES)
    assert not found, text_of(found)


def test_a_metric_in_core_alone_names_all_its_places(monkeypatch):
    """Must fail: a row in `core.metrics` and nothing else lacks every other place."""
    fake = Metric("best", "min f(x_t)", r"\min f(x_t)", METRICS["last"].readout)
    monkeypatch.setitem(METRICS, fake.name, fake)
    monkeypatch.setitem(globals(), "BOUNDED", (*BOUNDED, fake.name))
    _, *others = PLACES
    assert fake.name in registered()
    assert missing([fake.name], PLACES) == [f"best: {place}" for place in others]


def test_a_wrong_readout_is_found():
    """Must fail: the mean of x_1 … x_T is not what the theorem for the last iterate bounds."""
    x = phis(3)
    wrong = sum((w * p for _, p, w in readout_of("average", x, x, Fraction(1))), Point({}))
    assert named(READINGS["last", "uniform"].left(), 3, Fraction(1, 2)) != wrong
