"""Which solves are tried for a worst case, in order, until its interval is narrow.

Certification does not trust any of them, so a cheap one comes first.  Smooth worst cases are small
numbers next to a solver's absolute tolerances, and gradients shrink along a run; how far is seen
only afterwards, so the first solution gives the units of the next ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Protocol

import numpy as np

from gpa_theory.worst_case import conic
from gpa_theory.worst_case.conic import Recipe, Solution
from gpa_theory.worst_case.mixing import Place, objective
from gpa_theory.worst_case.pattern import solve_triangular
from gpa_theory.worst_case.program import Program
from gpa_theory.worst_case.reference import solve_cvxpy
from gpa_theory.worst_case.sparse import simplex_witness, solve_sparse
from gpa_theory.worst_case.units import Units, guessed_units, units_at
from gpa_theory.worst_case.whole import solve_whole
from gpa_theory.worst_case.witness import Witness

WHOLE = 20  # up to this horizon the whole program is faster than the reduced one
LARGEST = 40  # beyond it the whole program takes minutes; the means are then bounded loosely
MENDED = 60  # up to this horizon the whole program mends what the reduced one leaves wide
WAYS = (  # of the whole smooth program: final gap, and the one at which it is made feasible
    (1e-7, 1e-3),
    (1e-3, 1e-3),  # well inside, to mix the others with
    (1e-7, 0),
    (4e-7, 0),
    (1e-8, 1e-1),
)


class Search(Protocol):
    """What is known so far: an upper end, and a way to offer functions for the lower one."""

    @property
    def upper(self) -> Fraction | None:
        """Return the upper end, if there is one."""
        ...

    @property
    def places(self) -> list[Place]:
        """Return the points of the program that solvers found."""
        ...

    def consider(self, make: Callable[[], Witness]) -> bool:
        """Take a function into account."""
        ...


def attempts(
    problem: Program, search: Search, solver: str, width: float
) -> Iterator[Callable[[], Solution]]:
    """Yield solves in order; the next one is run only if the interval is still too wide."""
    reducible = problem.metric == "last" and not problem.smooth
    if solver == "cvxpy":
        yield lambda: solve_cvxpy(problem)
        return
    if solver == "triangular" or (solver == "auto" and reducible and problem.steps > WHOLE):
        yield lambda: solve_triangular(problem, 0.7 * width)
        if solver == "triangular" or problem.steps > MENDED:
            return
    means = problem.metric in ("average", "mean") and not problem.smooth
    if solver == "sparse" or (solver == "auto" and means and problem.steps > LARGEST):
        search.consider(lambda: simplex_witness(problem))
        yield lambda: solve_sparse(problem)
        return
    if problem.smooth:
        yield partial(conic.solve, problem, Recipe(1e-9, 1e-9, size(problem)))
        for gap, near in WAYS:
            yield partial(solve_whole, problem, latest_units(problem, search), gap, near)
        return
    for recipe in recipes(problem, search):
        yield partial(conic.solve, problem, recipe)


def latest_units(problem: Program, search: Search) -> Units:
    """Return the sizes at the latest point that may be near the optimum, or a guess."""
    for place in reversed(search.places):
        value = objective(problem, *place)
        if value > 0 and (search.upper is None or value < 1.1 * float(search.upper)):
            return units_at(problem, place)
    return guessed_units(problem)


def recipes(problem: Program, search: Search) -> Iterator[Recipe]:
    """Yield ways to hand the whole program of the Lipschitz class to Clarabel."""
    yield Recipe(1e-9, 1e-10, tolerance=1e-8, refined=False)
    yield Recipe(1e-9, 1e-10)
    scale = float(search.upper) if search.upper else 3.0
    yield Recipe(1e-10, 1e-10, scale)
    yield Recipe(1e-10, 1e-9, scale)
    yield Recipe(1e-9, 1e-9, scale)
    yield Recipe(1e-12, 1e-9, scale)
    yield Recipe(1e-9, 1e-7, scale)
    yield Recipe(1e-8, 1e-6)


def size(problem: Program) -> float:
    """Return the size of a smooth worst case, roughly: that of Huber's function."""
    moved = np.abs(problem.weights) @ np.abs(problem.positions[:, 1:]).sum(1)
    return 1 / (4 * float(moved) + 2)
