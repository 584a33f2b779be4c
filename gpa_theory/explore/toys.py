r"""The four problems of the page, in the plane so that paths can be drawn; minimum 0 at 0.

.. math::
    \text{valley, canyon:}\ \tfrac12 \sum_i h_i w_i^2, \qquad
    \text{bowl:}\ \sum_i a_i \bigl(\sqrt{1 + w_i^2} - 1\bigr), \qquad
    \text{corner:}\ \sum_i a_i |w_i|

On the whole plane a quadratic has no Lipschitz constant.  There G is the largest slope on the
level set of the start, :math:`\sqrt{2 L f(z_1)}`; a run that leaves it breaks the assumption, and
the page says so.  Elsewhere G = |a| holds everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import sqrt

import numpy as np

from gpa_theory.core.assumptions import Assumption
from gpa_theory.numeric.precision import TINY, theta
from gpa_theory.numeric.problems.constants import geometry
from gpa_theory.numeric.problems.domain import Space
from gpa_theory.numeric.problems.problem import Oracle, Problem


@dataclass(frozen=True, eq=False)
class Toy:
    """A problem in the plane with what the page needs to redraw it.

    `kind` names the formula, `shape` its two numbers; `curvature` is L, None if f is not smooth;
    `lipschitz` is G, and `everywhere` says whether |g| ≤ G holds on the whole plane.
    """

    problem: Problem
    kind: str
    shape: tuple[float, float]
    words: str
    lipschitz: float
    everywhere: bool
    curvature: float | None


def _oracles(kind: str, shape: np.ndarray) -> tuple[Oracle, Oracle, Oracle]:
    """Return value, subgradient and Σ of the sizes that were added (for the rounding allowance)."""
    if kind == "quadratic":
        value: Oracle = lambda w: 0.5 * (shape * w * w).sum(-1)  # noqa: E731
        return value, lambda w: shape * w, value
    if kind == "huber":
        root = lambda w: np.sqrt(1 + w * w)  # noqa: E731
        return (
            lambda w: (shape * (root(w) - 1)).sum(-1),
            lambda w: shape * w / root(w),
            lambda w: (shape * (root(w) + 1)).sum(-1),
        )
    value = lambda w: (shape * np.abs(w)).sum(-1)  # noqa: E731
    return value, lambda w: shape * np.sign(w), value


def _toy(name: str, kind: str, shape: tuple[float, float], start: tuple[float, float]) -> Toy:
    array, zero, z1 = np.array(shape), np.zeros(2), np.array(start)
    value, subgradient, size = _oracles(kind, array)

    def inexactness(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        slope = np.sqrt(np.square(subgradient(w)).sum(-1))
        return theta(16) * size(w) + TINY, theta(12) * slope + TINY

    constants: dict[Assumption, float | None] = {Assumption.CONVEX: None}
    constants |= geometry(Space(), z1, zero)
    quadratic = kind == "quadratic"
    curvature = None if kind == "absolute" else max(shape)
    if curvature is not None:
        constants[Assumption.SMOOTH] = curvature
    if quadratic:
        constants[Assumption.STRONGLY_CONVEX] = min(shape)
        lipschitz = sqrt(2 * max(shape) * float(value(z1)))
    else:
        lipschitz = constants[Assumption.LIPSCHITZ] = float(np.linalg.norm(array)) * (1 + theta(8))
    problem = Problem(
        name=name,
        words=f"{name} in the plane",
        dim=2,
        start=z1,
        domain=Space(),
        value=value,
        subgradient=subgradient,
        constants=constants,
        minimizer=zero,
        minimum_lower=0.0,
        minimum_upper=0.0,
        inexactness=inexactness,
    )
    return Toy(problem, kind, shape, _WORDS[name], lipschitz, not quadratic, curvature)


_WORDS = {
    "valley": "valley: quadratic, condition number 12.5",
    "canyon": "canyon: quadratic, condition number 200",
    "bowl": "bowl: smooth, with slopes that level off",
    "corner": "corner: |w| with kinks, not smooth",
}
_MADE = {
    "valley": ("quadratic", (0.08, 1.0), (-8.0, 2.4)),
    "canyon": ("quadratic", (0.005, 1.0), (-8.0, 0.9)),
    "bowl": ("huber", (0.3, 1.0), (-6.0, 3.0)),
    "corner": ("absolute", (0.3, 1.0), (-6.0, 3.0)),
}


@cache
def toy(name: str) -> Toy:
    """Return the problem of that name.

    >>> toy("valley").curvature, toy("corner").everywhere
    (1.0, True)
    """
    return _toy(name, *_MADE[name])
