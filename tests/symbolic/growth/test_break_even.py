"""From which T on averaging costs at most a share of the base's bound."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpa_theory.symbolic.growth.break_even import break_even
from gpa_theory.symbolic.rates import bound

NUMBERS = {"lipschitz": 2, "radius": 3}
TUNED = bound("ogd", "average").tuned("gamma")


@settings(max_examples=20)
@given(mu=st.integers(1, 40), share=st.integers(1, 16))
def test_it_is_the_closed_form(mu, share):
    """T ≥ (ρGD/(ηK))² with K = DG, so (ρ/η)², rounded up."""
    rho = Fraction(mu)
    exact = (rho / Fraction(share, 8)) ** 2
    found = break_even(TUNED, share / 8, **NUMBERS, mu_x=Fraction(mu, mu + 1))
    assert found == max(1, -(-exact.numerator // exact.denominator))


@pytest.mark.parametrize("metric", ["average", "mean", "weighted"])
def test_it_holds_from_there_and_not_before(metric):
    """On both sides of the horizon, as the terms of the bound say."""
    made = bound("dual-averaging", metric).tuned("gamma")
    least = break_even(made, 0.3, **NUMBERS, mu_x=0.95)
    for steps, holds in ((least - 1, False), (least, True), (3 * least, True)):
        terms = made.terms_at(**NUMBERS, mu_x=0.95, steps=steps)
        assert (terms["EMA cost"] <= 0.3 * terms["regret"]) == holds


def test_what_epsilon_costs_counts():
    """With f(u) ≤ min f + ε the horizon is later."""
    least = break_even(TUNED, 0.5, **NUMBERS, mu_x=0.75, epsilon=6)
    assert least == 4 * break_even(TUNED, 0.5, **NUMBERS, mu_x=0.75)


def test_nothing_is_lost_with_c_t_1_over_t():
    """From the first step on."""
    assert break_even(bound(regret="C*sqrt(T)", metric="last", averaging="uniform"), 0.1, C=1) == 1


def test_what_has_no_break_even_is_refused():
    """A bound that is no regret plus cost; a regret that never pays; a share of nothing."""
    with pytest.raises(ValueError, match="must be a regret and what averaging costs"):
        break_even(bound("ogd", "last"), 0.1, **NUMBERS, diameter=4, mu_x=0.9, gamma=0.1)
    with pytest.raises(ValueError, match="is not reached at any T"):
        break_even(bound(regret="C"), 0.1, **NUMBERS, mu_x=0.9, C=1)
    with pytest.raises(ValueError, match="share must lie in"):
        break_even(TUNED, 0, **NUMBERS, mu_x=0.9)
