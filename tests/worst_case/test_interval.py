"""Intervals: narrow, in agreement with closed forms, with each other's solvers and by scaling."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from gpa_theory.symbolic.rates import bound
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import gpa, schedule_free, sgd
from gpa_theory.worst_case.model.result import WorstCaseError
from tests.tolerances import CLOSED_FORM, OTHER_PEP
from tests.worst_case.settings import CLASSES, CONSTANT_MU_X, LIPSCHITZ, METHODS, METRICS

pytestmark = pytest.mark.solver


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", CLASSES)
def test_the_interval_is_narrow_and_not_empty(kind, method, metric):
    """The ends are in order for every class, method and metric, to the default 1e−6 the same."""
    found = worst_case(METHODS[method], 5, metric, CLASSES[kind])
    assert found.lower <= found.upper
    assert found.upper - found.lower <= 1e-6 * found.upper


@pytest.mark.parametrize("method", CONSTANT_MU_X)
@pytest.mark.parametrize("kind", CLASSES)
def test_the_weighted_mean_has_a_narrow_interval(kind, method):
    """It is one more point, with ρ from the method's constant μ_x."""
    found = worst_case(METHODS[method], 5, "weighted", CLASSES[kind])
    assert 0 < found.lower <= found.upper
    assert found.width <= 1e-6


@pytest.mark.parametrize("steps", [1, 2, 4, 9])
@pytest.mark.parametrize(("mu_x", "mu_y"), [(0.5, 0.5), (0.9, 0.25), (0.3, 1)])
def test_the_weighted_mean_is_below_its_proved_bound(steps, mu_x, mu_y):
    """(R_T + ρGD)/(T + ρ) with R_T ≤ D²/(2γ) + γTG²/2 at γ = 1/√T."""
    found = worst_case(gpa(mu_x, mu_y, 1 / sqrt(steps)), steps, "weighted")
    constants = {"lipschitz": 1.0, "radius": 1.0, "gamma": 1 / sqrt(steps)}
    bounded = bound("ogd", "weighted").at(**constants, steps=steps, mu_x=mu_x)
    assert found.lower <= bounded * (1 + CLOSED_FORM)
    assert found.upper <= bounded * (1 + CLOSED_FORM)


def test_without_averaging_the_weighted_mean_is_the_mean():
    """μ_x = 0 is ρ = 0: the two metrics are the same program."""
    weighted, average = (worst_case(sgd(0.3), 5, m) for m in ("weighted", "average"))
    assert (weighted.lower, weighted.upper) == (average.lower, average.upper)


@pytest.mark.parametrize("steps", [2, 5, 9])
@pytest.mark.parametrize("mu_y", [0.3, 0.9, 1])
def test_schedule_free_attains_the_minimax_rate(steps, mu_y):
    """With γ = D/(G√T) the worst case of Schedule-Free's last iterate is DG/√T."""
    found = worst_case(schedule_free(mu_y, 1 / sqrt(steps)), steps)
    assert found.lower <= 1 / sqrt(steps) * (1 + CLOSED_FORM)
    assert found.upper >= 1 / sqrt(steps) * (1 - CLOSED_FORM)


@pytest.mark.parametrize(("mu_x", "mu_y"), [(0.5, 0.5), (0.9, 0.25), (0.8, 1), (0.3, 0)])
@pytest.mark.parametrize("gamma", [0.25, 0.7])
def test_the_telescoped_metric_has_a_closed_form(mu_x, mu_y, gamma):
    """D²/(2γT) + γG²/2 for γ ≥ D/(GT), whatever μ_x and μ_y."""
    found = worst_case(gpa(mu_x, mu_y, gamma), 4, "telescoped")
    value = 1 / (2 * gamma * 4) + gamma / 2
    assert found.lower - CLOSED_FORM <= value <= found.upper + CLOSED_FORM


@pytest.mark.parametrize("gamma", [0.06, 0.1, 0.2])
def test_the_telescoped_metric_below_its_range(gamma):
    """DG − γG²(T−1)/2 for γ ≤ D/(GT)."""
    found = worst_case(gpa(0.7, 0.4, gamma), 5, "telescoped")
    value = 1 - gamma * 4 / 2
    assert found.lower - CLOSED_FORM <= value <= found.upper + CLOSED_FORM


