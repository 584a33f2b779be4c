"""The worst case of a method over a function class, as a rigorous interval.

The upper end comes from multipliers that were repaired until they prove a bound (`certify.upper`).
The lower end is the value that one explicit function forces when the method is run on it
(`certify.witness`).  Solvers are tried in turn until the interval is narrow.  If none makes it
narrow, that is an error whose message holds the interval found and the solver's status.
"""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np

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

# What solvers raise where they break down; a ValueError of ours, a refusal, is not among them.
FAILURES = (ArithmeticError, RuntimeError, np.linalg.LinAlgError)


def default_width(steps: int, smooth: bool = False, metric: str = "last") -> float:
    """Return the relative width required by default; 1 takes whatever is found.

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
    `of` defaults to convex f with |g| ≤ 1 and |z_1 − x*| ≤ 1.  `width` is the largest relative
    width that is accepted, by default that of `default_width`.  `solver` is one of

    * "clarabel": the whole program by Clarabel; "cvxpy": the same, modeled by cvxpy, for reference;
    * "whole": the whole program by an interior point of ours;
    * "triangular": the last iterate by the reduced program, to which violated pairs are added;
    * "sparse": a mean, from O(T) inequalities; the interval is wide, but for `telescoped`;
    * "auto": Clarabel for few samples, then whole if the interval is still wide.  For many:
      triangular for `last` with T > 20, unless f is smooth or most pairs matter; else whole, up to
      T = 104 (`mean`: 52); beyond that sparse, for which any width is accepted by default.

    The telescoped metric has multipliers that need no solver, and where a solver's answer is wide,
    functions on a line are run exactly (`certify.lines`).  The result names what made it.

    An interval that stays too wide is an error.  It happened in 9 of 1200 random settings
    (*measured*: T ≤ 8, either class, γ from 1e-5 to 100, half of them with a μ_x within .1 of 0 or
    1): where points nearly coincide and steps are long.  For smooth f and γL ≥ 1e6 it is the rule,
    after 14 s at most (T ≤ 8).  A metric that is never positive has the interval [0, 0].

    Raises:
        ValueError: if a parameter is not what it must be, or the metric needs a constant μ_x; if
            the method is no fixed combination of gradients at each point, with the reason.
        WorstCaseError: if no interval of the wanted width was found.

    >>> from gpa_theory.worst_case.model.methods import schedule_free
    >>> found = worst_case(schedule_free(0.9, 0.5), steps=4)
    >>> found.lower <= 0.5 <= found.upper, found.width < 1e-6
    (True, True)
    """
    of = NORMALIZED if of is None else of
    if type(of) is not FunctionClass:
        raise refuse(f"worst_case(of={of!r})", "of", "must be a FunctionClass")
    if solver not in SOLVERS:
        rule = f"must be one of {', '.join(SOLVERS)}"
        raise refuse(f"worst_case(solver={solver!r})", "solver", rule)
    width = default_width(steps, of.is_smooth, metric) if width is None else width
    check_range(f"worst_case(width={width})", "width", width, 0, 1, open_low=True)
    problem = program(method, steps, metric, of)
    problem = sharpened(problem) if of.curvature else problem
    ends = Ends(problem, width)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of solvers: what they say is in the message
        for attempt in attempts(problem, ends, solver, width):
            try:
                found = attempt()
            except FAILURES as error:
                ends.reasons.append(f"{type(error).__name__}: {error}")
            else:
                ends.take(found)
            if ends.is_narrow or ends.closed_by_lines():
                break
    return _result(ends, method, of)


def _result(ends: Ends, method: Method, of: FunctionClass) -> WorstCase:
    """Return what was found, or raise if it is not narrow enough."""
    by = " + ".join(dict.fromkeys(ends.made_by)) or "the solver"
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
