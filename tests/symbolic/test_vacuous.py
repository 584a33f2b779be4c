"""A bound that says nothing says so; numbers that contradict one another are refused."""

import pytest
import sympy as sp

from gpa_theory.symbolic.engine.symbols import T, epsilon, mu_x
from gpa_theory.symbolic.rates import bound
from gpa_theory.symbolic.vacuous import reason
from tests.tolerances import ROUNDING

GIVEN = {"lipschitz": 2.0, "radius": 1.0, "steps": 10, "gamma": 0.1}  # GD = 2, D + γG(T−1) = 2.8


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.9, ""), (2.0, ""), (2.1, "GD = 2 already"), (5.5, "GD = 2"), (5.7, "no gap exceeds 5.6")],
)
def test_a_bound_is_vacuous_above_what_holds_for_free(value, words):
    """GD is the gap of the start, G(D + γG(T−1)) what no run can exceed; a tie says something."""
    found = reason(value, GIVEN, everywhere=True, moves=True)
    assert words in found
    assert bool(found) == bool(words)


@pytest.mark.parametrize(
    ("given", "limit"),
    [
        ({"lipschitz": 2.0, "diameter": 3.0}, 6.0),
        ({"lipschitz": 2.0, "coordinate_diameter": 3.0, "dimension": 4}, 12.0),
    ],
)
def test_a_bounded_domain_bounds_every_gap(given, limit):
    """GR and G√d R_∞ hold at every iterate, but the telescoped metric is no gap."""
    assert reason(limit * 1.01, given, everywhere=True, moves=False)
    assert not reason(limit * 0.99, given, everywhere=True, moves=False)
    assert not reason(limit * 1.01, given, everywhere=False, moves=False)


def test_without_constants_nothing_is_said():
    """Neither a missing G nor a missing distance makes a bound vacuous."""
    assert reason(9.0, {"radius": 1.0}, everywhere=True, moves=True) == ""
    assert reason(9.0, {"lipschitz": 1.0}, everywhere=True, moves=True) == ""


def test_a_bound_knows_when_it_is_vacuous():
    """At T = 1 the start gives GD, below ρGD; the telescoped bound above DG beats no start."""
    average = bound("ogd", "average").tuned("gamma")
    assert "GD = 1 already" in average.vacuous(steps=1, mu_x=0.9, lipschitz=1, radius=1)
    assert average.vacuous(steps=100, mu_x=0.9, lipschitz=1, radius=1) == ""
    telescoped = bound("ogd", "telescoped")
    small = {"steps": 10, "lipschitz": 1, "radius": 1, "gamma": 0.01}
    assert "GD = 1 already" in telescoped.vacuous(**small)
    assert (
        bound("ogd", "last", "uniform").tuned("gamma").vacuous(steps=1, lipschitz=1, radius=1) == ""
    )


@pytest.mark.parametrize(
    ("base", "more", "message"),
    [
        ("ogd-anytime", {"radius": 3, "diameter": 2}, "radius must be at most diameter"),
        (
            "adagrad-diagonal",
            {"radius": 3, "coordinate_diameter": 1, "dimension": 8},
            "radius must be at most √dimension",
        ),
    ],
)
def test_distances_must_agree(base, more, message):
    """z_1 is one of the z_t, so D ≤ R and D ≤ √d R_∞; ties pass."""
    average = bound(base, "average").tuned("gamma")
    values = {"steps": 10, "mu_x": 0.5, "lipschitz": 1}
    with pytest.raises(ValueError, match=message):
        average.at(**values, **more)
    fitting = {**more, "radius": 2 if "diameter" in more else 8**0.5}
    assert average.at(**values, **fitting) > 0


def test_epsilon_is_part_of_value_formula_and_latex():
    """What ε costs is ρε/T, wherever the theorem says that u minimizes up to ε; elsewhere none."""
    average = bound("ogd", "average").tuned("gamma")
    values = {"steps": 100, "mu_x": 0.75, "lipschitz": 1, "radius": 1}
    priced = average.at(**values, epsilon=0.5)
    assert priced - average.at(**values) == pytest.approx(3 * 0.5 / 100, rel=ROUNDING)
    terms = average.terms_at(**values, epsilon=0.5)
    assert sum(terms.values()) == pytest.approx(priced, rel=ROUNDING)
    cost = sp.diff(average.formula, epsilon)
    assert sp.simplify(cost - mu_x / (1 - mu_x) / T) == 0
    assert "epsilon" in average.latex()
    uniform = bound("ogd", "last", "uniform").tuned("gamma")
    assert not uniform.formula.has(epsilon)
    with pytest.raises(ValueError, match="epsilon is not used here"):
        uniform.at(steps=100, lipschitz=1, radius=1, epsilon=0.1)
    with pytest.raises(ValueError, match="epsilon must lie in"):
        average.at(**values, epsilon=-1)
