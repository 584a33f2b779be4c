r"""The multipliers in closed form, for every schedule, every μ_y and every T; two rows decide.

Here h_{ts} = γ_s(1 − μ_yμ_x^{t−s}) for t < T and b_s = a/γ_s.  Divided by γ_s, the equation of row
t at place s reads, for t < T and for the last row (whose h_{Ts} is a(1 − s/T), so that 1 + Λ_T = T)

.. math::
    (1+\Lambda_t) - A_s - \mu_y Y_s = b_s, \qquad (T-1-s)\,b_s = A_s - \mu_y P_s

where A_s = Σ_{s<j<t} λ_{tj}, P_s = Σ_{s<j<t} λ_{tj}μ_x^{j−s} and Y_s = (1+Λ_t)μ_x^{t−s} − P_s
move by

.. math::
    A_{s-1} = A_s + \lambda_{ts}, \quad Y_{s-1} = \mu_x(Y_s - \lambda_{ts}), \quad
    P_{s-1} = \mu_x(P_s + \lambda_{ts})

Given the equation at s, the one at s − 1 holds if and only if λ_{ts} has the closed form of
`worst_case.minimax.family`.  Sums follow, with S_s = Σ_{s<k<t} r^{k−s−1}b_k,
Q_s = Σ_{s≤k≤T−2} r^{k−s}(e_k − e_{k+1}), e_k = (T−1−k)b_k and r = μ_x(1−μ_y)/(1−μ_xμ_y):

.. math::
    Y_s = \frac{\mu_x}{\kappa}\bigl(b_s - (1-r)S_s\bigr), \qquad P_s = \frac{\mu_x}{\kappa} Q_s

From row t to row t + 1 < T, Y_s changes by −(μ_x/κ)(1−r) r^{t−1−s} b_t ≤ 0, so that no multiplier
grows: rows T − 1 and T decide.
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import Expr
from gpa_theory.symbolic.minimax.carried import Parts, carried
from gpa_theory.symbolic.quadratics.step import MU_X, MU_Y, above, zero

KAPPA = 1 - MU_X * MU_Y
RATIO = MU_X * (1 - MU_Y) / KAPPA  # r
DRIFT = MU_Y * (1 - MU_X)
HERE, BEFORE, NEXT = sp.symbols("b_s b_before b_t", positive=True)  # b_s, b_{s−1}, b_t
E_HERE, E_BEFORE = sp.symbols("e_s e_before", real=True)
LEAD, SUM, Y, Y_NEXT, P, Q, S, FREE = sp.symbols("Lead A Y Y_next P Q S lambda", real=True)
POWER = sp.Symbol("v", nonnegative=True)  # r^{t−1−s}


def of_row(y: Expr, here: Expr = HERE, before: Expr = BEFORE) -> Expr:
    """Return λ_{ts} for 1 < s < t < T."""
    return (here - before + DRIFT * y) / KAPPA


def of_last_row(p: Expr, here: Expr = E_HERE, before: Expr = E_BEFORE) -> Expr:
    """Return λ_{Ts} for 1 < s < T."""
    return (before - here - DRIFT * p) / KAPPA


def move(y: Expr, multiplier: Expr) -> Expr:
    """Return Y_{s−1}."""
    return MU_X * (y - multiplier)


def move_last(p: Expr, multiplier: Expr) -> Expr:
    """Return P_{s−1}."""
    return MU_X * (p + multiplier)


def _row_equation() -> Parts:
    """Certify that the equation of row t < T at s − 1 asks for the closed form of λ_{ts}."""
    at = LEAD - SUM - MU_Y * Y - HERE
    after = LEAD - (SUM + FREE) - MU_Y * move(Y, FREE) - BEFORE
    lead = HERE / KAPPA
    start = at.subs({SUM: 0, Y: MU_X * lead, LEAD: lead})
    return (
        ("row t < T: 1 + Λ_t = b_{t−1}/κ", zero(start)),
        ("row t < T: from s to s − 1", zero(after - at + KAPPA * (FREE - of_row(Y)))),
        ("row t < T: λ_{t1}", zero((LEAD - 1 - SUM) - (HERE + MU_Y * Y - 1) - at)),
    )


def _last_equation() -> Parts:
    """Certify the same of row T."""
    at = E_HERE - SUM + MU_Y * P
    after = E_BEFORE - (SUM + FREE) + MU_Y * move_last(P, FREE)
    T = sp.Symbol("T", positive=True)
    first = T - 1 - SUM - (T - 1 - E_HERE - MU_Y * P)
    return (
        ("row T: start", zero(at.subs({E_HERE: 0, SUM: 0, P: 0}))),
        ("row T: from s to s − 1", zero(after - at + KAPPA * (FREE - of_last_row(P)))),
        ("row T: λ_{T1}", zero(first - at)),
    )


def _as_sums() -> Parts:
    """Certify Y_s and P_s as geometric sums."""
    y = Y - MU_X / KAPPA * (HERE - (1 - RATIO) * S)
    start = {Y: MU_X * HERE / KAPPA, S: 0}
    after = {Y: move(Y, of_row(Y)), S: HERE + RATIO * S, HERE: BEFORE}
    p = P - MU_X / KAPPA * Q
    later = {P: move_last(P, of_last_row(P)), Q: E_BEFORE - E_HERE + RATIO * Q}
    return (
        *carried("Y_s", y, start, after, RATIO),
        *carried("P_s", p, {P: 0, Q: 0}, later, RATIO),
        ("(1 − r)κ = 1 − μ_x", zero((1 - RATIO) * KAPPA - (1 - MU_X))),
        ("(μ_x − r)κ = μ_xμ_y(1 − μ_x)", zero((MU_X - RATIO) * KAPPA - MU_X * DRIFT)),
    )


def _from_row_to_row() -> Parts:
    """Certify that Y_s falls from row t to row t + 1 < T, and every multiplier with it."""
    fall = MU_X / KAPPA * (1 - RATIO) * NEXT * POWER
    claim = Y_NEXT - Y + fall
    lead = MU_X * NEXT / KAPPA  # Y_t of row t + 1
    start = {
        Y_NEXT: move(lead, of_row(lead, NEXT, HERE)),
        Y: MU_X * HERE / KAPPA,
        POWER: 1,
    }
    after = {Y_NEXT: move(Y_NEXT, of_row(Y_NEXT)), Y: move(Y, of_row(Y)), POWER: RATIO * POWER}
    change = of_row(Y - fall) - of_row(Y)
    return (
        *carried("row t + 1 less row t", claim, start, after, RATIO),
        ("λ_{t+1,s} ≤ λ_{ts}, s > 1", above(-change)),
        ("λ_{t+1,1} ≤ λ_{t1}", above(MU_Y * fall)),
    )


def rows_proof() -> Proof:
    """Prove the closed form of the multipliers, and that rows T − 1 and T decide."""
    return Proof(
        "κλ_{ts} = b_s − b_{s−1} + μ_y(1−μ_x)Y_s and κλ_{Ts} = e_{s−1} − e_s − μ_y(1−μ_x)P_s, and"
        " λ_{t+1,s} ≤ λ_{ts} for t + 1 < T",
        (*_row_equation(), *_last_equation(), *_as_sums(), *_from_row_to_row()),
    )
