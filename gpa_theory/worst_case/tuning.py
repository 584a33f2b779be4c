r"""The constants with the least worst case, by the gradient that a solution gives for free.

By the envelope theorem the worst case V moves with a parameter θ of the method as

.. math:: \frac{dV}{d\theta} = -\sum_{ij} \lambda_{ij}
    \Bigl\langle g_j, \frac{d(h_i - h_j)}{d\theta}\Bigr\rangle_X

so one solve yields value and gradient.  What is minimized is the logarithm of the certified upper
end; the best constants seen are rounded to short decimals and their worst case is certified from
both sides.  The optimum is local.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from math import exp, inf, log

import numpy as np

from gpa_theory.core.validation import check_count, refuse
from gpa_theory.worst_case.certify.upper import NotCertifiedError, certified_upper, is_finite
from gpa_theory.worst_case.interval import WorstCase, WorstCaseError, worst_case
from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.model.classes import NORMALIZED, FunctionClass
from gpa_theory.worst_case.model.families import FAMILIES, Family
from gpa_theory.worst_case.model.program import Program, program
from gpa_theory.worst_case.solvers import attempts, conic, pattern
from gpa_theory.worst_case.solvers.conic import Recipe, Solution
from gpa_theory.worst_case.solvers.pair_table import are_most, dilated, listed, mask
from gpa_theory.worst_case.solvers.triangular import NO_PAIRS, Pairs
from gpa_theory.worst_case.solvers.units import first_units
from gpa_theory.worst_case.solvers.whole import solve_whole

LEAST, FAILED = 1e-300, 1e6  # values: what has no logarithm, what was not solved
KINKS = 80  # evaluations of a search without gradients, where f is smooth
SMOOTH_STEP = 1.5  # times 1/L: where a search starts
DIGITS = 10**6  # tuned constants are rounded to multiples of this fraction


def _decimal(value: float) -> Fraction:
    return Fraction(round(value * DIGITS), DIGITS)


@dataclass(frozen=True, slots=True)
class Tuned:
    """Tuned constants and the certified worst case they have; `evaluations` counts solves."""

    family: Family
    constants: dict[str, Fraction]
    found: WorstCase
    evaluations: int


class _EnoughError(Exception):
    """As many evaluations as were allowed."""


@dataclass(slots=True)
class _Search:
    """Value and gradient of the worst case over searched coordinates."""

    family: Family
    steps: int
    metric: str
    of: FunctionClass
    width: float
    solver: str = "auto"
    kept: Pairs = field(default_factory=lambda: NO_PAIRS)
    evaluations: int = 0
    most: float = inf  # evaluations: a line search does not count them
    best: tuple[float, list[float]] = (inf, [])

    def constants(self, at: Sequence[float] | Array) -> list[float]:
        read = {"past": lambda u: 1 - exp(u), "share": lambda u: u, "step": exp}
        return [read[kind](u) for u, (_, kind) in zip(at, self.family.kinds, strict=True)]

    def coordinates(self, constants: Sequence[float]) -> list[float]:
        read = {"past": lambda c: log(1 - c), "share": lambda c: c, "step": log}
        return [read[kind](c) for c, (_, kind) in zip(constants, self.family.kinds, strict=True)]

    def bounds(self) -> list[tuple[float, float]]:
        allowed = {"past": (log(0.02 / self.steps), 0.0), "share": (0.0, 1.0), "step": (-9.0, 4.0)}
        return [allowed[kind] for _, kind in self.family.kinds]

    def problem(self, at: Sequence[float] | Array) -> Program:
        return program(self.family.build(*self.constants(at)), self.steps, self.metric, self.of)

    def __call__(self, at: Array) -> tuple[float, Array]:
        """Return the logarithm of the value, whose curvature is about 1, and its gradient."""
        if self.evaluations >= self.most:
            raise _EnoughError
        self.evaluations += 1
        problem = self.problem(at)
        value, solution = self.solve(problem)
        if value < min(self.best[0], FAILED):
            self.best = value, self.constants(at)
        slope = self.gradient(at, problem, solution) if value < FAILED else np.zeros(len(at))
        return log(max(value, LEAST)), slope / max(value, LEAST)

    def solve(self, problem: Program) -> tuple[float, Solution]:
        """Return the upper end, which is never too low, however the solver fared."""
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
                continue  # on the edge the points of the method coincide
            moved = (ahead.positions - behind.positions) / (shifted[0][k] - shifted[1][k])
            inner = np.zeros((problem.count, problem.count))
            inner[:, :-1] = (moved @ solution.gram)[:, 1:]
            found[k] = -float((flow * inner).sum() - flow.sum(0) @ np.diag(inner))
            bent = ((moved @ solution.gram) * problem.positions).sum(1)
            found[k] += float(problem.curvature) * float(problem.weights @ bent)
        return found


def tune(
    family: str | Family,
    steps: int,
    metric: str = "last",
    of: FunctionClass | None = None,
    *,
    starts: Sequence[Sequence[float]] | None = None,
    width: float | None = None,
    evaluations: int = 60,
    polish: int | None = None,
    solver: str = "auto",
) -> Tuned:
    """Return the constants of a family with the least worst case found, and that worst case.

    `evaluations` is the most per start.  At most `polish` more go to a search without gradients,
    for worst cases with kinks: those of DiLoCo and of smooth classes, where it is 80 by default,
    else 0.  `solver` is "auto", or "whole": all pairs from the first solve on (see `worst_case`).

    >>> found = tune("sgd", steps=2)
    >>> abs(float(found.constants["gamma"]) - 0.125**0.5) < 1e-5, found.found.width < 1e-6
    (True, True)
    """
    from scipy.optimize import minimize

    if isinstance(family, str):
        if family not in FAMILIES:
            rule = f"must be one of {', '.join(FAMILIES)}"
            raise refuse(f"tune(family={family!r})", "family", rule)
        family = FAMILIES[family]
    if solver not in ("auto", "whole"):
        raise refuse(f"tune(solver={solver!r})", "solver", "must be auto or whole")
    of, steps = of or NORMALIZED, check_count(f"tune(steps={steps!r})", "steps", steps)
    check_count(f"tune(evaluations={evaluations!r})", "evaluations", evaluations)
    precise = 1e-5 if steps > attempts.REDUCED else 1e-7
    search = _Search(family, steps, metric, of, precise, solver)
    lows, highs = np.array(search.bounds()).T
    for start in starts or _starts(family, steps, of):
        search.most = search.evaluations + evaluations
        with suppress(_EnoughError):
            minimize(
                search,
                np.clip(search.coordinates(start), lows, highs),
                jac=True,
                method="L-BFGS-B",
                bounds=search.bounds(),
                options={"ftol": 0.1 * precise, "gtol": 1e-6},
            )
    if not search.best[1]:
        raise WorstCaseError("tune: no solve gave a bound")
    polish = (KINKS if of.is_smooth else 0) if polish is None else polish
    check_count(f"tune(polish={polish!r})", "polish", polish, 0)
    search.most = search.evaluations + polish
    with suppress(_EnoughError):
        minimize(
            lambda at: search(np.asarray(at))[0],
            search.coordinates(search.best[1]),
            method="Nelder-Mead",
            bounds=search.bounds(),
            options={"maxfev": polish, "xatol": 1e-5, "fatol": 1e-8},
        )
    constants = dict(zip(family.names, map(_decimal, search.best[1]), strict=True))
    method = family.build(**constants)
    found = worst_case(method, steps, metric, of, width=width, solver=solver)
    return Tuned(family, constants, found, search.evaluations)


def _starts(family: Family, steps: int, of: FunctionClass) -> Iterator[list[float]]:
    """Yield the family's starts in the class's units; where f is smooth, long steps do well."""
    for make in family.starts:
        found = dict(zip(family.names, make(steps), strict=True))
        for name in ("gamma", "gamma_inner"):
            if name in found and of.is_smooth:
                found[name] = SMOOTH_STEP / float(of.smoothness)
            elif name in found:
                found[name] /= float(of.step_scale)
        yield list(found.values())
