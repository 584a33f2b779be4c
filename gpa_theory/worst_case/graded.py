r"""The whole program in units of its own: where a run contracts, every gradient has its own size.

Worst cases of smooth functions shrink by orders from g_1 to g_T, and a solver's tolerances are
absolute.  With units d_k of gradients, φ_i of values and v of the metric, all from an earlier
solution, what is solved for is

.. math:: X = d\,d' \circ \tilde X, \qquad F = \varphi \circ \tilde F

with rows divided by their largest coefficient and the objective by v.  `inside` and `margin` of a
recipe are then relative numbers.  Nothing here enters a certified value, only its width.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from gpa_theory.worst_case import conic
from gpa_theory.worst_case.ball import Array
from gpa_theory.worst_case.conic import Recipe, Solution
from gpa_theory.worst_case.mixing import Place, objective, quadratic_run
from gpa_theory.worst_case.program import Program

LEAST = 1e-12  # of a gradient, relative to |z_1|: smaller ones are as good as zero
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
    size = np.sqrt(np.maximum(np.diag(gram), LEAST**2))
    size[0] = 1.0
    heights = np.maximum(np.abs(values), size[1:] ** 2 / 2)
    return Units(size, heights, max(abs(objective(of, gram, values)), LEAST**2))


def guessed_units(of: Program) -> Units:
    """Return the largest sizes on some quadratics."""
    found = [units_at(of, quadratic_run(of, a)) for a in GUESSES]
    return Units(
        np.max([u.gradients for u in found], 0),
        np.max([u.values for u in found], 0),
        max(u.metric for u in found),
    )


def solve(of: Program, units: Units, recipe: Recipe = Recipe()) -> Solution:
    """Solve the whole program in given units by Clarabel; `recipe.scale` is not used."""
    matrix, right, cost, at = conic.data(of, Recipe(recipe.inside, 0.0))
    (a, b), m, d = at.upper, len(at.pairs), units.gradients
    columns = np.concatenate([d[a] * d[b], units.values])
    matrix = matrix @ sp.diags(columns)
    rows = np.ones(at.shape[0])
    rows[:m] = 1 / abs(matrix[:m]).max(axis=1).toarray().ravel()
    rows[-len(a) :] = 1 / (d[a] * d[b])
    matrix = (sp.diags(rows) @ matrix).tocsc()
    matrix.sort_indices()
    cost = cost * columns / units.metric
    cost[: len(a)] += recipe.margin * (a == b)
    x, z, status = conic.clarabel(matrix, right, cost, at, recipe)
    multipliers = z * rows * units.metric
    return conic.unpacked(of, Recipe(), x * columns, multipliers, status, "Clarabel")
