"""What is certified of one worst case so far: its best upper and its best lower end.

Solutions and functions are offered from outside, by whoever has some; what is no proof is refused
here and only its reason is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import inf
from typing import Any

from gpa_theory.worst_case.certify.lines import line_functions
from gpa_theory.worst_case.certify.mixing import Place, rounding
from gpa_theory.worst_case.certify.upper import NotCertifiedError, certified_upper, is_finite
from gpa_theory.worst_case.certify.witness import certified_lower, witness
from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.model.solution import Solution
from gpa_theory.worst_case.model.witness import Witness

ACCIDENT = 1e-12  # an interval as narrow as that is an accident of rounding, and not worth a try


class Ends:
    """The best certified ends over everything that was offered, for the normalized class."""

    def __init__(self, problem: Program, width: float) -> None:
        self.problem, self.wanted = problem, width
        self.lower: Any = -inf  # a Fraction once there is a function
        self.upper: Fraction | None = None
        self.duals: Any = None  # the multipliers behind the upper end
        self.function: Witness | None = None  # behind the lower end
        self.made_by: list[str] = []
        self.reasons: list[str] = []
        self.status = ""
        self.places: list[Place] = []  # earlier optima, to mix later ones with
        self.lines_tried = False

    @property
    def is_narrow(self) -> bool:
        """Return whether both ends are there and close."""
        if self.upper is None or self.function is None:
            return False
        lower = max(Fraction(0), self.lower)  # z_1 = x* makes every metric 0
        return self.upper - lower <= Fraction(self.wanted) * self.upper

    def take(self, found: Solution) -> None:
        """Certify a solution and keep each end that is better."""
        self.made_by.append(found.solver)
        self.status = found.status
        if not is_finite(found):
            self.note("the solver's answer is not finite")
            return
        try:
            upper, flow, norms = certified_upper(self.problem, found.flow, found.norms)
            if self.upper is None or upper < self.upper:
                self.upper, self.duals = upper, (flow, norms)
        except NotCertifiedError as error:
            self.reasons.append(str(error))
        at = found.gram, found.values
        for margin in self.margins(*at):
            if self.consider(lambda m=margin: witness(self.problem, *at, m, self.places)):
                break
        self.places.append(at)
        self.take_lines()
        if self.upper is not None and self.lower > self.upper:
            raise ArithmeticError(
                "the certified ends cross: one of them is wrong, please report it"
            )

    def note(self, reason: str) -> None:
        """Keep the reason of an attempt that gave nothing."""
        self.reasons.append(reason)
        self.take_lines()

    def take_lines(self) -> None:
        """Try functions on a line, once, if what a solver gave leaves the interval wide."""
        if not (self.is_narrow or self.lines_tried or self.wanted < ACCIDENT):
            self.lines_tried = True
            for function in line_functions(self.problem):
                self.consider(lambda f=function: f)

    def margins(self, gram: Array, values: Array) -> Iterator[float | Array]:
        """Yield slacks to ask for, the least first: a function with too little is refused."""
        if self.problem.smooth:
            least = rounding(self.problem, gram, values)
            yield from (times * least for times in (2.0, 8.0, 64.0))
        yield from (1e-13, 1e-12, 1e-11, 1e-10, 1e-9)

    def consider(self, make: Callable[[], Witness]) -> bool:
        """Run the method on a function and keep it if it is worse; return whether it is one."""
        try:
            function = make()
            lower = certified_lower(self.problem, function)
        except NotCertifiedError as error:
            self.reasons.append(str(error))
            return False
        if lower > self.lower:
            self.lower, self.function = lower, function
        return True
