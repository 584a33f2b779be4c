"""The catalogue: which problems have which constants, abbreviations, honest refusals.

What every problem has to satisfy is in tests/laws/test_problems.py.
"""

import subprocess
import sys

import numpy as np
import pytest

from gpa_theory.core.assumptions import Assumption
from gpa_theory.numeric.problems.catalogue import domains, load, names
from gpa_theory.numeric.problems.closed_forms import absolute, maximum
from gpa_theory.numeric.problems.domain import Ball
from gpa_theory.numeric.problems.losses import LOSSES

FOUR = ("absolute", "max", "quadratic", "linear")
pytestmark = pytest.mark.solver


def test_which_problem_has_which_constants():
    """Kinks are not smooth, digits (with blank pixels) not strongly convex, ℝ^d has no diameter."""
    real = {name: LOSSES[name.split("-")[1]] for name in names() if "-" in name}
    has = {name: set(load(name).constants) for name in (*FOUR, *real)}
    smooth = {name for name in has if Assumption.SMOOTH in has[name]}
    assert smooth == {"quadratic", *(n for n in real if real[n].curvature is not None)}
    strongly = {name for name in has if Assumption.STRONGLY_CONVEX in has[name]}
    curved = {"quadratic", *(n for n in real if real[n].least_curvature > 0)}
    assert strongly == curved - {"digits-least_squares"}
    assert {n for n in has if Assumption.DIAMETER not in has[n]} == {"absolute", "quadratic"}
    assert {n for n in has if Assumption.LIPSCHITZ not in has[n]} == {"quadratic"}
    exact = {name for name in has if load(name).constants[Assumption.MINIMIZER] == 0}
    assert exact == set(FOUR)
    assert maximum(dim=3).constants[Assumption.MINIMIZER] > 0  # its minimum is no float
    assert all(Assumption.CONVEX in constants for constants in has.values())


@pytest.mark.parametrize("name", ["wine-ls", "diabetes-ls", "breast_cancer-ls"])
def test_smoothness_of_least_squares_is_attained(name):
    """|g(w) − g(v)| = L|w − v| along the top eigenvector, so one per cent less would be wrong."""
    f = load(name)
    hessian = f.subgradient(np.eye(f.dim)) - f.subgradient(np.zeros(f.dim))
    values, vectors = np.linalg.eigh(hessian)
    stretch = np.linalg.norm(f.subgradient(vectors[:, -1]) - f.subgradient(np.zeros(f.dim)))
    assert 0.99 * f.constants[Assumption.SMOOTH] < stretch <= f.constants[Assumption.SMOOTH]
    assert f.constants[Assumption.STRONGLY_CONVEX] == pytest.approx(values[0], rel=1e-6, abs=0)


def test_worst_function_hides_its_coordinates():
    """The subgradient of max_i w_i is e_i for the smallest maximizing i, one point or many."""
    f = maximum(Ball(1.0), dim=3)
    w = np.array([[0.0, 0.0, 0.0], [-1.0, 0.5, 0.5]])
    assert f.subgradient(w).tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    assert f.subgradient(w[1]).tolist() == [0.0, 1.0, 0.0]


def test_absolute_has_subgradient_zero_at_its_minimum():
    """The tie at 0 is broken to 0."""
    assert absolute().subgradient(np.zeros(1)).tolist() == [0.0]


@pytest.mark.parametrize("dim", [0, 2.5, True])
def test_worst_function_needs_a_dimension(dim):
    """A dimension is a positive integer."""
    with pytest.raises(ValueError, match="dim must be an integer ≥ 1"):
        maximum(dim=dim)


def test_abbreviations_and_repetition_give_the_same_object():
    """`-lad` and `-ls` are names for the same problems, and each problem is built once."""
    assert load("diabetes-lad") is load("diabetes-least_absolute_deviation", "ball")
    assert load("wine-ls", "box") is load("wine-least_squares", "box")
    assert load("wine-ls", "box") is not load("wine-ls", "ball")


@pytest.mark.parametrize("name", ["foo", "wine", "wine-l2", "diabetes-hinge", "", None])
def test_unknown_names_are_refused(name):
    """The message lists what there is."""
    with pytest.raises(ValueError, match=r"name must be one of absolute, max") as caught:
        load(name)
    assert f"`load(name={name!r})`" in str(caught.value)
    with pytest.raises(
        ValueError, match=r"`domains\(name=.*\)`: name must be one of absolute, max"
    ):
        domains(name)


@pytest.mark.parametrize(("name", "domain"), [("wine-ls", "space"), ("max", "space"), ("max", "")])
def test_unknown_domains_are_refused(name, domain):
    """A linear function has no minimum on ℝ^d, and certificates of data need a bound."""
    with pytest.raises(ValueError, match="domain must be one of ball, box"):
        load(name, domain)


def test_words_say_formula_size_and_domain():
    """One sentence describes a problem."""
    assert load("wine-hinge").words == (
        "wine-hinge: the mean of max(0, 1 − b⟨a, w⟩) over n = 178 rows (a, b), d = 14, "
        "on the ball |w| ≤ 2"
    )


def test_heavy_libraries_load_late():
    """Importing the catalogue imports neither scikit-learn nor cvxpy."""
    code = (
        "import sys, gpa_theory.numeric.problems.catalogue;"
        "sys.exit(bool({'sklearn', 'cvxpy', 'scipy', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
