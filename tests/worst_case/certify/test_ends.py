"""The two ends of an interval: each moves only when something better was certified."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.worst_case.certify.ends import Ends
from gpa_theory.worst_case.certify.lines import line_functions
from gpa_theory.worst_case.certify.mixing import resisting_run, rounding
from gpa_theory.worst_case.certify.upper import NotCertifiedError
from gpa_theory.worst_case.certify.witness import certified_lower
from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.model.program import program
from gpa_theory.worst_case.solvers import conic
from tests.worst_case.settings import LIPSCHITZ, SMOOTH

pytestmark = pytest.mark.solver
PROBLEM = program(gpa(0.5, 0.5, 0.3), 4, "last", LIPSCHITZ)


@pytest.fixture(scope="module")
def solved():
    """Return a solution of the problem."""
    return conic.solve(PROBLEM)


@pytest.fixture(scope="module")
def functions():
    """Return two functions on a line with different lower ends, the smaller one first."""
    found = sorted(line_functions(PROBLEM), key=lambda f: certified_lower(PROBLEM, f))
    small = replace(found[-1], start=found[-1].start / 2)
    return small, found[-1]


class TestNarrow:
    """Narrow is: both ends are there, and apart by at most the width, relative to the upper."""

    @pytest.mark.parametrize("upper", [Fraction(1, 4), Fraction(4)])
    def test_the_width_is_relative_and_included(self, functions, upper):
        """Exactly the width is narrow; a little more is not."""
        ends = Ends(PROBLEM, 0.125)
        ends.upper, ends.function = upper, functions[0]
        ends.lower = upper * Fraction(7, 8)
        assert ends.is_narrow
        ends.lower -= Fraction(1, 10**30)
        assert not ends.is_narrow

    def test_both_ends_are_needed(self, functions):
        """Must fail: an upper end alone, or a function alone."""
        ends = Ends(PROBLEM, 0.5)
        assert not ends.is_narrow
        ends.upper = Fraction(1)
        assert not ends.is_narrow
        ends.upper, ends.function, ends.lower = None, functions[0], Fraction(1)
        assert not ends.is_narrow

    def test_no_metric_is_below_zero_in_the_worst_case(self, functions):
        """A negative lower end counts as 0, which z_1 = x* attains; so an upper end of 0 closes."""
        ends = Ends(PROBLEM, 0.5)
        ends.upper, ends.function, ends.lower = Fraction(0), functions[0], Fraction(-1)
        assert ends.is_narrow
        ends.upper, ends.lower = Fraction(1, 2), Fraction(0)
        assert not ends.is_narrow


class TestFunctions:
    """Functions move the lower end up, and never down."""

    def test_the_worse_function_is_kept_whichever_comes_first(self, functions):
        """Each certified function is one, worse than the best so far or not."""
        small, large = functions
        for order in ((small, large), (large, small)):
            ends = Ends(PROBLEM, 1e-6)
            assert all(ends.consider(lambda f=f: f) for f in order)
            assert ends.function is large
            assert ends.lower == certified_lower(PROBLEM, large)

    def test_of_equal_ones_the_first_stays(self, functions):
        """A second function that is as bad changes nothing."""
        ends, twin = Ends(PROBLEM, 1e-6), replace(functions[1])
        ends.consider(lambda: functions[1])
        assert ends.consider(lambda: twin)
        assert ends.function is functions[1]

    def test_what_is_not_of_the_class_leaves_its_reason_only(self, functions):
        """Must fail: a start outside the ball."""
        ends = Ends(PROBLEM, 1e-6)
        assert not ends.consider(lambda: replace(functions[1], start=2 * functions[1].start))
        assert ends.function is None
        assert ends.reasons == ["the function on a line is not of the class"]


class TestSolutions:
    """A solver's answer is evidence: each half is certified on its own, or dropped."""

    def test_the_first_margin_that_will_do_is_the_last_tried(self, solved, monkeypatch):
        """One function is made of a good solution, two where the first is refused."""
        for refused in (0, 1):
            ends, asked = Ends(PROBLEM, 1e-6), []
            real = ends.consider

            def counted(make, asked=asked, real=real, refused=refused):
                asked.append(make)
                return False if len(asked) <= refused else real(make)

            monkeypatch.setattr(ends, "consider", counted)
            ends.take(solved)
            assert len(asked) == 1 + refused
            assert ends.is_narrow
            assert ends.made_by == [solved.solver]
            assert ends.status == solved.status
            assert len(ends.places) == 1

    def test_a_worse_upper_end_does_not_replace_a_better_one(self, solved):
        """Looser multipliers, given second, leave the end and the multipliers of the first."""
        ends = Ends(PROBLEM, 1e-6)
        ends.take(solved)
        upper, duals = ends.upper, ends.duals
        ends.take(solved)
        assert ends.duals is duals
        ends.take(replace(solved, norms=2 * solved.norms))
        assert ends.upper == upper
        assert ends.duals is duals

    def test_an_answer_that_is_not_finite_is_left_alone(self, solved):
        """Must fail: not a number in the multipliers."""
        ends = Ends(PROBLEM, 1e-6)
        ends.take(replace(solved, flow=np.full_like(solved.flow, np.nan)))
        assert ends.reasons == ["the solver's answer is not finite"]
        assert ends.upper is None
        assert ends.function is None

    def test_an_equal_pair_of_ends_does_not_cross(self):
        """An interval of one point is right; an upper end below it is an error."""
        ends = Ends(PROBLEM, 1e-6)
        ends.upper = ends.lower = Fraction(1, 3)
        ends.check_order()
        ends.upper -= Fraction(1, 10**40)
        with pytest.raises(ArithmeticError, match="cross"):
            ends.check_order()


