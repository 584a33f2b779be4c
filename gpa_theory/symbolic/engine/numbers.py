"""The numbers that an induction carries: counts, roots, powers and free sequences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from gpa_theory.core.gram import Point, basis, constant, norm2
from gpa_theory.symbolic.engine.components import (
    Changes,
    Component,
    Meanings,
    Total,
    refused,
)
from gpa_theory.symbolic.engine.forms import alike, check_vector, names, same, symbols
from gpa_theory.symbolic.engine.run import Z_NEXT, check_symbols
from gpa_theory.symbolic.engine.symbols import Expr, T


@dataclass(frozen=True, slots=True)
class Count(Component):
    """The number of steps made: n, then n + 1, at the end T."""

    symbol: sp.Symbol

    @property
    def varying(self) -> frozenset[sp.Symbol]:
        """Return n."""
        return frozenset({self.symbol})

    def check(self) -> None:
        """Raise unless n is a new symbol."""
        check_symbols(self.symbol)

    def changes(self, begins: int) -> Changes:
        """Return what stands for n."""
        n = self.symbol
        return {n: sp.Integer(begins)}, {}, {n: n + 1}, {n: T}

    def in_step(self) -> Meanings:
        """Return the meaning of n."""
        return {("step", self.symbol): self}


def consecutive_roots(e: Expr) -> tuple[Expr, Expr]:
    """Return √(t−1) = (1/e − e)/2 and √t = (1/e + e)/2, both rational in e = √t − √(t−1) > 0.

    >>> before, after = consecutive_roots(sp.Symbol("e", positive=True))
    >>> sp.simplify(after**2 - before**2)
    1
    """
    return (1 / e - e) / 2, (1 / e + e) / 2


@dataclass(frozen=True, slots=True)
class RootOfCount(Component):
    """The root of the number of steps made, `symbol` in the invariant; e is what a step adds."""

    symbol: sp.Symbol
    increase: sp.Symbol

    @property
    def varying(self) -> frozenset[sp.Symbol]:
        """Return both symbols."""
        return frozenset({self.symbol, self.increase})

    def check(self) -> None:
        """Raise unless both symbols are new."""
        check_symbols(self.symbol, self.increase)

    def changes(self, begins: int) -> Changes:
        """Return what stands for the root."""
        before, after = consecutive_roots(self.increase)
        root = self.symbol
        return {root: sp.sqrt(begins)}, {root: before}, {root: after}, {root: sp.sqrt(T)}

    def in_step(self) -> Meanings:
        """Return the meaning of e."""
        return {("step", self.increase): self}


@dataclass(frozen=True, slots=True)
class RootOfTotal(Component):
    """The root q of a sum of squares: q, then q + e, where (q + e)² − q² is the term."""

    symbol: sp.Symbol
    increase: sp.Symbol
    total: Total
    vector: Point  # the term is its square, so that there is a root

    @property
    def varying(self) -> frozenset[sp.Symbol]:
        """Return both symbols."""
        return frozenset({self.symbol, self.increase})

    def changes(self, begins: int) -> Changes:
        """Return what stands for the root."""
        q = self.symbol
        if begins != 0:
            raise refused(f"holds the root {q} from before step 1")
        return {q: sp.S.Zero}, {}, {q: q + self.increase}, {}

    def check(self) -> None:
        """Raise unless the sum is one of squares, from step 1 on, and q and e are numbers ≥ 0."""
        check_symbols(self.symbol, self.increase)
        check_vector(self.vector)
        if type(self.total) is not Total:
            raise refused(f"holds the root of {self.total!r}, which is no sum")
        self.total.check()
        plain = replace(self.total, discount=1, since=1, first=None)
        if not alike(self.total, plain) or not same(plain.term, norm2(self.vector)):
            raise refused("holds the root of what is no sum of squares from step 1 on")
        if self.varying & symbols(self.vector) or Z_NEXT in names(self.vector):
            raise refused("holds a root that would define itself")
        if not all(s.is_nonnegative and not s.is_positive for s in self.varying):
            raise refused("holds a root or an increase that could not be 0")

    def law_of_step(self) -> Point:
        """Return (q + e)² − q² − term, which is 0: it defines e ≥ 0."""
        q, e = self.symbol, self.increase
        return constant((q + e) ** 2 - q**2) - self.total.term

    def law_at_end(self) -> Point:
        """Return the total less q², which is 0."""
        return basis(self.total.name) - constant(self.symbol**2)

    def in_step(self) -> Meanings:
        """Return the meaning of q and e within a step."""
        return {("step", self.symbol): self, ("step", self.increase): self}

    def at_end(self) -> Meanings:
        """Return the meaning of q at the end, and of the sum of which it is the root."""
        return {("end", self.symbol): self, **self.total.at_end()}


@dataclass(frozen=True, slots=True)
class Power(Component):
    """The power factor^(t−1): 1 after step 1; at the end its symbol is factor^(T−1)."""

    symbol: sp.Symbol
    factor: Any

    @property
    def varying(self) -> frozenset[sp.Symbol]:
        """Return the symbol."""
        return frozenset({self.symbol})

    def check(self) -> None:
        """Raise unless the symbol is new."""
        check_symbols(self.symbol)

    def changes(self, begins: int) -> Changes:
        """Return what stands for the power."""
        if begins != 1:
            raise refused("holds a power from step 1")
        M = self.symbol
        return {M: sp.S.One}, {}, {M: self.factor * M}, {}

    def in_step(self) -> Meanings:
        """Return the meaning of the symbol before a step."""
        return {("step", self.symbol): self}

    def at_end(self) -> Meanings:
        """Return the meaning of the symbol at the end."""
        return {("end", self.symbol): self}


@dataclass(frozen=True, slots=True)
class Sequence(Component):
    """Any numbers: `start` at first, `symbol` before a step, then `following`.

    The claim is about the last of them, or with `at_any_time` about the one before any step.
    """

    symbol: sp.Symbol
    following: Any
    start: Any
    at_any_time: bool = False

    @property
    def ended(self) -> bool:
        """Return whether the claim is about the last number."""
        return not self.at_any_time

    @property
    def varying(self) -> frozenset[sp.Symbol]:
        """Return the symbol, and those by which it moves."""
        return frozenset({self.symbol, *sp.sympify(self.following).free_symbols})

    def check(self) -> None:
        """Raise unless the symbol is new."""
        check_symbols(self.symbol)

    def changes(self, begins: int) -> Changes:
        """Return what stands for the number."""
        return {self.symbol: self.start}, {}, {self.symbol: self.following}, {}

    def in_step(self) -> Meanings:
        """Return the meaning of its symbols within a step."""
        return {("step", symbol): self for symbol in self.varying}

    def at_end(self) -> Meanings:
        """Return the meaning of the symbol in the claim: at the end, or before any step."""
        return {("end", self.symbol): self} if self.ended else {("step", self.symbol): self}
