"""Every averaging of `core.averaging.AVERAGINGS`: its laws, and where else it must appear.

A new averaging is a class in `core/averaging.py` and a row in its table; run this file to learn
which other places wait for it.
"""

import inspect
from dataclasses import fields
from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import gpa_theory
from gpa_theory.core import averaging as module
from gpa_theory.core.averaging import AVERAGINGS, Averaging, rho, shares
from gpa_theory.core.recursion import GPA, run
from gpa_theory.optim import GPA as TorchGPA
from gpa_theory.optim.step.groups import averaging_of, describe
from gpa_theory.worst_case.model.methods import Averaged
from tests import strategies
from tests.laws.places import missing, ready, text_of
from tests.proofs.development import ROCQ
from tests.tolerances import PARITY_FLOAT64, PARITY_TORCH

every = pytest.mark.parametrize("name", ready(AVERAGINGS, strategies.AVERAGINGS))
data = st.data()
MU_Y = 0.625  # exact in floats, interior
COUNTED = range(1, 13)


def drawn(data, name):
    return data.draw(strategies.AVERAGINGS[name], label=name)


def rebuilt(averaging, number):
    """Return the averaging with every parameter passed through `number`."""
    own = {f.name: number(getattr(averaging, f.name)) for f in fields(averaging)}
    return type(averaging)(**own)


def coefficient_faults(averaging):
    """Return what is wrong with c_1 … c_12 in Fractions: nothing, if it is an averaging."""
    c = [averaging.coefficient(Fraction(t)) for t in COUNTED]
    faults = [] if c[0] == 1 else ["c_1 is not 1"]
    return faults + [
        f"c_{t} is outside (0, 1]" for t, c_t in zip(COUNTED, c, strict=True) if not 0 < c_t <= 1
    ]


@every
@given(data=data)
def test_coefficients_start_at_one_and_stay_in_the_unit_interval(name, data):
    """c_1 = 1 and 0 < c_t ≤ 1."""
    assert coefficient_faults(drawn(data, name)) == []


@every
@given(data=data, T=st.integers(min_value=1, max_value=12))
def test_shares_are_a_distribution(name, data, T):
    """Σ_t w_t / w_{1:T} = 1, exactly."""
    assert sum(shares(drawn(data, name), T, Fraction)) == 1


@every
@given(data=data, T=st.integers(min_value=2, max_value=12))
def test_rho_is_past_mass_over_present_weight(name, data, T):
    """ρ_T = w_{1:T−1} / w_T."""
    averaging = drawn(data, name)
    *past, present = shares(averaging, T, Fraction)
    assert rho(averaging, Fraction(T)) == sum(past) / present


@every
@given(data=data, t=st.integers(min_value=1, max_value=50))
def test_floats_and_fractions_agree(name, data, t):
    """c_t is the same number in every arithmetic of `t`."""
    averaging = drawn(data, name)
    exact = averaging.coefficient(Fraction(t))
    assert float(averaging.coefficient(float(t))) == pytest.approx(float(exact), rel=PARITY_FLOAT64)


@every
@given(data=data)
def test_an_averaging_is_an_immutable_value(name, data):
    """Equal parameters make equal averagings that hash alike, and no field can be set."""
    averaging = drawn(data, name)
    again = rebuilt(averaging, lambda value: value)
    assert again == averaging
    assert hash(again) == hash(averaging)
    for field in [f.name for f in fields(averaging)]:
        with pytest.raises(AttributeError):
            setattr(averaging, field, 0)


@every
@given(data=data)
def test_worst_cases_keep_it_exact(name, data):
    """`worst_case` turns the parameters into Fractions and the coefficients with them."""
    averaging = drawn(data, name)
    kept = Averaged(GPA(averaging, Fraction(1, 2)), Fraction(1)).method.averaging
    for t in COUNTED:
        assert kept.coefficient(Fraction(t)) == averaging.coefficient(Fraction(t))


