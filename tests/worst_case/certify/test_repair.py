"""Repair costs next to nothing: multipliers are raised by what they lack, and hardly more."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.worst_case.certify import upper
from gpa_theory.worst_case.certify.ends import Ends
from gpa_theory.worst_case.certify.upper import (
    NotCertifiedError,
    by_circulation,
    by_norms,
    certified_upper,
    is_finite,
)
from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.model.program import Program, program
from gpa_theory.worst_case.solvers import conic
from tests.worst_case.settings import LIPSCHITZ, SMOOTH, STRONG

pytestmark = pytest.mark.solver
METHOD = gpa(0.8, 0.35, 0.4)
ALMOST = (
    1e-5  # on some processors one of the programs is solved "almost", to 2e−6; the rest to 1e−8
)
DEFICITS = [10.0**-k * 3 for k in range(7, 13)]  # one between each two steps of the ladder


def solved(kind, metric="last"):
    """Return a program of the class, and a solver's answer."""
    of = program(METHOD, 4, metric, kind)
    return of, conic.solve(of)


@pytest.fixture(scope="module")
def inside():
    """Return a smooth program with multipliers whose S is definite, ν_0 the least that is known."""
    of, found = solved(SMOOTH)
    bound, flow, norms = certified_upper(of, found.flow, found.norms)
    assert bound == sum(map(Fraction, norms.tolist()), Fraction(0))
    return of, flow, norms


@pytest.mark.parametrize("deficit", DEFICITS)
def test_what_is_missing_in_nu_0_is_raised_and_hardly_more(inside, deficit):
    """By at least what is missing up to the precision of a float, and at most twice that."""
    of, flow, norms = inside
    least = least_norm(of, flow)
    low = np.zeros_like(norms)
    low[0] = least * (1 - deficit)
    _, _, found = certified_upper(of, flow, low)
    raised = found[0] / low[0] - 1
    assert deficit * 0.9 < raised < 2 * deficit + 2e-12


def least_norm(of: Program, flow) -> float:
    """Return the least ν_0 at which S is definite, to 1e−14 by bisection."""
    norms = np.zeros(of.size)
    low, high = 0.0, 100.0
    for _ in range(200):
        norms[0] = (low + high) / 2
        definite = np.linalg.eigvalsh(of.slack_matrix(flow, norms))[0] > 0
        low, high = (low, norms[0]) if definite else (norms[0], high)
    return high


def test_definite_multipliers_are_returned_as_they_are(inside):
    """With ν_0 a little above the least, nothing is raised, and the bound is Σν to the last bit."""
    of, flow, norms = inside
    enough = np.zeros_like(norms)
    enough[0] = least_norm(of, flow) * (1 + 1e-9)
    bound, _, found = certified_upper(of, flow, enough)
    assert bound == Fraction(enough[0])
    assert (found == enough).all()


def test_a_metric_that_is_never_positive_is_bounded_by_0():
    """Where −(σ/2)|z_1 − x*|² is all of it, ν_0 = 0 is tried first."""
    of = program(METHOD, 3, "last", STRONG)
    weights = np.zeros_like(of.weights)
    weights[0] = -1.0
    never = replace(of, weights=weights, weight_radius=np.zeros_like(of.weight_radius))
    assert never.quadratic[0, 0] < 0
    way = by_circulation(of)
    assert way is not None
    bound, _, norms = certified_upper(never, 1e-3 * way[0], np.eye(of.size)[0])
    assert bound == 0
    assert not norms.any()


@pytest.mark.parametrize("deficit", [1e-3, 1e-7, 1e-12])
def test_lipschitz_multipliers_are_lifted_along_the_diagonal(deficit):
    """All ν grow alike, by what S lacks and its rounding: the bound by n times that, not twice."""
    of, found = solved(LIPSCHITZ)
    _, flow, norms = certified_upper(of, found.flow, found.norms)
    lowest = float(np.linalg.eigvalsh(of.slack_matrix(flow, norms))[0])
    low = norms - lowest - deficit
    assert low.min() > 0
    _, _, raised = certified_upper(of, flow, low)
    lift = raised - low
    assert np.ptp(lift) < 1e-15
    assert deficit * (1 - 1e-9) < lift[0] < 1.5 * deficit + 1e-12


