"""A question handed to Clarabel: what comes back is believed by nobody, see `ends`.

Variables are svec(X), F and τ, which is at most every objective.  Rows and unknowns are in units,
every limit must have a slack of at least `inside`, and `margin` · tr X is added to τ, so that
both answers stay strictly inside their cones and survive being made exact.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from gpa_theory.core.gram import ONE, Point, gram_pair
from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.questions.found import Found
from gpa_theory.worst_case.questions.question import Question
from gpa_theory.worst_case.solvers.conic import Recipe, answered

TOLERANCE = 1e-10
SMALL, LEAST = 1e-8, 1e-24  # of the metric: the floor of sizes; the floor of the metric


class Layout:
    """Where each named unknown stands among svec(X), F and τ, and its unit."""

    def __init__(self, of: Question) -> None:
        n = len(of.vectors)
        order = {name: k for k, name in enumerate(of.vectors)}
        self.order, self.n, self.d = order, n, n * (n + 1) // 2
        self.value = {name: self.d + k for k, name in enumerate(of.values)}
        self.least = self.d + len(of.values)
        self.of = of

    def entries(self, form: Point) -> tuple[dict[int, float], float]:
        """Return the coefficients of a form by column, and its constant."""
        found: dict[int, float] = {}
        for name, coefficient in form.terms.items():
            pair = gram_pair(name)
            if pair is not None:
                a, b = sorted(self.order[part] for part in pair)
                unit = self.of.sizes[a] * self.of.sizes[b] * (1.0 if a == b else 0.5**0.5)
                found[b * (b + 1) // 2 + a] = float(coefficient) * unit
            elif name != ONE:
                column = self.value[name]
                found[column] = float(coefficient) * self.of.heights[column - self.d]
        return found, float(form.coefficient(ONE))


def solve(of: Question, inside: float, margin: float) -> Found:
    """Return Clarabel's answer, whatever its status."""
    at = Layout(of)
    rows, right, units = _rows(of, at, inside)
    diagonal = [k * (k + 1) // 2 + k for k in range(at.n)]
    cost = np.zeros(at.least + 1)
    cost[diagonal], cost[at.least] = -margin, -1.0
    cone = sp.hstack([-sp.eye(at.d), sp.csc_matrix((at.d, len(cost) - at.d))])
    matrix = sp.vstack([rows, cone]).tocsc()
    right = np.concatenate([right, np.zeros(at.d)])
    recipe = Recipe(inside, margin, tolerance=TOLERANCE)
    x, z, status = answered(cost, matrix, right, at.n, None, recipe)
    sizes = np.array(of.sizes)
    gram = sizes[:, None] * _square(x[: at.d], at.n) * sizes
    multipliers = z[: len(of.limits)] * of.height / units[: len(of.limits)]
    names = dict(zip(of.limits, multipliers.tolist(), strict=True))
    shares = z[len(of.limits) : len(of.limits) + len(of.objectives)]
    return Found(gram, x[at.d : at.least] * np.array(of.heights), names, shares, status)


def resized(of: Question, found: Found) -> Question:
    """Return the question with the sizes of a solution, none below a floor: see `solvers.units`."""
    least = min(at_floats(form, of, found) for form in of.objectives)
    floor = SMALL * max(abs(least), LEAST)
    squares = np.maximum(np.diag(found.gram), floor)
    own = {f"f{name[1:]}": square / 2 for name, square in zip(of.vectors, squares, strict=True)}
    heights = [
        max(abs(value), own[name], floor)
        for name, value in zip(of.values, found.values, strict=True)
    ]
    sizes = tuple(np.sqrt(squares).tolist())
    return replace(of, sizes=sizes, heights=tuple(map(float, heights)), height=abs(least) + floor)


def room(of: Question, found: Found) -> Array:
    """Return the limits at a solution, in floats, each over its largest coefficient."""
    at = Layout(of)
    rows, right, _ = _rows(of, at, 0.0)
    sizes = np.array(of.sizes)
    b, a = np.tril_indices(at.n)
    scaled = (found.gram / sizes[:, None] / sizes)[a, b] * np.where(a == b, 1.0, 2**0.5)
    unknowns = np.concatenate([scaled, found.values / np.array(of.heights), [0.0]])
    return (right - rows @ unknowns)[: len(of.limits)]


def at_floats(form: Point, of: Question, found: Found) -> float:
    """Return the value of a form at a solution, in floats."""
    at = Layout(of)
    total = float(form.coefficient(ONE))
    for name, coefficient in form.terms.items():
        pair = gram_pair(name)
        if pair is not None:
            a, b = (at.order[part] for part in pair)
            total += float(coefficient) * found.gram[a, b]
        elif name != ONE:
            total += float(coefficient) * found.values[at.value[name] - at.d]
    return total


def _rows(of: Question, at: Layout, inside: float) -> tuple[Any, Array, Array]:
    """Return −limit ≤ −inside and τ − objective ≤ −inside as a matrix, right side, row units."""
    places: list[tuple[int, int, float]] = []
    right, units = [], []
    for form in of.limits.values():
        found, known = at.entries(form)
        unit = max(map(abs, found.values()))
        places += [(len(right), k, -value / unit) for k, value in found.items()]
        right.append(known / unit - inside)
        units.append(unit)
    for form in of.objectives:
        found, known = at.entries(form)
        places += [(len(right), k, -value / of.height) for k, value in found.items()]
        places.append((len(right), at.least, 1.0))
        right.append(known / of.height - inside)
        units.append(1.0)
    row, column, value = zip(*places, strict=True)
    shape = (len(right), at.least + 1)
    return sp.csc_matrix((value, (row, column)), shape=shape), np.array(right), np.array(units)


def _square(vector: Array, n: int) -> Array:
    """Return the symmetric matrix of an upper triangle by columns, off-diagonals times √2."""
    b, a = np.tril_indices(n)
    matrix = np.empty((n, n))
    matrix[a, b] = matrix[b, a] = vector / np.where(a == b, 1.0, 2**0.5)
    return matrix
