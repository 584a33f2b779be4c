"""What a statement may mean: its names are those of `engine.vocabulary`, its z that of a base.

A proof is checked by `engine.proof`; here its scope, which says what its names mean, is compared
with what a statement about R_T, φ_T or f at the mean must be about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sympy as sp

from gpa_theory.core.certificate import CertificateError
from gpa_theory.symbolic.engine.components import Vector
from gpa_theory.symbolic.engine.coordinates import Coordinatewise
from gpa_theory.symbolic.engine.forms import alike
from gpa_theory.symbolic.engine.run import RUN, Z, z, z_1, z_next
from gpa_theory.symbolic.engine.symbols import WORDS, rho
from gpa_theory.symbolic.engine.vocabulary import VOCABULARY
from gpa_theory.symbolic.step_identity import a, b

PARAMETERS = frozenset({*WORDS.values(), rho, a, b})  # what they are, a user says


def check_names(
    call: str, scope: Mapping[Any, Any], said: Iterable[str], vocabulary: Any = VOCABULARY
) -> None:
    """Raise unless every name of the vocabulary, and every name of the run, means what it must.

    `said` are the names in the statement; the proof must have given each of them its meaning.
    """
    for name in said:
        if ("end", name) not in scope:
            raise CertificateError(f"{call}: the proof does not say what {name} is")
    for key, meaning in scope.items():
        kind, name = key
        if key in vocabulary and not alike(vocabulary[key], meaning):
            raise CertificateError(f"{call}: the proof means something else by {name}")
        if isinstance(name, sp.Symbol) and name in PARAMETERS and kind != "constant":
            raise CertificateError(f"{call}: the proof gives {name} a meaning of its own")
        if kind == "step" and name in RUN and not _moves_on(name, meaning):
            raise CertificateError(f"{call}: the proof moves {name} in a way of its own")


def _moves_on(name: Any, meaning: Any) -> bool:
    """Return whether this says no more than that z_{t+1} comes after z_t, from z_1 or from z_2."""
    vector = meaning.of if type(meaning) is Coordinatewise else meaning
    starts = any(alike(vector.start, point) for point in (z_1, z))
    return name == Z and type(vector) is Vector and starts and alike(vector.after, z_next)


def check_method(call: str, scope: Mapping[Any, Any], method: Mapping[Any, Any]) -> None:
    """Raise unless z moves as the method says, no more and no less."""
    if not moves_as(scope, method):
        raise CertificateError(f"{call}: the proof is about another base optimizer")


def moves_as(scope: Mapping[Any, Any], method: Mapping[Any, Any]) -> bool:
    """Return whether the laws in the scope are those of the method."""
    laws = {key for key in scope if key[0] == "law"}
    told = laws == {key for key in method if key[0] == "law"}
    return told and all(key in scope and alike(scope[key], m) for key, m in method.items())
