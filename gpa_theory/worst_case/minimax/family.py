r"""GPA with constant μ_x around subgradient steps γ_s: each row of the certificate in O(T).

Here h_{ts} = γ_s (1 − μ_y μ_x^{t−s}) for t < T.  With b_s = a/γ_s and κ = 1 − μ_xμ_y, the
recursion of `multipliers` becomes one number that is carried down a row: for t < T

.. math::
    Y_{t-1} = \frac{\mu_x b_{t-1}}{\kappa}, \quad
    \kappa\,\lambda_{ts} = b_s - b_{s-1} + \mu_y(1-\mu_x) Y_s, \quad
    Y_{s-1} = \mu_x (Y_s - \lambda_{ts}), \quad \lambda_{t1} = b_1 + \mu_y Y_1 - 1

and, if the output row is a(1 − s/T), with e_s = (T−1−s) b_s, for the last row

.. math::
    P_{T-1} = 0, \quad \kappa\,\lambda_{Ts} = e_{s-1} - e_s - \mu_y(1-\mu_x) P_s, \quad
    P_{s-1} = \mu_x (P_s + \lambda_{Ts}), \quad \lambda_{T1} = T-1-e_1-\mu_y P_1.

From row t to row t + 1 < T every Y_s changes by −(μ_x/κ) r^{t−1−s} (1−r) b_t ≤ 0, with
r = μ_x(1−μ_y)/κ.  So λ_{ts} falls in t, and **rows T − 1 and T decide**: O(T) inequalities.
Certified for every T in `symbolic.minimax.rows`, and held to the recursion, exactly, by tests.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from gpa_theory.core.gram import basis
from gpa_theory.worst_case.model.methods import gpa

NEGLIGIBLE = 1e-25  # a summand that no float notices, whatever T


def steps_of(
    steps: int, mu_x: Fraction, mu_y: Fraction, gamma: Sequence[Fraction]
) -> list[list[Fraction]]:
    """Return the matrix h of GPA around steps γ_1 … γ_{T−1}, as the recursion makes y_t and x_T.

    >>> half = Fraction(1, 2)
    >>> steps_of(3, half, Fraction(0), [Fraction(1), Fraction(1)])
    [[], [Fraction(1, 1)], [Fraction(3, 4), Fraction(1, 2)]]
    """
    played = gpa(mu_x, mu_y, gamma).play(lambda t, y: basis(f"g_{t}"), basis("z_1"), steps)
    points = [*played.y, played.x[-1]]
    names = [f"g_{s}" for s in range(1, steps)]
    return [[-Fraction(p.coefficient(name)) for name in names[:t]] for t, p in enumerate(points)]


def row_before_the_last(t: int, mu_x: Any, mu_y: Any, b: Sequence[Any]) -> list[Any]:
    """Return λ_{t1} … λ_{t,t−1} for 2 ≤ t < T; b[s − 1] is a/γ_s, and more of them may be given.

    >>> from fractions import Fraction as F
    >>> row_before_the_last(3, F(1, 2), F(1, 2), [F(1), F(1)])
    [Fraction(1, 9), Fraction(2, 9)]
    """
    kappa = 1 - mu_x * mu_y
    carried = mu_x * b[t - 2] / kappa  # Y_s
    found = []
    for s in range(t - 1, 1, -1):
        here = (b[s - 1] - b[s - 2] + mu_y * (1 - mu_x) * carried) / kappa
        found.append(here)
        carried = mu_x * (carried - here)
    found.append(b[0] + mu_y * carried - 1)
    return found[::-1]


def last_row(steps: int, mu_x: Any, mu_y: Any, b: Sequence[Any]) -> list[Any]:
    """Return λ_{T1} … λ_{T,T−1}, if the output row is a(1 − s/T); b[s − 1] is a/γ_s, s < T.

    >>> from fractions import Fraction as F
    >>> last_row(3, F(0), F(0), [F(3, 2), F(3)])  # linear decay
    [Fraction(1, 2), Fraction(3, 2)]
    """
    kappa = 1 - mu_x * mu_y
    e = [(steps - 1 - s) * b[s - 1] for s in range(1, steps)]
    carried = 0 * mu_x  # P_s
    found = []
    for s in range(steps - 1, 1, -1):
        here = (e[s - 2] - e[s - 1] - mu_y * (1 - mu_x) * carried) / kappa
        found.append(here)
        carried = mu_x * (carried + here)
    found.append(steps - 1 - e[0] - mu_y * carried)
    return found[::-1]


def least_of_matched(steps: int, mu_x: float, mu_y: float) -> float:
    r"""Return (T−1)κ min(λ_{T−1,1}, λ_{T1}) of matched decay in floats, all terms of size 1.

    Only these two can be negative there.  With m = μ_xμ_y = 1 − κ they are

    .. math::
        (T-1)\kappa\lambda_{T-1,1} &= 1 - T\mu_x^{T-1} + (T-1) m r^{T-3}
            - (\mu_x-r) \sum_{2\le k\le T-2} r^{k-2} (T-1) \frac{k - T\mu_x^{T-k}}{T-k} \\
        \kappa(\lambda_{T1} - \lambda_{T-1,1}) &= T\mu_x(\mu_x-\mu_y) r^{T-3}

    and the sum ends where no float notices it.  A guess; what is certain, `minimax` says.

    >>> least_of_matched(20, 0.61, 0.5) > 0 > least_of_matched(20, 0.62, 0.5)
    True
    """
    kappa = 1 - mu_x * mu_y
    r = mu_x * (1 - mu_y) / kappa
    last = r ** (steps - 3)
    terms = [1, -steps * mu_x ** (steps - 1), (steps - 1) * mu_x * mu_y * last]
    weight = mu_x * mu_y * (1 - mu_x) / kappa  # (μ_x − r) r^{k−2}
    for k in range(2, steps - 1):
        if weight < NEGLIGIBLE:
            break
        share = (k - steps * mu_x ** (steps - k)) / (steps - k)
        terms.append(-weight * (steps - 1) * share)
        weight *= r
    gap = (steps - 1) * steps * mu_x * (mu_x - mu_y) * last
    return math.fsum([*terms, min(gap, 0.0)])
