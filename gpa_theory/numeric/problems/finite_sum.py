"""Build a problem with a certified minimum from arrays: data in, `Problem` out."""

from __future__ import annotations

from typing import Any

import numpy as np

from gpa_theory.core.validation import refuse
from gpa_theory.numeric.problems.comparator import Enclosure, SolverFailure, certified_minimum
from gpa_theory.numeric.problems.constants import geometry, regularity
from gpa_theory.numeric.problems.domain import Ball, Bounded, Box
from gpa_theory.numeric.problems.losses import Loss, loss_named
from gpa_theory.numeric.problems.oracle import FiniteSum
from gpa_theory.numeric.problems.problem import Problem

_LARGE = 1e6  # entries above this are blamed if the solver fails (measured: targets from 1e8 on)
_LARGEST = 1e100  # beyond it squares and their sums leave the floats


def finite_sum(name: str, features: Any, targets: Any, loss: str, domain: Bounded) -> Problem:
    r"""Return the problem of minimizing a mean loss over a ball or a box, from z_1 = 0.

    .. math:: f(w) = \frac1n \sum_{i=1}^n \varphi(\langle a_i, w\rangle; b_i)

    `features` holds the rows a_i, shape (n, d); `targets` the b_i, shape (n,).  The arrays are used
    as they are: standardize them and add a column of ones for an intercept beforehand.  `loss` is
    "logistic" or "hinge" (targets ±1), "least_absolute_deviation" or "least_squares".  `domain` is
    a Ball or a Box (`gpa_theory.numeric.problems`).  The minimum is enclosed rigorously; look at
    `minimum_gap`, which is wide if the data are badly scaled.

    >>> median = finite_sum("median", [[1.0], [1.0], [1.0]], [0.25, 0.5, 3.0],
    ...                     "least_absolute_deviation", Ball(2.0))
    >>> median.minimum_lower <= 2.75 / 3 <= median.minimum_upper, median.minimum_gap < 1e-9
    (True, True)
    >>> finite_sum("labels", [[1.0]], [0.0], "hinge", Ball(1.0))
    Traceback (most recent call last):
    ValueError: `finite_sum(name='labels')`: targets must be +1 or −1 for the hinge loss
    """
    call = f"finite_sum(name={name!r})"
    phi = loss_named(call, loss)
    if not isinstance(domain, Ball | Box):
        raise refuse(call, "domain", "must be a Ball or a Box: the certificate needs a bound on w")
    a = _finite_array(call, "features", features, 2)
    b = _finite_array(call, "targets", targets, 1)
    if len(a) != len(b):
        raise refuse(call, "targets", f"must hold one number for each of the {len(a)} rows")
    if phi.labels_only and not np.all(np.abs(b) == 1):
        raise refuse(call, "targets", f"must be +1 or −1 for the {phi.name} loss")
    return _problem(name, a, b, phi, domain, _enclosed(call, a, b, phi, domain))


def _enclosed(call: str, a: np.ndarray, b: np.ndarray, phi: Loss, domain: Bounded) -> Enclosure:
    try:
        return certified_minimum(a, b, phi, domain)
    except SolverFailure as failure:
        size, parameter = max((np.abs(a).max(), "features"), (np.abs(b).max(), "targets"))
        if size <= _LARGE:
            raise
        rule = f"must be rescaled: with entries up to {size:.3g} the solver fails ({failure})"
        raise refuse(call, parameter, rule) from failure


def _problem(
    name: str, a: np.ndarray, b: np.ndarray, phi: Loss, domain: Bounded, found: Enclosure
) -> Problem:
    n, d = a.shape
    oracle, start = FiniteSum(a, b, phi), np.zeros(d)
    return Problem(
        name=name,
        words=f"{name}: the mean of {phi.formula} over n = {n} rows (a, b), d = {d}, "
        f"on {domain.words}",
        dim=d,
        start=start,
        domain=domain,
        value=oracle.value,
        subgradient=oracle.subgradient,
        constants={**regularity(a, b, phi, domain), **geometry(domain, start, found.minimizer)},
        minimizer=found.minimizer,
        minimum_lower=found.lower,
        minimum_upper=found.upper,
        inexactness=oracle.inexactness,
        sample=oracle.sample,
    )


def _finite_array(call: str, parameter: str, values: Any, axes: int) -> np.ndarray:
    try:
        array = np.array(values, dtype=float)
    except (TypeError, ValueError):
        raise refuse(call, parameter, "must be an array of real numbers") from None
    if array.ndim != axes or array.size == 0:
        rule = f"must be a non-empty array with {axes} {'axis' if axes == 1 else 'axes'}"
        raise refuse(call, parameter, rule)
    if not np.all(np.isfinite(array)):
        raise refuse(call, parameter, "must be finite: no NaN, no infinity")
    if np.abs(array).max() > _LARGEST:
        raise refuse(call, parameter, f"must not exceed {_LARGEST:g} in size")
    array.setflags(write=False)
    return array
