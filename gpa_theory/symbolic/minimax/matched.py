r"""Matched decay γ_s = a(1 − s/T)/(1 − μ_x^{T−s}): rows T − 1 and T differ by one geometric term.

With W_s = P_s + Y_s of rows T and T − 1, for T ≥ 3 and every μ_y

.. math::
    \mu_y W_s = T\mu_x^{T-s} + \frac{T\mu_x}{\kappa}(\mu_y-\mu_x)\,r^{T-2-s}

so that κ(λ_{T1} − λ_{T−1,1}) = Tμ_x(μ_x−μ_y)r^{T−3} and
κ²(λ_{Tj} − λ_{T−1,j}) = Tμ_x(1−μ_x)(μ_x−μ_y)r^{T−2−j} for 2 ≤ j ≤ T − 2: row T binds where
μ_x < μ_y, row T − 1 where μ_x > μ_y.  With N the sum of r^{k−2}(k−Tμ_x^{T−k})/(T−k), 2 ≤ k ≤ T−2,

.. math::
    (T-1)\kappa\lambda_{T-1,1} = 1 - T\mu_x^{T-1} + (T-1)\mu_x\mu_y r^{T-3} - (\mu_x-r)(T-1)N
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import Expr, T
from gpa_theory.symbolic.minimax.carried import Parts, carried
from gpa_theory.symbolic.minimax.rows import (
    DRIFT,
    KAPPA,
    RATIO,
    P,
    Y,
    move,
    move_last,
    of_last_row,
    of_row,
)
from gpa_theory.symbolic.quadratics.step import MU_X, MU_Y, zero

M = sp.Symbol("m", positive=True)  # T − s
U, V, N = sp.symbols("u v N", nonnegative=True)  # μ_x^{T−s}, r^{T−2−s}, the sum
B = T * (1 - U) / M  # b_s
B_BEFORE = T * (1 - MU_X * U) / (M + 1)  # b_{s−1}
ROW = of_row(Y, B, B_BEFORE)  # λ_{T−1,s}
LAST = of_last_row(P, (M - 1) * B, M * B_BEFORE)  # λ_{Ts}
GAP = T * MU_X * (MU_X - MU_Y) * V  # κ(λ_{T1} − λ_{T−1,1}), at s = 1


def _carried_sum() -> tuple[Expr, Parts]:
    """Return μ_yW_s less its closed form, and certify that it is 0."""
    claim = MU_Y * (P + Y) - T * U + GAP / KAPPA
    two = {M: 2, U: MU_X**2, V: sp.S.One}  # s = T − 2
    b = B.subs(two)
    start = {**two, Y: MU_X * b / KAPPA, P: move_last(sp.S.Zero, of_last_row(0, 0, b))}
    after = {Y: move(Y, ROW), P: move_last(P, LAST), U: MU_X * U, V: RATIO * V, M: M + 1}
    return claim, carried("μ_y(P_s + Y_s)", claim, start, after, RATIO)


def _differences() -> Parts:
    """Certify what the two rows differ by, in every column, and column 1 itself."""
    claim, parts = _carried_sum()
    first = {M: T - 1}
    b = B.subs(first)
    between = (T - 1 - (T - 2) * b - MU_Y * P) - (b + MU_Y * Y - 1)
    other = KAPPA**2 * (LAST - ROW) - (1 - MU_X) * GAP
    return (
        *parts,
        ("column 1", zero(KAPPA * between - GAP + KAPPA * claim)),
        ("columns 2 … T − 2", zero(other + KAPPA * (1 - MU_X) * claim)),
        ("column T − 1 of row T", zero(KAPPA * of_last_row(0, 0, B) - B)),
    )


def first_column() -> Expr:
    """Return (T−1)κλ_{T−1,1} in U = μ_x^{T−1}, V = r^{T−3} and the sum N."""
    geometric = (T - 1) * MU_X * MU_Y * V
    return 1 - T * U + geometric - (MU_X - RATIO) * (T - 1) * N


def _first_column() -> Parts:
    """Certify `first_column`: b_k = 1 + (k − Tμ_x^{T−k})/(T−k), and the ones add up."""
    b = T * (1 - U) / (T - 1)
    total = (1 - V) / (1 - RATIO) + N  # Σ r^{k−2} b_k
    y = MU_X / KAPPA * (b - (1 - RATIO) * total)
    k = T - M
    return (
        ("b_k = 1 + (k − Tμ_x^{T−k})/(T−k)", zero(B - 1 - (k - T * U) / M)),
        ("λ_{T−1,1}", zero((T - 1) * KAPPA * (b + MU_Y * y - 1) - first_column())),
        ("μ_x − r from the drift", zero((MU_X - RATIO) - DRIFT * MU_X / KAPPA)),
    )


def matched_proof() -> Proof:
    """Prove how rows T − 1 and T of matched decay differ, and their first column."""
    return Proof(
        "κ(λ_{T1} − λ_{T−1,1}) = Tμ_x(μ_x−μ_y)r^{T−3}, κ²(λ_{Tj} − λ_{T−1,j}) ="
        " Tμ_x(1−μ_x)(μ_x−μ_y)r^{T−2−j}, (T−1)κλ_{T−1,1} ="
        " 1 − Tμ_x^{T−1} + (T−1)μ_xμ_y r^{T−3} − (μ_x−r)(T−1)Σ r^{k−2}(k−Tμ_x^{T−k})/(T−k)",
        (*_differences(), *_first_column()),
    )
