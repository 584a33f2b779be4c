"""The names of a run, in which all proofs speak: what each of them means is said here, once.

Names of step t, the same in every proof: z = z_t, z_next = z_{t+1}, g(y) = g_t, x_prev = x_{t−1},
and for a place p the value f(p) and a subgradient g(p) of f there.  Names of the whole run: u, z_1
and f(u).  All other names are defined within a proof, by a component of `components`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import ONE, Point, basis, gram_pair
from gpa_theory.symbolic.engine.symbols import CONSTANTS

Z_1, Z, Z_NEXT, Z_LAST, U, X_PREV = "z_1", "z", "z_next", "z_{T+1}", "u", "x_prev"
z_1, z, z_next, u = (basis(name) for name in (Z_1, Z, Z_NEXT, U))
FIXED = frozenset({ONE, U, Z_1, "f(u)"})  # the same at every step: an invariant may hold them
RUN = frozenset({ONE, U, Z_1, Z, Z_NEXT, Z_LAST, X_PREV})  # what they mean is said above


@dataclass(frozen=True, slots=True)
class Place:
    """A point that has a name: f and a subgradient of f are asked there."""

    name: str
    point: Point

    def value(self) -> Point:
        """Return f(place), a scalar."""
        return value(self.name)

    def gradient(self) -> Point:
        """Return g(place), a vector."""
        return gradient(self.name)


def value(name: str) -> Point:
    """Return the number f(name), as a linear form."""
    return basis(f"f({name})")


def gradient(name: str) -> Point:
    """Return the vector g(name)."""
    return basis(f"g({name})")


g = gradient("y")  # g_t
at_u = Place(U, u)


def check_new(name: str, *moved: str) -> None:
    """Raise unless a component may define `name`; `moved` are names of the run that it may move."""
    if type(name) is not str or name.startswith(("f(", "g(", "<")) or gram_pair(name):
        raise CertificateError(f"{name!r} is a name of f or of an inner product")
    if name in RUN and name not in moved:
        raise CertificateError(f"{name!r} has a meaning already, so no component may define it")


def check_symbols(*found: Any) -> None:
    """Raise unless these are symbols, all different, that may stand for something new."""
    for symbol in found:
        if type(symbol) is not sp.Symbol or symbol in CONSTANTS:
            raise CertificateError(f"{symbol!r} has a meaning already, or is no symbol")
    if len(set(found)) < len(found):
        raise CertificateError("one symbol stands for two numbers")