class TestMargins:
    """What is asked for grows, from what rounding needs to what still costs next to nothing."""

    def test_lipschitz(self):
        """Five of them, a decade each, from the precision of a slack up to 1e−9."""
        gram, values = resisting_run(PROBLEM, 0.5)
        found = np.array(list(Ends(PROBLEM, 1e-6).margins(gram, values)))
        assert np.allclose(np.log10(found), np.arange(-13, -8))

    def test_smooth_ones_begin_with_what_rounding_does_to_each_pair(self):
        """At least as much as it does, and less than a hundred times as much."""
        smooth = program(gpa(0.5, 0.5, 0.3), 4, "last", SMOOTH)
        found = conic.solve(smooth)
        least = rounding(smooth, found.gram, found.values)
        counts, asked = least > 0, Ends(smooth, 1e-6).margins(found.gram, found.values)
        first = [m[counts] / least[counts] for m in itertools.islice(asked, 3)]
        assert all(ratio.min() > 1 and ratio.max() < 100 for ratio in first)
        assert all((b > 2 * a).all() for a, b in itertools.pairwise(first))


class TestLines:
    """Functions on a line are tried once, and only where an interval is asked for at all."""

    short = program(gpa(0.5, 0.5, 1e-9), 4, "last", LIPSCHITZ)

    def test_short_steps_are_closed_by_a_line(self):
        """The worst function is |x|, up to 1e−9, with any upper end that is close to 1."""
        ends = Ends(self.short, 1e-6)
        ends.upper = Fraction(1)
        assert ends.closed_by_lines()
        assert ends.lower > 1 - 1e-8

    def test_they_are_tried_once(self):
        """The second time nothing is run, and the answer is no."""
        ends = Ends(self.short, 1e-6)
        ends.upper = Fraction(1)
        ends.closed_by_lines()
        ends.function, ends.lower = None, Fraction(0)
        assert not ends.closed_by_lines()
        assert ends.function is None

    def test_no_line_is_run_for_an_interval_of_no_width(self):
        """Must fail: a width below all rounding, which a run would meet by accident only."""
        ends = Ends(self.short, 1e-13)
        assert not ends.closed_by_lines()
        assert ends.function is None
        wide = Ends(self.short, 1e-11)
        wide.closed_by_lines()
        assert wide.function is not None

    def test_a_line_that_crosses_the_upper_end_is_an_error(self):
        """Must fail: an upper end below what a run attains."""
        ends = Ends(self.short, 1e-6)
        ends.upper = Fraction(1, 2)
        with pytest.raises(ArithmeticError, match="cross"):
            ends.closed_by_lines()


def test_multipliers_that_prove_nothing_leave_their_reason(solved, monkeypatch):
    """Must fail: a repair that gives up; the function is certified all the same."""

    def gives_up(*_):
        raise NotCertifiedError("no multiplier is left")

    monkeypatch.setattr("gpa_theory.worst_case.certify.ends.certified_upper", gives_up)
    ends = Ends(PROBLEM, 1e-6)
    ends.take(solved)
    assert ends.upper is None
    assert ends.reasons[0] == "no multiplier is left"
    assert ends.function is not None
