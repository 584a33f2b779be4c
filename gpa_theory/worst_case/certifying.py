"""Certify a method of one's own, written as a plain function in a few lines; any question."""

from __future__ import annotations

from typing import Any, overload

from gpa_theory.core.validation import refuse
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Method
from gpa_theory.worst_case.model.plain import Plain, written
from gpa_theory.worst_case.model.recording import Recorded
from gpa_theory.worst_case.model.result import WorstCase
from gpa_theory.worst_case.questions.answer import Answer, answer
from gpa_theory.worst_case.questions.question import WORDS


@overload
def certify(
    method: Plain | Method,
    steps: int,
    metric: str = ...,
    of: FunctionClass | None = ...,
    *,
    width: float | None = ...,
    solver: str = ...,
    start_gap: None = ...,
    diameter: None = ...,
) -> WorstCase: ...
@overload
def certify(
    method: Plain | Method,
    steps: int,
    metric: str = ...,
    of: FunctionClass | None = ...,
    *,
    width: float | None = ...,
    solver: str = ...,
    start_gap: Any = ...,
    diameter: Any = ...,
) -> WorstCase | Answer: ...
def certify(
    method: Plain | Method,
    steps: int,
    metric: str = "last",
    of: FunctionClass | None = None,
    *,
    width: float | None = None,
    solver: str = "auto",
    start_gap: Any = None,
    diameter: Any = None,
) -> WorstCase | Answer:
    r"""Return a certified interval of the worst f(output) − f* of a method over a function class.

    .. math:: \text{lower} \le \max_{f,\, z_1,\, g} \; f(\text{output}) - f_* \le \text{upper}

    The method is a function `method(x, g, steps)`: x is the start, `g(point)` a subgradient there,
    asked at most `steps` − 1 times; points add, subtract and scale, by numbers that may depend on
    `steps`; the output point is returned.  Or it is a `Method`, such as `gpa(mu_x, mu_y, gamma)`.
    The other metrics take the points asked, then the output, for x_1 … x_T.  `of`, `width` and
    `solver` are those of `worst_case.worst_case`; without `of`, f is convex, |g| ≤ 1 and
    |z_1 − x*| ≤ 1.  What the function does is recorded exactly and its code not read: the interval
    is about the recorded combinations of gradients.

    More can be asked at short horizons, and is answered by an `Answer`: the metrics "best", the
    least f(x_t) − f*, and "gradient", |g(x_T)|² for a smooth class; `start_gap` Δ, for starts with
    f(x_1) − f* ≤ Δ at any distance from x*; `diameter` R, for GPA around subgradient steps that are
    projected onto a convex set of that diameter.

    Raises:
        ValueError: for bad input, or a method that is no fixed combination of gradients.
        WorstCaseError: if no interval of the wanted width was found.

    >>> def subgradient_descent(x, g, steps):
    ...     for _ in range(steps - 1):
    ...         x = x - 0.5 * g(x)
    ...     return x
    >>> found = certify(subgradient_descent, steps=4)
    >>> f"{found.lower:.6f} {found.upper:.6f}", found.width < 1e-6
    ('0.721406 0.721406', True)
    >>> f"{certify(subgradient_descent, steps=4, metric='best').upper:.6f}"
    '0.500000'
    """
    found: Method = method if isinstance(method, Method) else written(method, steps)
    steps = len(found.x) if isinstance(found, Recorded) and found is not method else steps
    if metric in WORDS or start_gap is not None or diameter is not None:
        if solver != "auto":
            rule = "must be auto: this question has one way to be solved"
            raise refuse(f"certify(solver={solver!r})", "solver", rule)
        more = {"start_gap": start_gap, "diameter": diameter}
        return answer(found, steps, metric, of, width=width, **more)
    return worst_case(found, steps, metric, of, width=width, solver=solver)
