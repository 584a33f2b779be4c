"""An induction over the places s of a row, downward: named sums are carried from s to s − 1.

A sum such as Σ_{s<k<t} r^{k−s−1} b_k has no closed form where the b_k are any numbers.  But its
value at s − 1 is a polynomial in its value at s.  So an identity between such sums, for rows of any
length, needs two identities in finitely many symbols: at the start, where the sums are empty, and
from one place to the next, where it may take on a factor.
"""

from __future__ import annotations

from collections.abc import Mapping

from gpa_theory.core.certificate import Certificate
from gpa_theory.symbolic.engine.symbols import Expr
from gpa_theory.symbolic.quadratics.step import zero

Values = Mapping[Expr, Expr]
Parts = tuple[tuple[str, Certificate], ...]


def carried(name: str, claim: Expr, start: Values, after: Values, factor: Expr = 1) -> Parts:
    """Certify claim = 0 at `start`, and that one place on, `after`, it is `factor` times itself.

    >>> import sympy as sp
    >>> n, total = sp.symbols("n total", nonnegative=True)
    >>> gauss = carried("1 + … + n", 2 * total - n * (n + 1), {n: 0, total: 0},
    ...                 {n: n + 1, total: total + n + 1})
    >>> [name for name, _ in gauss]
    ['1 + … + n: start', '1 + … + n: step']
    """
    moved = claim.subs(after, simultaneous=True) - factor * claim
    return (
        (f"{name}: start", zero(claim.subs(start, simultaneous=True))),
        (f"{name}: step", zero(moved)),
    )
