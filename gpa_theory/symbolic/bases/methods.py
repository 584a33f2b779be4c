"""How each base optimizer moves, formally: what `core.bases` says in words.

A regret bound, and every bound composed of it, is one for the base whose motion its proof uses.
`METHODS` is what a reader compares with the words; proofs cannot choose it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import basis
from gpa_theory.symbolic.engine.coordinates import Coordinatewise
from gpa_theory.symbolic.engine.forms import alike
from gpa_theory.symbolic.engine.motion import Argmin, Projection
from gpa_theory.symbolic.engine.numbers import RootOfCount, consecutive_roots
from gpa_theory.symbolic.engine.run import Z_LAST, Z, g, z
from gpa_theory.symbolic.engine.stated import AnyBase
from gpa_theory.symbolic.engine.symbols import T, e, gamma, q, root, root_step
from gpa_theory.symbolic.engine.vocabulary import GRADIENTS, NORM, NORM_I

BEFORE, ROOT = consecutive_roots(root_step)  # √(t−1) and √t
ROOTS = RootOfCount(root, root_step)

Method = Mapping[Any, Any]

ANYHOW: Method = {("law", Z): AnyBase()}  # of `core.bases.ANY`
METHODS: dict[str, Method] = {
    "ogd": {("law", Z): Projection(z - gamma * g)},
    "dual-averaging": {
        ("law", Z): Argmin(GRADIENTS.so_far, ROOT / gamma),
        # never played, so its curvature is ours to choose
        ("law", Z_LAST): Argmin(basis(GRADIENTS.name), sp.sqrt(T) / gamma),
        ("within", root_step): ROOTS,
    },
    "adagrad-norm": {
        ("law", Z): Projection(z - gamma / (q + e) * g),
        ("within", q): NORM,
        ("within", e): NORM,
    },
    "adagrad-diagonal": {
        ("law", Z): Coordinatewise(Projection(z - gamma / (q + e) * g)),
        ("within", q): Coordinatewise(NORM_I),
        ("within", e): Coordinatewise(NORM_I),
    },
    "ogd-anytime": {
        ("law", Z): Projection(z - gamma / ROOT * g),
        ("within", root_step): ROOTS,
    },
}


def check_method(call: str, scope: Mapping[Any, Any], method: Mapping[Any, Any]) -> None:
    """Raise unless z moves as the method says, no more and no less."""
    if not moves_as(scope, method):
        raise CertificateError(f"{call}: the proof is about another base optimizer")


def moves_as(scope: Mapping[Any, Any], method: Mapping[Any, Any]) -> bool:
    """Return whether the laws in the scope are those of the method."""
    laws = {key for key in scope if key[0] == "law"}
    told = laws == {key for key in method if key[0] == "law"}
    return told and all(key in scope and alike(scope[key], m) for key, m in method.items())
