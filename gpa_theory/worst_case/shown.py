r"""The worst function behind a lower end, to be looked at: few dimensions, the user's units.

.. math:: \Phi(x) = \max(0, \max_i b_i + \langle s_i, x\rangle), \qquad
    f = \Phi \quad\text{or}\quad
    f(x) = \min_w \Phi(w) + \tfrac{L-\sigma}{2}|x - w|^2 + \tfrac{\sigma}{2}|x|^2

with x* = 0 and f* = 0.  Coordinates are those of the span of z_1 and the slopes, z_1 along the
first axis; short directions are left out.  The method is run on f once more, by
`core.run` where it is GPA, and what the metric is then stands beside the certified lower end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.model.recording import recorded
from gpa_theory.worst_case.model.result import WorstCase
from gpa_theory.worst_case.model.sampling import readout

SHORT = (1e-2, 1e-3, 1e-4, 1e-5, 1e-7)  # directions left out, relative to the longest slope
SAME = 1e-4  # by how much that may change the metric of the run, relative
TIED = 1e-6  # pieces as high as that, relative, are tied, and the run takes its own


class Vector:
    """A float vector that takes the exact scalars of a method."""

    def __init__(self, at: Array) -> None:
        self.at = at

    def __add__(self, other: Vector) -> Vector:
        return Vector(self.at + other.at)

    def __sub__(self, other: Vector) -> Vector:
        return Vector(self.at - other.at)

    def __rmul__(self, scalar: Any) -> Vector:
        return Vector(float(scalar) * self.at)


@dataclass(frozen=True, slots=True)
class Shown:
    """A worst function in r dimensions and the run of the method on it."""

    start: Array  # z_1, (r,)
    slopes: Array  # (N, r)
    offsets: Array  # (N,), ≤ 0
    smoothing: float | None  # L − σ
    strong_convexity: float
    y: Array  # (T−1, r)
    x: Array  # (T, r)
    z: Array  # (T, r)
    value: float  # the metric on this run
    lower: float  # the certified lower end
    words: str

    def f(self, points: Array) -> Array:
        """Return f at the rows of `points`, (n,)."""
        return np.array([_value_and_slope(self, point)[0] for point in points])

    def highest(self, points: Array) -> Array:
        """Return which piece of Φ is the highest at each row; −1 for the zero piece."""
        heights = points @ self.slopes.T + self.offsets
        return np.where(heights.max(1) > 0, heights.argmax(1), -1)

    def as_json(self) -> dict[str, Any]:
        """Return all of it for a JSON file."""
        pieces = zip(self.slopes.tolist(), self.offsets.tolist(), strict=True)
        return {
            "is": "f = max(0, max of <slope, x> + offset), x* = 0, f* = 0; with `smoothing` its"
            " Moreau envelope min_w f(w) + smoothing/2 |x - w|^2, plus strong_convexity/2 |x|^2",
            "words": self.words,
            "dimension": len(self.start),
            "z1": self.start.tolist(),
            "pieces": [{"slope": slope, "offset": offset} for slope, offset in pieces],
            "smoothing": self.smoothing,
            "strong_convexity": self.strong_convexity,
            "y": self.y.tolist(),
            "x": self.x.tolist(),
            "z": self.z.tolist(),
            "metric on this run": self.value,
            "certified lower end": self.lower,
        }


def shown(found: WorstCase) -> Shown:
    """Return the worst function of a result, in the units of its class, and the run on it.

    In as few dimensions as change the metric of the run by at most 1e-4 of it.

    >>> from gpa_theory.worst_case.interval import worst_case
    >>> from gpa_theory.worst_case.model.methods import gpa
    >>> seen = shown(worst_case(gpa(0.5, 0.5, 0.5), 3))
    >>> abs(seen.value - seen.lower) < 1e-4 * seen.lower
    True
    """
    tried = [_in_few(found, short) for short in SHORT]
    near = [run for run in tried if abs(run.value - run.lower) <= SAME * run.lower]
    return (near or tried[-1:])[0]


def _in_few(found: WorstCase, short: float) -> Shown:
    """Return function and run without the directions that are shorter than `short`."""
    witness, of = found.witness, found.of
    length, height = float(of.radius), float(of.value_scale)
    basis = _axes(np.vstack([witness.start, witness.slopes]), short)
    start, slopes = length * witness.start @ basis, height / length * witness.slopes @ basis
    smoothing = float(of.step_scale) if witness.smooth else None
    empty = np.zeros((0, len(start)))
    function = Shown(
        start,
        slopes,
        height * witness.offsets,
        smoothing,
        float(of.strong_convexity),
        y=empty,
        x=empty,
        z=empty,
        value=0.0,
        lower=found.lower,
        words=found.words,
    )
    own = len(slopes) == found.program.count - 1  # one piece per sampled point
    tied = max(TIED, short)

    def oracle(t: int, y: Vector) -> Vector:
        return Vector(_value_and_slope(function, y.at, t - 1 if own else None, tied)[1])

    method = recorded(found.method, found.steps)
    trace = method.play(oracle, Vector(start), found.steps)
    asked = readout(method, found.steps, found.metric, trace)
    value = sum(float(w) * _value_and_slope(function, p.at)[0] for _, p, w in asked)
    y, x, z = (
        np.array([point.at for point in points]).reshape(-1, len(start))
        for points in (trace.y, trace.x, trace.z)
    )
    return replace(function, y=y, x=x, z=z, value=value)


def _axes(rows: Array, short: float) -> Array:
    """Return orthonormal directions that span the rows, the first row's first, (n, r)."""
    longest, found = float(np.linalg.norm(rows, axis=1).max()), []
    for row in rows:
        left = row.copy()
        for _ in range(2):  # twice is enough for orthogonality to working precision
            for axis in found:
                left -= (axis @ left) * axis
        size = float(np.linalg.norm(left))
        if size > short * longest:
            found.append(left / size)
    return np.array(found).T


