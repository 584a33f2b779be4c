"""Certified ends stand on their own: bad multipliers give looser bounds, bad witnesses none."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.worst_case.certify.definite import certainly_definite, slack_errors
from gpa_theory.worst_case.certify.upper import NotCertifiedError, by_circulation, certified_upper
from gpa_theory.worst_case.certify.witness import certified_lower
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.model.program import program
from gpa_theory.worst_case.model.sampling import Samples
from tests.worst_case.settings import LIPSCHITZ, SMOOTH, STRONG

pytestmark = pytest.mark.solver


@pytest.fixture(scope="module")
def found():
    """Return a worst case with interior constants."""
    return worst_case(gpa(0.8, 0.35, 0.4), 6)


@pytest.mark.parametrize("seed", range(20))
def test_any_multipliers_give_a_valid_bound(found, seed):
    """Random multipliers, negative ones and wrong flows included, are repaired upward."""
    rng = np.random.default_rng(seed)
    flow = found.flow + rng.normal(scale=10.0 ** -rng.integers(0, 9), size=found.flow.shape)
    norms = found.norms + rng.normal(scale=0.1, size=found.norms.shape)
    bound, _, _ = certified_upper(found.program, flow, norms)
    assert bound >= Fraction(found.lower)


def test_multipliers_of_another_method_bound_this_one(found):
    """What was optimal for other constants is valid here, and looser."""
    other = worst_case(gpa(0.5, 0.9, 0.3), 6)
    bound, _, _ = certified_upper(found.program, other.flow, other.norms)
    assert bound > Fraction(found.upper)


@pytest.mark.parametrize("of", [SMOOTH, STRONG])
@pytest.mark.parametrize("seed", range(10))
def test_any_smooth_multipliers_give_a_valid_bound_or_none(of, seed):
    """Where no gradient is bounded, the repair goes along a circulation, and upward."""
    method, rng = gpa(0.8, 0.35, 0.4), np.random.default_rng(seed)
    problem = program(method, 4, "last", of)
    least = Fraction(worst_case(method, 4, of=of, width=1e-4).lower) / of.value_scale
    flow = rng.exponential(10.0 ** -rng.integers(0, 5), (problem.count, problem.count))
    bound, _, norms = certified_upper(problem, flow, rng.normal(scale=0.1, size=problem.size))
    assert bound >= least
    assert not norms[1:].any()  # bounds on gradients, which the class does not have


@pytest.mark.parametrize("of", [SMOOTH, STRONG])
@pytest.mark.parametrize("size", [1e-12, 1e-10, 1e-8])
def test_smooth_multipliers_that_come_out_are_those_proved(of, size):
    """From slightly wrong ones: the bound is their ν_0, and S of just these is definite."""
    found = worst_case(gpa(0.8, 0.35, 0.4), 4, of=of)
    problem, rng = found.program, np.random.default_rng(0)
    wrong = found.flow * (1 + size * rng.normal(size=found.flow.shape))
    bound, flow, norms = certified_upper(problem, wrong, found.norms * (1 - size))
    assert bound == Fraction(norms[0]) > Fraction(found.lower) / of.value_scale
    nothing = np.zeros(problem.count - 1)
    errors = slack_errors(problem, flow, norms, nothing)
    assert certainly_definite(problem.slack_matrix(flow, norms), errors)


@pytest.mark.parametrize("of", [SMOOTH, STRONG])
def test_a_circulation_adds_at_least_the_identity(of):
    """Along it S grows by I or more, and no weight is carried anywhere."""
    problem = program(gpa(0.8, 0.35, 0.4), 6, "last", of)
    way = by_circulation(problem)
    assert way is not None
    flow, norms = way
    assert np.allclose(flow.sum(0), flow.sum(1))
    matrix = problem.slack_matrix(flow, norms) + problem.quadratic
    assert np.linalg.eigvalsh(matrix)[0] >= 1 - 1e-9


def test_smooth_multipliers_that_cannot_be_repaired_are_refused():
    """Must fail: zero multipliers prove nothing where steps are too long for a circulation."""
    problem = program(gpa(0.8, 0.35, 40), 4, "last", SMOOTH)
    assert by_circulation(problem) is None
    nothing = np.zeros((problem.count, problem.count))
    with pytest.raises(NotCertifiedError, match="eigenvalue"):
        certified_upper(problem, nothing, np.zeros(problem.size))


def test_no_negative_multiplier_comes_out(found):
    """Whatever goes in, what the bound rests on is ≥ 0 and carries the metric's weights."""
    rng = np.random.default_rng(0)
    flow = found.flow + rng.normal(scale=0.1, size=found.flow.shape)
    norms = found.norms + rng.normal(scale=0.1, size=found.norms.shape)
    _, flow, norms = certified_upper(found.program, flow, norms)
    assert flow.min() >= 0
    assert norms.min() >= 0
    carried = flow.sum(0) - flow.sum(1)
    assert np.allclose(carried[:-1], found.program.weights[:-1])


