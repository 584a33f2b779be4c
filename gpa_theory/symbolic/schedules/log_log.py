r"""The last iterate for constant steps and constant μ_x at μ_y = 0, at numbers: it needs D only.

.. math::
    f(x_T) - f(u) \le \frac{D^2}{2\gamma T} + \frac{\gamma G^2}{2}\Bigl(
        \sum_{m=1}^{T-1} \frac{1-\mu_x^m}{m} + 1 - \mu_x\Bigr)
    \qquad (\mu_x^{T-1} \le 1/T)

for subgradient descent, projected or not onto a convex set that holds u.  Where γ and μ_x are
chosen too it is DG√(S/T), and S grows about as ln ln T: √S = 1.26, 1.39, 1.59, 1.68 at T = 10, 40,
1000, 12,000.

Ours; we know of no earlier statement.  It rests on the Rocq theorems `log_log` and
`log_log_rate`; the steps are certified in `tails` and `window`.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from math import expm1, fsum, inf, log, nextafter
from typing import Any

import mpmath

from gpa_theory.symbolic.schedules.balanced import Balanced
from gpa_theory.symbolic.schedules.tails import tails_proof
from gpa_theory.symbolic.schedules.window import SUM, window_proof

SHORT = 64  # horizons up to which μ_x^{T−1} ≤ 1/T is decided by its exact powers
CLEAR = 1e-40  # beyond them by logarithms to 60 digits: equality needs T = 2, so none comes close
LEAST_STEPS, MOST_STEPS = 2, 10**7  # the sum of 10⁷ terms takes some 10 s


def allowed(mu_x: Any, steps: int) -> bool:
    """Return whether μ_x^{T−1} ≤ 1/T.

    >>> allowed(0.5, 2), allowed(0.51, 2), allowed(0.9, 100), allowed(0.999, 100)
    (True, False, True, False)
    """
    exact = Fraction(mu_x)
    if steps <= SHORT or exact == 0:
        return exact ** (steps - 1) * steps <= 1
    with mpmath.workdps(60):
        power = (steps - 1) * mpmath.log(mpmath.mpf(exact.numerator) / exact.denominator)
        return bool(power + mpmath.log(steps) <= -CLEAR)


def best_mu_x(steps: int) -> float:
    """Return the largest float that is allowed: T^{−1/(T−1)}, rounded down.

    >>> best_mu_x(2), round(best_mu_x(12_000), 6)
    (0.5, 0.999218)
    """
    found = nextafter(steps ** (-1 / (steps - 1)), 1)
    while not allowed(found, steps):
        found = nextafter(found, -inf)
    return found


def window_sum(mu_x: float, steps: int) -> float:
    """Return S = Σ_{m<T} (1 − μ_x^m)/m + 1 − μ_x, to a few units in the last place.

    >>> from math import sqrt
    >>> [round(sqrt(window_sum(best_mu_x(T), T)), 3) for T in (10, 40, 1000)]
    [1.262, 1.394, 1.586]
    """
    fall = log(mu_x) if mu_x > 0 else -inf
    shares = (-expm1(m * fall) / m for m in range(1, steps))
    return fsum(chain(shares, (1 - mu_x,)))


def log_log(given: frozenset[str] = frozenset()) -> Balanced:
    """Return the bound; of gamma and mu_x, the user sets those `given`.

    >>> from math import sqrt
    >>> round(log_log().at(steps=1000, lipschitz=1, radius=1) * sqrt(1000), 3)
    1.586
    >>> log_log(frozenset({"mu_x"})).at(steps=20, lipschitz=1, radius=1, mu_x=0.95)
    Traceback (most recent call last):
    ValueError: `Balanced.at(steps=20, mu_x=0.95)`: mu_x must satisfy μ_x^(T−1) ≤ 1/T: at most \
0.854131
    """
    return Balanced(
        metric="last",
        factor=SUM,
        at_numbers=window_sum,
        beyond="constant γ and μ_x with μ_x^(T−1) ≤ 1/T; μ_y = 0",
        source="this project (Rocq: log_log, log_log_rate)",
        proofs=(tails_proof, window_proof),
        given=given,
        any_mu_y=False,
        condition=r"\mu_x^{T-1}\le\tfrac1T,\ \mu_y=0",
        least_steps=LEAST_STEPS,
        most_steps=MOST_STEPS,
        largest=best_mu_x,
    )
