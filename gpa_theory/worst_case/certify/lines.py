r"""Worst functions on a line: often the worst there are, and run exactly.

Where steps are short, or points nearly coincide, the worst function is linear along the run: |x|,
or Huber's function; where a smooth run is unstable, a quadratic.  All are φ(u) = max(0, s u, −q u)
or its Moreau envelope,

.. math:: f(x) = \begin{cases} x^2/2 & -q \le x \le s \\ s x - s^2/2 & x \ge s \\
    -q x - q^2/2 & x \le -q \end{cases}

The slopes are found by a search in floats, which is believed by nobody: the run on the function is
in Fractions, so no margin is needed, and a tie may be broken either way.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from gpa_theory.worst_case.certify.upper import NotCertifiedError
from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.model.sampling import played, readout
from gpa_theory.worst_case.model.witness import Witness

ZOOMS = 9  # each by a factor of ZOOM, around the best slopes of the one before
ZOOM, FINE = 8.0, 13
FLATTEST = 1e-6  # slope of a search


def is_line(found: Witness) -> bool:
    """Return whether a function is one on a line."""
    return found.slopes.shape[1] == 1


def line_functions(of: Program) -> Iterator[Witness]:
    """Yield the functions on a line with the largest metric that a search finds."""
    for s, q in [_smooth_slopes(of)] if of.smooth else [(1.0, q) for q in _left_slopes(of)]:
        slopes = np.array([[s], [-q]])
        yield Witness(np.ones(1), slopes, np.zeros(2), of.smooth, of.curvature)


def metric_on_lines(of: Program, s: Array, q: Array) -> Array:
    """Return the metric on the functions with slopes s and −q, in floats."""
    g, total = np.zeros((of.size, len(s))), np.zeros(len(s))
    g[0] = 1.0
    for i in range(of.count - 1):
        h = of.positions[i] @ g
        if of.smooth:
            g[i + 1] = np.clip(h, -q, s)
            value = g[i + 1] * (h - g[i + 1] / 2)
        else:
            g[i + 1] = np.where(h >= 0, s, -q)
            value = g[i + 1] * h
        total += of.weights[i] * (value + float(of.curvature) / 2 * h**2)
    return np.where(np.isfinite(total), total, -np.inf)


def _left_slopes(of: Program) -> list[float]:
    """Return slopes for x < 0 where f is Lipschitz: the best of some, 1 first."""
    q = np.concatenate([[1.0], np.linspace(0.0, 1.0, 65)])
    found = metric_on_lines(of, np.ones(len(q)), q)
    return list(dict.fromkeys([1.0, float(q[int(np.argmax(found))])]))


def _smooth_slopes(of: Program) -> tuple[float, float]:
    """Return the best slopes s and q where f is smooth."""
    travelled = -float(of.weights @ of.positions[:, 1:].sum(1))  # on a slope of 1
    first = 1 / max(2 * travelled + 1, FLATTEST)
    steep = 2 * _farthest(of)  # from here on up, f is a quadratic on the whole run
    s = np.concatenate([[first, steep], np.geomspace(FLATTEST, 1.0, 40)])
    q = np.concatenate([[FLATTEST, steep], np.geomspace(1e-3, 1.0, 12)])
    best, reach = (first, first), 0.7
    best = _best(of, s, q, best)
    for _ in range(ZOOMS):
        around = np.exp(np.linspace(-reach, reach, FINE))
        best = _best(of, best[0] * around, best[1] * around, best)
        reach /= ZOOM
    return best


def _best(of: Program, s: Array, q: Array, known: tuple[float, float]) -> tuple[float, float]:
    """Return the slopes with the largest metric: the known ones unless others are better."""
    s, q = (np.insert(part.ravel(), 0, k) for part, k in zip(np.meshgrid(s, q), known, strict=True))
    k = int(np.argmax(metric_on_lines(of, s, q)))
    return float(s[k]), float(q[k])


def _farthest(of: Program) -> float:
    """Return the largest |x| of the run on x²/2."""
    g = np.zeros(of.size)
    g[0] = farthest = 1.0
    for i in range(of.count - 1):
        g[i + 1] = of.positions[i] @ g
        farthest = max(farthest, abs(float(g[i + 1])))
    return farthest


def exact_lower(of: Program, found: Witness) -> Fraction:
    """Return the metric of the exact run on a function on a line, if that is of the class."""
    start, pieces = Fraction(float(found.start[0])), _pieces(found)
    flat = found.smooth or all(abs(g) <= 1 for g, _ in pieces)
    alike = found.smooth == of.smooth and found.curvature == of.curvature
    if not (alike and flat and abs(start) <= 1 and all(b <= 0 for _, b in pieces)):
        raise NotCertifiedError("the function on a line is not of the class")
    bent = Fraction(of.curvature) / 2

    def value(x: Fraction) -> Fraction:
        slope, height = _slope(pieces, x, found.smooth)
        return height + (slope**2 / 2 if found.smooth else 0) + bent * x**2

    def oracle(t: int, y: Fraction) -> Fraction:
        return _slope(pieces, y, found.smooth)[0]

    trace = played(of.method, of.steps, start, oracle, of.curvature)
    points = readout(of.method, of.steps, of.metric, trace)
    return sum((Fraction(weight) * value(x) for _, x, weight in points), Fraction(0))


Piece = tuple[Fraction, Fraction]  # slope and offset


def _pieces(found: Witness) -> list[Piece]:
    """Return the pieces of φ, the zero piece too, by falling slope."""
    pairs = zip(found.slopes[:, 0].tolist(), found.offsets.tolist(), strict=True)
    known = {(Fraction(g), Fraction(b)) for g, b in pairs} | {(Fraction(0), Fraction(0))}
    return sorted(known, reverse=True)


def _slope(pieces: list[Piece], x: Fraction, smooth: bool) -> Piece:
    """Return a (sub)gradient at x, and the height of φ where it is taken.

    Smooth: the slope g with g ∈ ∂φ(x − g), which is a piece's own or lies between two at a kink.
    """

    def height(u: Fraction) -> Fraction:
        return max(b + g * u for g, b in pieces)

    for g, b in pieces:
        u = x - g if smooth else x
        if height(u) == b + g * u:
            return g, height(u)
    for k, (g, b) in enumerate(pieces):
        for h, c in pieces[k + 1 :]:
            if g == h:
                continue
            u = (c - b) / (g - h)
            if h <= x - u <= g and height(u) == b + g * u:
                return x - u, height(u)
    raise ArithmeticError("no slope of the line is a gradient")
