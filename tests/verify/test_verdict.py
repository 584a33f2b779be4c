"""Verdicts: floats decide outside their budget, exact numbers always, statistics only support."""

from fractions import Fraction
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.verify.verdict import Verdict, compare, exactly, statistical, worst

finite = st.floats(min_value=-1e6, max_value=1e6)


@given(measured=finite, allowed=finite, budget=st.floats(min_value=0, max_value=1e3))
def test_the_three_way_rule(measured, allowed, budget):
    """A margin above the budget holds, below −budget is violated, anything else is undecided."""
    result = compare("x", measured, allowed, budget)
    margin = allowed - measured
    expected = (
        Verdict.HOLDS
        if margin > budget
        else Verdict.VIOLATED
        if margin < -budget
        else Verdict.UNDECIDED
    )
    assert result.verdict is expected
    assert result.margin == margin


def test_no_budget_and_no_margin_is_undecided():
    """Equal floats prove nothing."""
    assert compare("tie", 1.0, 1.0, 0.0).verdict is Verdict.UNDECIDED


def test_an_undecided_comparison_is_escalated():
    """The exact tier is asked only when the floats cannot tell."""
    exact = lambda: exactly("tie", Fraction(1, 3), Fraction(1, 3))  # noqa: E731
    assert compare("tie", 1 / 3, 1 / 3, 1e-15, exact=exact).verdict is Verdict.HOLDS
    assert compare("far", 0.0, 1.0, 1e-15, exact=pytest.fail).verdict is Verdict.HOLDS


@given(a=st.fractions(), b=st.fractions())
def test_exact_comparisons_are_never_undecided(a, b):
    """Fractions decide, and a tie holds."""
    assert exactly("x", a, b).verdict is (Verdict.HOLDS if a <= b else Verdict.VIOLATED)


@pytest.mark.parametrize("inexact", [0.5, True, "1"])
def test_exact_refuses_floats(inexact):
    """A float cannot enter the exact tier."""
    with pytest.raises(ValueError, match="must be int or Fraction"):
        exactly("x", inexact, 1)


@pytest.mark.parametrize("bad", [nan, inf])
def test_non_finite_numbers_are_refused(bad):
    """NaN is not a measurement."""
    with pytest.raises(ValueError, match="must be finite"):
        compare("x", bad, 1.0, 0.0)


def test_a_negative_budget_is_refused():
    """A budget below zero would turn violations into passes."""
    with pytest.raises(ValueError, match="budget must lie in"):
        compare("x", 0.0, 1.0, -1.0)


@pytest.mark.parametrize(
    ("limits", "verdict"),
    [
        ((0.1, 0.2), Verdict.SUPPORTED),
        ((0.1, 0.4), Verdict.UNDECIDED),
        ((0.31, 0.4), Verdict.VIOLATED),
    ],
)
def test_statistics_support_or_refute(limits, verdict):
    """An interval below the bound supports, above it violates, across it is undecided."""
    result = statistical("mean", limits, 0.3, n=20, level=0.999)
    assert result.verdict is verdict
    assert "n=20" in result.note


def test_worst_verdict_wins():
    """One violation among many passes is a violation; nothing at all is undecided."""
    good, bad = exactly("a", 0, 1), exactly("b", 2, 1)
    assert worst([good, good]) is Verdict.HOLDS
    assert worst([good, bad]) is Verdict.VIOLATED
    assert worst([Verdict.SUPPORTED, Verdict.HOLDS]) is Verdict.SUPPORTED
    assert worst([]) is Verdict.UNDECIDED
