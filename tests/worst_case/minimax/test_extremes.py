"""Many steps, and units that no float holds: an answer that is certain, or a refusal."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gpa_theory.worst_case.minimax.multipliers import output_row
from gpa_theory.worst_case.minimax.schedules import cooldown, queried_at_z
from gpa_theory.worst_case.minimax.threshold import largest_mu_x
from gpa_theory.worst_case.minimax.verdict import minimax

F = Fraction


@pytest.mark.parametrize("mu_y", [F(0), F(1, 100), F(1, 2), F(1)])
def test_the_end_is_enclosed_to_twelve_digits_at_a_thousand_steps(mu_y):
    """Rows summed in floats would lose nine of them; both verdicts are certain."""
    low, high = largest_mu_x(1000, mu_y)
    assert 0 < high - low < 1e-12
    assert minimax(steps=1000, mu_x=F(low), mu_y=mu_y).minimax is True
    assert minimax(steps=1000, mu_x=F(high), mu_y=mu_y).minimax is False


@pytest.mark.parametrize("unit", ["radius", "lipschitz"])
@pytest.mark.parametrize("value", [F(10) ** 400, F(10) ** -400])
def test_units_without_a_float_are_refused(unit, value):
    """Must fail: DG/√T would be no float, or 0; units whose product is moderate are answered."""
    with pytest.raises(ValueError, match="GD in"):
        minimax(steps=4, mu_x=0.5, **{unit: value})
    assert minimax(steps=4, mu_x=0.5, radius=value, lipschitz=1 / value).value == 0.5


def test_multipliers_that_are_exactly_0_are_decided_at_any_size():
    """A cooldown of 100 steps has many; a matrix of floats is decided by intervals all the same."""
    T = 100
    h = queried_at_z(cooldown(T, T // 2), output_row(T, Fraction(1), Fraction))
    assert minimax(matrix=h).minimax is True
    h[3][0] = Fraction(101, 100)
    assert minimax(matrix=h).minimax is False
    odd = [[0.1 + (7 * t + s) % 11 / 13 for s in range(t)] for t in range(29)]
    rough = [*odd, output_row(30, Fraction(1), Fraction)]
    assert minimax(matrix=rough).minimax is False
