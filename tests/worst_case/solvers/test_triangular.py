"""The reduced program against the whole one, on random settings; dropped pairs come back."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from gpa_theory.worst_case.certify.mixing import inside, quadratic_run, resisting_run
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.methods import DiLoCo, gpa, schedule_free
from gpa_theory.worst_case.model.program import program
from gpa_theory.worst_case.model.result import WorstCaseError
from gpa_theory.worst_case.solvers import reduced as reduction
from gpa_theory.worst_case.solvers.interior import descend
from gpa_theory.worst_case.solvers.pattern import completed, listed, mask, stretched, violated
from gpa_theory.worst_case.solvers.reduced import Reduced
from gpa_theory.worst_case.solvers.triangular import NO_PAIRS, jumps, triangle
from tests.worst_case.settings import LIPSCHITZ, SMOOTH

pytestmark = pytest.mark.solver


def random_settings(number):
    """Yield (T, μ_x, μ_y, γ), edges among them."""
    rng = np.random.default_rng(7)
    for _ in range(number):
        T = int(rng.integers(3, 13))
        mu_x = float(rng.choice([0, rng.uniform(0, 0.95), 1 - rng.uniform(0.5, 5) / max(T, 6)]))
        mu_y = float(rng.choice([0, 1, rng.uniform(), 0.9]))
        yield T, round(mu_x, 3), round(mu_y, 3), round(float(rng.uniform(0.2, 2)) / sqrt(T), 3)


@pytest.mark.parametrize("setting", list(random_settings(30)))
def test_the_reduction_loses_nothing(setting):
    """Its certified interval, with violated pairs brought back, meets that of the whole program."""
    T, mu_x, mu_y, gamma = setting
    method = gpa(mu_x, mu_y, gamma)
    whole = worst_case(method, T, solver="clarabel", width=1e-5)
    reduced = worst_case(method, T, solver="triangular", width=1e-4)
    assert reduced.lower <= whole.upper
    assert whole.lower <= reduced.upper


def test_dropped_pairs_come_back():
    """μ_y = 0, where the reduced optimum violates dropped pairs: they are named, and mended."""
    found = worst_case(gpa(0.9, 0, 1 / 3), 9, solver="triangular")
    assert "brought back" in found.solver
    assert found.width <= 1e-6


@pytest.mark.parametrize("method", [schedule_free(0.9, 0.2), DiLoCo(0.3, 0.1, 0.8, 2)])
def test_other_methods_reduce_too(method):
    """Any averaging and DiLoCo have triangular positions."""
    found = worst_case(method, 9, solver="triangular", width=1e-3)
    whole = worst_case(method, 9, solver="clarabel", width=1e-5)
    assert found.lower <= whole.upper
    assert whole.lower <= found.upper


def test_a_longer_horizon_is_certified():
    """T = 45, guessed pattern included, to the default width; the value is known to 5 digits."""
    found = worst_case(gpa(0.92, 0.06, 0.64 / sqrt(40)), 40)
    assert found.solver == "triangular"
    assert found.lower <= 0.1645517 <= found.upper


def test_values_make_the_gram_matrix():
    """Column j of the reduced Gram matrix has ⟨h_i, g_j⟩ = F_i for i ≤ j without slacks."""
    problem = program(gpa(0.7, 0.4, 0.3), 5, "last", LIPSCHITZ)
    reduced = triangle(problem)
    values = np.array([0.5, 0.4, 0.3, 0.25, 0.2])
    gram = np.eye(6) + reduced.gram(values, np.zeros((0, 2), int), np.zeros(0))
    inner = (problem.positions @ gram)[:5, 1:]
    assert np.allclose(np.triu(inner), np.triu(np.repeat(values[:, None], 5, 1)))


def test_slacks_make_the_gram_matrix():
    """⟨h_i, g_j⟩ = F_i − s_ij + s_*j: what `violated` sees is what was put in."""
    problem = program(gpa(0.7, 0.4, 0.3), 5, "last", LIPSCHITZ)
    reduced = triangle(problem)
    values = np.full(5, 0.3)
    pairs = np.array([[0, 2], [-1, 3]])
    slacks = np.array([0.02, 0.05])
    gram = np.eye(6) + reduced.gram(values, pairs, slacks)
    found = problem.slacks(gram, values)
    assert found[0, 2] == pytest.approx(0.02)
    assert found[5, 3] == pytest.approx(0.05)
    extra = np.argwhere(np.tril(np.ones((5, 5), bool), -1))
    rows, constants = reduced.extra_rows(extra, pairs, reduced.columns(pairs))
    seen = constants + rows @ np.concatenate([values, slacks])
    assert np.allclose(seen, found[extra[:, 0], extra[:, 1]])


def test_dropped_pairs_are_listed_when_violated():
    """A value above the others at an early point breaks later pairs."""
    problem = program(gpa(0.7, 0.4, 0.3), 4, "last", LIPSCHITZ)
    assert len(violated(problem, np.eye(5), np.array([-0.1, 0.9, 0.1, 0.1])))


def test_patterns_stretch_inside_the_triangle():
    """A pattern blown up stays at i < j and leaves the last column out."""
    found = stretched(np.array([[0, 3], [2, 9], [-1, 4]]), 10, 25)
    assert len(found)
    assert (found[:, 0] < found[:, 1]).all()
    assert (found[:, 0] >= 0).all()
    assert (found[:, 1] < 24).all()


def test_what_is_not_triangular_is_refused():
    """Must fail: smooth classes and metrics with other points have no such reduction."""
    with pytest.raises(ValueError, match="must be Lipschitz"):
        triangle(program(gpa(0.7, 0.4, 0.3), 4, "last", SMOOTH))
    with pytest.raises(ValueError, match="its last gradient"):
        triangle(program(gpa(0.7, 0.4, 0.3), 4, "mean", LIPSCHITZ))


def test_a_reduced_interval_that_stays_wide_is_an_error():
    """Asked for more than floats give, the reduced program says so."""
    with pytest.raises(WorstCaseError, match="triangular"):
        worst_case(gpa(0.7, 0.4, 0.3), 6, solver="triangular", width=1e-12)


def test_the_newton_system_is_what_it_says(monkeypatch):
    """⟨A_k, Z⁻¹ A_l S⟩ for every pair of unknowns, slacks a few rows at a time."""
    monkeypatch.setattr(reduction, "ROWS", 3)
    reduced = triangle(program(gpa(0.7, 0.4, 0.3), 5, "last", LIPSCHITZ))
    kept = np.array([[0, 1], [0, 2], [1, 3], [-1, 2], [2, 4], [-1, 4], [0, 3]])
    problem = Reduced(reduced, kept)
    rng = np.random.default_rng(0)
    dual, gram = (a @ a.T for a in rng.normal(size=(2, 6, 6)))
    ratio = rng.uniform(1, 2, len(kept))
    at = replace(problem.start(), dual=dual, gram=gram, multipliers=ratio, rows=np.ones(len(kept)))
    unknowns = np.eye(5 + len(kept))
    images = [problem.image(unknown) for unknown in unknowns]
    inverse = np.linalg.inv(gram)
    expected = np.array([[np.trace(a @ inverse @ b @ dual) for b in images] for a in images])
    expected += np.diag(np.concatenate([np.zeros(5), ratio]))
    assert np.allclose(np.tril(problem.schur(at, inverse)), np.tril(expected))


def test_a_start_that_is_given_is_gone_on_from():
    """Asked for more precision, the interior point takes a few steps, not all of them again."""
    problem = Reduced(triangle(program(gpa(0.7, 0.4, 0.3), 8, "last", LIPSCHITZ)), NO_PAIRS)
    steps = []

    def until(least):
        return lambda at, error: steps.append(least) or at.mean_gap() < least

    rough = descend(problem, until(1e-6))
    fine = descend(problem, until(1e-9), rough)
    assert fine.mean_gap() < 1e-9
    assert steps.count(1e-9) < steps.count(1e-6)


@pytest.mark.parametrize(("T", "mu_x", "mu_y", "gamma"), list(random_settings(8)))
def test_the_start_is_stationary_and_strictly_inside(T, mu_x, mu_y, gamma):
    """The first multipliers are positive and satisfy the dual's equations, extra rows or not."""
    reduced = triangle(program(gpa(mu_x, mu_y, gamma), T, "last", LIPSCHITZ))
    kept = np.array([[-1, 1], [0, 1], [0, T - 1]])
    for extra in (NO_PAIRS, np.array([[1, 0], [T - 1, 0], [0, T]])):
        problem = Reduced(reduced, kept, extra)
        at = problem.start()
        assert np.abs(problem.residuals(at)[0]).max() < 1e-12
        assert min(at.multipliers.min(), at.rows.min()) > 0
        assert min(np.linalg.eigvalsh(at.dual)[0], np.linalg.eigvalsh(at.gram)[0]) > 0