def test_the_way_along_the_norms_raises_what_is_bounded():
    """Lipschitz: every diagonal entry by 1; smooth: that of z_1 alone; no arc is changed."""
    for kind, bounded in ((LIPSCHITZ, None), (SMOOTH, 1)):
        of = program(METHOD, 4, "last", kind)
        arcs, norms = by_norms(of)
        assert not arcs.any()
        assert (norms[:bounded] == 1).all()
        assert bounded is None or not norms[bounded:].any()


@pytest.mark.parametrize("kind", [SMOOTH, STRONG])
@pytest.mark.parametrize("setting", [(0.8, 0.35, 0.4), (0.9, 0.9, 0.2), (0.3, 0.5, 1.5)])
def test_a_circulation_lifts_every_eigenvalue_by_one(kind, setting):
    """It carries nothing on balance, S grows by at least I, and no other ratio needs less ν_0."""
    of = program(gpa(*setting), 4, "last", kind)
    way = by_circulation(of)
    assert way is not None
    arcs, norms = way
    assert (arcs >= 0).all()
    assert not norms[1:].any()
    assert np.abs(arcs.sum(0) - arcs.sum(1)).max() < 1e-12 * arcs.max()
    lowest = np.linalg.eigvalsh(of.slack_matrix(arcs, norms) + of.quadratic)[0]
    assert lowest > 1 - 1e-9
    assert norms[0] == pytest.approx(min(others(of)), rel=1e-9)


def others(of: Program) -> list[float]:
    """Return what ν_0 each ratio of weights needs for I, the lower block at 2I, by bisection."""
    needed = []
    for ratio in (1.0, 0.9, 0.8, 0.65, 0.5, 0.3):
        arcs = np.zeros((of.count, of.count))
        arcs[-1, :-1] = arcs[:-1, -1] = ratio ** np.arange(of.count - 1)
        block = of.slack_matrix(arcs, np.zeros(of.size)) + of.quadratic
        least = np.linalg.eigvalsh(block[1:, 1:])[0]
        if least > 0:
            matrix = 2 / least * block
            inner, row = matrix[1:, 1:] - np.eye(of.size - 1), matrix[0, 1:]
            needed.append(float(row @ np.linalg.inv(inner) @ row) - matrix[0, 0] + 1)
    return needed


def test_no_circulation_is_known_where_gradients_are_bounded():
    """Nor is one needed there."""
    assert by_circulation(program(METHOD, 4, "last", LIPSCHITZ)) is None


def test_smooth_multipliers_far_outside_are_mended_by_a_circulation():
    """With ν_0 = 0 there is no share of it to raise; the bound is valid, and not absurd."""
    of, found = solved(SMOOTH)
    bound, flow, norms = certified_upper(of, found.flow, np.zeros(of.size))
    best, _, _ = certified_upper(of, found.flow, found.norms)
    assert best < bound < 1000 * best
    assert np.linalg.eigvalsh(of.slack_matrix(flow, norms))[0] > 0


def test_the_first_way_that_works_is_taken(monkeypatch):
    """Must fail: neither way; the reason is that of the last, and one alone is enough."""
    of, found = solved(LIPSCHITZ)

    def gives_up(*_):
        raise NotCertifiedError("no")

    bound = certified_upper(of, found.flow, found.norms)[0]
    monkeypatch.setattr(upper, "by_circulation", gives_up)
    assert certified_upper(of, found.flow, found.norms)[0] == bound
    monkeypatch.undo()
    monkeypatch.setattr(upper, "by_norms", lambda of: None)
    with pytest.raises(NotCertifiedError):
        certified_upper(of, found.flow, found.norms)


@pytest.mark.parametrize("part", ["gram", "values", "flow", "norms"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -1e101])
def test_absurd_numbers_are_no_answer(part, value):
    """Must fail: one entry of one part is enough."""
    _, found = solved(LIPSCHITZ)
    assert is_finite(found)
    wrong = getattr(found, part).copy()
    wrong.flat[1] = value
    assert not is_finite(replace(found, **{part: wrong}))


@pytest.mark.parametrize("kind", [LIPSCHITZ, SMOOTH, STRONG])
@pytest.mark.parametrize("metric", ["last", "average", "mean"])
def test_a_solution_closes_the_interval(kind, metric):
    """Both ends of one answer of the solver are near one another."""
    of, found = solved(kind, metric)
    ends = Ends(of, ALMOST)
    ends.take(found)
    assert ends.is_narrow, ends.reasons
