"""PEPit answers the same questions, on its own modeling layer: metrics, starts, projections."""

import warnings

import pytest

from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.questions.answer import answer
from tests.tolerances import OPEN_PEP, OTHER_PEP
from tests.worst_case.test_pepit import declared, three_sequences

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pepit = pytest.importorskip("PEPit", reason="PEPit is not installed (dev extra)")
    functions = pytest.importorskip("PEPit.functions")
    steps = pytest.importorskip("PEPit.primitive_steps")

pytestmark = [pytest.mark.solver, pytest.mark.filterwarnings("ignore")]
METHOD, T = gpa(0.8, 0.35, 0.4), 4
LIPSCHITZ, SMOOTH = FunctionClass(lipschitz=1), FunctionClass(smoothness=1)
STRONG = FunctionClass(smoothness=1, strong_convexity=0.2)


def by_pepit(metric, of, start_gap=None):
    """Return PEPit's worst case."""
    problem = pepit.PEP()
    f = declared(problem, of)
    minimizer, z1 = f.stationary_point(), problem.set_initial_point()
    if start_gap is None:
        problem.set_initial_condition((z1 - minimizer) ** 2 <= 1)
    else:
        problem.set_initial_condition(f(z1) - f(minimizer) <= start_gap)
    x, _ = three_sequences(METHOD, f, z1, T)
    if metric == "gradient":
        problem.set_performance_metric(f.gradient(x[-1]) ** 2)
    for point in x if metric == "best" else x[-1:] if metric == "last" else []:
        problem.set_performance_metric(f(point) - f(minimizer))  # the least of several
    return float(problem.solve(wrapper="cvxpy", solver="CLARABEL", verbose=0))


@pytest.mark.parametrize(
    ("metric", "of", "start_gap"),
    [
        ("best", LIPSCHITZ, None),
        ("best", SMOOTH, None),
        ("best", STRONG, None),
        ("gradient", SMOOTH, None),
        ("gradient", STRONG, None),
        ("last", LIPSCHITZ, 2),
        ("best", LIPSCHITZ, 2),
        ("last", SMOOTH, 2),
        ("gradient", SMOOTH, 2),
        ("last", STRONG, 2),
        ("gradient", STRONG, 2),
    ],
)
def test_pepit_agrees(metric, of, start_gap):
    """11 questions: PEPit's value lies in our interval."""
    found = answer(METHOD, T, metric, of, start_gap=start_gap)
    value = by_pepit(metric, of, start_gap)
    slack = OTHER_PEP if start_gap is None else OPEN_PEP
    assert found.lower - slack <= value <= found.upper + slack


@pytest.mark.parametrize(("diameter", "near"), [(1, 1), (0.5, 0.5), (2, 0.7)])
def test_pepit_agrees_on_projected_steps(diameter, near):
    """By PEPit's indicator function of a set of that diameter, and its proximal step."""
    problem = pepit.PEP()
    f = problem.declare_function(functions.ConvexLipschitzFunction, M=1, reuse_gradient=True)
    inside = problem.declare_function(functions.ConvexIndicatorFunction, D=diameter)
    u = (f + inside).stationary_point()
    start = problem.set_initial_point()
    z, _, _ = steps.proximal_step(start, inside, 1)
    problem.set_initial_condition((z - u) ** 2 <= near**2)
    x = z
    for _ in range(T - 1):
        y = 0.35 * x + 0.65 * z
        z, _, _ = steps.proximal_step(z - 0.4 * f.gradient(y), inside, 1)
        x = 0.8 * x + 0.2 * z
    problem.set_performance_metric(f(x) - f(u))
    value = float(problem.solve(wrapper="cvxpy", solver="CLARABEL", verbose=0))
    of = FunctionClass(lipschitz=1, radius=near)
    found = answer(METHOD, T, "last", of, diameter=diameter)
    assert found.lower - OTHER_PEP <= value <= found.upper + OTHER_PEP


def test_pepit_with_another_start_disagrees():
    """Must fail: the comparison would notice Δ = 2.02 for 2."""
    found = answer(METHOD, T, "last", SMOOTH, start_gap=2)
    assert by_pepit("last", SMOOTH, 2.02) > found.upper + OPEN_PEP
