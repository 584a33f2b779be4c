"""The whole smooth program in units: its rows, its Newton matrix and what comes out of it."""

from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.worst_case.certify.mixing import factor, objective, quadratic_run
from gpa_theory.worst_case.model.ball_vector import exact_vector
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import gpa, sgd
from gpa_theory.worst_case.model.program import program
from gpa_theory.worst_case.model.sampling import played, readout
from gpa_theory.worst_case.model.sharp import placed, sharpened
from gpa_theory.worst_case.solvers.interior import Iterate, descend
from gpa_theory.worst_case.solvers.units import guessed_units, scaled, units_at
from gpa_theory.worst_case.solvers.whole import Best, Whole, solve_whole
from tests.worst_case.settings import METHODS, METRICS, SMOOTH, STRONG

pytestmark = pytest.mark.solver


def setting(metric="last", of=STRONG):
    """Return a program, its scaled data, and the interior point's problem."""
    problem = program(METHODS["gpa"], 5, metric, of)
    data = scaled(problem, guessed_units(problem))
    return problem, data, Whole(problem, data)


@pytest.mark.parametrize("of", [SMOOTH, STRONG])
@pytest.mark.parametrize("metric", METRICS)
def test_rows_and_objective_are_those_of_the_program(metric, of):
    """At any point rows are slacks, signs and all, and the objective is the metric, in units."""
    problem, data, whole = setting(metric, of)
    rng = np.random.default_rng(0)
    y = rng.normal(size=len(data.weights))
    at = data.solution(problem, y, np.zeros(len(data.rows)), "", "")
    slack = problem.slacks(at.gram, at.values)[~np.eye(problem.count, dtype=bool)]
    rows = data.constants + data.matrix @ y
    metric_unit = guessed_units(problem).metric
    assert np.allclose(rows[:-1] * metric_unit, slack * data.rows[:-1])
    assert np.allclose(rows[-1] * metric_unit, (1 - at.gram[0, 0]) * data.rows[-1])
    assert np.isclose(data.weights @ y * metric_unit, objective(problem, at.gram, at.values))
    assert np.allclose(whole.apply(whole.image(y))[: len(whole.a)], y[: len(whole.a)])


def test_the_newton_matrix_is_the_sum_over_all_basis_matrices():
    """⟨A_k, X⁻¹ A_l S⟩ + Σ (m/v) E_k E_l, entry by entry from the definition."""
    _, data, whole = setting()
    rng = np.random.default_rng(1)
    n, count = whole.of.size, len(data.weights)
    x, s = (root @ root.T + np.eye(n) for root in rng.normal(size=(2, n, n)))
    rows, multipliers = rng.exponential(size=(2, len(data.constants)))
    inverse = np.linalg.inv(x)
    found = whole.schur(Iterate(np.zeros(count), x, rows, s, multipliers), inverse)
    basis = [
        whole.image(e) if k < len(whole.a) else np.zeros((n, n))
        for k, e in enumerate(np.eye(count))
    ]
    images = np.array([whole.apply((inverse @ a @ s + s @ a @ inverse) / 2) for a in basis])
    dense = data.matrix.toarray()
    expected = images + dense.T @ np.diag(multipliers / rows) @ dense
    assert np.allclose(np.tril(found), np.tril(expected))


def test_multipliers_come_back_in_the_programs_units():
    """At the optimum the flow carries the metric's weights, and ν_0 is the worst case."""
    problem, _, _ = setting()
    found = solve_whole(problem, guessed_units(problem))
    assert found.status == "solved"
    carried = (found.flow.sum(0) - found.flow.sum(1))[:-1]
    assert np.allclose(carried, problem.weights[:-1], atol=1e-6)
    assert np.isclose(found.norms[0], objective(problem, found.gram, found.values), rtol=1e-6)
    off = ~np.eye(problem.count, dtype=bool)
    assert problem.slacks(found.gram, found.values)[off].min() > -1e-12


def test_centering_makes_a_point_feasible_at_the_same_gap():
    """A few such steps remove what rows and equations lack, and leave the complementarity."""
    _, _, whole = setting()
    at = descend(whole, lambda at, _: at.mean_gap() < 1e-2)
    gap, lacking = at.mean_gap(), np.abs(whole.residuals(at)[1]).max()
    for _ in range(6):
        at = whole.centered(at)
    assert np.abs(whole.residuals(at)[1]).max() < 1e-9 < 1e-6 < lacking
    assert np.abs(whole.residuals(at)[0]).max() < 1e-9
    assert 0.5 * gap < at.mean_gap() < 2 * gap
    assert (whole.constants + whole.matrix @ at.y).min() > 1e-6


