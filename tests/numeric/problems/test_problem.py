"""`Problem` and `finite_sum` refuse what would make a statement about them false."""

from dataclasses import FrozenInstanceError, replace
from math import inf, nan

import cvxpy as cp
import numpy as np
import pytest

from gpa_theory.core.assumptions import Assumption
from gpa_theory.numeric.problems.closed_forms import linear, maximum
from gpa_theory.numeric.problems.domain import Ball, Box, Space
from gpa_theory.numeric.problems.finite_sum import finite_sum

ONES = np.ones((3, 2))
SIGNS = np.array([1.0, -1.0, 1.0])


def _arrays(features=ONES, targets=SIGNS, loss="hinge", domain=Ball(1.0)):  # noqa: B008 (frozen)
    return {"features": features, "targets": targets, "loss": loss, "domain": domain}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"features": [[nan, 1.0]] * 3}, "features must be finite"),
        ({"features": [[inf, 1.0]] * 3}, "features must be finite"),
        ({"features": np.zeros((0, 2)), "targets": []}, "features must be a non-empty array"),
        ({"features": np.ones(3)}, "features must be a non-empty array with 2 axes"),
        ({"features": [["a", "b"]] * 3}, "features must be an array of real numbers"),
        ({"features": [[1.0], [1.0, 2.0]]}, "features must be an array of real numbers"),
        ({"features": [[1e101, 1.0]] * 3}, "features must not exceed 1e+100 in size"),
        ({"targets": [nan, 1.0, 1.0]}, "targets must be finite"),
        ({"targets": [[1.0], [1.0], [1.0]]}, "targets must be a non-empty array with 1 axis"),
        ({"targets": [1.0, -1.0]}, "targets must hold one number for each of the 3 rows"),
        ({"targets": [0.0, 1.0, 1.0]}, "targets must be +1 or −1 for the hinge loss"),
        ({"targets": [2.0, 1.0, 1.0], "loss": "logistic"}, "targets must be +1 or −1"),
        ({"loss": "no_such_loss"}, "loss must be one of logistic, hinge"),
        ({"domain": Space()}, "domain must be a Ball or a Box"),
        ({"domain": 2.0}, "domain must be a Ball or a Box"),
    ],
)
def test_bad_data_are_refused(change, rule):
    """NaN, infinity, empty, ragged, mismatched, wrong labels: the message names call and rule."""
    with pytest.raises(ValueError, match=r"`finite_sum\(name='mine'\)`") as caught:
        finite_sum("mine", **_arrays(**change))
    assert rule in str(caught.value)


@pytest.mark.solver
def test_finite_sum_copies_its_arrays():
    """Changing the caller's array afterwards changes nothing: problems are immutable."""
    features = ONES.copy()
    f = finite_sum("mine", features, SIGNS, "hinge", Box(0.5))
    before = float(f.value(f.minimizer))
    features[:] = 7.0
    assert float(f.value(f.minimizer)) == before
    with pytest.raises(ValueError, match="read-only"):
        f.minimizer[0] = 3.0
    with pytest.raises(FrozenInstanceError):
        f.dim = 3
    with pytest.raises(TypeError):
        f.constants[Assumption.CONVEX] = 1.0


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"dim": 0}, "dim must be an integer ≥ 1"),
        ({"start": np.zeros(4)}, r"start must have shape \(5,\)"),
        ({"start": np.full(5, nan)}, "start must be finite"),
        ({"start": np.ones(5)}, "start must lie in the domain"),
        ({"minimizer": np.ones(5)}, "minimizer must lie in the domain"),
        ({"minimizer": np.zeros(5)}, "value at the minimizer must lie within"),
        ({"minimum_lower": -inf}, "minimum_lower must be finite"),
        ({"minimum_upper": nan}, "minimum_upper must be finite"),
        ({"minimum_lower": -3.5}, r"minimum_upper must lie in \[-3.5, ∞\)"),
        ({"value": lambda w: w}, r"value must be finite of shape \(\)"),
        ({"subgradient": lambda w: w[..., 0]}, "subgradient must be finite of shape"),
        ({"subgradient": lambda w: w * nan}, "subgradient must be finite of shape"),
        ({"constants": {Assumption.LIPSCHITZ: nan}}, r"constants\[LIPSCHITZ\] must lie in"),
        ({"constants": {Assumption.LIPSCHITZ: None}}, r"constants\[LIPSCHITZ\] needs a constant"),
        ({"constants": {Assumption.CONVEX: 1.0}}, r"constants\[CONVEX\] has no constant"),
        ({"constants": {Assumption.COORDINATEWISE: None}}, "must not be claimed of the ball"),
    ],
)
def test_inconsistent_problems_are_refused(change, rule):
    """A wrong field of an otherwise right problem raises, naming the field."""
    with pytest.raises(ValueError, match=rule):
        replace(linear(), **change)


@pytest.mark.parametrize(
    ("features", "targets", "parameter"),
    [
        ([[1e60], [1.0]], [1.0, -1e7], "features must be rescaled: with entries up to 1e+60"),
        ([[1e7], [1.0]], [1e12, -1.0], "targets must be rescaled: with entries up to 1e+12"),
    ],
)
def test_data_that_break_the_solver_are_refused(features, targets, parameter, monkeypatch):
    """The user is told which array to rescale, the larger one, with the solver's status."""
    monkeypatch.setattr(cp.Problem, "solve", lambda self, **_: None)
    monkeypatch.setattr(cp.Problem, "status", "infeasible")
    with pytest.raises(ValueError, match=r"Clarabel returned 'infeasible'") as caught:
        finite_sum("mine", features, targets, "least_squares", Ball(1.0))
    assert parameter in str(caught.value)


@pytest.mark.solver
def test_targets_of_1e12_do_break_the_solver():
    """The refusal is not theory: Clarabel 0.11 calls this feasible problem infeasible."""
    with pytest.raises(ValueError, match="targets must be rescaled"):
        finite_sum("mine", [[1.0], [1.0]], [1e12, -1.0], "least_squares", Ball(1.0))


def test_the_solver_alone_is_blamed_for_ordinary_data(monkeypatch):
    """A failure that no magnitude explains stays a RuntimeError with the status."""
    monkeypatch.setattr(cp.Problem, "solve", lambda self, **_: None)
    monkeypatch.setattr(cp.Problem, "status", "user_limit")
    with pytest.raises(RuntimeError, match="Clarabel returned 'user_limit' on hinge, n = 3, d = 2"):
        finite_sum("mine", **_arrays())


def test_dimensions_are_plain_integers():
    """A dimension read off a numpy array becomes an int."""
    assert type(maximum(dim=np.int64(3)).dim) is int
    assert type(replace(linear(), dim=np.int64(5)).dim) is int


def test_gap_is_rounded_up():
    """The gap is at least the true difference of the two ends."""
    f = maximum(Ball(1.0), dim=3)
    assert 0 < f.minimum_gap <= np.spacing(1.0)
    assert f.minimum_lower + f.minimum_gap >= f.minimum_upper
