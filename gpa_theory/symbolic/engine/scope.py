"""What names mean within a proof, and the rule that one name means one thing.

A scope maps a key to a meaning:

* `("end", name)` to the component or axiom that defines a name of the claim;
* `("place", p)` to the point at which f(p) is asked, `("first place", p)` to that of step 1;
* `("law", "z")` to how z moves;
* `("step", name)` to what moves within a step; from outside, its symbols are `("within", symbol)`;
* `("constant", symbol)` to nothing: the symbol is one number for all steps;
* `("value", symbol)` to the number that a symbol stands for.

Where two parts meet, their scopes must agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import Certificate, CertificateError
from gpa_theory.core.gram import Point
from gpa_theory.symbolic.engine.fields import has_pole
from gpa_theory.symbolic.engine.forms import alike, symbols
from gpa_theory.symbolic.engine.symbols import CONSTANTS, a, b

Scope = dict[Any, Any]


@dataclass(frozen=True)
class Proved:
    """What a part has proved: `claim` ≥ 0, with names as in `scope`, from `assumptions`."""

    claim: Point
    scope: Scope = field(default_factory=dict)
    assumptions: frozenset[Assumption] = frozenset()
    least_steps: int = 1  # it is proved for T ≥ least_steps

    def claim_symbols(self) -> set[Any]:
        """Return the symbols in the coefficients of the claim."""
        return symbols(self.claim)


def joined(*scopes: Mapping[Any, Any]) -> Scope:
    """Return what all scopes say together, or refuse a name that means two things."""
    found: Scope = {}
    for scope in scopes:
        for key, meaning in scope.items():
            if key in found and not alike(found[key], meaning):
                raise CertificateError(f"{key[1]} means two things: {found[key]}, {meaning}")
            found[key] = meaning
    for kind, name in found:
        if kind == "end" and ("step", name) in found:
            raise CertificateError(f"{name} is used within a step and at the end at once")
        if kind == "constant" and any((k, name) in found for k in ("step", "within", "end")):
            raise CertificateError(f"{name} is a constant and a number that moves at once")
    return found


def constants(found: Iterable[sp.Symbol]) -> Scope:
    """Return the scope in which these symbols are the same number at every step."""
    return {("constant", symbol): None for symbol in found}


def determined(scope: Mapping[Any, Any]) -> set[Any]:
    """Return the symbols that the run determines; what a step adds is left out, being > 0 there.

    A step in which nothing is added to a sum of squares leaves the state as it is: `induction`.
    """
    return {
        symbol
        for (kind, symbol), meaning in scope.items()
        if kind in ("step", "within", "end") and getattr(meaning, "increase", None) != symbol
    }


def check_poles(certificate: Certificate, moving: Iterable[Any]) -> None:
    """Raise if a number that the run or the problem determines, and that may be 0, is divided by.

    If q is 0 in every run, −q² ≥ 0 is true, and 1/q² times it would be −1 ≥ 0; likewise ρ, at which
    a run has μ_x = 0.  Any other symbol may be taken > 0: what then holds, holds at 0 too, as both
    sides are continuous in a symbol that no name depends on.
    """
    zeros = {
        s for s in {*moving, *CONSTANTS - {a, b}} if isinstance(s, sp.Symbol) and not s.is_positive
    }
    for premise in certificate.premises:
        for value in (premise.multiplier, *premise.gap.terms.values()):
            if has_pole(value, zeros):
                raise CertificateError(f"{premise.name!r} divides by what may be 0: {value}")
