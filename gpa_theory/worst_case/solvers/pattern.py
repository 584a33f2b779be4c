r"""Which slacks the reduced problem needs: guessed from half the horizon, then mended.

At fixed (1−μ_x)T and γ√T the set K of pairs with positive slacks keeps its shape as T grows.  So K
is guessed by stretching the K of ⌈T/2⌉ to T and adding a border.  A few rounds mend the guess:
pairs whose slack is at work stay, and pairs with a negative multiplier enter, with their neighbors.
Whatever a round ends with is certified against all pairs; K only decides how wide the interval is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA
from gpa_theory.worst_case.certify.mixing import inside
from gpa_theory.worst_case.certify.upper import NotCertifiedError, certified_upper
from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.model.classes import NORMALIZED
from gpa_theory.worst_case.model.methods import Averaged, Method
from gpa_theory.worst_case.model.program import Program, program
from gpa_theory.worst_case.model.scaling import InUnits
from gpa_theory.worst_case.model.solution import Solution
from gpa_theory.worst_case.solvers.interior import Iterate, descend
from gpa_theory.worst_case.solvers.pair_table import (
    are_most,
    completed,
    dilated,
    in_order,
    listed,
    mask,
    stretched,
)
from gpa_theory.worst_case.solvers.reduced import Reduced
from gpa_theory.worst_case.solvers.triangular import NO_PAIRS, Pairs, triangle

SMALL = 24  # from here on down, K starts empty


@dataclass(slots=True)
class Found:
    """The best of all rounds: a feasible primal point, multipliers, and the slacks at work."""

    lower: float
    upper: float
    gram: Array
    values: Array
    flow: Array
    norms: Array
    active: Pairs
    last: tuple[Array, Array]  # where the last round ended, unrepaired


class Rounds:
    """Rounds of interior points over a growing set K, for one program."""

    def __init__(self, of: Program, width: float, extra: Pairs = NO_PAIRS) -> None:
        self.of, self.width, self.extra = triangle(of), width, extra
        self.precision = min(0.1 * width, 1e-4)
        n, N = of.size, of.count
        self.best = Found(
            -np.inf,
            np.inf,
            np.eye(n),
            np.zeros(N - 1),
            np.zeros((N, N)),
            np.zeros(n),
            NO_PAIRS,
            (np.eye(n), np.zeros(N - 1)),
        )

    @property
    def is_narrow(self) -> bool:
        """Return whether the interval is as narrow as requested."""
        return self.best.upper - self.best.lower < self.width * self.best.upper

    def look(self, problem: Reduced, at: Iterate, error: float) -> bool:
        """Certify an iterate that is nearly optimal; return whether to stop."""
        T = self.of.steps
        size = max(abs(float(at.y[T - 1])), 1e-12)
        gap = at.mean_gap() * (len(at.gram) + len(at.rows))
        if error < 1e-3 and gap < 30 * self.width * size:  # certifying costs as much as a step
            self.certify(problem, at)
        exact = error < 1e-6 and gap < self.precision * size
        return exact or self.is_narrow or at.mean_gap() < 1e-14

    def certify(self, problem: Reduced, at: Iterate) -> None:
        """Keep what the iterate proves, on either side, if it is better."""
        T = self.of.steps
        if at.y[T - 1] > self.best.lower:
            self._better_primal(at.y[:T], at.gram)
        self._better_dual(problem, at)

    def _better_primal(self, values: Array, gram: Array) -> None:
        try:
            gram, values, _ = inside(self.of.of, gram, values, 1e-13)
        except NotCertifiedError:
            return
        if values[-1] > self.best.lower:
            self.best.lower, self.best.gram, self.best.values = float(values[-1]), gram, values

    def _better_dual(self, problem: Reduced, at: Iterate) -> None:
        flow, norms = problem.flow(at)
        try:
            bound, flow, norms = certified_upper(self.of.of, flow, norms)
        except NotCertifiedError:
            return
        if float(bound) < self.best.upper:
            self.best.upper, self.best.flow, self.best.norms = float(bound), flow, norms

    def run(self, kept: Pairs, limit: int = 8, yields: bool = False) -> Found:
        """Alternate interior points and changes of K until narrow, or nothing more is gained.

        With `yields`, K is not let grow to most pairs: other solvers are better at that.
        """
        T = self.of.steps
        problem, at = Reduced(self.of, kept, self.extra), None
        for number in range(limit):
            at = descend(problem, lambda a, e, p=problem: self.look(p, a, e), at)
            self.certify(problem, at)
            self.best.last = (at.gram, at.y[:T])
            if len(kept):
                slacks, multipliers = at.y[T:], at.multipliers[: len(kept)]
                self.best.active = kept[slacks > multipliers]
            if self.is_narrow:
                break
            wanted = self.wanted(problem, at, 1e-4 * self.width)
            if not wanted.any():
                self.precision *= 0.1  # and on from here
                if self.precision < 1e-9:
                    break
                continue
            inside_k, active = mask(kept, T), mask(self.best.active, T)
            grown = dilated(active, T, 1) | dilated(wanted, T, 2) | wanted
            grown |= inside_k if number else False
            grown[0] = inside_k[0] | wanted[0]
            kept = completed(listed(grown), T)
            if yields and are_most(kept, T):
                break
            problem, at = Reduced(self.of, kept, self.extra), None
        return self.best

    def wanted(self, problem: Reduced, at: Iterate, level: float) -> np.ndarray:
        """Return the pairs outside K with a multiplier below −level, as a table."""
        flow, _ = problem.flow(at)
        T = self.of.steps
        negative = np.roll(flow < -level, 1, axis=0)[:, :T]
        return negative & in_order(T) & ~mask(problem.kept, T)


def halved(method: Method, steps: int) -> tuple[Method, int] | None:
    """Return the method at half the horizon with the same (1−μ_x)T and γ√T, if it has one."""
    half, factor = (steps + 1) // 2, Fraction(1)
    if isinstance(method, InUnits):
        method, factor = method.method, method.factor
    if not isinstance(method, Averaged) or isinstance(method.gamma, tuple):
        return None
    averaging = method.method.averaging
    if isinstance(averaging, Exponential):
        past = max(Fraction(0), 1 - (1 - averaging.mu_x) * Fraction(steps, half))
        averaging = Exponential(past.limit_denominator(10**6))
    gamma = float(method.gamma * factor) * (steps / half) ** 0.5
    return replace(method, method=GPA(averaging, method.method.mu_y), gamma=gamma), half


def guess(method: Method, steps: int, metric: str) -> Pairs:
    """Return a first K for the normalized method: that of half the horizon, blown up."""
    smaller = halved(method, steps) if steps > SMALL else None
    if smaller is None:
        return NO_PAIRS
    rounds = Rounds(program(smaller[0], smaller[1], metric, NORMALIZED), 1e-3)
    found = rounds.run(guess(*smaller, metric), limit=4)
    if len(found.active) <= 0.01 * smaller[1] ** 2:
        return NO_PAIRS
    return completed(stretched(found.active, smaller[1], steps), steps)


def solve_triangular(
    of: Program, width: float, kept: Pairs | None = None, *, yields: bool = False
) -> Solution:
    """Solve the reduced problem; while that leaves the interval wide, bring violated pairs back.

    `kept` is a first K, that of `guess` by default.  With `yields`, most pairs are not kept (see
    `Rounds.run`) and none brought back: the whole program, which has them all, is next.
    """
    if kept is None:
        kept = guess(of.method, of.steps, of.metric)
    extra = NO_PAIRS
    rounds = Rounds(of, width, extra)
    found = rounds.run(kept, yields=yields)
    for _ in range(0 if yields else 3):
        back = violated(of, *found.last)
        known = set(map(tuple, extra.tolist()))
        new = [pair for pair in back.tolist() if tuple(pair) not in known]
        if rounds.is_narrow or not new:
            break
        extra = np.array([*extra.tolist(), *new], int)
        kept = listed(dilated(mask(found.active, of.count - 1), of.count - 1, 1))
        rounds = Rounds(of, width, extra)
        rounds.best = found  # what is certified stays
        found = rounds.run(kept, yields=yields)
    status = "narrow" if rounds.is_narrow else "stalled"
    words = f"triangular, {len(extra)} dropped pairs brought back" if len(extra) else "triangular"
    return Solution(found.gram, found.values, found.flow, found.norms, status, words)


def violated(of: Program, gram: Array, values: Array) -> Pairs:
    """Return the dropped pairs that a point violates, (e, 2) of sample indices; x* is the last."""
    slack = of.slacks(gram, values)
    table = np.tril(np.ones_like(slack, bool), -1)
    table[-1] = False  # pairs (x*, j) are kept
    table[:-1, -1] = True
    return np.argwhere(table & (slack < -1e-10))
