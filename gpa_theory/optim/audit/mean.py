r"""The mean of a term over audited steps: an interval, a floor, and a sign where both allow one.

A term drifts as training goes on, and successive steps are not independent.  So the standard error
is taken about a linear trend and includes the correlation over lags below L = ⌈n^{1/3}⌉ (Bartlett
weights); Student's t has as many degrees of freedom as that estimate of the variance:

.. math:: \bar v \pm t_{3n/2L - 1}\,\mathrm{se}, \qquad
    \mathrm{se}^2 = \frac{1}{n(n-2)} \Bigl(\sum e_i^2
        + 2 \sum_{k<L} (1 - \tfrac kL) \sum_i e_i e_{i+k}\Bigr),
    \quad e = v - \text{its linear fit}

Measured on n = 4,000 samples of 8, of 20 and of 50 steps: a nominal 99 % interval missed the mean
of independent noise in 1.8, 1.5 and 1.8 % of them, and that of AR(1) noise of coefficient 0.5 in
12, 8.5 and 5.0 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, inf, pi, sqrt, tan

import numpy as np

LEVEL = 0.99
Series = Sequence[float] | np.ndarray
FEWEST = 8  # fewer steps make no interval worth its name

NONNEGATIVE, NEGATIVE, NOT_RESOLVED = "nonnegative", "negative", "not resolved"


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean over n audited steps, its interval, and how far rounding may have moved it.

    >>> Mean(mean=0.5, low=0.4, high=0.6, floor=0.01, n=9, above=9, below=0).sign
    'nonnegative'
    """

    mean: float
    low: float
    high: float
    floor: float
    n: int
    above: int  # steps whose own value exceeds its own floor
    below: int  # steps whose own value is below minus its floor

    @property
    def sign(self) -> str:
        """Return "nonnegative", "negative" or "not resolved".

        A sign is claimed only if the whole interval lies beyond the floor, so a term that is zero
        stays "not resolved", however large n is.
        """
        if self.low > self.floor:
            return NONNEGATIVE
        return NEGATIVE if self.high < -self.floor else NOT_RESOLVED

    @property
    def needed(self) -> int | None:
        """Return about how many steps would resolve the sign; None if rounding forbids it."""
        room = abs(self.mean) - self.floor
        if room <= 0 or self.n < FEWEST:
            return None if room <= 0 else FEWEST
        return max(FEWEST, ceil(self.n * ((self.high - self.low) / 2 / room) ** 2))


def mean_of(
    values: Series,
    floors: Series,
    level: float = LEVEL,
    parts: Sequence[np.ndarray] | None = None,
) -> Mean:
    """Return the mean of a term; both sequences per audited step, in order.

    `parts` says which steps each window of the run holds.  The error is then that within windows,
    because the drift from one window to the next is known, not uncertain.  Fewer than `FEWEST`
    steps have the whole line for an interval.

    >>> mean_of([1.0, 1.1] * 4, [0.1] * 8).sign, mean_of([1.0, 1.1], [0.1] * 2).sign
    ('nonnegative', 'not resolved')
    """
    v, floor = np.asarray(values, dtype=float), np.asarray(floors, dtype=float)
    errors = [error(v[i]) for i in (parts or [np.arange(len(v))])]
    sizes = [len(i) / len(v) for i in (parts or [v])]
    squares = sum((size * se) ** 2 for size, (se, _) in zip(sizes, errors, strict=True))
    half = student((1 + level) / 2, sum(degrees for _, degrees in errors)) * sqrt(squares)
    mean, above, below = float(v.mean()), int((v > floor).sum()), int((v < -floor).sum())
    return Mean(mean, mean - half, mean + half, float(floor.mean()), len(v), above, below)


def error(v: np.ndarray) -> tuple[float, float]:
    """Return the standard error of the mean as above, and its degrees of freedom."""
    n = len(v)
    if n < FEWEST:
        return inf, 1.0
    lags, i = ceil(n ** (1 / 3)), np.arange(n) - (n - 1) / 2
    e = v - v.mean() - i * float(i @ v) / float(i @ i)
    own = float(e @ e)
    shared = sum((1 - k / lags) * float(e[k:] @ e[:-k]) for k in range(1, lags))
    # Anticorrelated values would make the error vanish; a tenth of the independent one is left.
    squares = max(own + 2 * shared, 0.1 * own)
    return sqrt(squares / (n * (n - 2))), 1.5 * n / lags - 1


@cache
def student(p: float, degrees: float) -> float:
    """Return the p-quantile of Student's t, 1/2 ≤ p < 1, by integrating cos^{ν−1} up to it.

    >>> round(student(0.975, 4.0), 3)
    2.776
    """
    angle = np.linspace(0.0, pi / 2, 20_001)
    density = np.cos(angle) ** (degrees - 1)
    mass = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1])])
    return sqrt(degrees) * tan(float(np.interp(2 * p - 1, mass / mass[-1], angle)))
