"""Which solves are tried for a worst case, in order, until its interval is narrow.

Certification trusts none of them, so a cheap one comes first.  Where f is smooth, the worst case
is small next to a solver's absolute tolerances, and gradients shrink along a run.  By how much is
seen only in a solution, so the first solution gives the units of the next solves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

import numpy as np

from gpa_theory.worst_case.certify.ends import Ends
from gpa_theory.worst_case.certify.mixing import objective
from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.model.solution import Solution
from gpa_theory.worst_case.solvers import conic
from gpa_theory.worst_case.solvers.conic import Recipe
from gpa_theory.worst_case.solvers.identity import constant_step, solve_by_identity
from gpa_theory.worst_case.solvers.pair_table import are_most
from gpa_theory.worst_case.solvers.pattern import guess, solve_triangular
from gpa_theory.worst_case.solvers.reference import solve_cvxpy
from gpa_theory.worst_case.solvers.sparse import MEANS, simplex_witness, solve_sparse
from gpa_theory.worst_case.solvers.units import Units, guessed_units, plain_units, units_at
from gpa_theory.worst_case.solvers.whole import solve_whole

CONIC = 16  # order of the Gram matrix up to which Clarabel is faster than an interior point of ours
REDUCED = 20  # up to this horizon the whole program is faster than the reduced one
WHOLE = 105  # order up to which all pairs fit: half a minute and some 700 MB (*measured*)
MENDED = 61  # order up to which Clarabel mends what is left wide
# For smooth programs the gap asked for, relative to the metric, and where centering makes feasible.
SMOOTH = ((1e-7, 1e-3), (4e-7, 1e-6), (1e-7, 1e-2), (1e-8, 1e-5))
SHARES = (0.4, 0.04)  # of the width, for gaps of the others


def attempts(
    problem: Program, ends: Ends, solver: str, width: float
) -> Iterator[Callable[[], Solution]]:
    """Yield solves in order; the next one is run only if the interval is still too wide."""
    if solver == "cvxpy":
        yield partial(solve_cvxpy, problem)
    elif solver == "triangular":
        yield partial(solve_triangular, problem, 0.7 * width)
    elif solver == "whole":
        yield from _of_all_pairs(problem, ends, width)
    elif solver == "sparse":
        ends.consider(lambda: simplex_witness(problem))
        yield partial(solve_sparse, problem)
    elif solver == "clarabel":
        yield from _by_clarabel(problem, ends)
    else:
        yield from _of_any(problem, ends, width)


def _of_any(problem: Program, ends: Ends, width: float) -> Iterator[Callable[[], Solution]]:
    """Yield solves where the choice is ours: what needs no solver, then what is fastest."""
    if problem.metric == "telescoped" and not problem.curvature and constant_step(problem):
        yield partial(solve_by_identity, problem)
    if problem.smooth:
        yield from _of_smooth(problem, ends, width)
    elif problem.size <= CONIC:
        ways = _by_clarabel(problem, ends)
        yield from islice(ways, 2)
        yield from _of_all_pairs(problem, ends, width)
        yield from ways
    else:
        yield from _of_many(problem, ends, width)


def _of_smooth(problem: Program, ends: Ends, width: float) -> Iterator[Callable[[], Solution]]:
    """Yield solves for smooth classes: a rough one gives units, unless a guess of them will do."""
    if problem.size > CONIC:
        yield partial(solve_whole, problem, guessed_units(problem), *SMOOTH[0])
    if problem.size <= MENDED:
        yield partial(conic.solve, problem, Recipe(1e-9, 1e-9, size(problem)))
    yield from _of_all_pairs(problem, ends, width)


def _of_many(problem: Program, ends: Ends, width: float) -> Iterator[Callable[[], Solution]]:
    """Yield solves for many samples, Lipschitz class."""
    fits = problem.size <= WHOLE
    if problem.metric == "last" and problem.steps > REDUCED:
        kept = guess(problem.method, problem.steps, problem.metric)
        if not (fits and are_most(kept, problem.steps)):
            yield partial(solve_triangular, problem, 0.7 * width, kept, yields=fits)
        if not fits:
            return
    if problem.metric in MEANS and not fits:
        yield from attempts(problem, ends, "sparse", width)
        return
    yield from _of_all_pairs(problem, ends, width)
    if problem.size <= MENDED:
        yield from _by_clarabel(problem, ends)


def _by_clarabel(problem: Program, ends: Ends) -> Iterator[Callable[[], Solution]]:
    for recipe in recipes(problem, ends):
        yield partial(conic.solve, problem, recipe)


def _of_all_pairs(problem: Program, ends: Ends, width: float) -> Iterator[Callable[[], Solution]]:
    """Yield solves of the whole program by an interior point of ours."""
    if problem.smooth:
        for gap, near in SMOOTH:
            yield partial(solve_whole, problem, latest_units(problem, ends), gap, near)
        return
    for share in SHARES:
        yield partial(solve_whole, problem, plain_units(problem), share * width)


def latest_units(problem: Program, ends: Ends) -> Units:
    """Return the sizes at the latest point that may be near the optimum, or a guess."""
    for place in reversed(ends.places):
        value = objective(problem, *place)
        if value > 0 and (ends.upper is None or value < 1.1 * float(ends.upper)):
            return units_at(problem, place)
    return guessed_units(problem)


def recipes(problem: Program, ends: Ends) -> Iterator[Recipe]:
    """Yield ways to hand the whole program to Clarabel."""
    unit = size(problem)
    if problem.smooth:
        yield Recipe(1e-9, 1e-9, unit)
        yield Recipe(1e-6, 1e-9, unit, refined=False)  # well inside, to mix the others with
    else:
        yield Recipe(1e-9, 1e-10, unit, tolerance=1e-8, refined=False)
        yield Recipe(1e-9, 1e-10, unit)
    scale = float(ends.upper) if ends.upper else 3 * unit
    yield Recipe(1e-10, 1e-10, scale)
    yield Recipe(1e-10, 1e-9, scale)
    yield Recipe(1e-9, 1e-9, scale)
    yield Recipe(1e-12, 1e-9, scale)
    yield Recipe(1e-9, 1e-7, scale)
    yield Recipe(1e-8, 1e-6)


def size(problem: Program) -> float:
    """Return the size of the worst case, roughly: that of Huber's function if f is smooth."""
    if not problem.smooth:
        return 1.0
    moved = np.abs(problem.weights) @ np.abs(problem.positions[:, 1:]).sum(1)
    return 1 / (4 * float(moved) + 2)
