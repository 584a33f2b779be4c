"""What a conversion returns: frozen, checked, the same in every arithmetic, and public."""

from dataclasses import FrozenInstanceError

import pytest
import sympy as sp

import gpa_theory
from gpa_theory.core.averaging import Exponential
from gpa_theory.core.conversions.converted import Converted
from gpa_theory.core.recursion import GPA, run

METHODS = {  # name: arguments of its from_
    "nesterov": (0.1, 0.9),
    "heavy_ball": (0.1, 0.9),
    "qhm": (1.0, 0.999, 0.7),
    "diloco": (0.01, 0.7, 0.9, 30),
    "schedule_free": (0.1, 0.9),
    "acsa": (0.1,),
    "ema": (0.1, 0.999),
}


@pytest.mark.parametrize("name", METHODS)
def test_every_conversion_is_public_both_ways(name):
    """And says of itself whether it is an identity, in one sentence that names a sequence."""
    setting = getattr(gpa_theory, f"from_{name}")(*METHODS[name])
    assert callable(getattr(gpa_theory, f"to_{name}"))
    assert setting.kind == ("heuristic" if name == "diloco" else "identity")
    assert "_t" in setting.words
    assert "\n" not in setting.words


def test_the_table_of_this_test_is_complete():
    """No public conversion is left out."""
    public = {name for name in gpa_theory.__all__ if name.startswith(("from_", "to_"))}
    assert public == {f"{way}_{name}" for way in ("from", "to") for name in METHODS}


def test_a_setting_cannot_be_changed():
    """It is frozen."""
    with pytest.raises(FrozenInstanceError):
        gpa_theory.from_nesterov(0.1, 0.9).gamma = 2.0  # type: ignore[misc]


@pytest.mark.parametrize("gamma", [-1, float("nan"), "1", None])
def test_a_step_that_is_none_is_refused(gamma):
    """With call, parameter and rule."""
    with pytest.raises(ValueError, match=r"`Converted\(gamma=.*\)`: gamma must lie in \[0, ∞\)"):
        Converted(GPA(Exponential(0.5), 0.5), gamma, "identity", "")


def test_a_third_kind_is_refused():
    """There are identities and heuristics."""
    with pytest.raises(ValueError, match="kind must be one of identity, heuristic"):
        Converted(GPA(Exponential(0.5), 0.5), 1, "nearly", "")  # type: ignore[arg-type]


def test_symbols_are_converted_too():
    """With symbols for lr and μ, y_2 is Nesterov's first step, lr (1 + μ) g."""
    lr, mu, z, g = sp.symbols("lr mu z g")
    setting = gpa_theory.from_nesterov(lr, mu)
    _, (y, _) = run(setting.method, z, setting.descent(lambda y: g, sp.Integer), 2, sp.Integer)
    assert sp.simplify(y - (z - lr * (1 + mu) * g)) == 0
    assert sp.simplify(gpa_theory.to_nesterov(setting.method, setting.gamma)["lr"] - lr) == 0
