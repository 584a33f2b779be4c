"""The best certain ends over several solves, from answers near the border to answers well inside.

Where f is smooth, an answer tells the sizes of gradients and values, which the next solve takes for
units.  An answer too near the border to be made exact is mixed with a little of one that is farther
inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from gpa_theory.worst_case.questions.ends import Instance, NoEndError, Proof, factor, lower, upper
from gpa_theory.worst_case.questions.found import Found, mixed
from gpa_theory.worst_case.questions.question import Question
from gpa_theory.worst_case.questions.solving import resized, room, solve

SHARES = (0.001, 0.01, 0.1)  # of multipliers well inside
WANTED = 1e-11  # the room that a limit needs to hold exactly, over its largest coefficient


class Search:
    """The least proved bound and the worst exact instance of one question so far."""

    def __init__(self, asked: Question) -> None:
        self.asked, self.units = asked, asked
        self.proof: Proof | None = None
        self.instance: Instance | None = None
        self.earlier: list[Found] = []
        self.reasons: list[str] = []
        self.status = ""

    def take(self, inside: float, margin: float) -> None:
        """Solve once more, and keep each end that is better."""
        found = solve(self.units, inside, margin)
        self.status = found.status
        if not (np.isfinite(found.gram).all() and found.multipliers):
            self.reasons.append("the solver's answer is not finite")
            return
        root = factor(self.units, found.gram)  # a solver's matrix has negative eigenvalues
        found = replace(found, gram=root @ root.T)
        if self.try_upper(found):
            for other in self.earlier:
                any(self.try_upper(mixed(other, found, share)) for share in SHARES)
        if self.try_lower(found):
            for other in self._moved_inside(found):
                self.try_lower(other)
        self.earlier.append(found)
        self.units = resized(self.asked, found) if self.asked.shrinks else self.asked
        if self.proof and self.instance and self.instance.attained > self.proof.bound:
            raise ArithmeticError("the certified ends cross: one of them is wrong; report it")

    def try_upper(self, found: Found) -> bool:
        """Return whether multipliers make a proof."""
        try:
            proof = upper(self.asked, found)
        except NoEndError as error:
            self.reasons.append(str(error))
            return False
        if self.proof is None or proof.bound < self.proof.bound:
            self.proof = proof
        return True

    def try_lower(self, found: Found) -> bool:
        """Return whether a point makes an exact instance."""
        try:
            instance = lower(self.units, found)
        except NoEndError as error:
            self.reasons.append(str(error))
            return False
        if self.instance is None or instance.attained > self.instance.attained:
            self.instance = instance
        return True

    def _moved_inside(self, found: Found) -> Iterator[Found]:
        """Yield the earlier points, each with as little of this one as gives every limit room."""
        most = room(self.units, found)
        for other in self.earlier:
            least = room(self.units, other)
            short = least < WANTED
            if (most[short] > WANTED).all():
                gains = (WANTED - least[short]) / (most[short] - least[short])
                yield mixed(other, found, min(1.0, 1.01 * float(gains.max(initial=0.0))))

    def is_narrow(self, width: Fraction) -> bool:
        """Return whether both ends are there and close."""
        if self.proof is None or self.instance is None:
            return False
        attained = max(Fraction(0), self.instance.attained)  # z_1 = x* makes every metric 0
        return self.proof.bound - attained <= width * self.proof.bound

    def reason(self, width: float) -> str:
        """Return why no interval of this width was found."""
        if self.proof and self.instance:
            span = f"[{float(self.instance.attained):.9g}, {float(self.proof.bound):.9g}]"
            return (
                f"the interval {span} (for G = D = 1 or the like) is wider than {width:.1e}"
                f" (relative); Clarabel stopped with {self.status!r}; ask for a larger width"
            )
        why = "; ".join(dict.fromkeys(self.reasons))
        return f"Clarabel stopped with {self.status!r}: {why}"
