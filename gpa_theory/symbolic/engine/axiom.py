"""What an axiom is: an object that builds its own inequality, and says what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import Premise
from gpa_theory.core.gram import Point

Meanings = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Axiom:
    """What all axioms can say; `axioms.CLASSES` is the complete list of those that count.

    `assumes` is the assumption on f, u and the run that makes it true, if any is needed;
    `coordinatewise` says whether it also holds of one coordinate of all vectors.
    """

    name: ClassVar[str] = ""
    words: ClassVar[str] = ""
    assumes: ClassVar[Assumption | None] = None
    equality: ClassVar[bool] = False  # it says = 0, not ≥ 0
    coordinatewise: ClassVar[bool] = False

    def gap(self) -> Point:
        """Return what is ≥ 0."""
        raise NotImplementedError

    def meanings(self) -> Meanings:
        """Return what it gives a meaning to."""
        return {}

    def check(self) -> None:
        """Raise `CertificateError` unless it is made as an axiom of its kind must be."""

    def times(self, multiplier: Any) -> Premise:
        """Return the premise: this inequality with a multiplier."""
        return Premise(self.name, multiplier, self.gap(), self.equality, self)
