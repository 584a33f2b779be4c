"""Every axiom is an object, and a premise must be what it says: wrong twins of each are refused."""

from dataclasses import dataclass, replace

import pytest
import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import Point, basis, constant, norm2
from gpa_theory.symbolic.engine import content as remembering
from gpa_theory.symbolic.engine.algebra import (
    Constant,
    Exponential,
    GrowingRoot,
    RootOfSquares,
    Square,
    SquaredNumber,
)
from gpa_theory.symbolic.engine.axiom import Axiom
from gpa_theory.symbolic.engine.axioms import CLASSES, square
from gpa_theory.symbolic.engine.components import Component
from gpa_theory.symbolic.engine.convexity import Convexity, Jensen, JensenOverRun, Minimizer
from gpa_theory.symbolic.engine.motion import (
    Argmin,
    CoordinateDiameter,
    Diameter,
    Lipschitz,
    Minimality,
    Projection,
    Radius,
)
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import Place, g, z, z_next
from gpa_theory.symbolic.engine.stated import StatedRegret
from gpa_theory.symbolic.engine.symbols import T, e, gamma, q, rho
from gpa_theory.symbolic.engine.vocabulary import NORM, M

a, b = sp.symbols("a b", nonnegative=True)
v, w, HALF = basis("v"), basis("w"), sp.S.Half
X, Y = Place("x", v), Place("y", w)
MIDDLE = Place("m", HALF * v + HALF * w)
MEAN = JensenOverRun(Point({"Σφ": 1 / T}))
HONEST = (
    Square(v - 2 * w),
    Constant(),
    SquaredNumber(a - b),
    GrowingRoot(NORM),
    RootOfSquares(NORM),
    Convexity(X, Y),
    Jensen(MIDDLE, ((HALF, X), (HALF, Y))),
    MEAN,
    Projection(z - gamma * g),
    Minimality(Argmin(basis("s"), gamma)),
    Lipschitz(),
    Radius(),
    Diameter(),
    Minimizer(),
    Exponential(M),
    StatedRegret(3 * sp.sqrt(T)),
)


def proof_by(premise):
    """Return a proof whose claim is its one premise."""
    claim = premise.multiplier * premise.gap
    return Proof("theorem", (("only part", Certificate(claim, (premise,))),))


def refused(premise, reason):
    with pytest.raises(CertificateError, match=reason):
        proof_by(premise).check()


def named(axiom):
    return type(axiom).__name__


every = pytest.mark.parametrize("axiom", HONEST, ids=named)


@every
def test_an_axiom_is_accepted_as_itself(axiom):
    """With multiplier 1 it proves its own inequality, on its own assumption."""
    proved = proof_by(axiom.times(1)).proved()
    assert proved.claim == axiom.gap()
    assert proved.assumptions == {axiom.assumes} - {None}


def test_every_axiom_is_tried():
    """Those above, and the one that holds of coordinates only, are the whole list."""
    assert {type(axiom) for axiom in HONEST} | {CoordinateDiameter} == set(CLASSES)


@every
@pytest.mark.parametrize("more", [constant(-1), norm2(v), basis("R_T")], ids=["-1", "v²", "R_T"])
def test_what_is_said_must_be_what_the_axiom_says(axiom, more):
    """An inequality that differs by a number, a square or a sum is refused under any axiom."""
    premise = axiom.times(1)
    refused(replace(premise, gap=premise.gap + more), "does not say what its axiom says")
    refused(replace(premise, gap=more), "does not say what its axiom says")


@every
def test_a_wrong_sign_is_refused(axiom):
    """The negative of an axiom is refused; so is a negative multiplier of an inequality."""
    premise = axiom.times(1)
    refused(replace(premise, gap=-premise.gap), "does not say what its axiom says")
    if axiom.equality:
        proof_by(axiom.times(-1)).check()
    else:
        refused(axiom.times(-1), "not proved ≥ 0")
        refused(replace(premise, equality=True), "used as an equality")


@every
def test_a_wrong_name_is_refused(axiom):
    """An axiom under another's name, and its name without it, are refused."""
    premise = axiom.times(1)
    refused(replace(premise, name="well known"), "used as an equality")
    refused(replace(premise, axiom=None), "neither an axiom nor proved before")


@dataclass(frozen=True)
class Believed(Square):
    """A square, says its author, that is whatever he likes."""

    def gap(self):
        return constant(-1)


class Duck:
    """What quacks like an axiom."""

    name, equality, assumes, coordinatewise = "square", False, None, True
    gap = check = meanings = staticmethod(lambda: constant(-1))


@pytest.mark.parametrize("forged", [Believed(v), Duck(), Axiom(), Square, "square"])
def test_only_the_classes_of_the_list_count(forged):
    """No subclass, no duck type, no class, no name."""
    refused(Premise("square", 1, constant(-1), axiom=forged), "which is no axiom")


class Generous(Point):
    """A form that is another form each time it is asked."""


