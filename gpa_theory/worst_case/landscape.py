r"""The worst case as a function of a family's constants, with its gradient.

By the envelope theorem the worst case V moves with a parameter θ of the method as

.. math:: \frac{dV}{d\theta} = -\sum_{ij} \lambda_{ij}
    \Bigl\langle g_j, \frac{d(h_i - h_j)}{d\theta}\Bigr\rangle_X

so one solve yields value and gradient.  The value is the certified upper end, which is never too
low, whatever the solver did; what is searched is its logarithm.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import exp, inf, log

import numpy as np

from gpa_theory.worst_case.certify.upper import NotCertifiedError, certified_upper, is_finite
from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.families import IN_UNITS, Family
from gpa_theory.worst_case.model.program import Program, program
from gpa_theory.worst_case.model.solution import Solution
from gpa_theory.worst_case.solvers import attempts, conic, pattern
from gpa_theory.worst_case.solvers.conic import Recipe
from gpa_theory.worst_case.solvers.pair_table import are_most, dilated, listed, mask
from gpa_theory.worst_case.solvers.triangular import NO_PAIRS, Pairs
from gpa_theory.worst_case.solvers.units import first_units
from gpa_theory.worst_case.solvers.whole import solve_whole

LEAST, FAILED = 1e-300, 1e6  # values: what has no logarithm, what was not solved


class EnoughError(Exception):
    """All evaluations that were allowed have been made."""


@dataclass(slots=True)
class Landscape:
    """Logarithm and gradient of the worst case at searched coordinates, and the best point seen.

    Coordinates are those of `Family.kinds`: a constant 1 − μ or a step by its logarithm.
    """

    family: Family
    steps: int
    metric: str
    of: FunctionClass
    width: float
    solver: str = "auto"
    kept: Pairs = field(default_factory=lambda: NO_PAIRS)
    evaluations: int = 0
    most: float = inf  # evaluations allowed; a line search would not stop by itself
    best: tuple[float, list[float]] = (inf, [])

    def constants(self, at: Sequence[float] | Array) -> list[float]:
        """Return the family's constants at a point."""
        read = {"past": lambda u: 1 - exp(u), "share": lambda u: u, "step": exp}
        return [read[kind](u) for u, (_, kind) in zip(at, self.family.kinds, strict=True)]

    def coordinates(self, constants: Sequence[float]) -> list[float]:
        """Return the point of some constants."""
        read = {"past": lambda c: log(1 - c), "share": lambda c: c, "step": log}
        return [read[kind](c) for c, (_, kind) in zip(constants, self.family.kinds, strict=True)]

    def bounds(self) -> list[tuple[float, float]]:
        """Return the least and the greatest value of each coordinate."""
        unit = log(self.of.step_scale)
        allowed = {"past": (log(0.02 / self.steps), 0.0), "share": (0.0, 1.0), "step": (-9.0, 4.0)}
        return [
            (-9.0 - unit, 4.0 - unit) if name in IN_UNITS else allowed[kind]
            for name, kind in self.family.kinds
        ]

    def problem(self, at: Sequence[float] | Array) -> Program:
        """Return the program at a point."""
        return program(self.family.build(*self.constants(at)), self.steps, self.metric, self.of)

    def __call__(self, at: Array) -> tuple[float, Array]:
        """Return the logarithm of the value, and its gradient; its curvature is about 1."""
        if self.evaluations >= self.most:
            raise EnoughError
        self.evaluations += 1
        problem = self.problem(at)
        value, solution = self.solve(problem)
        if value < min(self.best[0], FAILED):
            self.best = value, self.constants(at)
        slope = self.gradient(at, problem, solution) if value < FAILED else np.zeros(len(at))
        return log(max(value, LEAST)), slope / max(value, LEAST)

    def solve(self, problem: Program) -> tuple[float, Solution]:
        """Return the certified upper end and the solution it comes from."""
        if self.solver == "auto" and problem.size <= attempts.CONIC:
            found = conic.solve(problem, Recipe(1e-10, 1e-10))
        elif self.solver == "auto" and (reduced := self.reduced(problem)) is not None:
            return reduced
        else:
            found = solve_whole(problem, first_units(problem), 0.1 * self.width)
        with suppress(NotCertifiedError):
            if is_finite(found):
                return float(certified_upper(problem, found.flow, found.norms)[0]), found
        return FAILED, found

    def reduced(self, problem: Program) -> tuple[float, Solution] | None:
        """Solve the triangular reduction where it applies, unless the whole program is faster."""
        T, fits = problem.count - 1, problem.size <= attempts.WHOLE
        if self.metric != "last" or problem.smooth or self.steps <= attempts.REDUCED:
            return None
        kept = listed(dilated(mask(self.kept, T), T, 1))
        kept = kept if len(kept) else pattern.guess(problem.method, T, "last")
        if fits and are_most(kept, T):
            return None
        rounds = pattern.Rounds(problem, self.width)
        found = rounds.run(kept, yields=fits)
        self.kept = found.active
        if fits and not rounds.is_narrow:
            return None
        return min(found.upper, FAILED), Solution(
            found.gram, found.values, found.flow, found.norms, "", ""
        )

    def gradient(self, at: Array, problem: Program, solution: Solution) -> Array:
        """Return dV/dθ from the multipliers; positions are differentiated numerically."""
        flow = np.maximum(solution.flow, 0)
        found = np.zeros(len(at))
        for k in range(len(at)):
            low, high = self.bounds()[k]
            shifted = [np.array(at, float), np.array(at, float)]
            shifted[0][k], shifted[1][k] = min(at[k] + 1e-6, high), max(at[k] - 1e-6, low)
            ahead, behind = self.problem(shifted[0]), self.problem(shifted[1])
            shapes = {p.positions.shape for p in (ahead, problem, behind)}
            if len(shapes) > 1:
                continue  # at the edge of the range, points of the method coincide
            moved = (ahead.positions - behind.positions) / (shifted[0][k] - shifted[1][k])
            inner = np.zeros((problem.count, problem.count))
            inner[:, :-1] = (moved @ solution.gram)[:, 1:]
            found[k] = -float((flow * inner).sum() - flow.sum(0) @ np.diag(inner))
            bent = ((moved @ solution.gram) * problem.positions).sum(1)
            found[k] += float(problem.curvature) * float(problem.weights @ bent)
        return found
