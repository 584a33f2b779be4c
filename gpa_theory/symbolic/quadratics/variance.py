r"""The stationary variance of GPA on a quadratic f = h w²/2 with noisy gradients, SGD base.

Gradients h y + ξ with independent ξ of mean 0 and variance σ² make x, in the limit, vary by

.. math::
    \operatorname{Var} x = \frac{(1-\mu_x)^2 \gamma^2 \sigma^2 (1+\det)}
        {(1-\det)((1+\det)^2 - \operatorname{tr}^2)}

with the trace and the determinant of the matrix of `step`, wherever GPA is stable.  For s = γh → 0
this is γσ²/(2h) whatever μ_x and μ_y are: averaging reduces the noise only where s (1 − μ_y) is not
small against 1 − μ_x.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from gpa_theory.core.validation import check_range, refuse
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import Expr
from gpa_theory.symbolic.quadratics.exactness import exact, like
from gpa_theory.symbolic.quadratics.stability import Q, faces, stability_limit
from gpa_theory.symbolic.quadratics.step import (
    MU_X,
    MU_Y,
    R,
    S,
    above,
    characteristic,
    step_matrix,
    zero,
)


def _transition() -> tuple[Expr, Expr]:
    """Return M and n: one step takes (x, z) to M (x, z) + n · noise."""
    step = step_matrix(sp.S.Zero)
    return step[:2, :2], step[:2, 3]


@cache
def stationary_covariance() -> Expr:
    """Return the covariance of (x, z) over γ²σ² for an SGD base: P = M P Mᵀ + n nᵀ, solved.

    The solution is unique while GPA is stable, and then the limit of the covariance.
    """
    M, n = _transition()
    xx, xz, zz = sp.symbols("xx xz zz")
    P = sp.Matrix([[xx, xz], [xz, zz]])
    (found,) = sp.solve(list(M * P * M.T + n * n.T - P), [xx, xz, zz], dict=True)
    return P.subs(found).applyfunc(sp.factor)


def stationary_variance(
    mu_x: Any, mu_y: Any, gamma: Any, curvature: Any, noise_variance: Any = 1
) -> Any:
    r"""Return the stationary variance of x on h w²/2, h = `curvature`, for an SGD base.

    .. math::
        \frac{(1-\mu_x)^2 \gamma^2 \sigma^2 (1+\det)}{(1-\det)((1+\det)^2 - \operatorname{tr}^2)}

    The noise of the gradients is independent, of mean 0 and variance `noise_variance` = σ².
    Domain: that of `stability_limit`, gamma, curvature > 0, gamma · curvature < limit,
    noise_variance ≥ 0.  Exact for ints, Fractions and sympy, else correctly rounded.

    >>> from fractions import Fraction
    >>> stationary_variance(0, 0, Fraction(1, 2), 1)  # SGD: γ²σ²/(1 − (1 − γh)²)
    Fraction(1, 3)
    >>> round(stationary_variance(0.9967, 0.7, gamma=0.5, curvature=1.0), 4)
    0.0054
    """
    limit = stability_limit(mu_x, mu_y)
    call = f"stationary_variance(gamma={gamma}, curvature={curvature})"
    check_range(call, "gamma", gamma, 0, open_low=True)
    check_range(call, "curvature", curvature, 0, open_low=True)
    check_range(call, "noise_variance", noise_variance, 0)
    values = {MU_X: exact(mu_x), MU_Y: exact(mu_y), S: exact(gamma) * exact(curvature)}
    if sp.Lt(values[S], stability_limit(values[MU_X], values[MU_Y])) is sp.false:
        raise refuse(call, "gamma * curvature", f"must lie below the stability limit, {limit}")
    unit = stationary_covariance()[0, 0].xreplace(values)
    found = unit * exact(gamma) ** 2 * exact(noise_variance)
    return like(found, mu_x, mu_y, gamma, curvature, noise_variance)


def variance_proof() -> Proof:
    """Prove P = M P Mᵀ + n nᵀ for `stationary_covariance`, and the closed form for x, ≥ 0."""
    (M, n), P = _transition(), stationary_covariance()
    xx, xz, _, zz = M * P * M.T + n * n.T - P
    det, trace = characteristic().coeff(R, 0), -characteristic().coeff(R, 1)
    closed = (1 - MU_X) ** 2 * (1 + det) / ((1 - det) * ((1 + det) ** 2 - trace**2))
    parts = (
        *((f"equation of {name}", zero(e)) for name, e in (("xx", xx), ("xz", xz), ("zz", zz))),
        ("closed form", zero(P[0, 0] - closed)),
        ("≥ 0 while stable", above(P[0, 0].subs(S, Q / ((1 + Q) * faces()[0])))),
        ("s Var x / (γσ)² is 1/2 at s = 0", zero(sp.cancel(S * P[0, 0]).subs(S, 0) - sp.S.Half)),
    )
    return Proof("Var x = (1−μ_x)²γ²σ²(1+det)/[(1−det)((1+det)²−tr²)]", parts)
