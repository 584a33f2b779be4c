"""No interval rests on a promise: what a method says of itself is compared with what it does."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.gram import basis
from gpa_theory.core.recursion import GPA
from gpa_theory.worst_case.extremal.resisting import forced_value
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Averaged, DiLoCo, gpa, sgd
from gpa_theory.worst_case.model.recording import Recorded, is_ours, recorded
from gpa_theory.worst_case.rational.rounding import prove
from gpa_theory.worst_case.rational.statement import Statement, points
from gpa_theory.worst_case.rational.stored import content
from tests.worst_case.model import nonlinear
from tests.worst_case.model.lies import LIES, STEP, AsksTwice, KnowsTheFuture, Own
from tests.worst_case.settings import METHODS

TEN = FunctionClass(lipschitz=10)


@pytest.mark.solver
@pytest.mark.parametrize("of", [TEN, FunctionClass(lipschitz=1, radius=7), FunctionClass(None, 3)])
def test_units_come_from_the_oracle(of):
    """A method that says it is its own in all units: the same interval as `sgd(1/10)`."""
    mine, ours = worst_case(Own(), 4, of=of), worst_case(sgd(STEP), 4, of=of)
    assert (mine.lower, mine.upper) == (ours.lower, ours.upper)
    if of == TEN:
        assert mine.lower <= 12.6445304 <= mine.upper * (1 + 1e-8)


@pytest.mark.solver
@pytest.mark.parametrize("name", ["gpa", "schedule", "diloco", "schedule-free"])
def test_a_record_is_the_method(name):
    """Points written down one by one have the interval of the recursion that makes them."""

    class Mine:
        def play(self, oracle, z1, steps):
            return METHODS[name].play(oracle, z1, steps)

    mine, ours = worst_case(Mine(), 5, "mean", TEN), worst_case(METHODS[name], 5, "mean", TEN)
    assert max(mine.lower, ours.lower) <= min(mine.upper, ours.upper)
    assert mine.width <= 1e-6
    prove(mine).check()


@dataclass(frozen=True)
class _Twice(Averaged):
    """An heir of GPA that makes twice the step it says."""

    def play(self, oracle, z1, steps):
        return Averaged(self.method, 2 * self.gamma).play(oracle, z1, steps)


class _Turning:
    """An averaging that forgets what it said."""

    def __init__(self):
        self.calls = 0

    def coefficient(self, t):
        self.calls += 1
        return Fraction(1) if t == 1 else Fraction(1, 2 + self.calls % 5)


assert nonlinear.AdaGrad.__name__ in LIES


@pytest.mark.parametrize("name", sorted(LIES))
def test_a_lie_is_refused_with_its_reason(name):
    """Must fail: ValueError before any solve, with the method's name and the rule it breaks."""
    kind, words = LIES[name]
    with pytest.raises(ValueError, match="worst_case") as caught:
        worst_case(kind(), 4, of=TEN)
    assert words in str(caught.value)
    assert f"worst_case(method={name}, steps=4)`: method must" in str(caught.value)


def test_an_honest_method_in_other_words_is_taken():
    """`sum`, division, floats, numpy's numbers and products from the right are all linear."""

    class Mine(Own):
        def moved(self, t, z, g):
            return -(sum([g * np.float64(0.0625), g / 16, np.int64(0) * g]) - z)

    found = recorded(Mine(), 3)
    assert found.x == ((), (Fraction(-1, 8),), (Fraction(-1, 8), Fraction(-1, 8)))


@pytest.mark.solver
def test_an_heir_is_judged_by_what_it_does():
    """A subclass that moves twice as far has the interval of twice the step, and no file."""
    base = gpa(Fraction(1, 2), Fraction(1, 2), STEP)
    heir = _Twice(base.method, STEP)
    assert not is_ours(heir)
    found, twice = worst_case(heir, 4), worst_case(gpa(0.5, 0.5, 2 * STEP), 4)
    assert max(found.lower, twice.lower) <= min(found.upper, twice.upper)
    with pytest.raises(ValueError, match="must be GPA"):
        content(prove(found))
    with pytest.raises(ValueError, match="constant μ_x"):
        worst_case(heir, 4, "telescoped")
    with pytest.raises(ValueError, match="constant μ_x"):
        points(Statement(heir, 4, "telescoped", TEN, Fraction(1)))


def test_an_averaging_that_changes_is_refused():
    """Must fail: GPA is ours, the averaging in it need not be."""
    method = Averaged(GPA(_Turning(), 0.5), STEP)
    with pytest.raises(ValueError, match="by chance, or keeps something"):
        worst_case(method, 4)


def test_an_heir_of_an_averaging_is_no_constant_mu_x():
    """Must fail: a subclass of Exponential may have any coefficients, so it has no ρ."""

    class Faster(Exponential):
        def coefficient(self, t):
            return t / t if t == 1 else Fraction(9, 10)

    method = Averaged(GPA(Faster(Fraction(1, 2)), 0), STEP)
    assert not is_ours(method)
    with pytest.raises(ValueError, match="constant μ_x"):
        worst_case(method, 4, "weighted")


def test_a_class_of_somebody_else_is_refused():
    """Must fail: an heir of FunctionClass could have any units."""

    class Free(FunctionClass):
        @property
        def step_scale(self):
            return Fraction(1)

    with pytest.raises(ValueError, match="of must be a FunctionClass"):
        worst_case(sgd(STEP), 4, of=Free(lipschitz=10))


def test_exact_proofs_and_forced_values_check_methods_too():
    """Must fail: a statement about a liar, and a resisting function that it is run on."""
    with pytest.raises(ValueError, match="must ask for"):
        points(Statement(AsksTwice(), 4, "last", TEN, Fraction(1)))
    with pytest.raises(ValueError, match="must make x_2 without g_3"):
        forced_value(KnowsTheFuture(), 4)


def test_records_are_for_one_horizon():
    """Must fail: the points beyond T were never written down."""
    found = recorded(Own(), 3)
    assert isinstance(found, Recorded)
    assert recorded(found, 3) is found
    with pytest.raises(ValueError, match="steps must be an integer ≥ 3"):
        found.play(lambda t, y: basis(str(t)), basis("z"), 2)


@pytest.mark.parametrize("method", [DiLoCo(0.5, 0.1, 1), sgd(STEP), gpa(0.5, 0.5, [1, 2, 3])])
def test_our_own_are_played_as_they_are(method):
    """They are held to the laws by tests, and take no time to be written down."""
    assert recorded(method, 4) is method


def test_a_method_that_leaves_the_program_is_refused():
    """Its exit code 0 is no answer."""

    class Leaves:
        def play(self, oracle, z1, steps):
            raise SystemExit(0)

    with pytest.raises(ValueError, match="must play on any vectors: SystemExit: 0"):
        recorded(Leaves(), 3)
