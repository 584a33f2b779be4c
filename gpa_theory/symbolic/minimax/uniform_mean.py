r"""Schedule-Free (c_t = 1/t, γ = a) has a minimax certificate for every μ_y and every T.

Here h_{ts} = a(1 − μ_y s/t) for t < T and h_{Ts} = a(1 − s/T).  Divided by a, the equation of row t
at place s reads

.. math::
    (1+\Lambda_t) - A_s - \mu_y s\,C_s = 1, \qquad (T-s) - A_s + \mu_y s\,B_s = 1

for t < T and for t = T, with A_s = Σ_{s<j<t} λ_{tj}, B_s = Σ_{s<j<t} λ_{tj}/j and
C_s = (1+Λ_t)/t − B_s.  From s to s − 1 that asks for λ_{ts} = μ_yC_s s/(s−μ_y(s−1)) in the first
case and (1−μ_yB_s)s/(s−μ_y(s−1)) in the second, and then C_s and 1 − μ_yB_s take on the factor
s(1−μ_y)/(s−μ_y(s−1)) ≥ 0.  So with A_t = μ_y/(t−μ_y(t−1)) for t < T and A_T = 1

.. math::
    \lambda_{tj} = A_t\,\frac{j}{j-\mu_y(j-1)} \prod_{j<i<t} \frac{i(1-\mu_y)}{i-\mu_y(i-1)} \ge 0
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import T
from gpa_theory.symbolic.minimax.carried import Parts
from gpa_theory.symbolic.quadratics.step import MU_Y, above, zero

PLACE = sp.Symbol("s", positive=True)
EARLIER = sp.Symbol("n", nonnegative=True)  # s − 1
LEAD, SUM, B, C, FREE = sp.symbols("Lead A B C lambda", real=True)
SHARE = PLACE / (PLACE - MU_Y * (PLACE - 1))  # s/(s − μ_y(s−1))
FACTOR = SHARE * (1 - MU_Y)


def _rows() -> Parts:
    """Certify rows t < T."""
    at = LEAD - SUM - MU_Y * PLACE * C - 1
    after = LEAD - (SUM + FREE) - MU_Y * (PLACE - 1) * (C - FREE / PLACE) - 1
    lead = (1 / (1 - MU_Y * (PLACE - 1) / PLACE)) / PLACE  # C_{t−1}, s being t
    return (
        ("row t < T: from s to s − 1", zero(after - at + (FREE - MU_Y * C * SHARE) / SHARE)),
        ("row t < T: C_{s−1}", zero(C - MU_Y * C * SHARE / PLACE - C * FACTOR)),
        ("row t < T: A_t", zero(lead - SHARE / PLACE)),
        ("row t < T: λ_{t1}", zero((LEAD - 1 - SUM - MU_Y * C) - at.subs(PLACE, 1))),
    )


def _last_row() -> Parts:
    """Certify row T."""
    at = T - PLACE - SUM + MU_Y * PLACE * B - 1
    following = B + FREE / PLACE
    after = T - PLACE + 1 - (SUM + FREE) + MU_Y * (PLACE - 1) * following - 1
    wanted = (1 - MU_Y * B) * SHARE
    moved = 1 - MU_Y * following.subs(FREE, wanted)
    return (
        ("row T: start", zero(at.subs({PLACE: T - 1, SUM: 0, B: 0}))),
        ("row T: from s to s − 1", zero(after - at + (FREE - wanted) / SHARE)),
        ("row T: 1 − μ_yB_{s−1}", zero(moved - (1 - MU_Y * B) * FACTOR)),
        ("row T: λ_{T1}", zero((T - 1 - SUM - (1 - MU_Y * B)) - at.subs(PLACE, 1))),
    )


def uniform_mean_proof() -> Proof:
    """Prove that every multiplier of Schedule-Free is ≥ 0, whatever μ_y is."""
    later = {PLACE: 1 + EARLIER}
    return Proof(
        "c_t = 1/t, γ = a: λ_{tj} = A_t j/(j−μ_y(j−1)) Π_{j<i<t} i(1−μ_y)/(i−μ_y(i−1)) ≥ 0",
        (
            *_rows(),
            *_last_row(),
            ("sign of a share", above(SHARE.subs(later))),
            ("sign of a factor", above(FACTOR.subs(later))),
        ),
    )
