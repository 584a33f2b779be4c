r"""One audited step: f and ∇f at x_{t−1}, x_t, y_t and u, and the inner products between them.

Two gradients (one in the form "gradient_at_y") and two more losses, all of one batch.  At most five
copies of the trained parameters exist at a time, beside the parameters themselves: x_t, x_{t−1}, u
and two gradients.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add

import torch
from torch import Tensor

from gpa_theory.core.identity import affine, divergences, jensen_weights
from gpa_theory.optim.audit.loss import BatchLoss
from gpa_theory.optim.audit.points import Interpolation, gradient_point, is_coarse, read
from gpa_theory.optim.audit.products import Products, cosine, products
from gpa_theory.optim.audit.terms import BatchValues
from gpa_theory.optim.audit.weights import Weights
from gpa_theory.optim.gpa import GPA
from gpa_theory.optim.step.passage import has_delta


@dataclass(frozen=True, slots=True)
class AuditedStep:
    """The measurements of one step: the parts of the identity, and sizes that help to read them.

    `cosine` is the cosine between the audit's ∇f(y_t) and the gradient that the step is about to
    use, or None if there is none.  It is 1 for the same batch in float32, also after clipping or
    scaling.
    """

    values: BatchValues
    norms: dict[str, float]
    cosine: float | None


def measure(
    form: str,
    opt: GPA,
    trained: Weights,
    loss: BatchLoss,
    at: Interpolation,
    previous: Weights | None,
    reference: Weights | None,
) -> AuditedStep:
    """Return the measurements of step t.

    `previous` is x_{t−1}; at t = 1 there is none, and x_t takes its place.  `reference` is u, on
    any device; where there is none, y_t takes its place.
    """
    y = {name: gradient_point(opt, p) for name, p in trained.items()}
    x = {name: read(opt, p, at.mu_y).x for name, p in trained.items()}
    prev = x if previous is None else previous
    u = y if reference is None else {name: v.to(y[name]) for name, v in reference.items()}
    f, g, h = _evaluated(form, loss, {"y": y, "x": x, "prev": prev, "u": u})
    vanishing = affine(form, at.rho, at.mu_y)
    kept, _ = jensen_weights(at.rho, at.mu_y)
    parts, left = [], {"departure": 0.0, "rounding": 0.0}
    for name, p in trained.items():
        z = read(opt, p, at.mu_y).z
        points = {"y": y[name], "z": z, "x": x[name], "prev": prev[name], "u": u[name]}
        slopes = [slope[name] for slope in (g, h) if slope]
        own, followed = products(points, slopes, list(vanishing.values()), kept)
        parts.append(own)
        excused = is_coarse(opt, p) or _stood_still(opt, p, x[name], prev[name])
        if excused or followed:  # any other error must show in the residual
            off = -sum(own.slope(where, way) for where, way in vanishing.items())
            left["departure" if excused else "rounding"] += off
    total = reduce(add, parts)
    used = cosine([(g[name], p.grad) for name, p in trained.items()])
    return AuditedStep(_values(form, at, f, total, **left), _norms(total), used)


def _evaluated(
    form: str, loss: BatchLoss, points: Mapping[str, Weights]
) -> tuple[dict[str, float], Weights, Weights]:
    """Return f at all points, ∇f(y), and ∇f(x) or nothing; no point is evaluated twice."""
    f: dict[str, float] = {}
    f["y"], g = loss.gradient(points["y"])
    f["x"], h = loss.gradient(points["x"]) if form == "step" else (loss.value(points["x"]), {})
    for name, same in (("prev", "x"), ("u", "y")):
        f[name] = f[same] if points[name] is points[same] else loss.value(points[name])
    return f, g, h


def _stood_still(opt: GPA, p: Tensor, x: Tensor, prev: Tensor) -> bool:
    """Return whether p had no gradient at step t−1, so that its x was not averaged."""
    return has_delta(p, opt.state) and torch.equal(x, prev)


def _values(
    form: str,
    at: Interpolation,
    f: dict[str, float],
    total: Products,
    departure: float,
    rounding: float,
) -> BatchValues:
    pairs = {(a, b): {a: 1.0, b: -1.0} for _, _, a, b in divergences(form, at.rho, at.mu_y)}
    regret = {"z": 1.0, "u": -1.0}
    return BatchValues(
        f,
        inner={(a, b): total.slope(b, way) for (a, b), way in pairs.items()},
        reach={(a, b): total.size(b) * total.length(way) for (a, b), way in pairs.items()},
        regret=total.slope("y", regret),
        regret_reach=total.size("y") * total.length(regret),
        departure=departure,
        rounding=rounding,
        slack=total.size("y") * total.mixture**0.5,
    )


def _norms(total: Products) -> dict[str, float]:
    ways = {"z-u": ("z", "u"), "u-y": ("u", "y"), "x-y": ("x", "y")}
    found = {name: total.length({a: 1.0, b: -1.0}) for name, (a, b) in ways.items()}
    return {"g": total.size("y"), **found}
