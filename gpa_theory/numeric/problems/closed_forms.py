"""Problems whose minimum is known in closed form: the textbook extremes of convex optimization."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.validation import check_count
from gpa_theory.numeric.exact import down, exactly, sqrt_up, up
from gpa_theory.numeric.precision import TINY, theta
from gpa_theory.numeric.problems.comparator import feasible
from gpa_theory.numeric.problems.constants import geometry
from gpa_theory.numeric.problems.domain import Ball, Box, Domain, Space
from gpa_theory.numeric.problems.problem import Problem

SLOPES = (1.0, 1.0, 1.0, 2.0, 3.0)  # of `linear`: the norm is exactly 4
CURVATURES = tuple(2.0**-i for i in range(10))  # of `quadratic`: condition number 512


def _problem(
    name: str,
    words: str,
    domain: Domain,
    start: np.ndarray,
    minimizer: np.ndarray,
    minimum: tuple[float, float],
    constants: Mapping[Assumption, float | None],
    oracle: tuple,
) -> Problem:
    value, subgradient, inexactness = oracle
    facts: dict[Assumption, float | None] = {Assumption.CONVEX: None}
    return Problem(
        name=name,
        words=f"{words}, d = {len(start)}, on {domain.words}",
        dim=len(start),
        start=start,
        domain=domain,
        value=value,
        subgradient=subgradient,
        constants={**facts, **constants, **geometry(domain, start, minimizer)},
        minimizer=minimizer,
        minimum_lower=minimum[0],
        minimum_upper=minimum[1],
        inexactness=inexactness,
    )


def _no_error(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    zeros = np.zeros(np.shape(w)[:-1])
    return zeros, zeros


def absolute(domain: Domain | None = None) -> Problem:
    """Return f(w) = |w| on the line from z_1 = 1; the subgradient at 0 is 0, the minimum 0.

    >>> absolute().minimum_upper
    0.0
    """
    return _problem(
        "absolute",
        "|w|",
        Space() if domain is None else domain,
        np.ones(1),
        np.zeros(1),
        (0.0, 0.0),
        {Assumption.LIPSCHITZ: 1.0},
        (lambda w: np.abs(np.asarray(w))[..., 0], lambda w: np.sign(w), _no_error),
    )


def maximum(domain: Ball | Box | None = None, dim: int = 64) -> Problem:
    r"""Return Nesterov's worst function, the largest coordinate, on the unit ball from z_1 = 0.

    .. math:: f(w) = \max_i w_i, \qquad \min_{|w| \le r} f = -\frac{r}{\sqrt d}, \qquad
        \min_{|w_i| \le r} f = -r

    The subgradient is e_i for the *smallest* maximizing i.  An iterate in the span of fewer than d
    subgradients has a coordinate that is still 0, so f ≥ 0 there: no progress before step d.

    >>> maximum().minimum_lower, maximum(Ball(1.0), dim=3).minimum_gap < 1e-15
    (-0.125, True)

    Reference: nesterov2018lectures (the lower bound for nonsmooth problems).
    """
    dim = check_count(f"maximum(dim={dim})", "dim", dim)
    domain = Ball(1.0) if domain is None else domain
    if isinstance(domain, Box):
        low = depth = domain.half_width
    else:
        # Where √d is irrational the minimum lies strictly between two floats.
        square = Fraction(domain.radius) ** 2 / dim
        low = up(sqrt_up(square))
        depth = low if Fraction(low) ** 2 <= square else math.nextafter(low, 0.0)
    return _problem(
        "max",
        "max_i w_i",
        domain,
        np.zeros(dim),
        np.full(dim, -depth),
        (-low, -depth),
        {Assumption.LIPSCHITZ: 1.0},
        (lambda w: np.max(w, axis=-1), lambda w: np.eye(dim)[np.argmax(w, axis=-1)], _no_error),
    )


def quadratic(domain: Domain | None = None) -> Problem:
    r"""Return f(w) = ½ Σ h_i w_i², h_i = 2^{−i} for i = 0..9, from z_1 = (1, …, 1).

    Smooth (L = 1) and strongly convex (σ = 2^{−9}); the minimum is 0 at 0.  A Lipschitz constant
    exists on a bounded domain only.

    >>> quadratic().constants[Assumption.SMOOTH], Assumption.LIPSCHITZ in quadratic().constants
    (1.0, False)
    """
    domain = Space() if domain is None else domain
    h = np.array(CURVATURES)
    d = len(h)
    constants = {Assumption.SMOOTH: h.max(), Assumption.STRONGLY_CONVEX: h.min()}
    farthest = domain.diameter_from(np.zeros(d))
    if farthest is not None:  # on a box the corner: Σ (h_i r)² is smaller than L² d r²
        corner = np.linalg.norm(h) * domain.half_width if isinstance(domain, Box) else farthest
        constants[Assumption.LIPSCHITZ] = float(corner) * (1 + theta(4 * d + 64))

    def value(w: np.ndarray) -> np.ndarray:
        return (h * np.square(w)).sum(-1) / 2

    def inexactness(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return theta(2 * d + 8) * value(w) + TINY, theta(8) * np.linalg.norm(h * w, axis=-1) + TINY

    return _problem(
        "quadratic",
        "½ Σ h_i w_i² with h_i = 2^{−i}",
        domain,
        np.ones(d),
        np.zeros(d),
        (0.0, 0.0),
        constants,
        (value, lambda w: h * w, inexactness),
    )


def linear(domain: Ball | Box | None = None) -> Problem:
    """Return f(w) = ⟨a, w⟩ with a = (1, 1, 1, 2, 3), |a| = 4, on the unit ball from z_1 = 0.

    Every Bregman divergence vanishes, so the convergence theorem holds with equality.  The function
    is L-smooth for every L > 0, so no L is listed.  Its minimum is −r|a| on a ball, −r|a|_1 on a
    box.

    >>> linear().minimum_lower, linear().minimizer
    (-4.0, array([-0.25, -0.25, -0.25, -0.5 , -0.75]))
    """
    domain = Ball(1.0) if domain is None else domain
    a = np.array(SLOPES)
    low = down(-domain.support_up(exactly(a)))
    if isinstance(domain, Ball):
        minimizer = feasible(domain, -domain.radius * a / 4)
    else:
        minimizer = np.full(len(a), -domain.half_width)
    high = up(sum((s * t for s, t in zip(exactly(a), exactly(minimizer), strict=True)), Fraction()))

    def inexactness(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        error = theta(2 * len(a) + 8) * (np.abs(w) @ a) + TINY
        return error, np.zeros(np.shape(error))

    return _problem(
        "linear",
        "⟨a, w⟩ with a = (1, 1, 1, 2, 3)",
        domain,
        np.zeros(len(a)),
        minimizer,
        (low, high),
        {Assumption.LIPSCHITZ: 4.0},
        (lambda w: w @ a, lambda w: np.broadcast_to(a, np.shape(w)).copy(), inexactness),
    )