def test_a_mean_of_subgradient_descent():
    """μ_x = 0, γ = D/(G√T): f(mean) − f* is DG/√T at worst."""
    found = worst_case(sgd(0.5), 4, "average")
    assert found.lower - CLOSED_FORM <= 0.5 <= found.upper + CLOSED_FORM


@pytest.mark.parametrize(
    ("steps", "mu_x", "mu_y", "value"),
    [(10, 0.8, 0.25, 0.33341), (10, 0.9, 0.5, 0.35297), (20, 0.9, 0.5, 0.24233)],
)
def test_known_values_of_the_last_iterate(steps, mu_x, mu_y, value):
    """Five digits that an independent implementation gave at γ = 1/√T."""
    found = worst_case(gpa(mu_x, mu_y, 1 / sqrt(steps)), steps)
    assert found.lower == pytest.approx(value, abs=OTHER_PEP)


@pytest.mark.parametrize("kind", ["scaled", "smooth", "strong"])
def test_scaling(kind):
    """(G, D) and (L, σ, D) only scale the worst case, the steps scaled along."""
    of = CLASSES[kind]
    unit = FunctionClass(
        lipschitz=None if of.is_smooth else 1,
        smoothness=1 + of.curvature if of.is_smooth else None,
        strong_convexity=of.curvature,
    )
    found = worst_case(gpa(0.8, 0.35, 0.4), 4, of=of, width=1e-5)
    scaled = worst_case(gpa(0.8, 0.35, Fraction(0.4) * of.step_scale), 4, of=unit, width=1e-5)
    factor = float(of.value_scale)
    assert found.lower <= factor * scaled.upper * (1 + CLOSED_FORM)
    assert found.upper >= factor * scaled.lower * (1 - CLOSED_FORM)


@pytest.mark.parametrize("kind", CLASSES)
def test_cvxpy_gives_the_same(kind):
    """The readable program and the direct one have overlapping intervals."""
    method, of = METHODS["gpa"], CLASSES[kind]
    direct = worst_case(method, 4, of=of, width=1e-4)
    slow = worst_case(method, 4, of=of, width=1e-3, solver="cvxpy")
    assert slow.solver.startswith("cvxpy")
    assert max(direct.lower, slow.lower) <= min(direct.upper, slow.upper)


def test_a_wide_interval_is_an_error_with_the_status():
    """What was found and the solver's status are in the message."""
    with pytest.raises(WorstCaseError, match=r"is wider than 1\.0e-13 .* stopped with '"):
        worst_case(gpa(0.8, 0.35, 0.4), 3, width=1e-13)


def test_the_witness_is_a_function_of_the_class():
    """The function behind the lower end is convex, Lipschitz, least at 0, and attains the value."""
    found = worst_case(METHODS["gpa"], 5)
    f = found.witness
    rng = np.random.default_rng(1)
    for _ in range(50):
        a, b = rng.normal(size=(2, len(f.start)))
        middle = f.value((a + b) / 2)
        assert 0 <= middle <= (f.value(a) + f.value(b)) / 2 + 1e-12
        assert abs(f.value(a) - f.value(b)) <= np.linalg.norm(a - b) + 1e-12
    assert f.value(np.zeros(len(f.start))) == 0


def test_the_smooth_witness_is_smooth():
    """Its envelope lies below its pieces and above 0, and bends at most like |x|²/2."""
    f = worst_case(METHODS["gpa"], 4, of=FunctionClass(smoothness=1), width=1e-4).witness
    rng = np.random.default_rng(2)
    for _ in range(20):
        a, b = rng.normal(size=(2, len(f.start)))
        bend = (f.value(a) + f.value(b)) / 2 - f.value((a + b) / 2)
        assert -1e-6 <= bend <= np.sum((a - b) ** 2) / 8 + 1e-6


def test_default_class_and_words():
    """Without a class, G = D = 1; the words hold the interval."""
    found = worst_case(gpa(0.5, 0.5, 0.5), 2)
    assert found.of == LIPSCHITZ
    assert "f(x_T) − f* ∈ [" in found.words
