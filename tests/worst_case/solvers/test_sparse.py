"""Long horizons of the means: valid, within the stated looseness, and refused where undefined."""

from math import sqrt

import numpy as np
import pytest

from gpa_theory.symbolic.rates import bound
from gpa_theory.worst_case.certify.witness import certified_lower
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.methods import gpa, polyak_ruppert
from gpa_theory.worst_case.model.program import program
from gpa_theory.worst_case.model.result import WorstCaseError
from gpa_theory.worst_case.solvers.sparse import simplex_witness, solve_sparse, sparse_pairs
from tests.tolerances import CLOSED_FORM
from tests.worst_case.settings import LIPSCHITZ, SMOOTH

pytestmark = pytest.mark.solver


@pytest.mark.parametrize("metric", ["average", "mean", "weighted"])
@pytest.mark.parametrize(("mu_x", "mu_y"), [(0.9, 0.5), (0.5, 0.9), (0.7, 1)])
def test_the_sparse_bound_is_above_and_close(metric, mu_x, mu_y):
    """At T = 9 the sparse upper end is at least the whole program's, and within 10 %."""
    method = gpa(mu_x, mu_y, 1 / 3)
    whole = worst_case(method, 9, metric, width=1e-4)
    sparse = worst_case(method, 9, metric, width=1, solver="sparse")
    assert whole.lower <= sparse.upper <= 1.1 * whole.upper
    assert sparse.lower <= whole.upper


def test_a_long_horizon_is_bounded_below_the_closed_bound():
    """T = 50: less than the proved bound on the average, and the solver says how."""
    found = worst_case(gpa(0.9, 0.5, 1 / sqrt(50)), 50, "average", solver="sparse", width=1)
    values = {"lipschitz": 1.0, "radius": 1.0, "steps": 50, "gamma": 1 / sqrt(50), "mu_x": 0.9}
    assert found.solver.startswith("sparse, ")
    assert found.upper < bound("ogd", "average").at(**values)
    assert found.lower >= 1 / sqrt(50) * (1 - CLOSED_FORM)


def test_a_width_that_few_pairs_cannot_reach_names_what_would():
    """Beyond the horizon to which all pairs are the default, the error says how to have them."""
    with pytest.raises(WorstCaseError, match="'whole' would take all pairs"):
        worst_case(gpa(0.9, 0.5, 0.1), 110, "average", width=1e-3)
    with pytest.raises(WorstCaseError, match=r"larger width$"):
        worst_case(gpa(0.9, 0.5, 0.1), 20, "average", width=1e-3, solver="sparse")


def test_the_simplex_function_attains_the_telescoped_metric():
    """In floats with error bounds: D²/(2γT) + γG²/2 up to what breaks the ties."""
    problem = program(gpa(0.8, 0.35, 0.5), 6, "telescoped", LIPSCHITZ)
    value = 1 / (2 * 0.5 * 6) + 0.5 / 2
    assert float(certified_lower(problem, simplex_witness(problem))) == pytest.approx(
        value, abs=CLOSED_FORM
    )


def test_pairs_grow_linearly():
    """Twice the horizon, about twice the pairs."""
    counts = [
        len(sparse_pairs(program(gpa(0.8, 0.35, 0.5), T, "mean", LIPSCHITZ))) for T in (10, 20, 40)
    ]
    assert np.diff(counts)[1] == 2 * np.diff(counts)[0]


def test_where_it_is_not_defined_it_is_refused():
    """Must fail: smooth classes, and the last iterate, which needs the dense triangle."""
    for metric, of in (("mean", SMOOTH), ("last", LIPSCHITZ)):
        with pytest.raises(ValueError, match="must be average, mean, weighted or telescoped"):
            solve_sparse(program(gpa(0.8, 0.35, 0.5), 4, metric, of))


def test_other_averagings_are_bounded_too():
    """Polyak and Ruppert's mean of values at T = 12."""
    found = worst_case(polyak_ruppert(0.3), 12, "mean", width=1, solver="sparse")
    assert found.lower <= found.upper
