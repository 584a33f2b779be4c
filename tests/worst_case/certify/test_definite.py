"""Definiteness is claimed only if all matrices within the errors have it; no error is left out."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.worst_case.certify.definite import (
    certainly_above,
    certainly_definite,
    slack_errors,
)
from gpa_theory.worst_case.model.program import program
from tests.worst_case.certify.exact_matrices import exact_slack_matrix
from tests.worst_case.settings import CLASSES, METHODS, SMOOTH

pytestmark = pytest.mark.solver


def graded(seed, lowest):
    """Return a matrix D B D, B of order 6 with least eigenvalue `lowest`, D from 1 to 1e−9."""
    rng = np.random.default_rng(seed)
    q, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    b = q * np.array([lowest, 0.5, 1, 1, 2, 3]) @ q.T
    d = 10.0 ** -np.linspace(0, 9, 6)
    return d[:, None] * (b + b.T) / 2 * d, d[:, None] * d


@pytest.mark.parametrize("seed", range(5))
def test_a_graded_matrix_is_seen_to_be_definite(seed):
    """Errors of 1e−9 of the smallest entries do not matter; compared to the largest they would."""
    matrix, size = graded(seed, 1e-3)
    assert certainly_definite(matrix, 1e-6 * size)


@pytest.mark.parametrize("seed", range(5))
def test_what_errors_could_make_indefinite_is_refused(seed):
    """Must fail: there is an indefinite matrix within the errors."""
    matrix, size = graded(seed, 1e-3)
    assert not certainly_definite(matrix, 1e-2 * size)


@pytest.mark.parametrize("seed", range(5))
def test_an_error_in_the_smallest_entry_counts(seed):
    """Must fail: an error of 1e−18 alone, twice the entry it belongs to, makes it negative."""
    matrix, size = graded(seed, 1e-3)
    errors = 0 * size
    errors[-1, -1] = 2 * matrix[-1, -1]
    assert not certainly_definite(matrix, errors)


@pytest.mark.parametrize("seed", range(5))
def test_an_indefinite_graded_matrix_is_refused(seed):
    """Must fail: an eigenvalue of −1e−9 relative, 1e−27 absolute, is seen."""
    matrix, size = graded(seed, -1e-9)
    assert not certainly_definite(matrix, 0 * size)


@pytest.mark.parametrize("entry", [0.0, -1.0, np.nan, np.inf])
def test_a_diagonal_that_is_not_positive_is_refused(entry):
    """Must fail: zero, negative and infinite diagonals prove nothing here."""
    matrix = np.eye(3)
    matrix[1, 1] = entry
    assert not certainly_definite(matrix, np.zeros((3, 3)))
    assert not certainly_definite(np.eye(3), np.full((3, 3), abs(entry) if entry else np.nan))


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("metric", ["last", "mean"])
def test_errors_hold_what_floats_lose(kind, metric):
    """The matrix in Fractions is within them, entry by entry."""
    problem = program(METHODS["gpa"], 5, metric, CLASSES[kind])
    rng = np.random.default_rng(0)
    flow, norms = rng.exponential(size=(problem.count,) * 2), rng.exponential(size=problem.size)
    np.fill_diagonal(flow, 0.0)
    truth = exact_slack_matrix(problem, flow, norms)
    errors = slack_errors(problem, flow, norms, np.zeros(problem.count - 1))
    found = problem.slack_matrix(flow, norms)
    for off, error in zip(
        (truth - [[Fraction(v) for v in row] for row in found]).ravel(), errors.ravel(), strict=True
    ):
        assert abs(off) <= Fraction(error)


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("seed", range(3))
def test_moved_positions_change_entries_within_the_errors(kind, seed):
    """With radii of 1e−3, positions anywhere within them give matrices within the errors."""
    problem = program(METHODS["gpa"], 5, "last", CLASSES[kind])
    rng = np.random.default_rng(seed)
    radius = 1e-3 * rng.exponential(size=problem.radius.shape)
    radius[-1] = 0.0  # x*
    vague = replace(problem, radius=radius)
    moved = replace(
        problem, positions=problem.positions + radius * rng.choice([-1, 1], size=radius.shape)
    )
    flow, norms = rng.exponential(size=(problem.count,) * 2), np.zeros(problem.size)
    np.fill_diagonal(flow, 0.0)
    off = np.abs(moved.slack_matrix(flow, norms) - problem.slack_matrix(flow, norms))
    errors = slack_errors(vague, flow, norms, np.zeros(problem.count - 1))
    assert (off <= errors).all()
    assert off.max() > 0.1 * errors.max()


@pytest.mark.parametrize("into", [True, False])
def test_arcs_that_are_not_computed_are_counted(into):
    """What is left over from and to x* changes S by no more than is counted for it."""
    problem = program(METHODS["gpa"], 5, "last", SMOOTH)
    rng = np.random.default_rng(1)
    left = rng.exponential(size=problem.count - 1)
    flow, norms = np.zeros((problem.count,) * 2), np.zeros(problem.size)
    errors = slack_errors(problem, flow, norms, left)
    arcs = flow.copy()
    if into:
        arcs[-1, :-1] = left
    else:
        arcs[:-1, -1] = left
    off = np.abs(problem.slack_matrix(arcs, norms) - problem.slack_matrix(flow, norms))
    assert (off <= errors).all()
    assert off.max() > 0.1 * errors.max()


@pytest.mark.parametrize("size", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_is_refused_in_silence(size):
    """An entry or a level that is no number proves nothing, and warns of nothing."""
    assert not certainly_above(np.diag([size, 1.0]), 0.5)
    assert not certainly_above(np.eye(2), size)
