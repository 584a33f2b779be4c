r"""The multipliers of the minimax certificate of a fixed-step method: one triangular recursion.

The method is p_t = z_1 − Σ_{s<t} h_{ts} g_s with g_s a subgradient at p_s, and p_T is its output.
For a > 0, row by row (t = 2 … T, Λ_1 = 0), in the arithmetic of the h:

.. math::
    \Lambda_t &= \frac{a}{h_{t,t-1}} - 1, \qquad
    \lambda_{t,s+1} = \frac{(1+\Lambda_t) h_{ts} - a - \sum_{s+2\le j<t} \lambda_{tj} h_{js}}
                           {h_{s+1,s}} \quad (s = t-2, \dots, 1) \\
    \lambda_{t1} &= \Lambda_t - \sum_{2\le j<t} \lambda_{tj}

**Theorem** (ours; we know of no earlier statement; `Minimax.v` proves it, and `Necessary.v` that in
T dimensions or more no other fixed-step method attains DG/√T).  If the output row is
h_{Ts} = a (1 − s/T) and every λ_{tj} ≥ 0, then for every convex f and every u

.. math::
    f(p_T) - f(u) \le \frac1{2T}\Bigl(\frac{D^2}{a} + a\sum_{t\le T}|g_t|^2\Bigr),
    \qquad D = |z_1 - u|,

g_T being any subgradient at p_T; with a = D/(G√T) that is DG/√T, and no deterministic method with
T − 1 subgradients does better (in dimension ≥ T; drori2016optimal).  The proof adds up
f(p_t) − f(u) ≤ ⟨g_t, p_t − u⟩ and λ_{tj} times f(p_t) − f(p_j) ≤ ⟨g_t, p_t − p_j⟩.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gpa_theory.core.validation import refuse

Matrix = Sequence[Sequence[Any]]  # row t (from 1) holds h_{t1} … h_{t,t−1}


def check_matrix(call: str, h: Matrix) -> int:
    """Return T, or raise unless the rows are triangular, row t of t − 1 numbers."""
    rows = [len(row) for row in h]
    if len(rows) < 2 or rows != list(range(len(rows))):
        rule = "must have T ≥ 2 rows, row t holding the t − 1 numbers h_{t1} … h_{t,t−1}"
        raise refuse(call, "matrix", rule)
    return len(rows)


def row_of(h: Matrix, t: int, a: Any) -> list[Any]:
    """Return λ_{t1} … λ_{t,t−1}, for t ≥ 2; every h_{s+1,s}, s < t, must be ≠ 0.

    >>> from fractions import Fraction as F
    >>> row_of([[], [F(2, 3)], [F(2, 3), F(1, 3)]], 3, F(1))
    [Fraction(1, 2), Fraction(3, 2)]
    """
    carried = a / h[t - 1][t - 2]  # 1 + Λ_t
    found: dict[int, Any] = {}
    for s in range(t - 2, 0, -1):
        rest = carried * h[t - 1][s - 1] - a
        for j in range(s + 2, t):
            rest = rest - found[j] * h[j - 1][s - 1]
        found[s + 1] = rest / h[s][s - 1]
    first = carried - 1
    for j in range(2, t):
        first = first - found[j]
    return [first, *(found[j] for j in range(2, t))]


def output_row(steps: int, a: Any, number: Any) -> list[Any]:
    """Return a(1 − s/T) for s < T, in the arithmetic that `number` makes of an integer."""
    return [a * number(steps - s) / number(steps) for s in range(1, steps)]
