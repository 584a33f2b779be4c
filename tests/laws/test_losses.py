"""Every loss of `numeric.problems.losses.LOSSES`: its laws, and where else it must appear.

A new loss is a class in `numeric/problems/losses.py` and a row in its table; run this file to learn
which other places wait for it.
"""

import inspect
from dataclasses import dataclass
from fractions import Fraction

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.cli import run as command
from gpa_theory.core.assumptions import Assumption
from gpa_theory.numeric.problems import losses as module
from gpa_theory.numeric.problems.catalogue import names
from gpa_theory.numeric.problems.constants import regularity
from gpa_theory.numeric.problems.datasets import DATASETS, LABELED
from gpa_theory.numeric.problems.domain import Ball
from gpa_theory.numeric.problems.finite_sum import finite_sum
from gpa_theory.numeric.problems.losses import LOSSES, LeastAbsoluteDeviation, LeastSquares, Loss
from tests.laws.places import missing, named_in, text_of
from tests.strategies import reals, seeds
from tests.tolerances import CERTIFIED_GAP, LOGARITHM, ROUNDING

every = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
signs = st.sampled_from([Fraction(1), Fraction(-1)])
slack = Fraction(ROUNDING)
enclosed = Fraction(1, 10**48)  # two logarithms, each rounded up by at most 1e-49


def target(data, loss):
    return data.draw(signs if loss.labels_only else reals, label="b")


def slope(loss, v, b):
    """Return the float slope at (v, b), taken exactly."""
    return Fraction(float(loss.slope(float(v), float(b))))


def kept(loss, dual, b):
    """Return the nearest point of dom φ* to a float, taken exactly."""
    return Fraction(float(loss.clip(np.array([float(dual)]), np.array([float(b)]))[0]))


def fenchel_young_gap(loss, v, b, dual):
    """Return an upper bound on φ(v) + φ*(l) − l v, which is never negative."""
    return loss.value_up(v, b) + loss.conjugate_up(dual, b) - dual * v


@every
@given(data=st.data(), v=reals)
def test_floats_are_the_value(loss, data, v):
    """`value` and `value_up` are the same function: floats agree with rationals rounded up."""
    b = target(data, loss)
    value = float(loss.value(float(v), float(b)))
    assert value == pytest.approx(float(loss.value_up(v, b)), rel=LOGARITHM, abs=LOGARITHM)
    assert value >= 0


@every
@given(data=st.data(), v=reals, dual=reals)
def test_the_conjugate_is_an_upper_bound_everywhere(loss, data, v, dual):
    """φ(v) + φ*(l) ≥ l v for every v and every l in dom φ* (Fenchel and Young)."""
    b = target(data, loss)
    assert fenchel_young_gap(loss, v, b, kept(loss, dual, b)) >= 0


@every
@given(data=st.data(), v=reals)
def test_the_conjugate_is_tight_at_the_slope(loss, data, v):
    """φ(v) + φ*(φ′(v)) = φ′(v) v: a larger φ* would be valid too, but its bounds loose."""
    b = target(data, loss)
    dual = kept(loss, slope(loss, v, b), b)
    gap = fenchel_young_gap(loss, v, b, dual)
    assert 0 <= gap <= slack


@every
@given(data=st.data(), v=reals, w=reals)
def test_the_slope_is_a_subgradient(loss, data, v, w):
    """φ(w) ≥ φ(v) + φ′(v)(w − v): `slope` is what its name says, kinks included."""
    b = target(data, loss)
    linear = loss.value_up(v, b) + slope(loss, v, b) * (w - v)
    assert loss.value_up(w, b) >= linear - slack * (1 + abs(w - v)) - enclosed


@every
@given(data=st.data(), v=reals, w=reals)
def test_slope_and_curvature_lie_within_their_bounds(loss, data, v, w):
    """|φ′| ≤ slope_bound and least_curvature ≤ Δφ′/Δv ≤ curvature; None says: no such bound."""
    b = target(data, loss)
    there, here = slope(loss, w, b), slope(loss, v, b)
    if loss.slope_bound is not None:
        assert abs(here) <= loss.slope_bound
    rise, run = (there - here) * (1 if w >= v else -1), abs(w - v)
    assert rise >= Fraction(loss.least_curvature) * run - slack
    if loss.curvature is not None:
        assert rise <= Fraction(loss.curvature) * run + slack


@every
def test_a_loss_has_a_bound_on_slopes_or_on_curvature(loss):
    """The error budget of the oracle needs one of the two."""
    assert loss.slope_bound is not None or loss.curvature is not None


@every
@given(data=st.data(), v=reals)
def test_the_kink_is_where_it_is_said(loss, data, v):
    """Between v and its kink the slope is constant; a smooth loss says that there is none."""
    b = target(data, loss)
    away = float(loss.kink(np.array([float(v)]), np.array([float(b)]))[0])
    if loss.curvature is not None:
        assert away == np.inf
        return
    inside = Fraction(away) * Fraction(15, 16)
    assert {slope(loss, v + s * inside, b) for s in (-1, 1)} == {slope(loss, v, b)}


