r"""The worst case of a method over a function class, as a rigorous interval.

The upper end is a repaired dual solution (`upper`), the lower end the value that an explicit
function forces when the method is run on it (`witness`).  Solvers are not trusted: what they
return is repaired and certified, and if the interval is not narrow that is an error with the
solver's status in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Any

from gpa_theory.core.validation import check_range, refuse
from gpa_theory.worst_case.certify.mixing import Place, rounding
from gpa_theory.worst_case.certify.upper import NotCertifiedError, certified_upper, is_finite
from gpa_theory.worst_case.certify.witness import Witness, certified_lower, witness
from gpa_theory.worst_case.model.ball_vector import Array, downward, upward
from gpa_theory.worst_case.model.classes import NORMALIZED, FunctionClass
from gpa_theory.worst_case.model.methods import Method
from gpa_theory.worst_case.model.program import Program, program
from gpa_theory.worst_case.model.sampling import METRICS, dimension
from gpa_theory.worst_case.model.sharp import sharpened
from gpa_theory.worst_case.solvers.attempts import WHOLE, attempts
from gpa_theory.worst_case.solvers.conic import Solution

SOLVERS = ("auto", "clarabel", "cvxpy", "sparse", "triangular", "whole")


@dataclass(frozen=True, slots=True)
class WorstCase:
    """A worst case: the interval that holds it, the multipliers and the function behind its ends.

    `flow` and `norms` are those of the normalized class (G = D = 1, or L−σ = D = 1).
    """

    lower: float
    upper: float
    metric: str
    steps: int
    method: Method
    of: FunctionClass
    program: Program
    flow: Array
    norms: Array
    witness: Witness
    solver: str
    status: str

    @property
    def width(self) -> float:
        """Return (upper − lower)/upper."""
        return (self.upper - self.lower) / self.upper if self.upper > 0 else 0.0

    @property
    def words(self) -> str:
        """Return the interval in one line."""
        span = f"[{self.lower:.9g}, {self.upper:.9g}]"
        return f"max {METRICS[self.metric]} ∈ {span} (certified, relative width {self.width:.1e})"


class WorstCaseError(RuntimeError):
    """No interval as narrow as asked for was found; the message holds what was, and the status."""


def default_width(steps: int, smooth: bool = False, metric: str = "last") -> float:
    """Return the relative width that is asked for by default; 1 takes whatever is found.

    >>> default_width(20), default_width(40), default_width(100), default_width(100, metric="mean")
    (1e-06, 0.0001, 0.001, 1.0)
    """
    if metric in ("average", "mean") and dimension(steps, metric) > WHOLE and not smooth:
        return 1.0
    if steps <= 20:
        return 1e-6
    return 1e-4 if steps <= 40 else 1e-3


def worst_case(
    method: Method,
    steps: int,
    metric: str = "last",
    of: FunctionClass | None = None,
    *,
    width: float | None = None,
    solver: str = "auto",
) -> WorstCase:
    r"""Return the interval of max metric over a class, for T = `steps` evaluation points.

    x_1 = z_1; subgradient steps at y_1 … y_{T−1} make z_2 … z_T; a gradient at y_T is not used.
    `of` defaults to convex f with |g| ≤ 1 and |z_1 − x*| ≤ 1.  Solvers: "clarabel" (the whole
    program), "cvxpy" (the same, as a reference), "whole" (the same by an interior point of ours),
    "triangular" (the reduced program, violated pairs brought back), "sparse" (an upper bound on the
    means from O(T) inequalities), "auto".  Auto is, for few samples, Clarabel, and whole where that
    leaves the interval wide; triangular for `last` and T > 20, unless most pairs matter or f is
    smooth; else whole, up to T = 104 (`mean`: 52); beyond that sparse for the means, loose and any
    width accepted.  The result names what made it.

    A smooth worst case may stay wide, an error unless a larger width is asked for: no one of 600
    random settings did (*measured*, T ≤ 20, μ_x ≤ .99, .1 ≤ γL ≤ 1.9), but some where μ is within
    .02 of 0 or 1 without being it, so that points nearly coincide, or values are below 1e-13.  One
    that is never positive is [0, 0].

    >>> from gpa_theory.worst_case.model.methods import schedule_free
    >>> found = worst_case(schedule_free(0.9, 0.5), steps=4)
    >>> found.lower <= 0.5 <= found.upper, found.width < 1e-6
    (True, True)
    """
    of = of or NORMALIZED
    if solver not in SOLVERS:
        rule = f"must be one of {', '.join(SOLVERS)}"
        raise refuse(f"worst_case(solver={solver!r})", "solver", rule)
    width = default_width(steps, of.is_smooth, metric) if width is None else width
    check_range(f"worst_case(width={width})", "width", width, 0, 1, open_low=True)
    problem = program(method, steps, metric, of)
    problem = sharpened(problem) if of.curvature else problem
    search = _Search(problem, width)
    for attempt in attempts(problem, search, solver, width):
        search.take(attempt())
        if search.is_narrow:
            break
    return search.result(method, of)


class _Search:
    """The best certified ends over all attempts."""

    def __init__(self, problem: Program, width: float) -> None:
        self.problem, self.wanted = problem, width
        self.lower: Any = -inf  # a Fraction once there is a function
        self.upper: Fraction | None = None
        self.duals: Any = None
        self.function: Any = None
        self.made_by: list[str] = []
        self.reasons: list[str] = []
        self.status = ""
        self.places: list[Place] = []  # earlier optima, to mix later ones with

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
            self.reasons.append("the solver's answer is not finite")
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
        if self.upper is not None and self.lower > self.upper:
            raise ArithmeticError(
                "the certified ends cross: one of them is wrong, please report it"
            )

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

    def result(self, method: Method, of: FunctionClass) -> WorstCase:
        """Return what was found, or raise if it is not narrow enough."""
        by = " + ".join(dict.fromkeys(self.made_by))
        if self.upper is None or self.function is None:
            why = "; ".join(dict.fromkeys(self.reasons)) or "no finite point"
            raise WorstCaseError(f"worst_case: {by} stopped with {self.status!r}: {why}")
        lower = downward(max(Fraction(0), self.lower) * of.value_scale)
        upper = upward(self.upper * of.value_scale)
        if not self.is_narrow:
            untried = self.problem.size > WHOLE and "interior point" not in self.made_by
            hint = "; solver='whole' would take all pairs, and minutes" if untried else ""
            raise WorstCaseError(
                f"worst_case: the interval [{lower:.9g}, {upper:.9g}] is wider than"
                f" {self.wanted:.1e} (relative); {by} stopped with {self.status!r};"
                f" ask for a larger width{hint}"
            )
        flow, norms = self.duals
        p = self.problem
        return WorstCase(
            lower,
            upper,
            p.metric,
            p.steps,
            method,
            of,
            p,
            flow,
            norms,
            self.function,
            by,
            self.status,
        )
