"""The sums and gaps that rows, regret bounds and metrics share: each name, and what it means.

A statement about R_T is one about this R_T: `Regret` and `Bound` compare what their proofs mean by
a name with what is said here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sympy as sp

from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import inner, norm2
from gpa_theory.symbolic.engine.components import Kept, Latest, Total
from gpa_theory.symbolic.engine.coordinates import Coordinatewise, SumOverCoordinates
from gpa_theory.symbolic.engine.forms import alike
from gpa_theory.symbolic.engine.numbers import Power, RootOfTotal
from gpa_theory.symbolic.engine.run import RUN, Z, g, u, value, z, z_1, z_next
from gpa_theory.symbolic.engine.symbols import Expr, S, e, q, rho

MU: Expr = rho / (1 + rho)  # μ_x
M: Expr = sp.Symbol("M", nonnegative=True)  # μ_x^{T−1}

_GAP = value("x") - value("u")
REGRET = Total("R_T", inner(g, z - u))
DISCOUNTED = Total("A_T", inner(g, z - u), discount=MU, since=2)
FIRST_REGRET = Kept("r_1", inner(g, z_1 - u))
GAPS = Total("Σφ", _GAP)
FIRST = Kept("φ_1", _GAP)
LAST = Latest("φ_T")
SQUARES = Total("Q_T", norm2(g))
GRADIENTS = Total("S_T", g)  # a vector
POWER = Power(M, MU)
NORM = RootOfTotal(q, e, SQUARES, g)  # √(|g_1|² + … + |g_t|²)
SQUARES_I = Total("Q_{T,i}", norm2(g))  # of coordinate i alone
NORM_I = RootOfTotal(q, e, SQUARES_I, g)

VOCABULARY = {
    **{
        ("end", c.name): c
        for c in (REGRET, DISCOUNTED, FIRST_REGRET, GAPS, FIRST, LAST, SQUARES, GRADIENTS)
    },
    ("end", M): POWER,
    ("end", q): NORM,
    ("end", S): SumOverCoordinates(NORM_I),
}


def check_names(
    call: str, scope: Mapping[Any, Any], said: Iterable[str], vocabulary: Any = VOCABULARY
) -> None:
    """Raise unless every name of the vocabulary, and every name of the run, means what it must.

    `said` are the names in the statement; the proof must have given each of them its meaning.
    """
    for name in said:
        if ("end", name) not in scope:
            raise CertificateError(f"{call}: the proof does not say what {name} is")
    for (kind, name), meaning in scope.items():
        key = kind, name
        if key in vocabulary and not alike(vocabulary[key], meaning):
            raise CertificateError(f"{call}: the proof means something else by {name}")
        if kind == "step" and name in RUN and not _moves_on(name, meaning):
            raise CertificateError(f"{call}: the proof moves {name} in a way of its own")


def _moves_on(name: Any, meaning: Any) -> bool:
    """Return whether this says no more than that z_{t+1} comes after z_t, from z_1 or from z_2."""
    vector = meaning.of if type(meaning) is Coordinatewise else meaning
    starts = name == Z and any(alike(vector.start, point) for point in (z_1, z))
    return starts and alike(vector.after, z_next)