def _value_and_slope(
    of: Shown, x: Array, own: int | None = None, tied: float = TIED
) -> tuple[float, Array]:
    """Return f(x) and a (sub)gradient; among tied pieces that of number `own`, if it is one."""
    bent = of.strong_convexity
    extra = bent / 2 * float(x @ x)
    heights = of.slopes @ x + of.offsets
    if of.smoothing is None:
        best = int(heights.argmax())
        scale = max(abs(float(heights[best])), float(np.abs(of.offsets).max()), 1e-300)
        if own is not None and heights[own] >= heights[best] - tied * scale:
            best = own
        is_zero = heights[best] < 0
        return float(max(0.0, heights[best])), np.zeros_like(x) if is_zero else of.slopes[best]
    share = _shares(of.slopes, heights, of.smoothing)
    slope = share @ of.slopes
    value = float(share @ heights) - float(slope @ slope) / (2 * of.smoothing)
    return value + extra, slope + bent * x


def _shares(slopes: Array, heights: Array, smoothing: float) -> Array:
    """Return λ ≥ 0, Σλ ≤ 1, that maximizes Σλ·height − |Σλ·slope|²/(2·smoothing)."""
    from scipy.optimize import nnls

    # A nonnegative least-squares problem in units in which all heights are near 1; the sum of the
    # shares and a slack is 1 by a heavy row.
    unit = max(float(np.abs(heights).max()), 1e-300)
    rows = np.vstack([slopes, np.zeros(slopes.shape[1])]) / np.sqrt(smoothing * unit)
    gains = np.append(heights, 0.0) / unit
    gram = rows @ rows.T
    root = np.linalg.cholesky(gram + 1e-12 * max(1.0, float(np.trace(gram))) * np.eye(len(rows))).T
    weight = 1e5
    stacked = np.vstack([root, weight * np.ones(len(rows))])
    found, _ = nnls(stacked, np.append(np.linalg.solve(root.T, gains), weight))
    return (found / found.sum())[:-1]
