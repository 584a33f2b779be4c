"""Tuning: gradients against differences, optima that are known, refusals; sweeps that resume."""

import json
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.landscape import Landscape
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.families import FAMILIES, diloco
from gpa_theory.worst_case.model.methods import sgd
from gpa_theory.worst_case.model.result import WorstCaseError
from gpa_theory.worst_case.sweeping import sweep
from gpa_theory.worst_case.tuning import tune
from tests.tolerances import ENVELOPE, PUBLISHED
from tests.worst_case.settings import LIPSCHITZ, SMOOTH, STRONG

pytestmark = pytest.mark.solver


@pytest.mark.parametrize("of", [LIPSCHITZ, SMOOTH, STRONG])
@pytest.mark.parametrize("metric", ["last", "average"])
def test_the_envelope_gradient_is_the_difference_quotient(of, metric):
    """dV/dθ from the multipliers against central differences of the value."""
    landscape = Landscape(FAMILIES["gpa"], 5, metric, of, 1e-7)
    at = np.array(landscape.coordinates([0.7, 0.45, 0.3]))
    _, gradient = landscape(at)
    for k in range(3):
        step = np.eye(3)[k] * 1e-4
        quotient = (landscape(at + step)[0] - landscape(at - step)[0]) / 2e-4
        assert gradient[k] == pytest.approx(quotient, abs=ENVELOPE)


@pytest.mark.parametrize(("steps", "value"), [(5, 1.00972), (10, 1.02369)])
def test_tuned_gpa_is_near_the_minimax_rate(steps, value):
    """The least worst case times √T that a prototype found, to its digits."""
    found = tune("gpa", steps)
    assert found.found.upper * sqrt(steps) == pytest.approx(value, rel=PUBLISHED)
    assert found.found.lower >= 1 / sqrt(steps) * (1 - 1e-6)


def test_tuned_subgradient_descent():
    """Its best constant step at T = 10 and what it costs."""
    found = tune("sgd", 10)
    assert found.found.upper * sqrt(10) == pytest.approx(1.1751, rel=PUBLISHED)


def test_other_classes_scale_the_tuned_constants():
    """γ scales with D/G, the value with GD."""
    of = FunctionClass(lipschitz=4, radius=2)
    plain, scaled = tune("sgd", 5), tune("sgd", 5, of=of)
    ratio = float(plain.constants["gamma"] / scaled.constants["gamma"])
    assert ratio == pytest.approx(2, rel=PUBLISHED)
    assert scaled.found.upper == pytest.approx(8 * plain.found.upper, rel=PUBLISHED)


def test_diloco_is_tuned_on_the_same_footing():
    """Single-worker DiLoCo with H = 2 is worse at its best than GPA at the same T."""
    assert tune(diloco(2), 3).found.lower > tune("gpa", 3).found.upper


def test_the_best_constants_seen_are_kept():
    """A worse point afterwards changes nothing: at a kink, a search may end at one."""
    landscape = Landscape(FAMILIES["sgd"], 5, "last", LIPSCHITZ, 1e-7)
    for gamma in (0.4, 0.2, 0.9):
        landscape(np.array([np.log(gamma)]))
    assert landscape.best[1] == pytest.approx([0.2])
    assert landscape.best[0] == pytest.approx(worst_case(sgd(0.2), 5).upper, rel=1e-6)
    assert landscape.evaluations == 3


def test_a_solve_that_fails_is_no_optimum():
    """Must fail: at absurd steps a solver gives up and reports 0."""
    of = FunctionClass(smoothness=1, strong_convexity=Fraction(1, 4))
    landscape = Landscape(diloco(2), 7, "last", of, 1e-7)
    assert landscape(np.array([0.0, 4.0, 4.0]))[0] > 10
    assert tune(diloco(2), 7, of=of).found.upper < 1e-3
    with pytest.raises(WorstCaseError, match="no solve gave a bound"):
        tune(diloco(2), 7, of=of, starts=[(0.0, 54.0, 54.0)], evaluations=1)


def test_where_points_coincide_the_search_goes_on():
    """The start μ_y = 0 is on the edge, where y_t = z_t are fewer points."""
    assert tune("gpa", 4, "mean", starts=[(0.5, 0.0, 0.5)]).found.width < 1e-6


def test_unknown_families_are_refused():
    """The families are named, and so are the solvers; T is a count."""
    with pytest.raises(ValueError, match="family must be one of gpa, sgd"):
        tune("adam", 5)
    with pytest.raises(ValueError, match="solver must be auto or whole"):
        tune("sgd", 5, solver="cvxpy")
    with pytest.raises(ValueError, match="steps must be an integer"):
        tune("sgd", 0)


def test_all_pairs_from_the_first_solve_on():
    """The same optimum by the other solver."""
    auto, whole = tune("sgd", 4), tune("sgd", 4, solver="whole")
    assert whole.found.solver == "interior point"
    assert whole.found.upper == pytest.approx(auto.found.upper, rel=PUBLISHED)


GRID = ([0.5, 0.8], [0.2, 0.7])


def test_a_sweep_in_parallel_is_the_sweep_in_order():
    """Two processes give the rows of one."""
    assert sweep(*GRID, 0.4, 4, jobs=2) == sweep(*GRID, 0.4, 4)


def test_an_interrupted_sweep_goes_on(tmp_path):
    """Rows already in the file are kept; a line cut short is solved again."""
    path = tmp_path / "rows.jsonl"
    whole = sweep(*GRID, 0.4, 4, resume=path)
    lines = path.read_text().splitlines()
    marked = json.loads(lines[0]) | {"solver": "kept"}
    path.write_text("\n".join([json.dumps(marked), lines[1], lines[2][:20]]) + "\n")
    again = sweep(*GRID, 0.4, 4, resume=path)
    assert again[0]["solver"] == "kept"
    assert again[1:] == whole[1:]


def test_rows_of_other_settings_are_not_taken(tmp_path):
    """γ, T, metric and class are part of a row."""
    path = tmp_path / "rows.jsonl"
    sweep([0.5], [0.2], 0.4, 4, resume=path)
    assert sweep([0.5], [0.2], 0.5, 4, resume=path)[0]["gamma"] == "1/2"


def test_a_setting_without_a_narrow_interval_says_so():
    """Its row has `error`, the others are there."""
    rows = sweep([0.5], [0.2], 0.4, 4, width=1e-13)
    assert "is wider than" in rows[0]["error"]


def test_bad_grids_are_refused_before_any_solve():
    """One μ_x = 1 in the grid is an error at once."""
    with pytest.raises(ValueError, match="mu_x must lie"):
        sweep([0.5, 1], [0.2], 0.4, 4)


@pytest.mark.solver
def test_a_row_that_was_cut_short_spoils_no_other(tmp_path):
    """What is appended after it stands on a line of its own, and is found again."""
    path = tmp_path / "rows.jsonl"
    path.write_text('5\n{"mu_x": "1/2", "mu')
    sweep([0.5], [0.2], 0.4, 4, resume=path)
    assert [line[:1] for line in path.read_text().splitlines()] == ["5", "{", "{"]
    before = path.read_bytes()
    sweep([0.5], [0.2], 0.4, 4, resume=path)
    assert path.read_bytes() == before


def test_a_sweep_is_not_appended_to_a_link(tmp_path):
    """Refused before the work, and the link stays."""
    path = tmp_path / "rows.jsonl"
    path.symlink_to(tmp_path / "other")
    with pytest.raises(ValueError, match="resume cannot be written: it is a symbolic link"):
        sweep([0.5], [0.2], 0.4, 4, resume=path)
