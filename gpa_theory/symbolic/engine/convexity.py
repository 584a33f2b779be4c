"""Axioms of convexity: f above its tangents, Jensen's inequality, and u as a minimizer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import ZERO, Point, basis, constant, inner
from gpa_theory.symbolic.engine.axiom import Axiom, Meanings
from gpa_theory.symbolic.engine.fields import is_nonnegative, reduced
from gpa_theory.symbolic.engine.forms import check_form, check_vector, same
from gpa_theory.symbolic.engine.run import Place, U, u
from gpa_theory.symbolic.engine.symbols import T, epsilon
from gpa_theory.symbolic.engine.vocabulary import FIRST, GAPS, LAST

AT_MEAN = "φ at the mean"


@dataclass(frozen=True, slots=True)
class Convexity(Axiom):
    """B(a, b) = f(a) − f(b) − ⟨g(b), a − b⟩ ≥ 0: f lies above its tangents."""

    name: ClassVar[str] = "convexity"
    words: ClassVar[str] = "B(a, b) ≥ 0: f lies above its tangents, g(b) being a subgradient at b"
    assumes: ClassVar[Assumption | None] = Assumption.CONVEX

    above: Place
    tangent: Place

    def gap(self) -> Point:
        """Return B(a, b)."""
        a, b = self.above, self.tangent
        return a.value() - b.value() - inner(b.gradient(), a.point - b.point)

    def meanings(self) -> Meanings:
        """Return where both places are."""
        return _places(self.above, self.tangent)

    def check(self) -> None:
        """Raise unless u is at u."""
        _check_places(self.above, self.tangent)


@dataclass(frozen=True, slots=True)
class Jensen(Axiom):
    """f at a convex combination is at most the combination of f."""

    name: ClassVar[str] = "Jensen"
    words: ClassVar[str] = "f at a convex combination is at most the combination of f"
    assumes: ClassVar[Assumption | None] = Assumption.CONVEX

    at: Place
    parts: tuple[tuple[Any, Place], ...]  # shares and places

    def gap(self) -> Point:
        """Return Σ share · f(place) − f(at)."""
        return sum((share * p.value() for share, p in self.parts), ZERO) - self.at.value()

    def meanings(self) -> Meanings:
        """Return where all places are."""
        return _places(self.at, *(p for _, p in self.parts))

    def check(self) -> None:
        """Raise unless the shares are ≥ 0, add up to 1 and combine the places to `at`."""
        if type(self.parts) is not tuple:
            raise CertificateError("Jensen's inequality takes a tuple of shares and places")
        _check_places(self.at, *(p for _, p in self.parts))
        shares = [share for share, _ in self.parts]
        if not all(is_nonnegative(share) for share in shares) or reduced(sum(shares) - 1) != 0:
            raise CertificateError(f"{shares} are no shares: ≥ 0, adding up to 1")
        if not same(self.at.point, sum((share * p.point for share, p in self.parts), ZERO)):
            raise CertificateError(f"{self.at.name!r} is not the combination of the places")


def _places(*places: Place) -> Meanings:
    found: dict[Any, Any] = {}
    for place in places:
        key = ("place", place.name)
        if key in found and not same(found[key], place.point):
            raise CertificateError(f"f({place.name}) is asked at two points")
        found[key] = place.point
    return found


def _check_places(*places: Place) -> None:
    for place in places:
        if type(place) is not Place or type(place.name) is not str:
            raise CertificateError(f"{place!r} is no place")
        check_vector(place.point)
        if place.name == U and not same(place.point, u):
            raise CertificateError("f(u) is f at u")


@dataclass(frozen=True, slots=True)
class JensenOverRun(Axiom):
    """f at the mean Σ weight_t x_t is at most Σ weight_t f(x_t), for weights ≥ 0 that add up to 1.

    `gaps` says the weights: its coefficient of Σφ is that of every x_t, those of φ_1 and φ_T are
    what x_1 and x_T have in addition.
    """

    name: ClassVar[str] = "Jensen"
    words: ClassVar[str] = "f at a convex combination is at most the combination of f"
    assumes: ClassVar[Assumption | None] = Assumption.CONVEX

    gaps: Point

    def gap(self) -> Point:
        """Return Σ weight_t (f(x_t) − f(u)) less the gap at the mean."""
        return self.gaps - basis(AT_MEAN)

    def meanings(self) -> Meanings:
        """Return which mean it is, and those of the sums."""
        shared = {("end", c.name): c for c in (GAPS, FIRST, LAST) if c.name in self.gaps.terms}
        return {**shared, ("end", AT_MEAN): self}

    def check(self) -> None:
        """Raise unless the weights are ≥ 0 and add up to 1."""
        check_form(self.gaps)
        known = {GAPS.name: T, FIRST.name: 1, LAST.name: 1}  # how often each weight counts
        weights = self.gaps.terms
        if not set(weights) <= set(known) or not all(map(is_nonnegative, weights.values())):
            raise CertificateError("a mean has weights ≥ 0 of x_1, …, x_T")
        if reduced(sum(known[name] * weight for name, weight in weights.items()) - 1) != 0:
            raise CertificateError("the weights of a mean add up to 1")


@dataclass(frozen=True, slots=True)
class Minimizer(Axiom):
    """φ_T ≥ −ε: u minimizes f over the domain up to ε."""

    name: ClassVar[str] = "minimizer"
    words: ClassVar[str] = "φ_T ≥ −ε: u minimizes f over the domain up to ε"
    assumes: ClassVar[Assumption | None] = Assumption.MINIMIZER

    def gap(self) -> Point:
        """Return φ_T + ε."""
        return basis(LAST.name) + constant(epsilon)

    def meanings(self) -> Meanings:
        """Return that of φ_T."""
        return LAST.at_end()
