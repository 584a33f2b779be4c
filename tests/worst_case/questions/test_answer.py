"""Other metrics, starts and projected steps: closed forms, agreement, scaling, refusals."""

from fractions import Fraction

import pytest

from gpa_theory.symbolic.rates import bound
from gpa_theory.worst_case.certifying import certify
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import DiLoCo, gpa, sgd
from gpa_theory.worst_case.model.result import WorstCaseError
from gpa_theory.worst_case.model.scheduled import Scheduled
from gpa_theory.worst_case.questions.answer import answer
from tests.tolerances import ANSWER
from tests.worst_case.settings import CLASSES, LIPSCHITZ, METHODS

pytestmark = pytest.mark.solver
SMOOTH = FunctionClass(smoothness=1)
GPA = METHODS["gpa"]


def near(found, value):
    """Return whether an interval holds a value, to the width that it may have."""
    return found.lower * (1 - ANSWER) <= value <= found.upper * (1 + ANSWER)


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("metric", ["last", "mean", "weighted"])
def test_plain_questions_have_the_plain_answers(kind, metric):
    """Two programs written apart, one of arrays and one of forms: the intervals meet."""
    plain = worst_case(GPA, 4, metric, CLASSES[kind])
    found = answer(GPA, 4, metric, CLASSES[kind])
    assert max(plain.lower, found.lower) <= min(plain.upper, found.upper)
    assert found.width <= 1e-5


@pytest.mark.parametrize("steps", [2, 5])
def test_the_gradient_of_descent_from_a_distance(steps):
    """γ = 1/L: |g(x_T)|² is L²D²/T² at worst."""
    found = answer(sgd(Fraction(1, 2)), steps, "gradient", FunctionClass(smoothness=2, radius=3))
    assert near(found, 4 * 9 / steps**2)


@pytest.mark.parametrize("steps", [2, 5])
def test_the_gradient_of_descent_from_a_value(steps):
    """γ = 1/L: |g(x_T)|² is 2LΔ/(2(T−1) + 1) at worst, whatever the distance."""
    found = answer(sgd(Fraction(1, 2)), steps, "gradient", FunctionClass(smoothness=2), start_gap=3)
    assert near(found, 2 * 2 * 3 / (2 * (steps - 1) + 1))


@pytest.mark.parametrize("steps", [2, 4, 7])
def test_the_best_iterate_of_subgradient_descent(steps):
    """γ = D/(G√T): min f(x_t) − f* is DG/√T at worst, as the mean's bound says."""
    assert near(answer(sgd(steps**-0.5), steps, "best"), steps**-0.5)


def test_the_best_is_at_most_the_last_and_the_mean():
    """A minimum of values is at most any mean of them."""
    best = answer(GPA, 5, "best")
    assert best.lower <= min(worst_case(GPA, 5, m).upper for m in ("last", "mean"))


@pytest.mark.parametrize("metric", ["average", "mean"])
def test_projected_descent_attains_its_bound(metric):
    """μ_x = 0, γ = 1/2, D = R = 1: D²/(2γT) + γG²/2 at T = 5, proved and attained."""
    assert near(answer(sgd(0.5), 5, metric, diameter=1), 0.45)


@pytest.mark.parametrize("metric", ["last", "average", "weighted"])
@pytest.mark.parametrize(("mu_x", "mu_y"), [(0.5, 0.25), (0.8, 1)])
def test_projected_methods_are_below_their_proved_bounds(metric, mu_x, mu_y):
    """The bounds assume a projection; D = 3/4, R = 3/2, G = 2."""
    of = FunctionClass(lipschitz=2, radius=Fraction(3, 4))
    found = answer(gpa(mu_x, mu_y, 0.3), 4, metric, of, diameter=1.5)
    known = {"lipschitz": 2, "radius": 0.75, "diameter": 1.5, "steps": 4, "gamma": 0.3}
    proved = bound("ogd", metric)
    allowed = proved.at(**{n: (known | {"mu_x": mu_x})[n] for n in proved.parameters})
    assert 0 < found.lower <= found.upper <= allowed * (1 + ANSWER)


def test_a_projection_can_only_be_felt_where_steps_are_long():
    """With D far below R and short steps nothing is projected in the worst case without a set."""
    of = FunctionClass(lipschitz=1, radius=Fraction(1, 10))
    inside = answer(GPA, 4, of=of, diameter=100)
    assert inside.upper >= worst_case(GPA, 4, of=of).lower * (1 - ANSWER)


@pytest.mark.parametrize(
    ("metric", "of", "more"),
    [
        ("best", FunctionClass(lipschitz=3, radius=2), {}),
        ("last", FunctionClass(lipschitz=3), {"start_gap": 6}),
        ("last", FunctionClass(lipschitz=3, radius=2), {"diameter": 2}),
    ],
)
def test_lipschitz_units(metric, of, more):
    """G, and D, Δ/G or R, only scale the answer, the steps scaled along."""
    unit = dict.fromkeys(more, 1)
    found = answer(gpa(0.5, 0.25, Fraction(2, 9)), 4, metric, of, **more)
    assert near(
        found, 6 * answer(gpa(0.5, 0.25, Fraction(1, 3)), 4, metric, LIPSCHITZ, **unit).upper
    )


