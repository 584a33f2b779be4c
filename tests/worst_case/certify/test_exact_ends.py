"""Both ends held to exact arithmetic: a wrong bound of 1e−9 would be seen here."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.worst_case.certify.ends import Ends
from gpa_theory.worst_case.certify.mixing import factor
from gpa_theory.worst_case.certify.upper import NotCertifiedError, certified_upper, repaired_flow
from gpa_theory.worst_case.certify.witness import (
    _check_gradients,
    _pieces,
    _shortened,
    certified_lower,
    value_above,
    value_below,
)
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.ball_vector import BallVector, exact_vector
from gpa_theory.worst_case.model.methods import DiLoCo, gpa, schedule_free
from gpa_theory.worst_case.model.program import program
from gpa_theory.worst_case.model.sampling import played, readout
from gpa_theory.worst_case.solvers import conic
from tests.worst_case.certify.exact_matrices import (
    completed,
    exact_slack_matrix,
    is_semidefinite,
)
from tests.worst_case.settings import LIPSCHITZ, SMOOTH, STRONG

pytestmark = pytest.mark.solver

RUNS = [
    (gpa(0.83, 0.37, 0.29), 5, "last"),
    (gpa(0.6, 0.9, 0.5), 4, "mean"),
    (gpa(0.7, 0.2, 0.4), 4, "average"),
    (gpa(0.5, 0.35, 0.6), 5, "telescoped"),
    (gpa(0.8, 0.35, 0.4), 4, "weighted"),
    (schedule_free(0.8, 0.3), 5, "last"),
    (DiLoCo(0.4, 0.2, 0.9, 2), 5, "base"),
]


def fractions(vector):
    """Return an array of Fractions."""
    return np.array([Fraction(v) for v in vector])


def exact_pieces(found, x):
    """Return the affine pieces at a point, in Fractions."""
    rows = [fractions(slope) for slope in found.slopes]
    return [Fraction(b) + g @ x for b, g in zip(found.offsets.tolist(), rows, strict=True)]


@pytest.mark.parametrize(("method", "steps", "metric"), RUNS)
def test_the_lower_end_is_what_the_run_attains(method, steps, metric):
    """Run again in Fractions, each slope a subgradient there, it is below and within 1e−9."""
    found = worst_case(method, steps, metric)
    function, problem = found.witness, found.program

    def oracle(t, y):
        pieces = exact_pieces(function, y)
        assert pieces[t - 1] == max(0, *pieces)
        return fractions(function.slopes[t - 1])

    trace = played(problem.method, steps, fractions(function.start), oracle)
    value = Fraction(0)
    for _, x, weight in readout(problem.method, steps, metric, trace):
        value += weight * max(0, *exact_pieces(function, x))
    lower = certified_lower(problem, function)
    assert value * (1 - Fraction(1, 10**9)) <= lower <= value


@pytest.mark.parametrize("size", [0.0, 1e-12, 1e-6])
@pytest.mark.parametrize(("method", "steps", "metric"), RUNS)
def test_the_upper_end_is_proved_by_what_comes_with_it(method, steps, metric, size):
    """With the arcs that are still missing, the flow is exact and S semidefinite, in Fractions."""
    found = worst_case(method, steps, metric)
    problem, rng = found.program, np.random.default_rng(0)
    rough = found.flow * (1 + size * rng.normal(size=found.flow.shape))
    bound, flow, norms = certified_upper(problem, rough, found.norms * (1 - size))
    assert bound == sum(map(Fraction, norms.tolist()))
    assert is_semidefinite(exact_slack_matrix(problem, completed(problem, flow), norms))


def test_a_shrunken_upper_end_is_not_proved():
    """Must fail: norms smaller by 3e−8 leave an indefinite matrix."""
    found = worst_case(*RUNS[0])
    problem = found.program
    _, flow, norms = certified_upper(problem, found.flow, found.norms)
    shrunk = exact_slack_matrix(problem, completed(problem, flow), norms * (1 - 3e-8))
    assert not is_semidefinite(shrunk)


@pytest.mark.parametrize(("method", "steps", "metric"), RUNS)
def test_what_the_flow_lacks_is_within_left(method, steps, metric):
    """Floats carry the weights up to `left`; here they lack something, and not more than that."""
    problem = program(method, steps, metric, LIPSCHITZ)
    lacked = Fraction(0)
    for seed in range(5):
        flow = np.random.default_rng(seed).exponential(size=(problem.count,) * 2)
        flow, left = repaired_flow(problem, flow)
        whole = np.array([[Fraction(v) for v in row] for row in flow])
        missing = fractions(problem.samples.weights) - (whole.sum(0) - whole.sum(1))[:-1]
        assert all(abs(m) <= Fraction(e) for m, e in zip(missing, left.tolist(), strict=True))
        lacked += sum(abs(missing))
    assert lacked > 0


def test_pieces_are_enclosed():
    """Values of pieces in floats are within their errors of the exact ones, and not all exact."""
    function = worst_case(*RUNS[1]).witness
    rng, off = np.random.default_rng(1), Fraction(0)
    for _ in range(20):
        x = rng.normal(size=len(function.start))
        (value,), (error,) = _pieces(function, exact_vector(x))
        truth = exact_pieces(function, fractions(x))
        for near, most, is_so in zip(value.tolist(), error.tolist(), truth, strict=True):
            assert abs(Fraction(near) - is_so) <= Fraction(most)
            off += abs(Fraction(near) - is_so)
    assert off > 0


@pytest.mark.parametrize("of", [LIPSCHITZ, SMOOTH, STRONG])
def test_values_are_enclosed_over_a_ball(of):
    """Anywhere in a box of half-width 1e−3, f lies between `value_below` and `value_above`."""
    function = worst_case(gpa(0.7, 0.4, 0.5), 4, of=of).witness
    rng, n = np.random.default_rng(2), len(function.start)
    for _ in range(20):
        center = rng.normal(size=n)
        box = BallVector(center.tolist(), [1e-3] * n)
        low, high = value_below(function, box), value_above(function, box)
        for _ in range(5):
            value = function.value(center + 1e-3 * rng.choice([-1, 1], size=n))
            assert low - 1e-7 <= value <= high + 1e-7  # `value` itself: a quadratic program
        assert low < high


def test_a_tie_within_rounding_is_no_proof_of_a_subgradient():
    """Must fail: another piece is larger by a rounding; where it is clearly lower, all is well."""
    function = worst_case(*RUNS[0]).witness
    first, others = function.slopes[0], function.slopes[2:]
    rest = [-1.0] * len(others)
    x = exact_vector(first / (first @ first))
    tied = replace(
        function,
        slopes=np.vstack([first, first, *others]),
        offsets=np.array([-0.25, -0.25 * (1 - 2.0**-52), *rest]),
    )
    with pytest.raises(NotCertifiedError, match="piece 1"):
        _check_gradients(tied, [(1, x)])
    behind = replace(
        tied,
        slopes=np.vstack([-first, tied.slopes]),
        offsets=np.concatenate([[-0.25], tied.offsets]),
    )
    with pytest.raises(NotCertifiedError, match="piece 2"):
        _check_gradients(behind, [(1, x.negative()), (2, x)])
    apart = replace(tied, offsets=np.array([-0.25, -0.3, *rest]))
    _check_gradients(apart, [(1, x)])


@pytest.mark.parametrize("kind", [SMOOTH, STRONG])
def test_a_function_of_another_class_is_refused(kind):
    """Must fail: a nonsmooth worst function, offered for a smooth class."""
    method = gpa(0.5, 0.5, 0.3)
    function = worst_case(method, 4).witness
    with pytest.raises(NotCertifiedError, match="of the class"):
        certified_lower(program(method, 4, "last", kind), function)
    curved = replace(worst_case(method, 4, of=kind).witness, curvature=Fraction(5))
    with pytest.raises(NotCertifiedError, match="of the class"):
        certified_lower(program(method, 4, "last", kind), curved)


def test_ends_that_cross_are_an_error():
    """Must fail: an upper end below the lower one is a wrong proof, not a narrow interval."""
    found = worst_case(gpa(0.5, 0.5, 0.3), 4)
    ends = Ends(found.program, 1e-6)
    ends.upper = Fraction(found.lower) / 2
    with pytest.raises(ArithmeticError, match="cross"):
        ends.take(conic.solve(found.program))


def test_a_point_that_is_too_long_is_shortened_with_its_values():
    """All slacks shrink by the same factor, which brings the longest row to 1."""
    problem = program(gpa(0.6, 0.3, 0.4), 4, "last", LIPSCHITZ)
    rng = np.random.default_rng(3)
    root, values = rng.normal(size=(problem.size, problem.size)), rng.random(problem.count - 1)
    rows, heights = _shortened(problem, root, values)
    share = 1 / (root**2).sum(1).max()
    assert 1 - 1e-12 < np.sqrt((rows**2).sum(1)).max() < 1
    before = problem.slacks(root @ root.T, values)
    assert np.allclose(problem.slacks(rows @ rows.T, heights), share * before, rtol=0, atol=1e-14)


def test_an_indefinite_gram_matrix_is_lifted_only_if_it_needs_it():
    """Its factor is that of gram + lift·I; a definite one stays as it is."""
    indefinite = np.array([[1.0, 1.0], [1.0, 1.0 - 1e-9]])
    root = factor(indefinite, 4e-9)
    assert np.allclose(root @ root.T, indefinite + 4e-9 * np.eye(2), rtol=0, atol=1e-15)
    definite = np.array([[1.0, 0.5], [0.5, 1.0]])
    assert (factor(definite, 4e-9) == factor(definite)).all()
