"""The conic data are the program: rows are slacks, whatever layout was cached, in any unit."""

import numpy as np
import pytest

from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.model.program import program
from gpa_theory.worst_case.solvers import conic
from gpa_theory.worst_case.solvers.conic import Recipe
from tests.worst_case.settings import CLASSES, METHODS

pytestmark = pytest.mark.solver


def packed(gram, values, scale):
    """Return (svec X, F) in the solver's units."""
    unit = np.full(len(gram), scale)
    unit[0] = 1.0
    column, row = np.tril_indices(len(gram))
    own = (gram / unit / unit[:, None])[row, column] * np.where(row == column, 1, np.sqrt(2))
    return np.concatenate([own, values / scale])


def rows_are_slacks(method, metric, of, scale=0.3):
    """Return whether the pairs' rows at a random point are the negative slacks, in units."""
    problem = program(method, 5, metric, of)
    rng = np.random.default_rng(1)
    root = rng.normal(size=(problem.size, problem.size))
    gram, values = root @ root.T, rng.normal(size=problem.count - 1)
    matrix, _, cost, layout = conic.data(problem, Recipe(margin=0.0, scale=scale))
    point = packed(gram, values, scale)
    slack = problem.slacks(gram, values)[layout.pairs[:, 0], layout.pairs[:, 1]]
    objective = problem.weights[:-1] @ values + (problem.quadratic * gram).sum()
    same = np.allclose((matrix @ point)[: len(slack)], -slack / scale)
    return same and np.isclose(cost @ point, -objective / scale)


@pytest.mark.parametrize("metric", ["last", "average", "mean"])
@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("name", METHODS)
def test_rows_are_slacks(name, kind, metric):
    """For every class, method and metric."""
    assert rows_are_slacks(METHODS[name], metric, CLASSES[kind])


def test_a_grid_shares_one_layout():
    """Other constants of the same kind fill the same places with their own numbers."""
    of = CLASSES["lipschitz"]
    first, second = (conic.layout_of(program(gpa(x, 0.3, 0.4), 6, "last", of)) for x in (0.5, 0.8))
    assert first[0] is second[0]
    assert not np.allclose(first[1], second[1])
    assert rows_are_slacks(gpa(0.8, 0.3, 0.4), "last", of)


def test_coinciding_points_have_a_layout_of_their_own():
    """μ_x = 0 has other zeros than μ_x = 0.5, and is not mistaken for it."""
    of = CLASSES["lipschitz"]
    layouts = [conic.layout_of(program(gpa(x, 0.3, 0.4), 6, "last", of))[0] for x in (0.5, 0)]
    assert layouts[0] is not layouts[1]
    assert rows_are_slacks(gpa(0, 0.3, 0.4), "last", of)
