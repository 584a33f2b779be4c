"""Every problem of the catalogue: small certified gaps, true constants, honest refusals."""

import subprocess
import sys

import numpy as np
import pytest

from gpa_theory.core.assumptions import Assumption
from gpa_theory.numeric.problems.catalogue import domains, load, names
from gpa_theory.numeric.problems.closed_forms import absolute, maximum
from gpa_theory.numeric.problems.domain import Ball
from tests.tolerances import CERTIFIED_GAP, ROUNDING

CASES = [(name, domain) for name in names() for domain in domains(name)]
REAL = [case for case in CASES if "-" in case[0]]
CLOSED = [case for case in CASES if "-" not in case[0]]
everywhere = pytest.mark.parametrize(("name", "domain"), CASES)
pytestmark = pytest.mark.solver


def _feasible(f, count=60):
    """Return feasible points: spread over the domain, near the comparator, on the boundary."""
    rng = np.random.default_rng(20)
    noise = rng.standard_normal((count, f.dim))
    near = f.minimizer + 10.0 ** rng.integers(-6, 0, size=(count, 1)) * noise
    return f.domain.project(np.concatenate([noise / np.sqrt(f.dim), near, 100 * noise[:5]]))


@pytest.mark.parametrize(("name", "domain"), REAL)
def test_real_minima_are_certified_tightly(name, domain):
    """The enclosure of the minimum is at most CERTIFIED_GAP wide."""
    assert 0 <= load(name, domain).minimum_gap <= CERTIFIED_GAP


@pytest.mark.parametrize(("name", "domain"), CLOSED)
def test_closed_forms_have_no_gap(name, domain):
    """The catalogue's closed forms have minima that are floats."""
    assert load(name, domain).minimum_gap == 0


@everywhere
def test_no_feasible_point_is_below_the_lower_bound(name, domain):
    """f(w) ≥ minimum_lower at feasible points, and the start is not optimal."""
    f = load(name, domain)
    w = _feasible(f)
    assert np.all(f.value(w) + f.inexactness(w)[0] + ROUNDING >= f.minimum_lower)
    assert f.value(f.start) - f.inexactness(f.start)[0] > f.minimum_upper


@everywhere
def test_subgradient_inequality(name, domain):
    """f(v) ≥ f(w) + ⟨g(w), v − w⟩ for all pairs, within the inexactness of both ends."""
    f = load(name, domain)
    w = _feasible(f, 15)
    values, g, (value_error, gradient_error) = f.value(w), f.subgradient(w), f.inexactness(w)
    step = w[None] - w[:, None]  # [i, j]: w_j − w_i
    bregman = values[None] - values[:, None] - np.einsum("ijk,ik->ij", step, g)
    slack = (
        value_error[:, None] + value_error + gradient_error[:, None] * np.linalg.norm(step, axis=-1)
    )
    assert np.all(bregman >= -slack - ROUNDING * (1 + np.abs(values).max()))


@everywhere
def test_constants_hold_on_samples(name, domain):
    """|g| ≤ G, |z − u| ≤ R, |g(w) − g(v)| ≤ L|w − v|, monotone by σ|w − v|², |z_1 − u| ≤ D."""
    f = load(name, domain)
    w = _feasible(f)
    g, c, error = f.subgradient(w), f.constants, f.inexactness(w)[1].max()
    far = w - f.minimizer
    assert c[Assumption.DIMENSION] == f.dim
    assert np.linalg.norm(f.start - f.minimizer) <= c[Assumption.RADIUS] * (1 + ROUNDING)
    if Assumption.LIPSCHITZ in c:
        assert np.linalg.norm(g, axis=-1).max() <= c[Assumption.LIPSCHITZ]
    if Assumption.DIAMETER in c:
        assert np.linalg.norm(far, axis=-1).max() <= c[Assumption.DIAMETER]
        assert np.abs(far).max() <= c[Assumption.COORDINATE_DIAMETER]
    dw, dg = np.diff(w, axis=0), np.diff(g, axis=0)
    length = np.linalg.norm(dw, axis=-1)
    if Assumption.SMOOTH in c:
        assert np.all(np.linalg.norm(dg, axis=-1) <= c[Assumption.SMOOTH] * length + 2 * error)
    if Assumption.STRONGLY_CONVEX in c:
        modulus = c[Assumption.STRONGLY_CONVEX]
        assert np.all((dg * dw).sum(-1) >= modulus * length**2 - 2 * error * length - ROUNDING)


def test_which_problem_has_which_constants():
    """Kinks are not smooth, digits (with blank pixels) not strongly convex, ℝ^d has no diameter."""
    has = {name: set(load(name).constants) for name in names()}
    smooth = {name for name in has if Assumption.SMOOTH in has[name]}
    assert smooth == {n for n in names() if n.endswith(("logistic", "least_squares", "quadratic"))}
    strongly = {name for name in has if Assumption.STRONGLY_CONVEX in has[name]}
    assert strongly == {n for n in smooth if not n.endswith("logistic")} - {"digits-least_squares"}
    assert {n for n in has if Assumption.DIAMETER not in has[n]} == {"absolute", "quadratic"}
    assert {n for n in has if Assumption.LIPSCHITZ not in has[n]} == {"quadratic"}
    exact = {name for name in has if load(name).constants[Assumption.MINIMIZER] == 0}
    assert exact == {"absolute", "max", "quadratic", "linear"}
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
