"""Functions on a line: run exactly, refused outside the class, and offered where solvers fail."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.metrics import METRICS
from gpa_theory.worst_case.certify.lines import exact_lower, line_functions, metric_on_lines
from gpa_theory.worst_case.certify.upper import NotCertifiedError
from gpa_theory.worst_case.certify.witness import certified_lower
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import gpa, sgd
from gpa_theory.worst_case.model.program import program
from gpa_theory.worst_case.model.witness import Witness
from tests.strategies import closed, positive
from tests.tolerances import CLOSED_FORM
from tests.worst_case.settings import CLASSES, METHODS

LIPSCHITZ, SMOOTH = FunctionClass(lipschitz=1), FunctionClass(smoothness=1)
HALF = Fraction(1, 2)


def line(s, q, smooth=False, start=1.0, offsets=(0.0, 0.0)):
    """Return max(0, s u + b, −q u + b'), or its envelope."""
    return Witness(np.array([start]), np.array([[s], [-q]]), np.array(offsets), smooth, Fraction(0))


def huber(x, s):
    """Return Huber's function with curvature 1 and slope s, and its gradient, by the textbook."""
    return (x * x / 2, x) if abs(x) <= s else (s * abs(x) - s * s / 2, s if x > 0 else -s)


@given(gamma=st.fractions(0, 3, max_denominator=8).filter(bool), s=closed.filter(bool))
def test_the_run_is_the_textbook_one(gamma, s):
    """Subgradient descent on Huber's function from 1, step by step, for any γ."""
    s = Fraction(float(s))
    x = Fraction(1)
    for _ in range(4):
        x = x - gamma * huber(x, s)[1]
    problem = program(sgd(gamma), 5, "last", SMOOTH)
    assert exact_lower(problem, line(float(s), float(s), smooth=True)) == huber(x, s)[0]


@given(gamma=positive, q=st.integers(0, 8))
def test_the_kink_may_be_broken_either_way_but_only_there(gamma, q):
    """max(x, −q x): the slope is 1 at 0 and above, −q below."""
    q = Fraction(q, 8)
    x = Fraction(1)
    for _ in range(3):
        x = x - gamma * (1 if x >= 0 else -q)
    found = exact_lower(program(sgd(gamma), 4, "last", LIPSCHITZ), line(1.0, float(q)))
    assert found == max(x, -q * x)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("kind", CLASSES)
def test_no_function_on_a_line_is_above_the_worst_case(kind, metric):
    """Every one that a search finds is at most the certified upper end, and floats agree."""
    of, method = CLASSES[kind], METHODS["gpa"]
    problem = program(method, 4, metric, of)
    upper = worst_case(method, 4, metric, of).upper / float(of.value_scale)
    for function in line_functions(problem):
        value = certified_lower(problem, function)
        assert value <= upper
        slopes = np.abs(function.slopes[:1, 0]), np.abs(function.slopes[1:, 0])
        assert metric_on_lines(problem, *slopes)[0] == pytest.approx(float(value), abs=CLOSED_FORM)


@pytest.mark.parametrize(
    "function",
    [
        line(1.0 + 2**-52, 1.0),
        line(1.0, 1.5),
        line(1.0, 1.0, start=1 + 2**-52),
        line(1.0, 1.0, offsets=(2**-40, 0.0)),
        line(1.0, 1.0, smooth=True),
    ],
    ids=["slope", "other slope", "start", "offset", "kind"],
)
def test_a_function_outside_the_class_is_refused(function):
    """Must fail: by one unit in the last place, a positive offset, the other kind."""
    with pytest.raises(NotCertifiedError, match="not of the class"):
        exact_lower(program(sgd(HALF), 3, "last", LIPSCHITZ), function)
    assert exact_lower(program(sgd(HALF), 3, "last", LIPSCHITZ), line(1.0, 1.0)) == 0


CASES = (
    (4, "last", ".99", ".113", ["1e-5", "5e-5", "1e-4"], LIPSCHITZ, 0.9999977080995),
    (7, "mean", ".9999", ".321", ["1e-4"], LIPSCHITZ, 0.99999992),
    (5, "average", ".99", "1", ["1e-4"], LIPSCHITZ, 0.99999603),
    (6, "mean", ".125", ".268", ["1e-4"], LIPSCHITZ, 0.999761565),
    (8, "telescoped", "1e-6", ".302", ["1"], SMOOTH, 0.0625),
    (2, "telescoped", ".9999", "1", ["5e-4"], SMOOTH, 0.49975012),
    (8, "base", ".9999", "1", [".5"], SMOOTH, 3.1215018),
    (6, "average", ".9", ".045", ["1e-5"], LIPSCHITZ, 0.99999471615),
    (7, "average", "1e-6", "0", ["1e-3"], SMOOTH, 0.49701789349),
    (5, "last", ".5", ".5", ["1e-12"], LIPSCHITZ, 1 - 3.0625e-12),
    (5, "mean", ".5", ".5", ["1e-100"], LIPSCHITZ, 1.0),
    (4, "telescoped", ".5", ".5", ["1e-9"], SMOOTH, 1 / (2 + 6e-9)),
)


@pytest.mark.solver
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[1]}-{case[2]}-{case[4][0]}")
def test_what_a_line_settles_is_certified(case):
    """Run by hand on |x|, Huber's function or a quadratic; solvers alone gave no interval."""
    steps, metric, mu_x, mu_y, gamma, of, value = case
    steps_of = [Fraction(g) for g in gamma]
    method = gpa(Fraction(mu_x), Fraction(mu_y), steps_of if len(gamma) > 1 else steps_of[0])
    found = worst_case(method, steps, metric, of)
    assert found.width <= 1e-6
    assert found.lower <= value * (1 + 2e-6)
    assert found.upper >= value * (1 - 2e-6)


@pytest.mark.solver
@pytest.mark.parametrize("of", [LIPSCHITZ, SMOOTH], ids=["lipschitz", "smooth"])
@pytest.mark.parametrize("gamma", ["1e-12", "1e-6", "1e3", "1e6"])
def test_steps_of_any_size_have_an_interval_or_a_reason(gamma, of):
    """Never a crossed interval, and no error but the one that is announced."""
    for metric in ("last", "base"):
        try:
            found = worst_case(sgd(Fraction(gamma)), 3, metric, of)
        except Exception as error:
            assert type(error).__name__ == "WorstCaseError"  # noqa: PT017
            continue
        assert 0 <= found.lower <= found.upper
