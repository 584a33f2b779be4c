"""Induction over the steps of a run: an invariant of components, its base case and its step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import ZERO, Point, basis
from gpa_theory.symbolic.engine.components import (
    Component,
    Kept,
    Latest,
    Meanings,
    Total,
    Vector,
)
from gpa_theory.symbolic.engine.fields import fits
from gpa_theory.symbolic.engine.forms import (
    Change,
    changed,
    check_form,
    check_vector,
    names,
    parameters,
    same,
    symbols,
)
from gpa_theory.symbolic.engine.numbers import Count, Power, RootOfCount, RootOfTotal, Sequence
from gpa_theory.symbolic.engine.run import FIXED, Z_LAST, Z_NEXT, Z
from gpa_theory.symbolic.engine.scope import (
    Proved,
    Scope,
    check_poles,
    constants,
    determined,
    joined,
)
from gpa_theory.symbolic.engine.symbols import Expr

HYPOTHESIS = "hypothesis"
COMPONENTS = (Total, Vector, Latest, Kept, Count, RootOfCount, RootOfTotal, Power, Sequence)
Checked = Callable[[Certificate, str], Proved]  # checks the "base" or the "step"


@dataclass(frozen=True, slots=True)
class Induction:
    """A proof of invariant ≥ 0 before every step and at the end, by a base case and a step.

    The state is made of `components`, and the invariant is a form in their placeholders.  What it
    is at the start, now, after a step and at the end is derived from them.  `begins` steps are made
    at the start (0 or 1); `hypothesis` multiplies the invariant now in the step.
    """

    invariant: Point
    components: tuple[Component, ...]
    base: tuple[Premise, ...] = ()
    step: tuple[Premise, ...] = ()
    hypothesis: Expr = 1
    begins: int = 0

    @property
    def claim(self) -> Point:
        """Return the invariant at the end, ≥ 0."""
        return self._at(3)

    def certificates(self) -> Iterator[tuple[str, Certificate]]:
        """Yield base case and induction step."""
        yield "base case", Certificate(self._at(0), self.base)
        assumed = Premise(HYPOTHESIS, self.hypothesis, self._at(1))
        yield "induction step", Certificate(self._at(2), (assumed, *self.step))

    def proved(self, checked: Checked) -> Proved:
        """Check state, base case and step; return the claim with the meanings of its names."""
        self._check_state()
        (_, base), (_, step) = self.certificates()
        first, later = checked(base, "base"), checked(step, "step")
        moving = self._varying()
        within = joined(later.scope, *(self._dated(c.in_step()) for c in self.components))
        check_poles(base, moving)
        check_poles(step, determined(within) | {*self._roots()})
        self._check_idle_steps()
        fixed = parameters((*self.components, *within.values())) - moving
        return Proved(
            self.claim,
            joined(
                _of_first_step(first.scope),
                _from_outside(within, moving),
                constants(fixed),
                *(self._dated(c.at_end()) for c in self.components),
            ),
            first.assumptions | later.assumptions,
            max(first.least_steps, later.least_steps),
        )

    def _at(self, moment: int) -> Point:
        """Return the invariant at the start (0), now (1), after a step (2), at the end (3)."""
        change: dict[Any, Any] = {}
        for component in self.components:
            found = component.changes(self.begins)[moment]
            if set(found) & set(change):
                raise CertificateError("two components of a state have one name")
            change |= found
        return changed(self.invariant, change)

    def _varying(self) -> set[sp.Symbol]:
        return {s for component in self.components for s in component.varying}

    def _roots(self) -> list[sp.Symbol]:
        return [c.symbol for c in self.components if type(c) is RootOfTotal]

    def _check_idle_steps(self) -> None:
        """Raise unless a step that adds 0 to a sum of squares, and moves nothing, costs nothing."""
        for root in self.components:
            if type(root) is RootOfTotal:
                idle: dict[Any, Any] = {root.symbol: sp.S.Zero, root.increase: sp.S.Zero}
                idle |= dict.fromkeys(root.vector.terms, ZERO) | {Z_NEXT: basis(Z)}
                if not same(changed(self._at(1), idle), changed(self._at(2), idle)):
                    raise CertificateError("a step that adds nothing must change nothing")

    def _dated(self, meanings: Meanings) -> Scope:
        """Return the meanings, with when it began where the start does not say so itself."""
        timeless = {("step", Z), ("end", Z_LAST)}
        return {
            key: (m, self.begins) if type(m) in (Vector, Sequence) and key not in timeless else m
            for key, m in meanings.items()
        }

    def _check_state(self) -> None:
        """Raise unless the invariant holds nothing that moves but is not carried along."""
        check_form(self.invariant)
        if not all(type(part) is tuple for part in (self.components, self.base, self.step)):
            raise CertificateError("components and premises of an induction are tuples")
        starts: dict[Any, Any] = {}
        moving: list[sp.Symbol] = []
        for component in self.components:
            if type(component) not in COMPONENTS:
                raise CertificateError(f"{component!r} is no component of a state")
            component.check()
            moving += component.varying
            start, _, after, _ = component.changes(self.begins)
            _check_values(start, after)
            starts |= start
        if len(set(moving)) < len(moving):
            raise CertificateError("two components of a state move one number")
        if len({c.ended for c in self.components} - {None}) > 1:
            raise CertificateError("an induction's claim is about the end, or about any time")
        if self.begins and any(c.ended is False for c in self.components):
            raise CertificateError("a claim about any time begins before step 1")
        for name in names(self.invariant):
            if name not in starts and name not in FIXED:
                raise CertificateError(f"the invariant holds {name!r}, which is not carried along")
        if symbols(self.invariant) & self._varying() - set(starts):
            raise CertificateError("the invariant holds a number that is not carried along")


def _from_outside(within: Scope, moving: set[sp.Symbol]) -> Scope:
    """Return the scope of a step as it is seen from outside, where its symbols are not free."""
    return {("within" if n in moving else k, n): m for (k, n), m in within.items()}


def _check_values(*changes: Change) -> None:
    """Raise unless vectors are real and numbers have the sign that their symbols declare."""
    for change in changes:
        for key, value in change.items():
            if isinstance(key, str):
                check_vector(value)
            elif not fits(key, value):
                raise CertificateError(f"{key} = {value} is not proved to have the sign of {key}")


def _of_first_step(scope: Scope) -> Scope:
    """Return the scope of a base case: its places are those of step 1."""
    found = {("first place", n) if k == "place" else (k, n): m for (k, n), m in scope.items()}
    if any(kind in ("step", "law", "end") for kind, _ in found):
        raise CertificateError("a base case must not say how the run moves or ends")
    return found