@every
@given(data=data)
def test_torch_follows_the_same_recursion(name, data):
    """`optim.GPA(averaging=...)` around SGD gives the x of `core.run`, in float64."""
    averaging = rebuilt(drawn(data, name), float)
    w = torch.nn.Parameter(torch.tensor([1.0, -2.0], dtype=torch.float64))
    opt = TorchGPA(torch.optim.SGD([w], lr=0.25), averaging=averaging, mu_y=MU_Y)
    start = w.detach().clone()
    for _, s in run(GPA(averaging, MU_Y), start, lambda t, z, y: z - 0.25 * y, 6):
        with opt.averaged():
            assert torch.allclose(w, s.x, rtol=PARITY_TORCH, atol=PARITY_TORCH)
        w.grad = w.detach().clone()
        opt.step()


class _Late:
    """No averaging: c_1 is not 1, and c_2 = 0 leaves z_2 out."""

    def coefficient(self, t):
        return Fraction(1, 2) if t == 1 else Fraction(t - 2, 5)


def test_what_is_no_averaging_is_found():
    """Must fail: a wrong first coefficient, one at 0 and those above 1 are each named."""
    faults = coefficient_faults(_Late())
    assert faults[:2] == ["c_1 is not 1", "c_2 is outside (0, 1]"]
    assert "c_8 is outside (0, 1]" in faults


def _rocq(name):
    text = (ROCQ / "foundations/Definitions.v").read_text(encoding="utf-8")
    return f"Definition {name} " in text


def _kept_by_torch(name):
    """Return whether a parameter group of `optim.GPA` can hold the averaging and give it back."""
    if name not in AVERAGINGS or name not in strategies.AVERAGINGS:
        return False
    averaging = _example(name)
    try:
        again = averaging_of({**describe(averaging), "gpa_steps": 0})
    except ValueError:
        return False
    return shares(again, 5) == shares(averaging, 5)


def _example(name):
    """Return the averaging with every parameter 1/2, which is interior for all of them."""
    kind = AVERAGINGS[name]
    return kind(*([0.5] * len(inspect.signature(kind).parameters)))


ROCQ_PLACE = (
    "proofs/rocq/foundations/Definitions.v, a Definition (then `make proofs-page`), or EXCUSED in"
    " tests/laws/test_averagings.py"
)
PLACES = {
    "gpa_theory/core/averaging.py, AVERAGINGS": lambda name: name in AVERAGINGS,
    "gpa_theory/__init__.py, _HOME": lambda name: (
        getattr(AVERAGINGS.get(name), "__name__", "") in gpa_theory.__all__
    ),
    "tests/strategies.py, AVERAGINGS": lambda name: name in strategies.AVERAGINGS,
    "gpa_theory/optim/step/groups.py, describe and averaging_of": _kept_by_torch,
    ROCQ_PLACE: _rocq,
}
# The theorems in Rocq hold for every c_t; only the averagings with rates of their own are defined.
EXCUSED = {("polynomial", ROCQ_PLACE)}


def registered():
    """Return every averaging that some table names, and every class that looks like one."""
    classes = inspect.getmembers(module, inspect.isclass)
    named = {kind: name for name, kind in AVERAGINGS.items()}
    found = {
        named.get(kind, kind.__name__.lower())
        for _, kind in classes
        if hasattr(kind, "coefficient") and kind is not Averaging
    }
    return sorted(found | set(AVERAGINGS) | set(strategies.AVERAGINGS))


def test_every_averaging_is_everywhere():
    """Each averaging stands in every table; the message lists the places that lack one."""
    found = missing(registered(), PLACES, EXCUSED)
    assert not found, text_of(found)


def test_a_missing_row_names_all_its_places():
    """Must fail: an averaging that is nowhere is missing in every place."""
    found = missing(["nowhere"], PLACES, EXCUSED)
    assert found == [f"nowhere: {place}" for place in PLACES]
    assert all(place in text_of(found) for place in PLACES)


def test_a_stale_excuse_is_found():
    """Must fail: what is there needs no excuse."""
    place = "tests/strategies.py, AVERAGINGS"
    (line,) = missing(["uniform"], {place: PLACES[place]}, {("uniform", place)})
    assert line.endswith("(excused, but there)")