def test_units_follow_what_the_metric_feels():
    """Sizes of a point, but none below what changes the metric by 1e−8."""
    problem = program(gpa(0.3, 0.2, 1), 20, "average", STRONG)
    place = quadratic_run(problem, 1.0)
    units = units_at(problem, place)
    assert units.metric == objective(problem, *place)
    assert np.isclose(units.gradients[1], np.sqrt(place[0][1, 1]))
    assert units.gradients[-2] >= np.sqrt(2e-8 * units.metric) > np.sqrt(place[0][-2, -2])


def test_the_best_ends_are_kept_on_the_way():
    """A point whose slacks are negative, and multipliers that fit worse, replace nothing."""
    _, _, whole = setting()
    best, good = Best(whole, 1e-7), whole.start()
    good.y[:] *= 1e-3
    best.stop(good, 1e-3)
    bad = whole.start()
    bad.y[len(whole.a) :] = -10.0  # f below f*
    best.stop(bad, 1e-1)
    assert best.point is good
    assert best.multipliers is good
    assert best.status == "stalled"


def test_small_rows_of_a_factor_keep_their_digits():
    """Entries of 1e−18 come back to nine digits from beside entries of 1."""
    rng = np.random.default_rng(2)
    root = rng.normal(size=(4, 4)) * np.array([1, 1e-3, 1e-6, 1e-9])[:, None]
    gram = root @ root.T
    assert np.allclose(factor(gram) @ factor(gram).T / gram, 1, rtol=1e-9)


def test_an_indefinite_matrix_keeps_the_digits_of_its_small_rows():
    """D B D with D from 1 to 1e−12: B comes back to 1e−6, but for its eigenvalue of −1e−9."""
    turn, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(4, 4)))
    b = turn * np.array([-1e-9, 0.5, 1, 2]) @ turn.T
    d = np.array([1, 1e-4, 1e-8, 1e-12])
    root = factor(d[:, None] * (b + b.T) / 2 * d) / d[:, None]
    assert root.shape[1] == 3
    assert np.allclose(root @ root.T, b, atol=1e-6)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("name", METHODS)
def test_positions_rounded_once_lie_in_the_enclosures_carried_along(name, metric):
    """Every method and metric: the exact positions are within both radii, the second at 2^-53."""
    rough = program(METHODS[name], 5, metric, STRONG)
    sharp = sharpened(rough)
    assert (np.abs(sharp.positions - rough.positions) <= rough.radius + sharp.radius).all()
    assert (sharp.radius <= 2.0**-53 * np.abs(sharp.positions)).all()


def test_what_rounding_once_leaves_is_in_the_radius():
    """x_2 = (1 − γσ) z_1 − γ g_1 with γ = 1/3 and σ = 1/4 of the normalized class: no floats."""
    of = FunctionClass(smoothness=Fraction(5, 4), strong_convexity=Fraction(1, 4))
    sharp = sharpened(program(sgd(Fraction(1, 3)), 2, "last", of))
    exact_row = (Fraction(11, 12), Fraction(-1, 3))
    for value, near, radius in zip(
        exact_row, sharp.positions[1].tolist(), sharp.radius[1].tolist(), strict=False
    ):
        assert 0 < abs(value - Fraction(near)) <= Fraction(radius)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("name", METHODS)
def test_placed_points_are_those_of_the_run(name, metric):
    """Points made from coordinates meet those of a run on the same gradients, within both radii."""
    problem = sharpened(program(METHODS[name], 5, metric, STRONG))
    rows = np.random.default_rng(3).normal(size=(problem.size, 3))
    method, sigma = problem.method, problem.curvature
    trace = played(method, 5, exact_vector(rows[0]), lambda t, y: exact_vector(rows[t]), sigma)
    points = dict(zip(problem.samples.names, placed(problem, rows), strict=True))
    run = {f"y{t}": y for t, y in enumerate(trace.y, 1)}
    run |= {n: x for n, x, _ in readout(method, 5, metric, trace) if n in points}
    assert run.keys() == points.keys()
    for key, ball in points.items():
        assert (np.abs(ball.center - run[key].center) <= ball.radius + run[key].radius).all()
        assert (ball.radius > 0).all()
