"""What names mean within a proof, and the rule that one name means one thing.

A scope maps a key to a meaning: `("end", name)` to the component that defines a name, `("place",
name)` to the point at which f(name) is asked, `("law", "z")` to how z moves, `("step", symbol)` to
what a symbol is within a step.  Where two parts meet, their scopes must agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import Point
from gpa_theory.symbolic.engine.forms import alike, symbols

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
    return found