@every
def test_the_slope_at_a_kink_is_the_least(loss):
    """At the kink the slope is 0, which lies between the slopes on both sides."""
    for v in np.linspace(-2, 2, 33):
        if loss.kink(np.array([v]), np.array([1.0]))[0] == 0:
            assert loss.slope(v, 1.0) == 0
            assert loss.slope(v - 1, 1.0) * loss.slope(v + 1, 1.0) <= 0


@every
@given(data=st.data(), dual=reals)
def test_clipping_is_a_projection(loss, data, dual):
    """`clip` leaves a point of dom φ* alone, and the domain is an interval around slopes."""
    b = target(data, loss)
    once = kept(loss, dual, b)
    assert kept(loss, once, b) == once
    s = kept(loss, slope(loss, Fraction(1, 2), b), b)
    assert kept(loss, (once + s) / 2, b) == Fraction(float((once + s) / 2))


@every
@given(seed=seeds)
def test_the_solver_minimizes_the_same_loss(loss, seed):
    """The cvxpy expression is Σ φ(v_i; b_i)."""
    rng = np.random.default_rng(seed)
    v = rng.standard_normal(5)
    b = rng.choice([-1.0, 1.0], size=5) if loss.labels_only else rng.standard_normal(5)
    found = loss.objective(cp, cp.Constant(v), b).value
    assert found == pytest.approx(loss.value(v, b).sum(), rel=LOGARITHM, abs=LOGARITHM)


@dataclass(frozen=True)
class Planted(LeastAbsoluteDeviation):
    """|v − b| with one fault."""

    fault: str

    def slope(self, v, b):
        return super().slope(v, b) * (-1 if self.fault == "slope" else 1)

    def conjugate_up(self, dual, b):
        return super().conjugate_up(dual, b) - (1 if self.fault == "conjugate" else 0)

    def clip(self, dual, b):
        return dual if self.fault == "clip" else super().clip(dual, b)


class Steeper(LeastSquares):
    """2(v − b)², whose slope at 0 is −4b."""

    curvature = 4.0

    def slope(self, v, b):
        return 4 * super().slope(v, b)


def test_a_steep_loss_has_a_large_lipschitz_constant():
    """G covers the slope at the far end of the domain, for any curvature and any slope at 0."""
    one, target, domain = np.array([[1.0]]), np.array([-1.0]), Ball(1.0)
    for loss, steepest in ((LOSSES["least_squares"], 2.0), (Steeper(), 8.0)):
        G = regularity(one, target, loss, domain)[Assumption.LIPSCHITZ]
        assert loss.slope(1.0, -1.0) == steepest <= G <= steepest * (1 + CERTIFIED_GAP)


def test_a_wrong_conjugate_slope_or_clip_is_found():
    """Must fail: Fenchel and Young's inequality, or its tightness, breaks under each fault."""
    v, b = Fraction(2), Fraction(0)
    assert fenchel_young_gap(Planted("none"), v, b, kept(Planted("none"), 1, b)) == 0
    assert fenchel_young_gap(Planted("conjugate"), v, b, Fraction(1)) < 0
    assert fenchel_young_gap(Planted("clip"), v, b, kept(Planted("clip"), 3, b)) < 0
    wrong = Planted("slope")
    assert fenchel_young_gap(wrong, v, b, kept(wrong, slope(wrong, v, b), b)) > slack


PLACES = {
    "gpa_theory/numeric/problems/losses.py, the table LOSSES": lambda name: name in LOSSES,
    "gpa_theory/numeric/problems/finite_sum.py, docstring of finite_sum": lambda name: named_in(
        finite_sum.__doc__, name
    ),
    "gpa_theory/cli/run.py, docstring (the list of problems)": lambda name: named_in(
        command.__doc__, name
    ),
    "gpa_theory/numeric/problems/catalogue.py, names()": lambda name: any(
        f"{data}-{name}" in names() for data in DATASETS
    ),
}


def registered():
    """Return every row, and every class of the module that looks like a loss."""
    classes = [kind for _, kind in inspect.getmembers(module, inspect.isclass)]
    found = {kind.name for kind in classes if hasattr(kind, "conjugate_up") and kind is not Loss}
    return sorted(found | set(LOSSES))


def test_every_loss_is_everywhere():
    """Each loss stands in every table and list; the message names the places that lack one."""
    found = missing(registered(), PLACES)
    assert not found, text_of(found)


def test_a_missing_row_names_all_its_places():
    """Must fail: a loss that is nowhere is missing in every place."""
    assert missing(["nowhere"], PLACES) == [f"nowhere: {place}" for place in PLACES]


def test_rows_are_called_by_their_names():
    """The key of a row is the loss's own name, and its targets say which data sets it is for."""
    for name, loss in LOSSES.items():
        assert loss.name == name
        own = {data for data in DATASETS if f"{data}-{name}" in names()}
        assert own == set(LABELED if loss.labels_only else DATASETS)
