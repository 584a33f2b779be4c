"""A proof is a list of named certificates; an induction is three of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gpa_theory.core.certificate import Certificate, CertificateError
from gpa_theory.core.gram import Point
from gpa_theory.symbolic.fields import RATIONAL_FUNCTIONS


@dataclass(frozen=True, slots=True)
class Proof:
    """A statement and the certificates that, read in order, prove it.

    Each part is an exact nonnegative combination of its premises, with rational functions of
    nonnegative symbols as coefficients.  A premise that bears the name of an earlier part must
    state exactly what that part proved; "hypothesis" is the induction hypothesis.

    >>> from gpa_theory.core.gram import basis, norm2
    >>> from gpa_theory.core.certificate import Premise
    >>> square = Certificate(norm2(basis("z")), (Premise("square", 1, norm2(basis("z"))),))
    >>> Proof("squares are nonnegative", (("only part", square),)).check()
    """

    statement: str
    parts: tuple[tuple[str, Certificate], ...]

    def check(self) -> None:
        """Raise `CertificateError`, naming the part, unless every certificate is exact."""
        if not self.parts:
            raise CertificateError(f"{self.statement}: a proof without parts proves nothing")
        proved: dict[str, Point] = {}
        for name, certificate in self.parts:
            try:
                certificate.check(RATIONAL_FUNCTIONS)
                _check_citations(certificate, proved)
            except CertificateError as error:
                raise CertificateError(f"{self.statement}: {name}: {error}") from None
            proved[name] = certificate.claim

    def premises(self) -> tuple[str, ...]:
        """Return the names of everything used, in order and once each."""
        return tuple(dict.fromkeys(p.name for _, part in self.parts for p in part.premises))


def _check_citations(certificate: Certificate, proved: Mapping[str, Point]) -> None:
    for premise in certificate.premises:
        if premise.name in proved:
            difference = Certificate(premise.gap - proved[premise.name], ())
            if difference.residual(RATIONAL_FUNCTIONS):
                raise CertificateError(f"cites {premise.name!r} for what that part does not prove")


def induction(
    statement: str,
    base: Certificate,
    step: Certificate,
    *close: tuple[str, Certificate],
    lemmas: tuple[tuple[str, Certificate], ...] = (),
) -> Proof:
    """Return the proof by `lemmas`, base case, induction step and closing combinations.

    The step must use the premise "hypothesis": an induction that does not is refused.
    """
    if "hypothesis" not in (p.name for p in step.premises):
        raise CertificateError(f"{statement}: the induction step does not use its hypothesis")
    return Proof(statement, (*lemmas, ("base case", base), ("induction step", step), *close))
