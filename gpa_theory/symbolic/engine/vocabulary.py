"""The sums and gaps that rows, regret bounds and metrics share: each name, and what it means.

A statement about R_T is one about this R_T: `Regret` and `Bound` compare what their proofs mean by
a name with what is said here.
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.core.gram import inner, norm2
from gpa_theory.symbolic.engine.components import Kept, Latest, Total
from gpa_theory.symbolic.engine.numbers import Power
from gpa_theory.symbolic.engine.run import g, u, value, z, z_1
from gpa_theory.symbolic.engine.symbols import Expr, rho

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

VOCABULARY = {
    **{
        ("end", c.name): c
        for c in (REGRET, DISCOUNTED, FIRST_REGRET, GAPS, FIRST, LAST, SQUARES, GRADIENTS)
    },
    ("end", M): POWER,
}
