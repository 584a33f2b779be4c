r"""Where a piecewise linear mean curve may equal a target: the whole set, with its ends solved for.

Between two evaluations each seed's loss is a line.  With w in [0, 1] across such a segment the
difference d(w) of the two means is linear, and u(w), the squared error of the arm's mean, is
quadratic and convex.  Welch's test does not reject equality where

.. math:: |d(w)| \le t_\nu \, \sqrt{u(w) + v} + k \, w (1 - w),

v being the squared error of the target.  The last term is what a curve may bend away from its
chord: k is the second difference seen at the segment's ends, the larger one, as far as it is more
than noise.  Without it the set would miss the crossing of a curve that is evaluated seldom.

The degrees of freedom ν rise with u up to u/(n−1) = v/(m−1) and then fall.  So over an interval of
w the ranges of all terms are known exactly, and the interval is accepted whole, rejected whole, or
halved; what is still open at 2^-36 of a segment is accepted.  Nothing is sampled: no piece is
missed, however narrow it is.

The set is a union of intervals: a noisy curve may touch the target more than once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from experiments.stats.welch import critical, freedom

HALVINGS = 36
Piece = tuple[float, float]


def may_equal(
    steps: np.ndarray, values: np.ndarray, target: np.ndarray, level: float
) -> list[Piece]:
    """Return the intervals of steps at which the mean of `values` may be that of `target`.

    `values` has shape (seeds, steps), `target` (seeds,), two seeds each or more.  Segments with an
    end that is not finite are left out.

    >>> values = np.array([[2.0, 0.0], [2.2, 0.2]])
    >>> may_equal(np.array([0.0, 1.0]), values, np.array([9.1, 9.1]), 0.95)
    []
    >>> [(low, high)] = may_equal(np.array([0.0, 8.0]), values, np.array([1.1, 1.1]), 0.5)
    >>> round(low, 3), round(high, 3)
    (3.6, 4.4)
    """
    usable = np.array(np.all(np.isfinite(values), axis=0))
    values = np.where(usable, values, 0.0)
    segments = np.flatnonzero(usable[:-1] & usable[1:])
    if not len(segments):
        return []
    lines = _Lines.of(values, target, _bows(steps, values, usable), segments, level)
    which, low, high = _settled(lines, len(segments))
    at = segments[which.astype(int)]
    left, right = steps[at], steps[at + 1]
    return joined(
        zip((1 - low) * left + low * right, (1 - high) * left + high * right, strict=True)
    )


def joined(pieces: Iterable[tuple[float, float]]) -> list[Piece]:
    """Return the pieces in order; those that touch become one.

    >>> joined([(3, 4), (0, 1), (1, 2)])
    [(0.0, 2.0), (3.0, 4.0)]
    """
    found: list[Piece] = []
    for low, high in sorted((float(low), float(high)) for low, high in pieces):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def _bows(steps: np.ndarray, values: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Return k of every segment: h² times the mean's second divided difference, less its error."""
    h = np.diff(steps)
    second = np.diff(np.diff(values) / h) / (h[:-1] + h[1:])
    squares = second.mean(axis=0) ** 2 - second.var(axis=0, ddof=1) / len(values)
    known = usable[:-2] & usable[1:-1] & usable[2:]
    size = np.zeros(len(steps))
    size[1:-1] = np.where(known, np.sqrt(np.maximum(squares, 0.0)), 0.0)
    return h**2 * np.maximum(size[:-1], size[1:])


def _settled(lines: _Lines, count: int) -> np.ndarray:
    """Return rows (segment, low, high) that together make the set."""
    open_ = np.stack([np.arange(count, dtype=float), np.zeros(count), np.ones(count)])
    kept = []
    for _ in range(HALVINGS):
        accepted, rejected = lines.judged(*open_)
        kept.append(open_[:, accepted])
        which, low, high = open_[:, ~(accepted | rejected)]
        middle = (low + high) / 2
        open_ = np.stack([np.r_[which, which], np.r_[low, middle], np.r_[middle, high]])
    _, rejected = lines.judged(*open_)
    return np.concatenate([*kept, open_[:, ~rejected]], axis=1)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The segments: d at both ends, u(w) = bend w² + tilt w + start, and k."""

    first: np.ndarray
    last: np.ndarray
    bend: np.ndarray
    tilt: np.ndarray
    start: np.ndarray
    bow: np.ndarray
    v: float
    sizes: tuple[int, int]
    level: float

    @staticmethod
    def of(
        values: np.ndarray,
        target: np.ndarray,
        bows: np.ndarray,
        segments: np.ndarray,
        level: float,
    ) -> _Lines:
        n, m = len(values), len(target)
        mean = values.mean(axis=0)
        away = values - mean
        left, change = away[:, segments], away[:, segments + 1] - away[:, segments]
        bend, tilt, start = (
            scale * (a * b).sum(axis=0) / (n * (n - 1))
            for scale, a, b in ((1, change, change), (2, left, change), (1, left, left))
        )
        d = mean - target.mean()
        first, last, v = d[segments], d[segments + 1], float(target.var(ddof=1)) / m
        return _Lines(first, last, bend, tilt, start, bows[segments], v, (n, m), level)

    def judged(
        self, which: np.ndarray, low: np.ndarray, high: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return which intervals of w are accepted whole, and which are rejected whole."""
        i = which.astype(int)
        nearest, farthest = self._distances(i, low, high)
        least, most = self._errors(i, low, high)
        loose, strict = self._critical(least, most)
        away = np.stack([w * (1 - w) for w in (low, high, np.clip(0.5, low, high))])
        strict = strict * np.sqrt(least + self.v) + self.bow[i] * away.min(axis=0)
        loose = loose * np.sqrt(most + self.v) + self.bow[i] * away.max(axis=0)
        return farthest <= strict, nearest > loose

    def _distances(
        self, i: np.ndarray, low: np.ndarray, high: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the least and the largest |d| in each interval."""
        a, b = ((1 - w) * self.first[i] + w * self.last[i] for w in (low, high))
        ends = np.abs(np.stack([a, b]))
        return np.where(a * b <= 0, 0.0, ends.min(axis=0)), ends.max(axis=0)

    def _errors(
        self, i: np.ndarray, low: np.ndarray, high: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the least and the largest u in each interval."""
        bend, tilt = self.bend[i], self.tilt[i]
        bottom = np.divide(-tilt, 2 * bend, out=low.copy(), where=bend > 0)
        found = np.stack(
            [
                np.maximum((bend * w + tilt) * w + self.start[i], 0.0)
                for w in (low, high, np.clip(bottom, low, high))
            ]
        )
        return found.min(axis=0), found.max(axis=0)

    def _critical(self, least: np.ndarray, most: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the largest and the smallest t in each interval."""
        n, m = self.sizes
        peak = np.clip(self.v * (n - 1) / (m - 1), least, most)
        degrees = np.stack([freedom(u, self.v, n, m) for u in (least, most, peak)])
        return critical(degrees.min(axis=0), self.level), critical(degrees.max(axis=0), self.level)
