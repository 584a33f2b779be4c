"""How each base optimizer moves, formally: what `core.bases` says in words.

A regret bound, and every bound composed of it, is one for the base whose motion its proof uses.
`METHODS` is what a reader compares with the words; proofs cannot choose it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from gpa_theory.core.gram import basis, norm2
from gpa_theory.symbolic.engine.components import Total
from gpa_theory.symbolic.engine.coordinates import Coordinatewise
from gpa_theory.symbolic.engine.motion import Argmin, Projection
from gpa_theory.symbolic.engine.numbers import RootOfCount, RootOfTotal, consecutive_roots
from gpa_theory.symbolic.engine.run import Z_LAST, Z, g, z
from gpa_theory.symbolic.engine.symbols import T, e, gamma, q, root, root_step
from gpa_theory.symbolic.engine.vocabulary import GRADIENTS, SQUARES

BEFORE, ROOT = consecutive_roots(root_step)  # √(t−1) and √t
ROOTS = RootOfCount(root, root_step)
NORM = RootOfTotal(q, e, SQUARES, g)  # √(|g_1|² + … + |g_t|²)
SQUARES_I = Total("Q_{T,i}", norm2(g))
NORM_I = RootOfTotal(q, e, SQUARES_I, g)  # the same of one coordinate

Method = Mapping[Any, Any]

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
