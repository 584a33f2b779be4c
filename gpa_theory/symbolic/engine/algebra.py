"""Axioms of numbers and vectors: true of every inner-product space, whatever f and the run are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import sympy as sp

from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import Point, constant, norm2
from gpa_theory.symbolic.engine.axiom import Axiom, Meanings
from gpa_theory.symbolic.engine.fields import is_real
from gpa_theory.symbolic.engine.forms import check_vector
from gpa_theory.symbolic.engine.numbers import Power, RootOfTotal
from gpa_theory.symbolic.engine.run import check_symbols
from gpa_theory.symbolic.engine.symbols import Expr, T


@dataclass(frozen=True, slots=True)
class Square(Axiom):
    """|v|² ≥ 0."""

    name: ClassVar[str] = "square"
    words: ClassVar[str] = "|v|² ≥ 0 for every vector v"
    coordinatewise: ClassVar[bool] = True

    vector: Point

    def gap(self) -> Point:
        """Return |v|²."""
        return norm2(self.vector)

    def check(self) -> None:
        """Raise unless v is a real combination of vectors."""
        check_vector(self.vector)


@dataclass(frozen=True, slots=True)
class Constant(Axiom):
    """1 ≥ 0; its multiplier is the number whose sign the check has to prove."""

    name: ClassVar[str] = "constant"
    words: ClassVar[str] = "a number proved ≥ 0 is ≥ 0"
    coordinatewise: ClassVar[bool] = True

    def gap(self) -> Point:
        """Return 1."""
        return constant(1)


@dataclass(frozen=True, slots=True)
class SquaredNumber(Axiom):
    """r² ≥ 0 for a real number r."""

    name: ClassVar[str] = "squared number"
    words: ClassVar[str] = "r² ≥ 0 for every real number r"
    coordinatewise: ClassVar[bool] = True

    number: Any

    def gap(self) -> Point:
        """Return r²."""
        return constant(sp.sympify(self.number) ** 2)

    def check(self) -> None:
        """Raise unless the number is real."""
        if not is_real(self.number):
            raise CertificateError(f"{self.number} is not known to be real")


@dataclass(frozen=True, slots=True)
class GrowingRoot(Axiom):
    """(q + e)² = q² + |term|², within a step: this defines e ≥ 0."""

    name: ClassVar[str] = "definition"
    words: ClassVar[str] = "the equality by which the root of a sum of squares is defined"
    equality: ClassVar[bool] = True
    coordinatewise: ClassVar[bool] = True

    root: RootOfTotal

    def gap(self) -> Point:
        """Return (q + e)² − q² − |term|²."""
        return self.root.law_of_step()

    def meanings(self) -> Meanings:
        """Return those of q and e."""
        return self.root.in_step()

    def check(self) -> None:
        """Raise unless the term is a square, so that there is such an e."""
        _check_root(self.root)


@dataclass(frozen=True, slots=True)
class RootOfSquares(Axiom):
    """Q_T = q² at the end: this defines q ≥ 0."""

    name: ClassVar[str] = "definition"
    words: ClassVar[str] = "the equality by which the root of a sum of squares is defined"
    equality: ClassVar[bool] = True
    coordinatewise: ClassVar[bool] = True

    root: RootOfTotal

    def gap(self) -> Point:
        """Return Q_T − q²."""
        return self.root.law_at_end()

    def meanings(self) -> Meanings:
        """Return those of q and Q_T."""
        return self.root.at_end()

    def check(self) -> None:
        """Raise unless the sum is one of squares, so that it has a root."""
        _check_root(self.root)


def _check_root(root: RootOfTotal) -> None:
    if type(root) is not RootOfTotal:
        raise CertificateError(f"{root!r} is no root of a sum of squares")
    root.check()


h: Expr = sp.Symbol("h", nonnegative=True)  # 1/√(1 − μ_x) − 1, where the horizon chooses μ_x
PRESENT = sp.log(T) / (2 * (T - 1))  # 1 − μ_x of the horizon rule, T ≥ 2


@dataclass(frozen=True, slots=True)
class HorizonRoot:
    """The meaning of h: the number `value`, ≥ 0 for T ≥ 2 since ln T ≤ T − 1."""

    value: Any = 1 / sp.sqrt(PRESENT) - 1


@dataclass(frozen=True, slots=True)
class Exponential(Axiom):
    """(1 − s)^{T−1} ≤ e^{−s(T−1)} = 1/√T for s = ln T/(2(T−1)), and for this s only; T ≥ 2.

    The certificate is rational in h, where s = 1/(1+h)²; `power` is the symbol of (1 − s)^{T−1}.
    """

    name: ClassVar[str] = "exponential"
    words: ClassVar[str] = "1 − s ≤ e^{−s}, hence (1 − s)^{T−1} ≤ 1/√T for s = ln T/(2(T−1))"

    power: sp.Symbol

    def gap(self) -> Point:
        """Return 1/√T − (1 − s)^{T−1}."""
        return constant(1 / sp.sqrt(T) - self.power)

    def meanings(self) -> Meanings:
        """Return that of the power, whose factor is 1 − s, and that of h."""
        power = Power(self.power, 1 - 1 / (1 + h) ** 2)
        return {("end", self.power): power, ("value", h): HorizonRoot()}

    def check(self) -> None:
        """Raise unless the power has a symbol of its own."""
        check_symbols(self.power, h)
