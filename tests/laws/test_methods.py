"""Every method that `worst_case` can be asked about: its laws, and where else it must appear.

A new method is a constructor in `worst_case/model/methods.py` and a row in `model/families.py`; run
this file to learn which other places wait for it.
"""

import argparse
import inspect
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.worst_case.figure import STYLES
from experiments.worst_case.table import ALL, LEFT_OUT
from gpa_theory.cli import tune as command
from gpa_theory.worst_case.certify.witness import certified_lower
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model import methods
from gpa_theory.worst_case.model.families import FAMILIES, family_named
from gpa_theory.worst_case.model.methods import Around, Averaged, DiLoCo, Method, sgd
from gpa_theory.worst_case.model.sampling import played
from tests import strategies
from tests.laws.method_laws import (
    Exact,
    Flawed,
    linearity_faults,
    order_faults,
    pieces,
    unit_faults,
)
from tests.laws.places import missing, text_of

NAMES = (*FAMILIES, "diloco-2", "diloco-3")
every = pytest.mark.parametrize("name", NAMES)
data = st.data()
KINDS = {
    "past": strategies.interior,
    "share": strategies.closed,
    "step": strategies.positive,
}
INTERIOR = {"past": Fraction(3, 5), "share": Fraction(7, 20), "step": Fraction(2, 5)}


