r"""The break-even horizon: from which T on does averaging cost at most a share of the base's bound?

With constant μ_x the mean of f(x_t) is bounded by the base's own R_T/T and by what averaging costs,
which falls like 1/T.  The least T with

.. math::
    \text{EMA cost} \le \eta \cdot \frac{R_T}{T}, \qquad\text{for } R_T \le K\sqrt T:\quad
    T \ge \Bigl(\frac{\rho\,(GD+\varepsilon)}{\eta K}\Bigr)^2

is where GPA keeps the guarantee of its base up to the factor 1 + η (claim `match-or-exceed`).  With
c_t = 1/t nothing is lost at any T.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from gpa_theory.core.validation import check_range, refuse

LATEST = 2**60  # no run is longer
TIE = 1 + 2.0**-50  # what is equal but for the rounding of the terms counts as reached
COST, REGRET, PRICE = "EMA cost", "regret", "ε"  # names of terms


class Charged(Protocol):
    """What is asked of a bound: a `symbolic.bound.Bound` is one."""

    @property
    def terms(self) -> Mapping[str, Any]:
        """Return the terms by name."""
        ...

    @property
    def least_steps(self) -> int:
        """Return the least T."""
        ...

    def terms_at(self, **values: Any) -> dict[str, float]:
        """Return the terms at numbers."""
        ...


def break_even(bound: Charged, share: float, **values: Any) -> int:
    """Return the least T at which averaging costs at most `share` of the regret term.

    It holds at every later T too if the regret bound does not fall in T, as none of the table does.
    `values` are those of `Bound.at` without steps.  Domain: share > 0; a bound on the mean gap, or
    one that costs nothing.

    Errors: ValueError for a bound without a regret term, or where no T up to 2^60 is enough.

    >>> from gpa_theory.symbolic.rates import bound
    >>> average = bound("ogd", "average").tuned("gamma")
    >>> break_even(average, 0.1, lipschitz=1, radius=1, mu_x=0.9)  # (9/0.1)²
    8100
    >>> break_even(bound("ogd", "last", "uniform").tuned("gamma"), 0.125, lipschitz=1, radius=1)
    1
    """
    call = f"break_even(share={share})"
    check_range(call, "share", share, 0, open_low=True)
    if set(bound.terms) - {COST, REGRET}:
        raise refuse(call, "bound", "must be a regret and what averaging costs, on the mean gap")
    if COST not in bound.terms:
        return bound.least_steps

    def enough(steps: int) -> bool:
        found = bound.terms_at(steps=steps, **values)
        return found[COST] + found.get(PRICE, 0.0) <= share * found[REGRET] * TIE

    high = bound.least_steps
    while not enough(high):
        high *= 2
        if high > LATEST:
            raise refuse(call, "share", f"is not reached at any T up to {LATEST}")
    low = high // 2  # not enough, or less than any T
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
