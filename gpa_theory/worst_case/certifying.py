"""Certify a method of one's own, written as a plain function in a few lines."""

from __future__ import annotations

from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Method
from gpa_theory.worst_case.model.plain import Plain, written
from gpa_theory.worst_case.model.result import WorstCase


def certify(
    method: Plain | Method,
    steps: int,
    metric: str = "last",
    of: FunctionClass | None = None,
    *,
    width: float | None = None,
    solver: str = "auto",
) -> WorstCase:
    r"""Return a certified interval of the worst f(output) − f* of a method over a function class.

    .. math:: \text{lower} \le \max_{f,\, z_1,\, g} \; f(\text{output}) - f_* \le \text{upper}

    The method is a function `method(x, g, steps)`: x is the start, `g(point)` a subgradient there,
    asked at most `steps` − 1 times; points add, subtract and scale, by numbers that may depend on
    `steps`; the output point is returned.  Or it is a `Method`, such as `gpa(mu_x, mu_y, gamma)`.
    The other metrics take the points asked, then the output, for x_1 … x_T.  `of`, `width` and
    `solver` are those of `worst_case.worst_case`; without `of`, f is convex, |g| ≤ 1 and
    |z_1 − x*| ≤ 1.  What the function does is recorded exactly and its code not read: the interval
    is about the recorded combinations of gradients.

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
    """
    if isinstance(method, Method):
        return worst_case(method, steps, metric, of, width=width, solver=solver)
    found = written(method, steps)
    return worst_case(found, len(found.x), metric, of, width=width, solver=solver)
