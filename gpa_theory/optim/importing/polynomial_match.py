r"""Which polynomial averaging goes on where Schedule-Free's weights stopped.

.. math:: c_n = \frac{n^r s}{W + \sum_{j=k+1}^{n} j^r s}, \qquad n = k + 1, k + 2, \dots

after k steps of total weight W, where s is the largest lr so far to the power of
`weight_lr_power`, from now on constant.  For r = 0 and r = 1 without a warm-up these are exactly
`Polynomial(r)`'s coefficients (r + 1)/(t + r) at t = n: z_1 has weight 0 there and 1 here, so
their step n is our t = n.  A warm-up gives early iterates fractions of a weight, and r > 1 is
polynomial only in the limit; neither is then a shift by whole steps.
"""

from __future__ import annotations

from gpa_theory.core.averaging import Averaging, Polynomial, Uniform
from gpa_theory.core.validation import refuse

AHEAD = 3  # coefficients compared: one fixes the shift, the second the degree, one to be sure
EXACT = 1e-9  # relative, of coefficients from a float64 sum of millions of weights
FLOAT32 = 2.0**-24  # and what each addition to a float32 sum may lose


def upcoming(k: int, r: float, scale: float, total: float) -> list[float]:
    """Return the next coefficients c_{k+1}, c_{k+2}, … of weights n^r · scale after `total`.

    >>> upcoming(4, 0.0, 1.0, 4.0)
    [0.2, 0.16666666666666666, 0.14285714285714285]
    """
    found = []
    for n in range(k + 1, k + 1 + AHEAD):
        weight = n**r * scale
        total += weight
        found.append(weight / total)
    return found


def matching(
    call: str, k: int, r: float, scale: float, total: float, exact: bool, *, coarse: bool = False
) -> tuple[Averaging, int]:
    """Return the averaging of degree r, and GPA's step count, that continue the weights.

    ValueError if no step was taken with a positive lr, or if `exact` and no such averaging
    continues them.  Coefficients may differ by what the sum of the weights has lost: k roundings
    of float32 if it is `coarse`.

    >>> matching("f", 4, 0.0, 0.25, 1.0, exact=True)
    (Uniform(), 3)
    >>> matching("f", 4, 1.0, 1.0, 10.0, exact=True)
    (Polynomial(r=1.0), 3)
    """
    if k < 1 or total <= 0:
        raise refuse(f"{call}(saved)", "saved", "must have taken a step with lr > 0")
    theirs = upcoming(k, r, scale, total)
    averaging = Uniform() if r == 0 else Polynomial(float(r))
    first = max(2, round((r + 1) / theirs[0] - r))  # the t at which ours is nearest
    ours = [averaging.coefficient(float(first + i)) for i in range(AHEAD)]
    worst = max(abs(a - b) / b for a, b in zip(ours, theirs, strict=True))
    if exact and worst > EXACT + (k * FLOAT32 if coarse else 0):
        rule = f"cannot be continued exactly: the next coefficients would be off by {worst:.1e}"
        raise refuse(f"{call}(exact=True)", "averaging", f"{rule}; exact=False accepts that")
    return averaging, first - 2