def test_a_slope_that_is_too_steep_is_refused(found):
    """Must fail: a witness outside the class has no say."""
    steep = replace(found.witness, slopes=found.witness.slopes * 1.01)
    with pytest.raises(NotCertifiedError, match="not certainly of the class"):
        certified_lower(found.program, steep)


def test_a_minimum_elsewhere_is_refused(found):
    """Must fail: with a positive offset, f(x*) is not 0."""
    moved = replace(found.witness, offsets=found.witness.offsets + 0.1)
    with pytest.raises(NotCertifiedError, match="not certainly of the class"):
        certified_lower(found.program, moved)


def test_a_start_too_far_away_is_refused(found):
    """Must fail: |z_1 − x*| ≤ D is checked."""
    far = replace(found.witness, start=found.witness.start * 1.01)
    with pytest.raises(NotCertifiedError, match="not certainly of the class"):
        certified_lower(found.program, far)


def test_a_slope_that_is_no_subgradient_is_refused(found):
    """Must fail: the y_t of another order of slopes do not have them as subgradients."""
    shuffled = replace(
        found.witness,
        slopes=np.roll(found.witness.slopes, 1, 0),
        offsets=np.roll(found.witness.offsets, 1),
    )
    with pytest.raises(NotCertifiedError, match="not certainly the largest"):
        certified_lower(found.program, shuffled)


def test_the_witness_of_another_method_gives_less_or_nothing(found):
    """A function that is worst for one method is run on another, not taken over."""
    other = program(gpa(0.81, 0.35, 0.4), 6, "last", LIPSCHITZ)
    try:
        value = certified_lower(other, found.witness)
    except NotCertifiedError:
        return
    assert value <= Fraction(worst_case(gpa(0.81, 0.35, 0.4), 6).upper)


def test_a_flipped_inequality_is_noticed(found):
    """Must fail: with f_j ≥ f_i in place of f_i ≥ f_j the multipliers bound less than the truth.

    The repair of the transposed flow still gives a valid bound, so a valid bound far above the
    optimum is what flipping looks like.
    """
    bound, _, _ = certified_upper(found.program, found.flow.T, found.norms)
    assert bound > Fraction(found.upper) * Fraction(11, 10)


def test_a_wrong_index_is_noticed(found):
    """Must fail: gradients taken at x instead of y have another worst case."""
    samples = found.program.samples
    at_x = program(gpa(0.8, 1, 0.4), 6, "last", LIPSCHITZ)
    wrong = replace(
        found.program,
        positions=at_x.positions,
        samples=Samples(samples.names, at_x.samples.positions, samples.weights),
    )
    bound, _, _ = certified_upper(wrong, found.flow, found.norms)
    assert bound > Fraction(found.upper) * Fraction(11, 10)


def test_position_errors_are_counted(found):
    """Must fail: with radii of 1e−3 the same multipliers bound visibly less sharply."""
    vague = replace(found.program, radius=np.full_like(found.program.radius, 1e-3))
    bound, _, _ = certified_upper(vague, found.flow, found.norms)
    assert bound > Fraction(found.upper) + Fraction(1, 10**4)
