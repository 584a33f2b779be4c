r"""The exact step identity on numbers already measured: every term, its floor, the residual.

The two forms of the identity are those of `core.identity`; convex theory is the claim that the
subtracted terms are ≥ 0.  Function values cancel, so the residual sees the recursion, the
multipliers and the inner products, and is blind to errors of f itself: those are what the floors
are for.  What is left is linear in the vectors,

.. math::
    -\langle \nabla f(y_t),\ z_t - y_t + \nu (x_t - y_t) \rangle
    - \langle \nabla f(x_t),\ (1+\nu)(y_t - x_t) + \rho_t (x_{t-1} - x_t) \rangle

(for the second form −⟨∇f(y_t), z_t − y_t + (μ_yρ/k)(x_{t−1} − y_t)⟩), and both vectors vanish on a
run that follows the recursion.  Stored iterates are rounded, and ρ_t multiplies that rounding:
`BatchValues.rounding` is this contribution, summed over the parameters whose vectors are no larger
than rounding makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, isfinite, nan

from gpa_theory.core.identity import divergences, jensen_weights

GATE = {"float32": 1e-5, "float64": 1e-10}  # residual relative to the largest term
ROUNDOFF = {"float32": 2.0**-24, "float64": 2.0**-53}
# What floats may put a loss off by, relative to its size, and ⟨∇f(b), a − b⟩, relative to
# |∇f(b)||a − b|, in unit roundoffs.  Measured: at most 5.2 and 61, at n = 240 points of training of
# six kinds of network (perceptrons, convolutional, transformer, recurrent), float32 against 64.
VALUE_ROUNDINGS, SLOPE_ROUNDINGS = 8, 128


@dataclass(frozen=True, slots=True)
class BatchValues:
    """What one batch says about one step, all float64: points are "u", "y", "x" and "prev".

    `f` holds f at the points; `inner[a, b]` is ⟨∇f(b), a − b⟩ and `reach[a, b]` |∇f(b)||a − b|;
    `regret` is ⟨∇f(y), z − u⟩, `regret_reach` |∇f(y)||z − u|.  `departure` is the contribution of
    parameters that are known not to have followed the recursion; `rounding` is defined above.
    `slack` bounds the error of the Jensen gap: x_t is a mean of y_t and x_{t−1} only up to
    rounding.
    """

    f: Mapping[str, float]
    inner: Mapping[tuple[str, str], float]
    reach: Mapping[tuple[str, str], float]
    regret: float
    regret_reach: float
    departure: float = 0.0
    rounding: float = 0.0
    slack: float = 0.0


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms, multipliers included, each with its rounding floor, and how well they close.

    `residual` is |left − right| relative to the largest term; `unexplained` is what rounding of the
    iterates leaves of it.  The sign of a term means something only where it exceeds its floor.
    """

    values: Mapping[str, float]
    floors: Mapping[str, float]
    residual: float
    unexplained: float


def terms(form: str, rho: float, mu_y: float, at: BatchValues, dtype: str) -> Terms:
    """Return every term of the identity of step t; ρ_t = 0 at t = 1, where `prev` is x itself.

    `dtype` is that in which f was evaluated.  A loss that is not finite gives NaN throughout.
    """
    unit, slope = (n * ROUNDOFF[dtype] for n in (VALUE_ROUNDINGS, SLOPE_ROUNDINGS))
    f, sizes = at.f, {name: abs(value) for name, value in at.f.items()}
    values = {
        "phi": f["x"] - f["u"],
        "telescope": rho * (f["x"] - f["prev"]),
        "regret": at.regret,
        "departure": at.departure,
    }
    floors = {
        "phi": unit * (sizes["x"] + sizes["u"]),
        "telescope": unit * rho * (sizes["x"] + sizes["prev"]),
        "regret": slope * at.regret_reach,
        "departure": 0.0,
    }
    for name, multiplier, a, b in divergences(form, rho, mu_y):
        values[name] = multiplier * (f[a] - f[b] - at.inner[a, b])
        floors[name] = multiplier * (unit * (sizes[a] + sizes[b]) + slope * at.reach[a, b])
    if form == "gradient_at_y":
        kept, moved = jensen_weights(rho, mu_y)
        values["jensen"] = (1 + rho) * (moved * f["y"] + kept * f["prev"] - f["x"])
        size = moved * sizes["y"] + kept * sizes["prev"] + sizes["x"]
        floors["jensen"] = (1 + rho) * (unit * size + at.slack)
    return Terms(values, floors, residual(values), residual(values, at.rounding))


def residual(values: Mapping[str, float], explained: float = 0.0) -> float:
    """Return |left − right − explained| relative to the largest term; 0 if all terms are 0.

    >>> residual({"phi": 1.0, "telescope": 0.5, "regret": 2.0, "bregman_u_y": 0.5})
    0.0
    """
    if not all(isfinite(v) for v in values.values()):
        return nan
    right = ("regret", "departure")
    gap = abs(fsum([-v if name in right else v for name, v in values.items()] + [-explained]))
    largest = max(abs(v) for v in values.values())
    return gap / largest if largest > 0 else 0.0
