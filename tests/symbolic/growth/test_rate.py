"""Leading orders in T of bounds whose regret is stated: powers of T and of ln T."""

from __future__ import annotations

import pytest
import sympy as sp

from gpa_theory.symbolic.engine.symbols import T
from gpa_theory.symbolic.growth.rate import rate_of
from gpa_theory.symbolic.rates import bound


@pytest.mark.parametrize(
    ("regret", "order"),
    [
        ("C*T**(2/3)", T ** sp.Rational(-1, 3)),
        ("C*T**(5/12)*log(T)**2", T ** sp.Rational(-7, 12) * sp.log(T) ** 2),
        ("C*sqrt(T)*log(T)", sp.log(T) / sp.sqrt(T)),
        ("C*sqrt(T*log(T))", sp.sqrt(sp.log(T) / T)),
        ("C*log(T)", sp.log(T) / T),
        ("C*T", sp.Integer(1)),
    ],
)
def test_rates_of_stated_regrets(regret, order):
    """Powers of T and of ln T, with the leading constant."""
    found = bound(regret=regret, metric="last", averaging="uniform").rate()
    assert sp.simplify(found.order / order) == 1
    assert str(found.constant) == "C"


def test_rate_of_a_stranger_is_refused():
    """An expression outside the ladder of orders is refused, not guessed."""
    with pytest.raises(ValueError, match="none of the known orders"):
        rate_of(sp.log(T))


def test_a_bound_of_nothing_has_no_rate():
    """Must fail: 0 has no order."""
    with pytest.raises(ValueError, match="none of the known orders"):
        rate_of(sp.Integer(0))
