"""Proofs as lists of parts that cite one another, every premise being checked by content.

A part is a certificate, an induction, another proof, an instance of an earlier part, or what holds
of every coordinate added up.  A premise must be an axiom of `axioms` and *be* what that axiom says,
or bear the name of an earlier part and state exactly what that part proved; the hypothesis of an
induction is made from its invariant.

All parts speak of one run.  A name that a component or an axiom gives a meaning to means the same
in all parts that cite one another (`scope`), and `Proof.proved` says what the names of the claim
mean, on which assumptions it rests and for which T it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import Point
from gpa_theory.symbolic.engine.algebra import Exponential
from gpa_theory.symbolic.engine.axiom import Axiom
from gpa_theory.symbolic.engine.axioms import AXIOMS, CLASSES
from gpa_theory.symbolic.engine.content import remembered
from gpa_theory.symbolic.engine.coordinates import added_up
from gpa_theory.symbolic.engine.fields import RATIONAL_FUNCTIONS, is_exact
from gpa_theory.symbolic.engine.forms import check_form, same
from gpa_theory.symbolic.engine.induction import HYPOTHESIS, Induction
from gpa_theory.symbolic.engine.instance import Instance
from gpa_theory.symbolic.engine.motion import CoordinateDiameter
from gpa_theory.symbolic.engine.scope import Proved, check_poles, determined, joined
from gpa_theory.symbolic.engine.symbols import Expr

EXPONENTIAL_FROM = 2  # ln T/(2(T−1)) needs T ≥ 2


@dataclass(frozen=True, slots=True)
class Summed:
    """A proof in which all vectors are coordinates i, added up over i.

    `totals` puts Σ_i for each root of a sum of squares, `names` for each sum of inner products; the
    claim must be linear in them, or adding up would say something else.
    """

    of: Proof
    totals: Mapping[Any, Expr]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proof:
    """A statement and the parts that, read in order, prove it; the last part's claim is its own.

    >>> from gpa_theory.core.gram import basis, norm2
    >>> from gpa_theory.symbolic.engine.axioms import square
    >>> part = Certificate(norm2(basis("z")), (square(1, basis("z")),))
    >>> Proof("squares are nonnegative", (("only part", part),)).check()
    """

    statement: str
    parts: tuple[tuple[str, Part], ...]

    @property
    def claim(self) -> Point:
        """Return what the last part proves to be ≥ 0."""
        return self.proved().claim

    def certificates(self) -> Iterator[tuple[str, Certificate]]:
        """Yield every certificate of every part, by name."""
        for name, part in self.parts:
            inside = part.of if isinstance(part, Summed) else part
            if isinstance(inside, Certificate):
                yield name, inside
            elif isinstance(inside, Induction | Proof):
                yield from ((f"{name}: {inner}", c) for inner, c in inside.certificates())

    def check(self) -> None:
        """Raise `CertificateError`, naming the part, unless every step follows."""
        self.proved()

    def proved(self, *, coordinate: bool = False) -> Proved:
        """Return what is proved, once every step has been checked; `coordinate`: for one alone."""
        *_, last = self.everything(coordinate=coordinate).values()
        return last

    def everything(self, *, coordinate: bool = False) -> dict[str, Proved]:
        """Return what each part proves, by name, once every step has been checked."""
        return remembered(_everything, self, coordinate)

    def axioms(self) -> tuple[str, ...]:
        """Return the names of the axioms used, in order and once each."""
        used = (p.axiom for _, part in self.certificates() for p in part.premises)
        return tuple(dict.fromkeys(axiom.name for axiom in used if isinstance(axiom, Axiom)))


Part = Certificate | Induction | Instance | Summed | Proof


def _everything(proof: Proof, coordinate: bool) -> dict[str, Proved]:
    if type(proof.parts) is not tuple or not proof.parts:
        raise CertificateError(f"{proof.statement}: a proof without parts proves nothing")
    proved: dict[str, Proved] = {}
    for name, part in proof.parts:
        try:
            if type(name) is not str or name in {*proved, *AXIOMS, HYPOTHESIS}:
                raise CertificateError("the name of a part must be its own")
            proved[name] = _proved(part, proved, coordinate)
        except CertificateError as error:
            raise CertificateError(f"{proof.statement}: {name}: {error}") from None
    return proved


def _proved(part: Part, earlier: Mapping[str, Proved], coordinate: bool) -> Proved:
    """Check one part against what is proved, and return what it proves."""
    check = partial(_checked, earlier=earlier, coordinate=coordinate)
    if type(part) is Certificate:
        return check(part)
    if type(part) is Induction:
        return part.proved(check)
    if type(part) is Proof:
        return part.proved(coordinate=coordinate)
    if type(part) is Instance:
        if part.of not in earlier:
            raise CertificateError(f"restates {part.of!r}, which is not proved before")
        return part.proved(earlier[part.of])
    if type(part) is Summed and type(part.of) is Proof and not coordinate:
        return added_up(part.of.proved(coordinate=True), part.totals, part.names)
    raise CertificateError(f"{part!r} is no part of a proof")


def _checked(
    certificate: Certificate,
    kind: str = "part",
    *,
    earlier: Mapping[str, Proved],
    coordinate: bool,
) -> Proved:
    """Check one certificate: its identity, its signs and the content of every premise.

    A base case cites nothing: what is proved earlier is about any step, with its own places.  The
    first premise of an induction step is the hypothesis, which the induction made itself.
    """
    check_form(certificate.claim)
    if type(certificate.premises) is not tuple:
        raise CertificateError("the premises of a certificate are a tuple")
    for premise in certificate.premises:
        plain = type(premise) is Premise and type(premise.name) is str
        if not plain or not is_exact(premise.multiplier):
            raise CertificateError(f"{premise!r} is no premise with an exact multiplier")
        check_form(premise.gap)
    certificate.check(RATIONAL_FUNCTIONS)
    known = {} if kind == "base" else earlier
    own = certificate.premises[1:] if kind == "step" else certificate.premises
    found = [_premise(premise, known, coordinate) for premise in own]
    assumed: frozenset[Assumption] = frozenset()
    scope = joined(*(p.scope for p in found))
    check_poles(certificate, determined(scope))
    return Proved(
        certificate.claim,
        scope,
        assumed.union(*(p.assumptions for p in found)),
        max((p.least_steps for p in found), default=1),
    )


def _premise(premise: Premise, earlier: Mapping[str, Proved], coordinate: bool) -> Proved:
    """Return what an axiom or an earlier part says, if the premise is exactly that."""
    if premise.axiom is not None:
        return _axiom(premise, coordinate)
    if premise.name not in earlier:
        raise CertificateError(f"{premise.name!r} is neither an axiom nor proved before")
    cited = earlier[premise.name]
    if premise.equality:
        raise CertificateError(f"cites {premise.name!r}, an inequality, as an equality")
    if not same(premise.gap, cited.claim):
        raise CertificateError(f"cites {premise.name!r} for what that part does not prove")
    return cited


def _axiom(premise: Premise, coordinate: bool) -> Proved:
    """Build the axiom's inequality again and compare: its name alone proves nothing."""
    axiom = premise.axiom
    if type(axiom) not in CLASSES:
        raise CertificateError(f"{premise.name!r} comes with {axiom!r}, which is no axiom")
    if (premise.name, premise.equality) != (axiom.name, axiom.equality):
        raise CertificateError(f"{premise.name!r} is an inequality, used as an equality")
    axiom.check()
    if not same(premise.gap, axiom.gap()):
        raise CertificateError(f"{premise.name!r} does not say what its axiom says")
    if coordinate and not axiom.coordinatewise:
        raise CertificateError(f"{premise.name!r} does not hold of coordinates")
    if type(axiom) is CoordinateDiameter and not coordinate:
        raise CertificateError(f"{premise.name!r} holds of coordinates only")
    assumed = frozenset() if axiom.assumes is None else frozenset({axiom.assumes})
    least = EXPONENTIAL_FROM if type(axiom) is Exponential else 1
    return Proved(axiom.gap(), dict(axiom.meanings()), assumed, least)
