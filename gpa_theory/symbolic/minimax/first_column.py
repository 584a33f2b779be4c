r"""Matched decay: every multiplier outside the first column is ≥ 0, for all T ≥ 3, μ_x and μ_y.

With m = T − j, d = μ_x − r and b_{T−i}/T = (1−μ_x^i)/i = ∫ τ^{i−1} dτ over [μ_x, 1], the multiplier
κλ_{T−1,j}/T (2 ≤ j ≤ T − 2) is the integral over τ of

.. math::
    \tau^{m-1}(1-\tau) + d\Bigl(\tau^{m-1} - (1-r)\sum_{2\le i<m} r^{m-1-i}\tau^{i-1}\Bigr)
    = \tau^{m-1}\frac{(1-\tau)(\tau-\mu_x)}{\tau-r} + d(1-r)\,r^{m-2}\frac{\tau}{\tau-r} \ge 0

In row T, κλ_{Tj}/T is that plus μ_x(1−μ_x)(μ_x−μ_y)r^{m−2}/κ.  Since τ/(τ−r) ≥ 1/(1−r), what is
added is made up for: at least μ_x²(1−μ_x)(1−μ_y)r^{m−2}/κ ≥ 0 is left.  So matched decay has no
negative multiplier if and only if λ_{T−1,1} ≥ 0 and λ_{T1} ≥ 0.
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import Expr
from gpa_theory.symbolic.minimax.carried import Parts, carried
from gpa_theory.symbolic.minimax.rows import KAPPA, RATIO
from gpa_theory.symbolic.quadratics.step import MU_X, MU_Y, above, zero

TAU, POWER, GEOMETRIC, SUM, PLACE = sp.symbols("tau w v G s", nonnegative=True)
# τ, τ^{m−2}, r^{m−2}, Σ_{2≤i<m} r^{m−1−i}τ^{i−1}; τ = (μ_x + s)/(1 + s) runs through [μ_x, 1)
BETWEEN = (MU_X + PLACE) / (1 + PLACE)
D = MU_X - RATIO


def integrand() -> Expr:
    """Return the integrand of κλ_{T−1,j}/T."""
    return TAU * POWER * (1 - TAU) + D * (TAU * POWER - (1 - RATIO) * SUM)


def _as_a_sum_of_products() -> Parts:
    """Certify the integrand times τ − r."""
    claim = (TAU - RATIO) * SUM - TAU * (POWER - GEOMETRIC)
    start = {SUM: 0, POWER: 1, GEOMETRIC: 1}  # m = 2
    after = {
        SUM: RATIO * SUM + TAU * POWER,
        POWER: TAU * POWER,
        GEOMETRIC: RATIO * GEOMETRIC,
    }
    products = TAU * POWER * (1 - TAU) * (TAU - MU_X) + D * (1 - RATIO) * GEOMETRIC * TAU
    whole = (TAU - RATIO) * integrand() - products + D * (1 - RATIO) * claim
    return (*carried("the geometric sum", claim, start, after, RATIO), ("integrand", zero(whole)))


def _signs() -> Parts:
    """Certify the sign of each factor for μ_x ≤ τ < 1."""
    excess = TAU * (1 - RATIO) - (TAU - RATIO)  # of τ/(τ−r) over 1/(1−r), times both
    return (
        ("r ≤ μ_x", above(D)),
        ("r ≤ 1", above(1 - RATIO)),
        ("0 ≤ r", above(RATIO)),
        ("μ_x ≤ τ", above(BETWEEN - MU_X)),
        ("τ ≤ 1", above(1 - BETWEEN)),
        ("r ≤ τ", above(BETWEEN - RATIO)),
        ("1/(1−r) ≤ τ/(τ−r)", above(excess.subs(TAU, BETWEEN))),
    )


def _last_row() -> Parts:
    """Certify that what row T may add below 0 is made up for."""
    added = MU_X * (1 - MU_X) * (MU_X - MU_Y) * GEOMETRIC / KAPPA
    left = MU_X**2 * (1 - MU_X) * (1 - MU_Y) * GEOMETRIC / KAPPA
    return (
        ("row T", zero(D * (1 - MU_X) * GEOMETRIC + added - left)),
        ("row T: sign", above(left)),
    )


def first_column_proof() -> Proof:
    """Prove that only the first column of matched decay can hold a negative multiplier."""
    return Proof(
        "matched decay: λ_{T−1,j} ≥ 0 and λ_{Tj} ≥ 0 for j ≥ 2",
        (*_as_a_sum_of_products(), *_signs(), *_last_row()),
    )