BADLY_MADE = {
    "an imaginary vector": Square(sp.I * v),
    "a vector with an imaginary root": Square(sp.sqrt(a - b) * v),
    "no vector": Square(Generous({"v": 1})),
    "the square of an imaginary number": SquaredNumber(sp.I * a),
    "f(u) elsewhere": Convexity(Place("u", v), Y),
    "no place": Convexity("x", Y),
    "an imaginary place": Convexity(Place("x", sp.I * v), Y),
    "f(x) at two points": Convexity(X, Place("x", w)),
    "a target beside the combination": Jensen(Place("m", v + w), ((HALF, X), (HALF, Y))),
    "shares that add up to 2": Jensen(Place("m", v + w), ((1, X), (1, Y))),
    "a negative share": Jensen(Place("m", 2 * v - w), ((2, X), (-1, Y))),
    "a share of no known sign": Jensen(
        Place("m", (a - b) * v + (1 - a + b) * w), ((a - b, X), (1 - a + b, Y))
    ),
    "shares that are no tuple": Jensen(MIDDLE, [(HALF, X), (HALF, Y)]),
    "a mean of weight 2": JensenOverRun(Point({"Σφ": 2 / T})),
    "a mean with a negative weight": JensenOverRun(Point({"Σφ": 2 / T, "φ_T": -1})),
    "a mean of what is no gap": JensenOverRun(Point({"R_T": 1 / T})),
    "a projection of itself": Projection(z_next + g),
    "a minimizer of what it enters": Minimality(Argmin(z + g, gamma)),
    "a minimizer of a concave function": Minimality(Argmin(g, -gamma)),
    "a minimizer of nothing known": Minimality("F"),
    "u as a minimizer": Minimality(Argmin(g, gamma), at="u"),
    "a minimizer beside a free point": Minimality(Argmin(g, gamma), other="v"),
    "the root of what is no square": GrowingRoot(replace(NORM, vector=2 * g)),
    "the root of a discounted sum": GrowingRoot(
        replace(NORM, total=replace(NORM.total, discount=2))
    ),
    "the root of a sum that is none": GrowingRoot(replace(NORM, total="Q_T")),
    "an increase that defines itself": GrowingRoot(
        replace(NORM, vector=e * g, total=replace(NORM.total, term=e**2 * norm2(g)))
    ),
    "an increase that z_next defines": GrowingRoot(
        replace(NORM, vector=z_next, total=replace(NORM.total, term=norm2(z_next)))
    ),
    "a root that is its own increase": GrowingRoot(replace(NORM, increase=q)),
    "a root that cannot be 0": RootOfSquares(replace(NORM, symbol=sp.Symbol("q", positive=True))),
    "a root that is a constant": RootOfSquares(replace(NORM, symbol=rho)),
    "no root": RootOfSquares("q"),
    "the power 2": Exponential(2),
    "a power that is T": Exponential(T),
}


@pytest.mark.parametrize("axiom", BADLY_MADE.values(), ids=BADLY_MADE)
def test_a_badly_made_axiom_is_refused(axiom):
    """An axiom checks what it is made of, whatever it then says."""
    with pytest.raises((CertificateError, TypeError, AttributeError)) as refusal:
        proof_by(axiom.times(1)).check()
    if refusal.type is not CertificateError:  # it cannot even say what it says
        premise = Premise(axiom.name, 1, ZERO_GAP, axiom.equality, axiom)
        refused(premise, "is no|is at u|asked at")


ZERO_GAP = norm2(v) - norm2(v)


@pytest.mark.parametrize("part", ["premises", "parts", "claim"])
def test_lists_and_strange_forms_are_refused(part):
    """What could change between two readings is no proof."""
    certificate = Certificate(norm2(v), (square(1, v),))
    if part == "parts":
        forged = Proof("theorem", [("only part", certificate)])
    else:
        changed = {"premises": [square(1, v)], "claim": Generous(norm2(v).terms)}[part]
        forged = Proof("theorem", (("only part", replace(certificate, **{part: changed})),))
    with pytest.raises(CertificateError):
        forged.check()


def test_assumptions_are_collected():
    """A proof rests on what its axioms assume, and on no more."""
    premises = (Lipschitz().times(1), Radius().times(gamma), square(1, v))
    claim = sum((p.multiplier * p.gap for p in premises), norm2(v) - norm2(v))
    proved = Proof("theorem", (("only part", Certificate(claim, premises)),)).proved()
    assert proved.assumptions == {Assumption.LIPSCHITZ, Assumption.RADIUS}
    assert proved.claim.coefficient("<g(y),g(y)>") == -1


def test_a_proof_is_plain_data():
    """What cannot be read as data, part by part, is no proof; the memory does not grow forever."""
    with pytest.raises(CertificateError, match="holds what is no data"):
        Proof("theorem", (("only part", {"proof": bytearray(b"")}),)).check()
    with pytest.raises(CertificateError, match="is no part of a proof"):
        Proof("theorem", (("only part", lambda: True),)).check()


def test_the_memory_of_checks_is_bounded(monkeypatch):
    """When it is full it is emptied, and what is asked again is checked again."""
    monkeypatch.setattr(remembering, "MOST", 2)
    for k in range(1, 5):
        proof_by(square(k, v)).check()
    assert len(remembering._KNOWN) <= 2


def test_the_base_classes_say_nothing():
    """An axiom or a component without a kind has no inequality and no values."""
    with pytest.raises(NotImplementedError):
        Axiom().gap()
    with pytest.raises(NotImplementedError):
        Component().changes(0)
