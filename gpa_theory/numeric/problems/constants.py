"""The constants that theorems need of a problem, each rounded in the safe direction."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from gpa_theory.core.assumptions import Assumption
from gpa_theory.numeric.exact import exactly, norm_up, up
from gpa_theory.numeric.precision import theta
from gpa_theory.numeric.problems.domain import Ball, Bounded, Domain
from gpa_theory.numeric.problems.losses import LOSS_ROUNDINGS, Loss
from gpa_theory.numeric.problems.spectrum import gram_spectrum

Constants = Mapping[Assumption, float | None]


def geometry(domain: Domain, start: np.ndarray, minimizer: np.ndarray) -> Constants:
    """Return dimension, radius |z_1 − u| and, on a bounded domain, the two diameters from u.

    A point projected in floats may lie outside a ball by a few roundings; the diameters allow for
    that.

    >>> found = geometry(Ball(1.0), np.array([0.0, 0.0]), np.array([0.0, 0.5]))
    >>> found[Assumption.RADIUS], 1.5 <= found[Assumption.DIAMETER] < 1.5 + 1e-14
    (0.5, True)
    """
    separation = [a - b for a, b in zip(exactly(start), exactly(minimizer), strict=True)]
    constants = {
        Assumption.DIMENSION: float(len(minimizer)),
        Assumption.RADIUS: up(norm_up(separation)),
    }
    widen = 1 + theta(4 * len(minimizer) + 32)
    for assumption, diameter in (
        (Assumption.DIAMETER, domain.diameter_from(minimizer)),
        (Assumption.COORDINATE_DIAMETER, domain.coordinate_diameter_from(minimizer)),
    ):
        if diameter is not None:
            constants[assumption] = float(diameter) * widen
    return constants


def regularity(features: np.ndarray, targets: np.ndarray, loss: Loss, domain: Bounded) -> Constants:
    r"""Return convexity, Lipschitz constant, smoothness and strong convexity of a finite sum.

    .. math::
        G = \min\Bigl(\tfrac1n \sum_i |a_i|,\ \sqrt{\lambda}\Bigr) \quad (|\varphi'| \le 1), \qquad
        G = L \rho + \tfrac1n |A^\top \varphi'(0)| \quad (|\varphi'| \text{ unbounded}), \qquad
        L = \varphi''_{\max}\, \lambda

    with λ = λ_max(A′A/n) and ρ the radius of the domain, which contains 0.  Strong convexity is
    listed only where the enclosure of λ_min(A′A/n) is positive.  Not tight in general.
    """
    n, d = features.shape
    low, high = (value / n for value in gram_spectrum(features))
    rows = np.linalg.norm(features, axis=1)
    widen = 1 + theta(4 * (n + d) + 64)
    constants: dict[Assumption, float | None] = {Assumption.CONVEX: None}
    if loss.slope_bound is not None:
        steepest = loss.slope_bound
        bound = steepest * min(rows.mean(), math.sqrt(high))
    else:
        assert loss.curvature is not None
        reach, at_zero = _reach(domain, d), loss.slope(np.zeros(n), targets)
        steepest = loss.curvature * rows.max() * reach + np.abs(at_zero).max()
        # |A′φ′(0)| is bounded with its own rounding and that of φ′: entrywise θ (|A|′|φ′|).
        offset = np.abs(at_zero @ features) + theta(2 * n + LOSS_ROUNDINGS + 8) * (
            np.abs(at_zero) @ np.abs(features)
        )
        bound = loss.curvature * high * reach + float(np.linalg.norm(offset)) / n
    # The floats returned for a subgradient of norm G may be longer by their own rounding.
    rounding = theta(4 * (n + d) + 64) * rows.mean() * steepest
    constants[Assumption.LIPSCHITZ] = float(bound * widen + rounding)
    if loss.curvature is not None:
        constants[Assumption.SMOOTH] = loss.curvature * high * widen
    if loss.least_curvature * low > 0:
        constants[Assumption.STRONGLY_CONVEX] = loss.least_curvature * low / widen
    return constants


def _reach(domain: Bounded, d: int) -> float:
    """Return the largest |w| of the domain, with room for the rounding of a projection."""
    radius = domain.radius if isinstance(domain, Ball) else domain.half_width * math.sqrt(d)
    return radius * (1 + theta(4 * d + 32))
