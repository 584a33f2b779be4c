"""What an induction carries from step to step: sums, moving vectors, gaps; numbers in `numbers`.

A component is data.  Its value at the start, before a step, after it and at the end are derived
from it, so the name it has at the end means what the component says and nothing else.  `begins`
is the number of steps made at the start: 0 (then sums are empty) or 1 (then they hold step 1, whose
iterate is z_1).  An invariant is written in the *placeholders*, which `now` replaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import ZERO, Point, basis
from gpa_theory.symbolic.engine.forms import Change, changed, check_vector
from gpa_theory.symbolic.engine.run import X_PREV, Z_LAST, Z, check_new, value, z, z_1

# What stands for the placeholders at the start, before a step, after it and at the end.
Changes = tuple[Change, Change, Change, Change]
Meanings = Mapping[Any, Any]


def refused(rule: str) -> CertificateError:
    """Return the error that names the rule a state breaks."""
    return CertificateError(f"an induction's state {rule}")


@dataclass(frozen=True, slots=True)
class Component:
    """What all components can say; each class in `COMPONENTS` is one kind."""

    @property
    def varying(self) -> frozenset[sp.Symbol]:
        """Return the symbols that change from step to step."""
        return frozenset()

    @property
    def ended(self) -> bool | None:
        """Return whether the claim is about its value at T (not at any time); None: it stays."""
        return True

    def check(self) -> None:
        """Raise unless it is made as a component of its kind must be."""

    def changes(self, begins: int) -> Changes:
        """Return what stands for the placeholders, after `begins` steps at the start."""
        raise NotImplementedError

    def in_step(self) -> Meanings:
        """Return the meanings that hold within a step."""
        return {}

    def at_end(self) -> Meanings:
        """Return the meanings of names and symbols at the end, `("end", name)` each."""
        return {}


@dataclass(frozen=True, slots=True)
class Total(Component):
    """The sum Σ discount^(T−t) · term over steps t = `since` … T, called `name` at the end.

    `term` is in the names of step t.  `first` says what step 1 adds, where it is not the term with
    z_1 for z.
    """

    name: str
    term: Point
    discount: Any = 1
    since: int = 1
    first: Any = None

    @property
    def so_far(self) -> Point:
        """Return the placeholder: the sum before the step."""
        return basis(f"{self.name} so far")

    def check(self) -> None:
        """Raise unless the terms are real forms and nothing else."""
        check_vector(self.term)
        if self.first is not None:
            check_vector(self.first)

    def changes(self, begins: int) -> Changes:
        """Return what stands for the sum so far."""
        (key,) = self.so_far.terms
        if begins > 1 or self.since not in (1, 2) or begins + 1 < self.since:
            raise refused(f"cannot hold {self.name!r} before its first term")
        after = self.discount * self.so_far + self.term
        return {key: self._start(begins)}, {}, {key: after}, {key: basis(self.name)}

    def _start(self, begins: int) -> Point:
        if begins < self.since:
            return ZERO
        return changed(self.term, {Z: z_1}) if self.first is None else self.first

    def at_end(self) -> Meanings:
        """Return the meaning of the name."""
        check_new(self.name)
        return {("end", self.name): self}


@dataclass(frozen=True, slots=True)
class Vector(Component):
    """A vector that moves: `start`, then `after` each step; `last` is its name at the end.

    Without `last` the claim is about the vector before any step, under its own name.
    """

    name: str
    start: Point
    after: Point
    last: str = ""

    @property
    def ended(self) -> bool:
        """Return whether it has a name at the end."""
        return bool(self.last)

    def check(self) -> None:
        """Raise unless start and step are real vectors and nothing else."""
        check_vector(self.start)
        check_vector(self.after)

    def changes(self, begins: int) -> Changes:
        """Return what stands for the vector; z_2 is what step 1 makes of z_1, or any vector z."""
        start = self.start
        if self.name == Z and begins == 1 and start != z:
            start = changed(self.after, {Z: start})
        end = {self.name: basis(self.last)} if self.last else {}
        return {self.name: start}, {}, {self.name: self.after}, end

    def in_step(self) -> Meanings:
        """Return the meaning of its name."""
        check_new(self.name, Z, X_PREV)
        return {("step", self.name): self}

    def at_end(self) -> Meanings:
        """Return the meaning of its last name, and of its own: the claim may be about that."""
        if self.last:
            check_new(self.last, Z_LAST)
            return {**self.in_step(), ("end", self.last): self}
        return self.in_step()


@dataclass(frozen=True, slots=True)
class Latest(Component):
    """The gap f(x_t) − f(u) at the x of the step just made, called `name` at the end.

    In the invariant it is f(x_prev) − f(u).  Where x is, the places of the certificates say.
    """

    name: str

    def changes(self, begins: int) -> Changes:
        """Return what stands for f(x_prev)."""
        if begins != 1:
            raise refused(f"cannot hold {self.name!r} before step 1")
        key, at_x = f"f({X_PREV})", value("x")
        return {key: at_x}, {}, {key: at_x}, {key: basis(self.name) + value("u")}

    def in_step(self) -> Meanings:
        """Return where x_prev is: at x_{t−1}."""
        return {("place", X_PREV): basis(X_PREV)}

    def at_end(self) -> Meanings:
        """Return the meaning of the name."""
        check_new(self.name)
        return {("end", self.name): self}


@dataclass(frozen=True, slots=True)
class Kept(Component):
    """What was at step 1, in the names of that step; it stays."""

    name: str
    first: Point

    @property
    def ended(self) -> None:
        """Return None: what stays is the same at the end and at any time."""
        return

    def check(self) -> None:
        """Raise unless what is kept is a real form and nothing else."""
        check_vector(self.first)

    def changes(self, begins: int) -> Changes:
        """Return what stands for the name."""
        if begins != 1:
            raise refused(f"cannot hold {self.name!r} before step 1")
        return {self.name: self.first}, {}, {}, {}

    def at_end(self) -> Meanings:
        """Return the meaning of the name."""
        check_new(self.name)
        return {("end", self.name): self}
