r"""Units for the whole program: where a run contracts, every gradient has a size of its own.

Worst cases of smooth functions are small next to a solver's absolute tolerances, and gradients may
shrink by orders of magnitude from g_1 to g_T.  With the sizes d_k of gradients, φ_i of values and v
of the metric taken from an earlier solution, the unknowns become X̃ and F̃ in

.. math:: X = d\,d' \circ \tilde X, \qquad F = \varphi \circ \tilde F

with the objective divided by v and each row by its largest coefficient, so that all optima are near
1.  Sizes have a floor relative to the metric: below it, multipliers would grow without bound.
Nothing here can make a certified value wrong; it only changes the width of the interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from gpa_theory.worst_case.certify.mixing import Place, objective, quadratic_run
from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.model.solution import Solution
from gpa_theory.worst_case.solvers import conic
from gpa_theory.worst_case.solvers.conic import Recipe

LEAST = 1e-24  # of the metric, where nothing is known
SMALL = 1e-8  # of the metric: the floor of values, and of the gradients that go with them
GUESSES = (1.0, 0.8, 0.5, 0.25, 0.1, 0.03, 0.01)  # curvatures of quadratics, for a first idea


@dataclass(frozen=True, slots=True)
class Units:
    """Sizes: of z_1 and the gradients, of the values, of the metric."""

    gradients: Array  # (n,), the first is 1
    values: Array  # (N−1,)
    metric: float


def units_at(of: Program, place: Place) -> Units:
    """Return the sizes at a point of the program; |g|²/2 ≤ f where values are smaller than that."""
    gram, values = place
    metric = max(abs(objective(of, gram, values)), LEAST)
    size = np.sqrt(np.maximum(np.diag(gram), 2 * SMALL * metric))
    size[0] = 1.0
    heights = np.maximum(np.abs(values), size[1:] ** 2 / 2)
    return Units(size, heights, metric)


def guessed_units(of: Program) -> Units:
    """Return the largest sizes on some quadratics."""
    found = [units_at(of, quadratic_run(of, a)) for a in GUESSES]
    return Units(
        np.max([u.gradients for u in found], 0),
        np.max([u.values for u in found], 0),
        max(u.metric for u in found),
    )


def plain_units(of: Program) -> Units:
    """Return sizes of 1, as they are in the Lipschitz class."""
    return Units(np.ones(of.size), np.ones(of.count - 1), 1.0)


def first_units(of: Program) -> Units:
    """Return sizes for a program that nothing is known of."""
    return guessed_units(of) if of.smooth else plain_units(of)


@dataclass(frozen=True, slots=True)
class Scaled:
    """A program in units: max weights·y, constants + matrix·y ≥ 0, y = (svec X̃, F̃)."""

    matrix: Any  # sparse, pairs and X_00 ≤ 1 [, X_kk ≤ 1]
    constants: Array
    weights: Array
    upper: tuple[np.ndarray, np.ndarray]  # svec's indices
    columns: Array  # units of y
    rows: Array  # units of the rows' multipliers

    def solution(self, of: Program, y: Array, multipliers: Array, by: str, status: str) -> Solution:
        """Return unknowns and multipliers in the program's own units."""
        return conic.unpacked(of, Recipe(), y * self.columns, multipliers * self.rows, status, by)


def scaled(of: Program, units: Units) -> Scaled:
    """Return a program in given units."""
    matrix, right, cost, at = conic.data(of, Recipe(0.0, 0.0))
    (a, b), m, d = at.upper, len(at.pairs), units.gradients
    columns = np.concatenate([d[a] * d[b], units.values])
    count = m + (1 if of.smooth else of.size)
    matrix = (matrix.tocsr()[:count] @ sp.diags(columns)).tocsr()
    rows = 1 / abs(matrix).max(axis=1).toarray().ravel()
    return Scaled(
        -(sp.diags(rows) @ matrix).tocsr(),
        right[:count] * rows,
        -cost * columns / units.metric,
        at.upper,
        columns,
        rows * units.metric,
    )
