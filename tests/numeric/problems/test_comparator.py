"""The certificate: true for any dual vector, tight for a solver's, and false once mutated."""

from fractions import Fraction
from math import inf, nan

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.numeric.problems import comparator
from gpa_theory.numeric.problems.comparator import Certifier, certified_minimum, feasible
from gpa_theory.numeric.problems.domain import Ball, Box
from gpa_theory.numeric.problems.finite_sum import finite_sum
from gpa_theory.numeric.problems.losses import LOSSES, LeastAbsoluteDeviation, LeastSquares
from tests.strategies import seeds
from tests.tolerances import CERTIFIED_GAP

losses = st.sampled_from(list(LOSSES.values()))
domains = st.one_of(st.just(Ball(1.5)), st.just(Box(0.75)))
LAD = LOSSES["least_absolute_deviation"]


def _data(seed, loss):
    rng = np.random.default_rng(seed)
    features = rng.standard_normal((rng.integers(1, 7), rng.integers(1, 4)))
    if loss.labels_only:
        return rng, features, rng.choice([-1.0, 1.0], size=len(features))
    return rng, features, rng.standard_normal(len(features))


@given(loss=losses, domain=domains, seed=seeds, scale=st.integers(min_value=-12, max_value=12))
def test_any_garbage_dual_gives_a_lower_bound(loss, domain, seed, scale):
    """lower(dual) ≤ f(w) for random duals of every size and random feasible w."""
    rng, features, targets = _data(seed, loss)
    certifier = Certifier(features, targets, loss, domain)
    lower = certifier.lower(10.0**scale * rng.standard_normal(len(targets)))
    for w in rng.standard_normal((5, features.shape[1])):
        assert lower <= certifier.upper(feasible(domain, w))


@pytest.mark.solver
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("domain", [Ball(1.5), Box(0.75)], ids=["ball", "box"])
def test_the_solver_dual_closes_the_gap(loss, domain):
    """With Clarabel's dual the two sides meet."""
    for seed in range(3):
        _, features, targets = _data(seed, LOSSES[loss])
        found = certified_minimum(features, targets, LOSSES[loss], domain)
        assert 0 <= found.upper - found.lower <= CERTIFIED_GAP
        assert domain.contains_exactly(found.minimizer)


@given(loss=losses, domain=domains, seed=seeds)
def test_an_untrusted_solver_cannot_spoil_the_enclosure(loss, domain, seed):
    """If the solver returns nonsense, the enclosure is wide and still right."""
    rng, features, targets = _data(seed, loss)
    with pytest.MonkeyPatch.context() as patch:
        nonsense = 9 * rng.standard_normal(features.shape[1]), rng.standard_normal(len(targets))
        patch.setattr(comparator, "solve", lambda *_: nonsense)
        found = certified_minimum(features, targets, loss, domain)
    certifier = Certifier(features, targets, loss, domain)
    assert found.lower <= found.upper
    for w in rng.standard_normal((5, features.shape[1])):
        assert found.lower <= certifier.upper(feasible(domain, w))


@given(seed=seeds)
def test_upper_is_the_exact_value_rounded_up(seed):
    """For |v − b| the upper bound is the mean in Fractions, rounded up to the next float."""
    rng, features, targets = _data(seed, LAD)
    w = rng.standard_normal(features.shape[1])
    rows = [[Fraction(a) for a in row] for row in features.tolist()]
    total = Fraction(0)
    for row, b in zip(rows, targets.tolist(), strict=True):
        v = sum(a * Fraction(x) for a, x in zip(row, w.tolist(), strict=True))
        total += abs(v - Fraction(b))
    upper = Certifier(features, targets, LAD, Ball(1.0)).upper(w)
    assert np.nextafter(upper, -inf) < total / len(targets) <= Fraction(upper)


class _FlippedSupport(Ball):
    def support_up(self, g):
        return -super().support_up(g)


class _FlippedConjugate(LeastSquares):
    def conjugate_up(self, dual, b):
        return -super().conjugate_up(dual, b)


class _Unclipped(LeastAbsoluteDeviation):
    def clip(self, dual, b):
        return dual


def test_the_fixture_of_the_mutants_is_right():
    """The minimum of |w − 3| over |w| ≤ 1 is 2, and the unmutated bound says so."""
    certifier = Certifier(np.ones((1, 1)), np.array([3.0]), LAD, Ball(1.0))
    assert certifier.lower(np.array([-1.0])) == 2.0 == certifier.upper(np.array([1.0]))


def test_a_flipped_support_function_is_caught():
    """With +support for −support the "lower bound" exceeds the value at a feasible point."""
    mutant = Certifier(np.ones((1, 1)), np.array([3.0]), LAD, _FlippedSupport(1.0))
    assert mutant.lower(np.array([-1.0])) > mutant.upper(np.array([1.0]))


@pytest.mark.solver
def test_a_flipped_support_function_cannot_become_a_problem():
    """`Problem` refuses an enclosure whose ends are in the wrong order."""
    features, targets = np.eye(2), np.array([3.0, 3.0])
    with pytest.raises(ValueError, match="minimum_upper must lie in"):
        finite_sum("mutant", features, targets, LAD.name, _FlippedSupport(1.0))


def test_a_flipped_conjugate_is_caught():
    """For w²/2 on |w| ≤ 1/2 a conjugate of the wrong sign claims 1 for a minimum of 0."""
    honest, mutant = (
        Certifier(np.ones((1, 1)), np.zeros(1), loss, Ball(0.5))
        for loss in (LeastSquares(), _FlippedConjugate())
    )
    dual, minimizer = np.array([2.0]), np.zeros(1)
    assert honest.lower(dual) <= honest.upper(minimizer) < mutant.lower(dual)


def test_a_dual_outside_the_domain_of_the_conjugate_proves_nothing():
    """Without the clip the dual −2 would claim 4 for a minimum of 2."""
    mutant = Certifier(np.ones((1, 1)), np.array([3.0]), _Unclipped(), Ball(1.0))
    assert mutant.lower(np.array([-2.0])) > mutant.upper(np.array([1.0]))


@pytest.mark.parametrize("value", [nan, inf])
def test_a_dual_that_is_not_finite_is_refused(value):
    """There is no bound to state for NaN."""
    certifier = Certifier(np.ones((1, 1)), np.ones(1), LOSSES["least_squares"], Ball(1.0))
    with pytest.raises(ValueError, match="dual must be finite"):
        certifier.lower(np.array([value]))


def test_a_solver_that_does_not_converge_raises_with_its_status(monkeypatch):
    """No silent fallback: any status but optimal (or optimal_inaccurate) is an error."""
    monkeypatch.setattr(cp.Problem, "solve", lambda self, **_: None)
    monkeypatch.setattr(cp.Problem, "status", "infeasible_or_unbounded")
    with pytest.raises(RuntimeError, match="infeasible_or_unbounded"):
        comparator.solve(np.ones((1, 1)), np.ones(1), LAD, Ball(1.0))


def test_a_solver_that_fails_raises(monkeypatch):
    """A failure inside cvxpy becomes a RuntimeError that says on what."""

    def fail(self, **_):
        raise cp.SolverError("broken")

    monkeypatch.setattr(cp.Problem, "solve", fail)
    with pytest.raises(
        RuntimeError, match="'solver_error' on least_absolute_deviation, n = 1, d = 1"
    ):
        comparator.solve(np.ones((1, 1)), np.ones(1), LAD, Ball(1.0))