def drawn(data, name):
    """Return a method of the family with random constants, and a horizon it can be played to."""
    family = family_named("test", name)
    constants = [data.draw(KINDS[kind], label=word) for word, kind in family.kinds]
    rounds = data.draw(st.integers(1, 6 // family.inner_steps), label="rounds")
    return family.build(*constants), 1 + rounds * family.inner_steps


def gradients(data, steps):
    """Return z_1, then g_1 … g_{T−1}."""
    return data.draw(st.lists(strategies.reals, min_size=steps, max_size=steps))


@every
@given(data=data)
def test_gradients_are_asked_for_in_order(name, data):
    """g_1 … g_{T−1}, once each, at the y that is returned; Fractions stay Fractions."""
    assert order_faults(*drawn(data, name)) == []


@every
@strategies.costly
@given(data=data)
def test_a_method_is_linear_in_what_the_oracle_says(name, data):
    """With gradients given in advance, y, x and z are linear in z_1 and the gradients."""
    method, steps = drawn(data, name)
    one, other = gradients(data, steps), gradients(data, steps)
    assert linearity_faults(method, steps, one, other) == []


@every
@strategies.costly
@given(data=data)
def test_gradients_times_g_over_d_are_the_change_of_units(name, data):
    """From D z_1 with gradients G g: D times what (G/D) g do from z_1."""
    method, steps = drawn(data, name)
    assert unit_faults(method, steps, gradients(data, steps)) == []


@every
@strategies.costly
@given(data=data)
def test_a_longer_run_begins_with_the_shorter_one(name, data):
    """No iterate depends on the horizon or on a later gradient."""
    method, steps = drawn(data, name)
    values = gradients(data, 2 * steps - 1)
    short, long = (
        method.play(lambda t, y: values[t], values[0], T) for T in (steps, 2 * steps - 1)
    )
    assert long.y[: steps - 1] == short.y
    assert long.x[:steps] == short.x
    assert long.z[:steps] == short.z


@pytest.mark.solver
@pytest.mark.parametrize("steps", [3, 4])
@every
def test_the_certified_ends_hold_the_exact_run_on_the_witness(name, steps):
    """In Fractions: each slope is a subgradient where it is used, the value is between the ends."""
    family = family_named("test", name)
    if (steps - 1) % family.inner_steps:
        with pytest.raises(ValueError, match="1 plus a multiple"):
            worst_case(family.build(*(INTERIOR[kind] for _, kind in family.kinds)), steps)
        return
    method = family.build(*(INTERIOR[kind] for _, kind in family.kinds))
    found = worst_case(method, steps)
    function = found.witness

    def oracle(t, y):
        at = pieces(function, y)
        assert at[t - 1] == max(0, *at)
        return Exact(function.slopes[t - 1].tolist())

    trace = played(method, steps, Exact(function.start.tolist()), oracle)
    value = max(Fraction(0), *pieces(function, trace.x[-1]))
    assert Fraction(found.lower) <= certified_lower(found.program, function) <= value
    assert value <= Fraction(found.upper)


VALUES = [Fraction(1), Fraction(2), Fraction(-1), Fraction(1, 2)]


def test_the_laws_can_fail():
    """Must fail: another order, another place, squares, a drift, floats, and units of squares."""
    assert any("asks for" in fault for fault in order_faults(Flawed("order"), 4))
    assert "y is not where it asked" in order_faults(Flawed("ahead"), 4)
    assert "Fractions do not stay Fractions" in order_faults(Flawed("float"), 4)
    other = VALUES[::-1]
    assert linearity_faults(Flawed("square"), 4, VALUES, other)
    assert linearity_faults(Flawed("drift"), 4, VALUES, other) == ["moves without gradients"]
    assert len(unit_faults(Flawed("square"), 4, VALUES)) == 1


def constructors(module=methods):
    """Return the public callables of a module that make a method, by name."""
    made = ("Averaged", "Averaged | Around", "DiLoCo", "Method")
    found = {
        name: value
        for name, value in inspect.getmembers(module, inspect.isfunction)
        if value.__module__ == module.__name__ and value.__annotations__.get("return") in made
    }
    found |= {
        name: value
        for name, value in inspect.getmembers(module, inspect.isclass)
        if hasattr(value, "play")
        and value not in (Method, Averaged, Around)  # `gpa` makes the last two
    }
    return {name: value for name, value in found.items() if not name.startswith("_")}


def registered():
    """Return every family, and every constructor that no family builds."""
    built = {family.build for family in FAMILIES.values()}
    loose = [
        name.lower().replace("_", "-") for name, make in constructors().items() if make not in built
    ]
    return sorted({*FAMILIES, *loose, *ALL, *LEFT_OUT, *STYLES} - {DiLoCo.__name__.lower()})


def _is_family(name):
    try:
        return family_named("test", name) is not None
    except ValueError:
        return False


def _offered(name):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    (action,) = [a for a in parser._actions if a.dest == "family"]
    words = str(action.help).replace(" (default)", "").split(", ")
    return name in words or (name.startswith("diloco-") and "diloco" in words)


PLACES = {
    "gpa_theory/worst_case/model/families.py, FAMILIES": _is_family,
    "gpa_theory/cli/tune.py, the help of --family": _offered,
    "experiments/worst_case/table.py, ALL or LEFT_OUT": lambda name: name in (*ALL, *LEFT_OUT),
    "experiments/worst_case/figure.py, STYLES": lambda name: name in STYLES,
}
EXCUSED = {(name, "experiments/worst_case/figure.py, STYLES") for name in LEFT_OUT}


def test_every_method_is_everywhere():
    """Each method stands in every table; the message lists the places that lack one."""
    found = missing(registered(), PLACES, EXCUSED)
    assert not found, text_of(found)


def test_a_missing_row_names_all_its_places():
    """Must fail: a method that is nowhere is missing in every place."""
    found = missing(["adam"], PLACES, EXCUSED)
    assert found == [f"adam: {place}" for place in PLACES]
    assert all(place in text_of(found) for place in PLACES)


def test_a_constructor_without_a_family_is_found(monkeypatch):
    """Must fail: a public function that makes a method, and a family taken out of the table."""

    def halfway(gamma) -> "Averaged":
        return sgd(gamma)

    halfway.__module__ = methods.__name__
    halfway.__annotations__["return"] = "Averaged"
    monkeypatch.setattr(methods, "halfway", halfway, raising=False)
    assert missing(registered(), PLACES, EXCUSED) == [f"halfway: {place}" for place in PLACES]
    monkeypatch.delitem(FAMILIES, "nesterov")
    assert "nesterov: gpa_theory/worst_case/model/families.py, FAMILIES" in missing(
        registered(), PLACES, EXCUSED
    )
