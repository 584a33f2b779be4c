"""Proofs as lists of parts that cite one another, every citation being checked.

A part is a certificate, an induction, another proof, or an instance of an earlier part.  A premise
must be an axiom of `axioms`, or bear the name of an earlier part and state exactly what that part
proved; the hypothesis of an induction is made from its invariant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import Point
from gpa_theory.symbolic.engine.axioms import AXIOMS
from gpa_theory.symbolic.engine.fields import RATIONAL_FUNCTIONS
from gpa_theory.symbolic.engine.symbols import Expr

HYPOTHESIS = "hypothesis"


@dataclass(frozen=True, slots=True)
class Induction:
    """A proof of invariant ≥ 0 at every reachable state, by a base case and a step.

    `start`, `now` and `after` are states (tuples of names and scalars, the invariant's arguments):
    the first, any, and its successor.  `hypothesis` multiplies invariant(now) in the step.  The
    claim is the invariant at `end`, a state with the names of the result.
    """

    invariant: Callable[..., Point]
    start: tuple[Any, ...]
    now: tuple[Any, ...]
    after: tuple[Any, ...]
    end: tuple[Any, ...]
    base: tuple[Premise, ...]
    step: tuple[Premise, ...]
    hypothesis: Expr = 1

    @property
    def claim(self) -> Point:
        """Return the invariant at the end, ≥ 0."""
        return self.invariant(*self.end)

    def certificates(self) -> Iterator[tuple[str, Certificate]]:
        """Yield base case and induction step."""
        yield "base case", Certificate(self.invariant(*self.start), self.base)
        assumed = Premise(HYPOTHESIS, self.hypothesis, self.invariant(*self.now))
        yield "induction step", Certificate(self.invariant(*self.after), (assumed, *self.step))


@dataclass(frozen=True, slots=True)
class Instance:
    """An earlier part with positive expressions put for some of its (universal) symbols."""

    of: str
    substitution: Mapping[Any, Expr]


@dataclass(frozen=True, slots=True)
class Summed:
    """An earlier part, proved for every coordinate i, added up over i.

    `totals` puts Σ_i for each symbol that depends on i, `names` for each name; the claim must be
    linear in them, or adding up would say something else.
    """

    of: str
    totals: Mapping[Any, Expr]
    names: Mapping[str, str]

    def of_claim(self, claim: Point) -> Point:
        """Return the sum of the claim over all coordinates."""
        double = {symbol: 2 * symbol for symbol in self.totals}
        found = {}
        for name, c in claim.terms.items():
            degree = 1 if name in self.names else 2
            if sp.simplify(sp.sympify(c).subs(double) - degree * c) != 0:
                raise CertificateError(f"{name!r} does not add up over coordinates")
            found[self.names.get(name, name)] = sp.sympify(c).subs(list(self.totals.items()))
        return Point(found)


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
        return _claims(self)[self.parts[-1][0]]

    def certificates(self) -> Iterator[tuple[str, Certificate]]:
        """Yield every certificate of every part, by name."""
        for name, part in self.parts:
            if isinstance(part, Certificate):
                yield name, part
            elif isinstance(part, Induction | Proof):
                yield from ((f"{name}: {inner}", c) for inner, c in part.certificates())

    def check(self) -> None:
        """Raise `CertificateError`, naming the part, unless every step follows."""
        proved: dict[str, Point] = {}
        if not self.parts:
            raise CertificateError(f"{self.statement}: a proof without parts proves nothing")
        for name, part in self.parts:
            try:
                if name in proved or name in AXIOMS or name == HYPOTHESIS:
                    raise CertificateError("the name of a part must be its own")
                proved[name] = _check_part(part, proved)
            except CertificateError as error:
                raise CertificateError(f"{self.statement}: {name}: {error}") from None

    def axioms(self) -> tuple[str, ...]:
        """Return the names of the axioms used, in order and once each."""
        used = (p.name for _, part in self.certificates() for p in part.premises)
        return tuple(dict.fromkeys(name for name in used if name in AXIOMS))


Part = Certificate | Induction | Instance | Summed | Proof


def _claims(proof: Proof) -> dict[str, Point]:
    """Return the claim of every part."""
    found: dict[str, Point] = {}
    for name, part in proof.parts:
        found[name] = _derived(part, found) if isinstance(part, Instance | Summed) else part.claim
    return found


def _derived(part: Instance | Summed, proved: Mapping[str, Point]) -> Point:
    """Return the claim of a part that restates an earlier one."""
    if part.of not in proved:
        raise CertificateError(f"restates {part.of!r}, which is not proved before")
    if isinstance(part, Summed):
        return part.of_claim(proved[part.of])
    return substituted(proved[part.of], part.substitution)


def substituted(claim: Point, substitution: Mapping[Any, Expr]) -> Point:
    """Return the claim with expressions put for symbols, in every coefficient."""
    pairs = list(substitution.items())
    return Point({n: sp.sympify(c).subs(pairs) for n, c in claim.terms.items()})


def _check_part(part: Part, proved: Mapping[str, Point]) -> Point:
    """Check one part against what is proved, and return its claim."""
    if isinstance(part, Instance | Summed):
        return _derived(part, proved)
    if isinstance(part, Proof):
        part.check()
        return part.claim
    parts = [("", part)] if isinstance(part, Certificate) else list(part.certificates())
    for name, certificate in parts:
        certificate.check(RATIONAL_FUNCTIONS)
        own = HYPOTHESIS if name == "induction step" else None
        _check_premises(certificate, proved, own)
    return part.claim


def _check_premises(certificate: Certificate, proved: Mapping[str, Point], own: str | None) -> None:
    names = [p.name for p in certificate.premises]
    if own is not None and names.count(own) != 1:
        raise CertificateError("an induction step uses its hypothesis once")
    for premise in certificate.premises:
        if premise.name in proved:
            _check_citation(premise, proved[premise.name])
        elif premise.name not in AXIOMS and premise.name != own:
            raise CertificateError(f"{premise.name!r} is neither an axiom nor proved before")
        elif premise.equality and premise.name != "definition":
            raise CertificateError(f"{premise.name!r} is an inequality, used as an equality")


def _check_citation(premise: Premise, claim: Point) -> None:
    if premise.equality:
        raise CertificateError(f"cites {premise.name!r}, an inequality, as an equality")
    if Certificate(premise.gap - claim, ()).residual(RATIONAL_FUNCTIONS):
        raise CertificateError(f"cites {premise.name!r} for what that part does not prove")
