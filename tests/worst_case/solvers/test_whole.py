"""The whole program by our own interior point: its system, its start, what it finds."""

from math import sqrt

import numpy as np
import pytest

from gpa_theory.core.metrics import METRICS
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.methods import DiLoCo, gpa, schedule_free
from gpa_theory.worst_case.model.program import program
from gpa_theory.worst_case.solvers.conic import all_pairs
from gpa_theory.worst_case.solvers.interior import Iterate
from gpa_theory.worst_case.solvers.units import plain_units, scaled
from gpa_theory.worst_case.solvers.whole import Whole, solve_whole
from tests.tolerances import CLOSED_FORM
from tests.worst_case.settings import LIPSCHITZ

pytestmark = pytest.mark.solver


def problem(metric="average", T=5):
    """Return a program with interior constants."""
    return program(gpa(0.7, 0.4, 0.3), T, metric, LIPSCHITZ)


def whole(p):
    """Return what the interior point works on."""
    return Whole(p, scaled(p, plain_units(p)))


def random_iterate(of, rng):
    """Return definite matrices and positive rows, nothing else."""
    n, rows = of.of.size, len(of.constants)
    first, second = rng.normal(size=(2, n, n))
    gram = first @ first.T + np.eye(n)
    y = np.concatenate([of.turn * gram[of.a, of.b], rng.normal(size=of.of.count - 1)])
    dual = second @ second.T + np.eye(n)
    return Iterate(y, gram, rng.uniform(0.1, 1, rows), dual, rng.uniform(0.1, 1, rows))


@pytest.mark.parametrize("metric", METRICS)
def test_the_system_is_what_its_formula_says(metric):
    """⟨A_k, Z⁻¹ A_l S⟩ + E' diag(m/v) E, entry by entry, from `image` and `apply` alone."""
    of = whole(problem(metric, 4))
    at = random_iterate(of, np.random.default_rng(3))
    inverse = np.linalg.inv(at.gram)
    dense = of.matrix.toarray()
    expected = dense.T @ ((at.multipliers / at.rows)[:, None] * dense)
    for k, unit in enumerate(np.eye(len(of.weights))):
        turned = inverse @ of.image(unit) @ at.dual
        expected[:, k] += of.apply((turned + turned.T) / 2)
    lower = np.tril_indices(len(expected))
    found = of.schur(at, inverse)
    assert found[lower] == pytest.approx(expected[lower], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("metric", METRICS)
def test_rows_are_the_slacks_of_the_program(metric):
    """Of the pairs they are what `Program.slacks` says, of the norms 1 − X_kk."""
    p = problem(metric)
    of = whole(p)
    at = random_iterate(of, np.random.default_rng(4))
    rows = (of.constants + of.matrix @ at.y) / of.data.rows
    slacks = p.slacks(at.gram, at.y[len(of.a) :])
    i, j = all_pairs(p.count).T
    assert rows[: -p.size] == pytest.approx(slacks[i, j])
    assert rows[-p.size :] == pytest.approx(1 - np.diag(at.gram))


@pytest.mark.parametrize("metric", METRICS)
def test_the_start_is_inside_and_stationary(metric):
    """Both matrices definite, rows and multipliers positive, no stationarity missing."""
    of = whole(problem(metric))
    at = of.start()
    assert min(np.linalg.eigvalsh(at.gram)[0], np.linalg.eigvalsh(at.dual)[0]) > 0
    assert min(at.rows.min(), at.multipliers.min()) > 0
    assert np.abs(of.residuals(at)[0]).max() < CLOSED_FORM


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(("mu_x", "mu_y", "scaled"), [(0.9, 0.5, 1), (0.97, 0, 0.4), (0.3, 1, 2)])
def test_it_agrees_with_clarabel(metric, mu_x, mu_y, scaled):
    """Certified intervals at T = 9 meet, and are as narrow as asked for."""
    method = gpa(mu_x, mu_y, scaled / 3)
    ours = worst_case(method, 9, metric, solver="whole", width=1e-5)
    theirs = worst_case(method, 9, metric, solver="clarabel", width=1e-5)
    assert ours.lower <= theirs.upper
    assert theirs.lower <= ours.upper


def test_other_methods():
    """DiLoCo and Schedule-Free; the latter is the minimax 1/√T at γ = 1/√T."""
    found = worst_case(DiLoCo(0.3, 0.1, 0.8, 2), 9, solver="whole", width=1e-4)
    other = worst_case(DiLoCo(0.3, 0.1, 0.8, 2), 9, solver="clarabel", width=1e-4)
    assert found.lower <= other.upper
    assert other.lower <= found.upper
    best = worst_case(schedule_free(0.7, 0.25), 16, solver="whole", width=1e-5)
    assert best.lower <= 0.25 <= best.upper


@pytest.mark.parametrize("metric", ["average", "mean"])
def test_the_means_are_narrow_beyond_forty(metric):
    """T = 45 by default: 1e-3, where O(T) inequalities leave half of it open."""
    found = worst_case(gpa(0.5, 0.2, 0.5 / sqrt(45)), 45 if metric == "average" else 23, metric)
    assert found.solver == "interior point"
    assert found.width <= 1e-3


def test_settings_that_keep_most_pairs_go_to_it():
    """Where the reduced program would need most of its slacks it is not begun."""
    found = worst_case(gpa(0.97, 0.1, 0.3 / 6), 36)
    assert found.solver == "interior point"
    assert found.width <= 1e-4


def test_no_step_left_is_said():
    """Two steps do not get there: the status says so."""
    p = problem()
    assert solve_whole(p, plain_units(p), 1e-6, near=0, limit=2).status == "stalled"
    assert solve_whole(p, plain_units(p), 1e-6, near=0).status == "solved"
