"""What floats may lose on the way to "positive semidefinite" is counted, all of it and once."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.worst_case.certify import upper
from gpa_theory.worst_case.certify.definite import (
    certainly_above,
    certainly_definite,
    slack_errors,
)
from gpa_theory.worst_case.certify.upper import (
    _error_of_flow,
    _lifted,
    by_norms,
    certified_upper,
    is_finite,
    repaired_flow,
)
from gpa_theory.worst_case.model.ball_vector import theta
from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.model.program import program
from gpa_theory.worst_case.model.solution import Solution
from gpa_theory.worst_case.solvers import conic
from tests.worst_case.certify.exact_matrices import (
    completed,
    exact_of_floats,
    exact_slack_matrix,
    exactly,
    is_semidefinite,
    magnitude,
)
from tests.worst_case.settings import CLASSES, LIPSCHITZ, METHODS, SMOOTH, STRONG

U = 2.0**-53


@pytest.mark.parametrize("n", [1, 3, 50, 200])
def test_no_more_is_claimed_than_the_theorem_gives_and_hardly_less(n):
    """Of I, λ_min ≥ 1 − (n+2) n u is what Cholesky proves; 1 − 8 (n+8) n u must be found."""
    lost = (n + 2) * n * U
    assert not certainly_above(np.eye(n), 1 - lost)
    assert certainly_above(np.eye(n), 1 - 8 * (n + 8) * n * U)


def test_errors_are_compared_as_they_are():
    """Errors of 0.9 in sum leave I definite, errors of 1.1 do not; and of D I D all the same."""
    d = np.array([1.0, 2.0**-30, 2.0**20])
    for share, is_definite in ((0.3, True), (0.37, False)):
        errors = share * np.outer(d, d)
        assert certainly_definite(np.diag(d**2), errors) is is_definite


def without_radius(kind, metric="average"):
    """Return a program whose positions are floats, exactly: only rounding is left."""
    found = program(METHODS["gpa"], 6, metric, CLASSES[kind])
    return replace(found, radius=np.zeros_like(found.radius))


@pytest.mark.parametrize("kind", ["lipschitz", "smooth"])
@pytest.mark.parametrize(("flows", "norms"), [(1.0, 0.0), (1.0, 1.0), (1e-9, 1.0), (0.0, 1e8)])
def test_rounding_of_the_slack_matrix_is_counted(kind, flows, norms):
    """Each entry is off by what is allowed at most, and N + 16 roundings of its sum would do."""
    of = without_radius(kind)
    missed = Fraction(0)
    for seed in range(4):
        rng = np.random.default_rng(seed)
        flow = flows * rng.exponential(size=(of.count, of.count))
        np.fill_diagonal(flow, 0.0)
        nu = norms * rng.exponential(size=of.size)
        allowed = slack_errors(of, flow, nu, np.zeros(of.count - 1))
        off = abs(exactly(of.slack_matrix(flow, nu)) - exact_of_floats(of, flow, nu))
        assert (off <= exactly(allowed)).all()
        assert (allowed <= 0.75 * theta(of.count + 16) * magnitude(of, flow, nu) + 1e-290).all()
        missed = max(missed, off.max())
    assert missed > 0 or flows == 0.0


@pytest.mark.parametrize(("flows", "norms"), [(1.0, 0.0), (0.0, 1.0)])
def test_no_summand_of_a_slack_matrix_is_free(flows, norms):
    """At least three roundings of everything added up, which are made: product, sums, halving."""
    of = without_radius("smooth")
    flow = flows * np.ones((of.count, of.count))
    np.fill_diagonal(flow, 0.0)
    nu = norms * np.ones(of.size)
    allowed = slack_errors(of, flow, nu, np.zeros(of.count - 1))
    assert (allowed >= 1.5 * U * magnitude(of, flow, nu)).all()


def test_an_arc_that_is_not_computed_adds_half_a_square():
    """On the diagonal, where no position has its own gradient, `left` counts once, by a half."""
    of = without_radius("smooth", "last")
    left = 1.0 + np.arange(of.count - 1.0)
    errors = slack_errors(of, np.zeros((of.count,) * 2), np.zeros(of.size), left)
    assert np.diag(errors)[1:] == pytest.approx(left / 2, rel=1e-12)


def test_arcs_that_are_not_computed_end_at_uncertain_positions():
    """Positions further out by their radius: an arc from x* is worth more, and that is counted."""
    of = without_radius("lipschitz", "last")
    of = replace(of, radius=np.full_like(of.radius, 2.0**-10))
    out = of.positions + 2.0**-10 * np.where(of.positions < 0, -1, 1)
    out[-1] = 0.0  # x*
    left, flow = np.ones(of.count - 1), np.zeros((of.count,) * 2)
    errors = slack_errors(of, flow, np.zeros(of.size), left)
    flow[-1, :-1] = left
    off = np.abs(replace(of, positions=out).slack_matrix(flow, np.zeros(of.size)))
    assert (off <= errors).all()
    assert errors.max() <= off.max() * (1 + 1e-9)


@pytest.mark.parametrize("kind", ["lipschitz", "smooth"])
def test_what_repaired_flow_may_lack_is_a_few_roundings(kind):
    """`left` is at most 4 N + 64 roundings of what flows in and out."""
    of = program(METHODS["gpa"], 7, "average", CLASSES[kind])
    flow, left = repaired_flow(of, np.random.default_rng(0).exponential(size=(of.count,) * 2))
    size = np.abs(of.weights) + flow.sum(0) + flow.sum(1)
    assert (left <= theta(4 * of.count + 64) * size[:-1]).all()


def test_the_norm_of_the_errors_is_bounded_by_their_sums(monkeypatch):
    """Errors e_i e_j have the norm Σ e_i²: neither the largest nor the smallest of them."""
    e = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    monkeypatch.setattr(upper, "slack_errors", lambda *_: np.outer(e, e))
    of = program(METHODS["gpa"], 4, "last", LIPSCHITZ)
    assert of.size == len(e)
    found = _error_of_flow(of, np.zeros((of.count,) * 2), np.zeros(of.count - 1))
    assert e @ e <= found <= 5 * e.sum() * (1 + 1e-12)


@pytest.mark.parametrize(("flows", "norms"), [(0.0, 1.0), (0.0, 1e8), (1e3, 1.0), (1e3, 1e-3)])
def test_a_lifted_matrix_is_proved_at_the_level_of_its_error(flows, norms, monkeypatch):
    """The level asked for is at least the error of S, rounding of ν included, and not far above."""
    seen = []

    def above(matrix, level):
        seen.append((matrix, level))
        return certainly_above(matrix, level)

    monkeypatch.setattr(upper, "certainly_above", above)
    of, rng = without_radius("lipschitz", "last"), np.random.default_rng(0)
    nu = norms * (1 + rng.random(of.size))
    given = flows * rng.exponential(size=(of.count,) * 2)
    _, flow, found = _lifted(of, given, nu, by_norms(of))
    matrix, level = seen[-1]
    off = abs(exactly(matrix) - exact_of_floats(of, flow, found))
    assert off.sum(0).max() <= Fraction(level)
    assert level >= U * max(found.max(), magnitude(of, flow, 0 * nu).max())
    sums = magnitude(of, flow, 0 * nu).sum(0).max()
    assert level <= 40 * (of.size + 8) * U * (found.max() + sums)


def test_uncertain_positions_raise_the_level(monkeypatch):
    """Positions off by 2^−20 and a flow of 1 over each arc leave S uncertain by more than 2^−20."""
    levels = []

    def above(matrix, level):
        levels.append(level)
        return certainly_above(matrix, level)

    monkeypatch.setattr(upper, "certainly_above", above)
    of = without_radius("lipschitz", "last")
    of = replace(of, radius=np.full_like(of.radius, 2.0**-20))
    _lifted(of, np.ones((of.count,) * 2), np.ones(of.size), by_norms(of))
    assert min(levels) >= 2.0**-20
    assert max(levels) <= 4 * of.count**2 * 2.0**-20


def test_what_lies_on_the_border_is_lifted_by_little():
    """S with a least eigenvalue of 0 is lifted by a few times its error, no more."""
    of = without_radius("lipschitz", "last")
    flow, _ = repaired_flow(of, np.zeros((of.count,) * 2))
    norms = np.full(of.size, 5.0)
    norms -= np.linalg.eigvalsh(of.slack_matrix(flow, norms))[0]
    bound, _, _ = certified_upper(of, flow, norms)
    raised = float(bound - sum(map(Fraction, norms.tolist()))) / of.size
    assert 0 < raised <= 40 * (of.size + 8) * U * float(np.trace(of.slack_matrix(flow, norms)))


@pytest.mark.parametrize("of", [LIPSCHITZ, SMOOTH])
def test_multipliers_of_a_certificate_are_not_negative(of):
    """Must fail otherwise: an inequality times a negative number says the opposite."""
    problem = program(METHODS["gpa"], 5, "last", of)
    rng = np.random.default_rng(1)
    flow = rng.exponential(size=(problem.count,) * 2) - 0.5
    norms = np.full(problem.size, -0.25)
    norms[0] = 40.0
    _, carried, raised = certified_upper(problem, flow, norms)
    assert (carried >= 0).all()
    assert (raised >= 0).all()


def test_absurd_numbers_are_no_answer():
    """A solver that broke down returns 1e200 or NaN somewhere; 1e50 is still a number."""
    one = np.ones((2, 2))
    for value, is_good in ((1e50, True), (1e200, False), (-1e200, False), (np.nan, False)):
        for k in range(4):
            parts = [one.copy() for _ in range(4)]
            parts[k][0, 1] = value
            gram, values, flow, norms = parts
            answer = Solution(gram, values, flow, norms, "optimal", "solver")
            assert is_finite(answer) is is_good


@pytest.mark.solver
@pytest.mark.parametrize("of", [SMOOTH, STRONG])
@pytest.mark.parametrize("rough", [0.0, 1e-12, 1e-9])
def test_the_upper_end_of_a_smooth_class_is_proved_by_what_comes_with_it(of, rough):
    """Only ν_0 is used, S is semidefinite in Fractions, and the end is 10^−5 above the dual's."""
    problem = program(gpa(0.83, 0.37, 0.29), 4, "last", of)
    found, rng = conic.solve(problem), np.random.default_rng(0)
    flow = found.flow * (1 + rough * rng.normal(size=found.flow.shape))
    bound, flow, norms = certified_upper(problem, flow, found.norms)
    assert bound == Fraction(norms[0])
    assert (norms[1:] == 0).all()
    assert is_semidefinite(exact_slack_matrix(problem, completed(problem, flow), norms))
    assert bound <= Fraction(found.norms[0]) * (1 + Fraction(1, 10**5))


def test_what_is_no_number_is_not_above_anything():
    """Must fail: NaN in the matrix or as the level, and a level below 0."""
    assert not certainly_above(np.diag([1.0, np.nan]), 0.0)
    assert not certainly_above(np.eye(2), np.nan)
    assert not certainly_above(np.eye(2), -1e-300)
    assert certainly_above(np.eye(2), 0.0)
