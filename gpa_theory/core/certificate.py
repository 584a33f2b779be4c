r"""Proofs that a computer can re-check: exact nonnegative combinations of known inequalities.

.. math:: \text{claim} = \sum_i \lambda_i \cdot \text{gap}_i, \qquad
    \lambda_i \ge 0,\quad \text{gap}_i \ge 0 \quad\Longrightarrow\quad \text{claim} \ge 0

Claim and gaps are linear forms (`Point`s over Gram entries and function values), so the identity
holds iff each coefficient of the difference is zero.  This file is free of arithmetic: a `Field`
holds the two functions that bring a coefficient to normal form and that prove its sign.  The field
of rational numbers is built in; `symbolic` supplies rational functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gpa_theory.core.gram import Point


class CertificateError(ValueError):
    """A certificate that proves nothing: a residual is left, or a multiplier may be negative."""


@dataclass(frozen=True, slots=True)
class Field:
    """How one arithmetic reduces a coefficient to normal form and *proves* that it is ≥ 0."""

    reduce: Callable[[Any], Any]  # equal coefficients have equal normal forms; zero becomes 0
    is_nonnegative: Callable[[Any], bool]  # True only if proved


def _exact(value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise CertificateError(
            f"a rational certificate holds int or Fraction, not {type(value).__name__}: "
            f"{value!r} is not exact"
        )
    return Fraction(value)


RATIONAL = Field(reduce=_exact, is_nonnegative=lambda value: _exact(value) >= 0)


@dataclass(frozen=True, slots=True)
class Premise:
    """A known inequality gap ≥ 0, used with a multiplier ≥ 0.

    With `equality=True` the premise says gap = 0 and the multiplier may have any sign.  `axiom` is
    the object that the gap was made from, for checkers that make it again and compare.

    >>> from gpa_theory.core.gram import basis, norm2
    >>> Premise("a square", 2, norm2(basis("z"))).name
    'a square'
    """

    name: str
    multiplier: Any
    gap: Point
    equality: bool = False
    axiom: Any = None


@dataclass(frozen=True, slots=True)
class Certificate:
    r"""A proof of claim ≥ 0 by :math:`\text{claim} = \sum_i \lambda_i\,\text{gap}_i`.

    >>> from gpa_theory.core.gram import basis, inner, norm2
    >>> z, g = basis("z"), basis("g")
    >>> proof = Certificate(  # |z|² + |g|² ≥ 2⟨z, g⟩
    ...     claim=norm2(z) + norm2(g) - 2 * inner(z, g),
    ...     premises=(Premise("|z − g|² ≥ 0", 1, norm2(z - g)),),
    ... )
    >>> proof.check()
    >>> Certificate(proof.claim, ()).check()
    Traceback (most recent call last):
    gpa_theory.core.certificate.CertificateError: residual <z,z>: 1, <g,g>: 1, <g,z>: -2
    """

    claim: Point
    premises: tuple[Premise, ...]

    def residual(self, field: Field = RATIONAL) -> Mapping[str, Any]:
        """Return the non-zero coefficients of claim − Σ λ_i gap_i: none, if this is a proof."""
        rest = dict(self.claim.terms)  # in place: a new Point per premise would be quadratic
        for p in self.premises:
            for name, value in p.gap.terms.items():
                rest[name] = rest.get(name, 0) - p.multiplier * value
        reduced = {name: field.reduce(value) for name, value in rest.items()}
        return {name: value for name, value in reduced.items() if value != 0}

    def check(self, field: Field = RATIONAL) -> None:
        """Raise `CertificateError` unless the residual is zero and every sign is proved."""
        residual = self.residual(field)
        if residual:
            shown = ", ".join(f"{name}: {value}" for name, value in residual.items())
            raise CertificateError(f"residual {shown}")
        for p in self.premises:
            if not (p.equality or field.is_nonnegative(p.multiplier)):
                raise CertificateError(
                    f"multiplier of {p.name!r} is not proved ≥ 0: {p.multiplier}"
                )