def test_strong_convexity_from_a_value_is_stronger():
    """Must differ: σ > 0 limits the distance, so that the last value is less than Δ."""
    found = answer(
        sgd(1), 4, "last", FunctionClass(smoothness=1, strong_convexity=0.2), start_gap=1
    )
    assert found.upper < 0.9 < answer(sgd(1), 4, "last", SMOOTH, start_gap=1).lower


def test_what_the_answer_is_about_is_in_words():
    """The class, and Δ or R in place of what does not count."""
    assert answer(GPA, 2, start_gap=2).of_words == "convex, |g| ≤ 1, f(x_1) − f* ≤ 2"
    assert answer(GPA, 2, diameter=3).of_words.endswith("onto a convex set of diameter 3")
    found = answer(GPA, 2, "best")
    assert found.of_words == LIPSCHITZ.words
    assert found.words.startswith("max min f(x_t) − f* ∈ [")


def test_certify_asks_these_questions_too():
    """A plain function; the number of its points is T."""

    def descent(x, g, steps):
        for _ in range(3):
            x = x - 0.5 * g(x)
        return x

    assert near(certify(descent, 10, "best"), 0.5)


def test_constants_that_change_with_t():
    """A list of one value is GPA with that constant; other lists are other methods."""
    same = Scheduled((0.8,) * 3, (0.35,) * 3, (0.4,) * 3)
    assert near(worst_case(same, 4), worst_case(GPA, 4).upper)
    other = Scheduled((0.5, 0.6, 0.8), (0.1, 0.3, 0.9), (0.5, 0.4, 0.3))
    assert abs(worst_case(other, 4).upper - worst_case(GPA, 4).upper) > 0.01


@pytest.mark.parametrize(
    ("method", "metric", "of", "more", "words"),
    [
        (GPA, "worst", None, {}, "metric must be one of .* best, gradient"),
        (GPA, "gradient", None, {}, "metric needs a smooth class"),
        (GPA, "gradient", SMOOTH, {"diameter": 1}, "diameter goes with a Lipschitz class"),
        (DiLoCo(0.4, 0.2, 0.7), "last", None, {"diameter": 1}, "method must be GPA"),
        (
            GPA,
            "last",
            FunctionClass(lipschitz=1, radius=2),
            {"diameter": 1},
            "radius must be at most",
        ),
        (GPA, "last", None, {"diameter": 1, "start_gap": 1}, "start_gap does not go with diameter"),
        (GPA, "last", None, {"start_gap": 0}, r"start_gap must lie in \(0, ∞\)"),
        (GPA, "last", None, {"diameter": -1}, r"diameter must lie in \(0, ∞\)"),
        (GPA, "best", "smooth", {}, "of must be a FunctionClass"),
        (GPA, "best", None, {"width": 0}, "width must lie in"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(method, metric, of, more, words):
    """ValueError before anything is solved."""
    with pytest.raises(ValueError, match=words):
        answer(method, 4, metric, of, **more)


def test_long_horizons_are_refused():
    """T is limited, less with a projection; certify refuses a solver of another program."""
    with pytest.raises(ValueError, match="steps must be at most 40"):
        answer(GPA, 41, "best")
    with pytest.raises(ValueError, match="steps must be at most 20"):
        answer(GPA, 21, diameter=1)
    with pytest.raises(ValueError, match="solver must be auto"):
        certify(GPA, 4, "best", solver="whole")


@pytest.mark.parametrize(("steps", "metric", "diameter"), [(2, "mean", 2.9), (7, "best", 2.65)])
def test_answers_near_the_border_are_mixed(steps, metric, diameter):
    """Two settings whose solutions have negative eigenvalues: the interval is still narrow."""
    method = sgd(0.07) if steps == 2 else gpa(0.82, 1, 0.07)
    found = answer(method, steps, metric, diameter=diameter)
    assert found.width <= 1e-5


def test_a_wide_interval_is_an_error():
    """With the interval that was found, and the status."""
    with pytest.raises(WorstCaseError, match=r"is wider than 1\.0e-13"):
        answer(GPA, 3, "best", width=1e-13)


@pytest.mark.parametrize(
    ("lists", "words"),
    [
        ((0.5, (0,), (1,)), "mu_x must be a list"),
        (((0.5,), (0,), (1, 1)), "must be equally many, not 1 mu_x, 1 mu_y, 2 gamma"),
        (((0.5,), (2,), (1,)), r"mu_y must lie in \[0, 1\]"),
        (((0.5,), (0,), (0,)), r"gamma must lie in \(0, ∞\)"),
    ],
)
def test_lists_of_constants_are_checked(lists, words):
    """Each list, and that they are of one length; the horizon when it is played."""
    with pytest.raises(ValueError, match=words):
        Scheduled(*lists)


def test_a_list_of_constants_fits_one_horizon():
    """T − 1 values, no more and no fewer."""
    with pytest.raises(ValueError, match="must be one more than the number of values"):
        worst_case(Scheduled((0.5,), (0,), (1,)), 3)
