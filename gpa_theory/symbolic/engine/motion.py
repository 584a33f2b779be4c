"""Axioms of the base optimizer's motion, and what is assumed of distances and gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import Point, basis, constant, inner, norm2
from gpa_theory.symbolic.engine.axiom import Axiom, Meanings
from gpa_theory.symbolic.engine.fields import is_nonnegative
from gpa_theory.symbolic.engine.forms import check_vector, names
from gpa_theory.symbolic.engine.run import Z_LAST, Z_NEXT, U, Z, g, u, z, z_1, z_next
from gpa_theory.symbolic.engine.symbols import D, G, R, R_inf


@dataclass(frozen=True, slots=True)
class Projection(Axiom):
    """⟨v − Π(v), Π(v) − u⟩ ≥ 0 for u in the domain, where z_next = Π(v)."""

    name: ClassVar[str] = "projection"
    words: ClassVar[str] = "⟨v − Π(v), Π(v) − u⟩ ≥ 0 for u in the domain"
    coordinatewise: ClassVar[bool] = True

    target: Point

    def gap(self) -> Point:
        """Return ⟨v − z_next, z_next − u⟩."""
        return inner(self.target - z_next, z_next - u)

    def meanings(self) -> Meanings:
        """Return how z moves."""
        return {("law", Z): self}

    def check(self) -> None:
        """Raise if z_next would be defined by itself."""
        check_vector(self.target)
        if Z_NEXT in names(self.target):
            raise CertificateError("z_next is projected from itself")


@dataclass(frozen=True, slots=True)
class Argmin:
    """The minimizer of ⟨total, ·⟩ + (curvature/2)|· − z_1|² over the domain."""

    total: Point
    curvature: Any


@dataclass(frozen=True, slots=True)
class Minimality(Axiom):
    """⟨∇F(z), w − z⟩ ≥ 0: z minimizes F = ⟨total, ·⟩ + (curvature/2)|· − z_1|² over the domain."""

    name: ClassVar[str] = "minimality"
    words: ClassVar[str] = "⟨∇F(z), w − z⟩ ≥ 0: z minimizes the convex F over the domain"

    minimizer: Argmin
    at: str = Z
    other: str = Z_NEXT  # w, in the domain as well

    def gap(self) -> Point:
        """Return ⟨total + curvature (z − z_1), w − z⟩."""
        here, total = basis(self.at), self.minimizer.total
        return inner(total + self.minimizer.curvature * (here - z_1), basis(self.other) - here)

    def meanings(self) -> Meanings:
        """Return what z is."""
        return {("law", self.at): self.minimizer}

    def check(self) -> None:
        """Raise unless z is an iterate that F does not know, and w another point of the domain."""
        if type(self.minimizer) is not Argmin:
            raise CertificateError(f"{self.minimizer!r} is no minimizer")
        check_vector(self.minimizer.total)
        if not is_nonnegative(self.minimizer.curvature):
            raise CertificateError(f"curvature {self.minimizer.curvature} is not proved ≥ 0")
        if self.at not in (Z, Z_LAST) or self.other not in (Z_NEXT, U):
            raise CertificateError(f"{self.at!r} minimizes, {self.other!r} is compared: not known")
        if {Z, Z_NEXT, Z_LAST} & set(names(self.minimizer.total)):
            raise CertificateError("what an iterate minimizes must not depend on it")


@dataclass(frozen=True, slots=True)
class Lipschitz(Axiom):
    """|g_t| ≤ G."""

    name: ClassVar[str] = "Lipschitz"
    words: ClassVar[str] = "|g_t| ≤ G"
    assumes: ClassVar[Assumption | None] = Assumption.LIPSCHITZ

    def gap(self) -> Point:
        """Return G² − |g_t|²."""
        return constant(G**2) - norm2(g)


@dataclass(frozen=True, slots=True)
class Radius(Axiom):
    """|z_1 − u| ≤ D."""

    name: ClassVar[str] = "radius"
    words: ClassVar[str] = "|z_1 − u| ≤ D"
    assumes: ClassVar[Assumption | None] = Assumption.RADIUS

    def gap(self) -> Point:
        """Return D² − |z_1 − u|²."""
        return constant(D**2) - norm2(z_1 - u)


@dataclass(frozen=True, slots=True)
class Diameter(Axiom):
    """|z_t − u| ≤ R for all t."""

    name: ClassVar[str] = "diameter"
    words: ClassVar[str] = "|z_t − u| ≤ R for all t"
    assumes: ClassVar[Assumption | None] = Assumption.DIAMETER

    def gap(self) -> Point:
        """Return R² − |z_t − u|²."""
        return constant(R**2) - norm2(z - u)


@dataclass(frozen=True, slots=True)
class CoordinateDiameter(Axiom):
    """|z_{t,i} − u_i| ≤ R_∞ for all t, where all vectors are coordinates i."""

    name: ClassVar[str] = "coordinate diameter"
    words: ClassVar[str] = "|z_{t,i} − u_i| ≤ R_∞ for all t"
    assumes: ClassVar[Assumption | None] = Assumption.COORDINATE_DIAMETER
    coordinatewise: ClassVar[bool] = True

    def gap(self) -> Point:
        """Return R_∞² − |z_{t,i} − u_i|²."""
        return constant(R_inf**2) - norm2(z - u)
