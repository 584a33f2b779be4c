"""An independent tool gets the same worst cases: PEPit, on its own modeling layer, by Clarabel."""

import warnings

import pytest

from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Averaged, gpa
from tests.tolerances import OTHER_PEP
from tests.worst_case.settings import CLASSES, METHODS, METRICS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pepit = pytest.importorskip("PEPit", reason="PEPit is not installed (dev extra)")
    functions = pytest.importorskip("PEPit.functions")

pytestmark = [pytest.mark.solver, pytest.mark.filterwarnings("ignore")]


def declared(problem: "pepit.PEP", of: FunctionClass):
    """Return PEPit's function of the class."""
    if not of.is_smooth:
        return problem.declare_function(
            functions.ConvexLipschitzFunction, M=float(of.lipschitz), reuse_gradient=True
        )
    L, sigma = float(of.smoothness), float(of.strong_convexity)
    if sigma:
        return problem.declare_function(functions.SmoothStronglyConvexFunction, mu=sigma, L=L)
    return problem.declare_function(functions.SmoothConvexFunction, L=L)


def three_sequences(method: Averaged, f, z, steps):
    """Return x_1 … x_T and z_T, written out by hand on PEPit's points."""
    x, seen = z, [z]
    for t in range(1, steps):
        y = float(method.method.mu_y) * x + (1 - float(method.method.mu_y)) * z
        z = z - float(method.step(t)) * f.gradient(y)
        c = float(method.method.averaging.coefficient(t + 1))
        x = (1 - c) * x + c * z
        seen.append(x)
    return seen, z


def by_pepit(method: Averaged, of: FunctionClass, metric: str, steps: int) -> float:
    """Return PEPit's worst case."""
    problem = pepit.PEP()
    f = declared(problem, of)
    minimizer = f.stationary_point()
    z1 = problem.set_initial_point()
    problem.set_initial_condition((z1 - minimizer) ** 2 <= float(of.radius) ** 2)
    x, z = three_sequences(method, f, z1, steps)
    mean = x[0]
    for later in x[1:]:
        mean = mean + later
    if metric == "mean":
        value = f(x[0])
        for later in x[1:]:
            value = value + f(later)
        value = value / steps
    elif metric == "weighted":
        mu_x = float(method.method.averaging.mu_x)
        past = mu_x / (1 - mu_x)
        value = f((mean + past * x[-1]) / (steps + past))
    else:
        value = f({"last": x[-1], "base": z, "average": mean / steps}[metric])
    problem.set_performance_metric(value - f(minimizer))
    return float(problem.solve(wrapper="cvxpy", solver="CLARABEL", verbose=0))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("name", ["gpa", "ema", "schedule", "primal-averaging", "schedule-free"])
def test_pepit_agrees(name, kind, metric):
    """80 settings over classes, methods and metrics: PEPit's value lies in our interval."""
    check(name, kind, metric)


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("name", ["gpa", "ema", "primal-averaging"])
def test_pepit_agrees_on_the_weighted_mean(name, kind):
    """(x_1 + … + x_{T−1} + (1+ρ) x_T)/(T+ρ), written out with ρ = μ_x/(1−μ_x)."""
    check(name, kind, "weighted")


def check(name, kind, metric):
    """Assert that PEPit's value lies in our interval at T = 4."""
    method, of = METHODS[name], CLASSES[kind]
    found = worst_case(method, 4, metric, of, width=1e-5)
    value = by_pepit(method, of, metric, 4)
    slack = OTHER_PEP * float(of.value_scale)
    assert found.lower - slack <= value <= found.upper + slack


def test_pepit_with_another_constant_disagrees():
    """Must fail: the comparison would notice μ_y = 0.36 for 0.35."""
    of = CLASSES["lipschitz"]
    found = worst_case(METHODS["gpa"], 4, of=of)
    other = gpa(0.8, 0.35, 0.4 * 1.01)
    assert abs(by_pepit(other, of, "last", 4) - found.lower) > 10 * OTHER_PEP
