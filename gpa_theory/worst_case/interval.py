r"""The worst case of a method over a function class, as a rigorous interval.

The upper end is a repaired dual solution (`upper`), the lower end the value that an explicit
function forces when the method is run on it (`witness`).  Solvers are not trusted: what they
return is repaired and certified, and if the interval is not narrow that is an error with the
solver's status in it.
"""

from __future__ import annotations

from fractions import Fraction

from gpa_theory.core.validation import check_range, refuse
from gpa_theory.worst_case.certify.ends import Ends
from gpa_theory.worst_case.model.ball_vector import downward, upward
from gpa_theory.worst_case.model.classes import NORMALIZED, FunctionClass
from gpa_theory.worst_case.model.methods import Method
from gpa_theory.worst_case.model.program import program
from gpa_theory.worst_case.model.result import WorstCase, WorstCaseError
from gpa_theory.worst_case.model.sampling import dimension
from gpa_theory.worst_case.model.sharp import sharpened
from gpa_theory.worst_case.solvers.attempts import WHOLE, attempts
from gpa_theory.worst_case.solvers.sparse import LOOSE

SOLVERS = ("auto", "clarabel", "cvxpy", "sparse", "triangular", "whole")


def default_width(steps: int, smooth: bool = False, metric: str = "last") -> float:
    """Return the relative width that is asked for by default; 1 takes whatever is found.

    >>> default_width(20), default_width(40), default_width(100), default_width(100, metric="mean")
    (1e-06, 0.0001, 0.001, 1.0)
    """
    if metric in LOOSE and dimension(steps, metric) > WHOLE and not smooth:
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
    ends = Ends(problem, width)
    for attempt in attempts(problem, ends, solver, width):
        ends.take(attempt())
        if ends.is_narrow:
            break
    return _result(ends, method, of)


def _result(ends: Ends, method: Method, of: FunctionClass) -> WorstCase:
    """Return what was found, or raise if it is not narrow enough."""
    by = " + ".join(dict.fromkeys(ends.made_by))
    if ends.upper is None or ends.function is None:
        why = "; ".join(dict.fromkeys(ends.reasons)) or "no finite point"
        raise WorstCaseError(f"worst_case: {by} stopped with {ends.status!r}: {why}")
    lower = downward(max(Fraction(0), ends.lower) * of.value_scale)
    upper = upward(ends.upper * of.value_scale)
    if not ends.is_narrow:
        untried = ends.problem.size > WHOLE and "interior point" not in ends.made_by
        hint = "; solver='whole' would take all pairs, and minutes" if untried else ""
        raise WorstCaseError(
            f"worst_case: the interval [{lower:.9g}, {upper:.9g}] is wider than"
            f" {ends.wanted:.1e} (relative); {by} stopped with {ends.status!r};"
            f" ask for a larger width{hint}"
        )
    flow, norms = ends.duals
    p = ends.problem
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
        ends.function,
        by,
        ends.status,
    )