def test_a_start_without_flow_is_not_stationary():
    """Must fail: one multiplier changed, and the equations notice."""
    problem = Reduced(triangle(program(gpa(0.7, 0.4, 0.3), 5, "last", LIPSCHITZ)), NO_PAIRS)
    at = problem.start()
    at.dual[0, 2] = at.dual[2, 0] = at.dual[0, 2] + 0.1
    assert np.abs(problem.residuals(at)[0]).max() > 0.01


def test_jumps_carry_one_unit():
    """From x* to x_T over all pairs in order of time, nothing lost on the way."""
    flow = jumps(30)
    assert np.abs((flow.sum(0) - flow.sum(1))[:29]).max() < 1e-15
    assert np.isclose(flow[:, 29].sum(), 1)
    assert (flow[:30, :30][np.triu_indices(30, 1)] > 0).all()
    assert not np.tril(flow[:30, :30]).any()


@pytest.mark.parametrize("setting", [(12, 0.9, 0.5, 0.3), (40, 0.97, 0.9, 0.15)])
def test_resisting_runs_are_further_inside_than_quadratic_ones(setting):
    """All slacks are positive, the least far above that of a quadratic; so mending works."""
    T, mu_x, mu_y, gamma = setting
    of = program(gpa(mu_x, mu_y, gamma), T, "last", LIPSCHITZ)
    gram, values = resisting_run(of, 0.15)
    apart = ~np.eye(of.count, dtype=bool)
    room = of.slacks(gram, values)[apart].min()
    assert np.linalg.eigvalsh(gram)[0] > 0
    assert np.diag(gram).max() <= 1
    assert room > 10 * max(of.slacks(*quadratic_run(of, a))[apart].min() for a in (0.1, 0.25, 0.5))
    worse = values.copy()
    worse[0] -= 0.1 * room  # a little off: the slack (y_1, ·) falls, and mixing repairs it
    mended, heights, share = inside(of, gram, worse, 0.95 * room)
    assert of.slacks(mended, heights)[apart].min() >= 0.9 * room
    assert 0 <= share < 1


def test_a_pattern_that_is_nearly_everything_is_completed():
    """Most pairs kept: all in order of time, of x* the same ones; fewer: left alone."""
    table = np.vstack([np.zeros((1, 10), bool), np.triu(np.ones((10, 10), bool), 1)])
    assert len(completed(listed(table)[:30], 10)) == 45
    few = listed(table)[:20]
    assert completed(few, 10) is few
    table[0, 3] = True
    assert np.flatnonzero(mask(completed(listed(table), 10), 10)[0]).tolist() == [3]
