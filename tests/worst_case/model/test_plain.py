"""A method as a plain function: what it makes is recorded exactly, and nothing else is believed."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA
from gpa_theory.worst_case.certifying import certify
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Around, gpa
from gpa_theory.worst_case.model.plain import ROUNDED, written
from gpa_theory.worst_case.model.recording import recorded
from tests import strategies


def by_hand(mu_x, mu_y, gamma):
    """Return GPA around subgradient steps, as a user writes it."""

    def method(x, g, steps):
        z = x
        for _ in range(steps - 1):
            z = z - gamma * g(mu_y * x + (1 - mu_y) * z)
            x = mu_x * x + (1 - mu_x) * z
        return x

    return method


@given(mu_x=strategies.interior, mu_y=strategies.interior, T=st.integers(1, 7))
def test_gpa_by_hand_is_gpa(mu_x, mu_y, T):
    """The points asked and the output are y_1 … y_{T−1} and x_T of `core.run`, exactly."""
    found = written(by_hand(mu_x, mu_y, Fraction(2, 7)), T)
    known = recorded(Around(GPA(Exponential(mu_x), mu_y), lambda t, z, g: z - 2 * g / 7), T)
    assert found.y == known.y
    assert found.x[-1] == known.x[-1]
    assert found.x[:-1] == found.y


@given(mu_x=strategies.interior, mu_y=strategies.interior, T=st.integers(1, 7))
def test_around_a_base_of_ones_own_is_averaged(mu_x, mu_y, T):
    """`gpa(μ_x, μ_y, base=…)` around a subgradient step is `gpa(μ_x, μ_y, γ)`."""
    plain = gpa(mu_x, mu_y, Fraction(1, 3))
    own = gpa(mu_x, mu_y, base=lambda t, z, g: z - g / 3)
    slope = lambda t, y: y * y / 4 + Fraction(t, 7)  # noqa: E731
    assert own.play(slope, Fraction(1), T) == plain.play(slope, Fraction(1), T)


def test_floats_that_miss_1_by_rounding_are_shares():
    """.1 x + (1 − .1) z gives the start not quite the weight 1; the gradient's is kept as it is."""
    assert Fraction(0.1) + Fraction(1 - 0.1) != 1
    found = written(lambda x, g, steps: 0.1 * x + (1 - 0.1) * (x - g(x)), 2)
    assert found.x == ((), (-Fraction(1 - 0.1),))


@pytest.mark.parametrize("miss", [ROUNDED * 2, -ROUNDED * 2, Fraction(1, 10)])
def test_a_start_that_counts_otherwise_is_refused(miss):
    """What misses 1 by more than floats round is another method, whose worst case is infinite."""
    with pytest.raises(ValueError, match="the start has the weight"):
        written(lambda x, g, steps: (1 + miss) * x - g(x), 2)
    with pytest.raises(ValueError, match=r"in its 2\. point"):
        written(lambda x, g, steps: x - g(x) - g((1 + miss) * x), 3)


DRAWN = iter(range(1, 100))
REFUSED = {
    "size": (lambda x, g, steps: x - g(x) / abs(g(x)), "the size of a vector"),
    "comparison": (lambda x, g, steps: x if g(x) > 0 else -x, "a comparison"),
    "product": (lambda x, g, steps: x - g(x) * g(x), "multiplies two vectors"),
    "coordinate": (lambda x, g, steps: x - g(x)[0] * x, "coordinates"),
    "chance": (lambda x, g, steps: x - next(DRAWN) * g(x), "by chance"),
    "too many": (lambda x, g, steps: x - sum(g(x) for _ in range(steps)), "at most 2 subgradients"),
    "nothing": (lambda x, g, steps: None, "not of NoneType"),
    "a number": (lambda x, g, steps: x + 1, "not of int"),
    "an array": (lambda x, g, steps: np.array([x]), "the size of a vector"),
    "a wrong name": (lambda x, g, steps: x - gradient(x), "NameError"),  # noqa: F821
    "the gradient": (lambda x, g, steps: g(x), "the weight 0 in its output"),
    "infinite": (lambda x, g, steps: x - float("inf") * g(x), "finite numbers"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_fixed_combination_is_refused_with_the_reason(name):
    """The reason is one sentence that names the call and the rule."""
    method, reason = REFUSED[name]
    with pytest.raises(ValueError, match=reason) as refused:
        certify(method, 3)
    assert str(refused.value).startswith("`certify(method=<lambda>, steps=3)`: method must ")


def test_a_refusal_that_the_method_catches_is_still_one():
    """A method cannot look at a vector's size and go on as if it had not."""

    def curious(x, g, steps):
        try:
            return x if abs(x) > 1 else x - g(x)
        except ValueError:
            return x - g(x)

    with pytest.raises(ValueError, match="the size of a vector"):
        certify(curious, 3)


def test_a_method_that_treats_numbers_apart_is_refused():
    """Opaque vectors are not numbers; a play on numbers tells the two faces apart."""

    def two_faced(x, g, steps):
        return x - g(x) * (2 if isinstance(x, Fraction) else 1)

    with pytest.raises(ValueError, match="with numbers for vectors it makes others"):
        certify(two_faced, 3)


@pytest.mark.parametrize("method", [None, 3, "sgd"])
def test_what_is_no_method_is_refused(method):
    """The refusal says what a method is."""
    with pytest.raises(ValueError, match="must be a function of"):
        certify(method, 3)


@pytest.mark.solver
@pytest.mark.parametrize("of", [None, FunctionClass(lipschitz=3, radius=2), FunctionClass(None, 2)])
def test_the_interval_is_that_of_the_same_method(of):
    """The plain function and the method of the package have overlapping, narrow intervals."""
    mine = certify(by_hand(Fraction(1, 2), Fraction(1, 4), Fraction(1, 3)), 4, of=of)
    ours = worst_case(gpa(Fraction(1, 2), Fraction(1, 4), Fraction(1, 3)), 4, of=of)
    assert max(mine.lower, ours.lower) <= min(mine.upper, ours.upper)
    assert mine.width <= 1e-6


@pytest.mark.solver
def test_fewer_subgradients_than_allowed_is_a_shorter_run():
    """A method that asks for one subgradient has T = 2, however long it might have gone on."""
    found = certify(lambda x, g, steps: x - g(x) / 2, 50)
    assert found.steps == 2
    known = worst_case(gpa(0, 0, 0.5), 2)
    assert max(found.lower, known.lower) <= min(found.upper, known.upper)
    assert certify(lambda x, g, steps: x, 50).steps == 1


def test_a_method_that_leaves_the_program_is_refused():
    """Its exit code 0 is no answer."""

    def leaves(x, g, steps):
        raise SystemExit(0)

    with pytest.raises(ValueError, match="must play on any vectors: SystemExit: 0"):
        written(leaves, 3)
