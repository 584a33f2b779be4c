r"""What a worst case is about: the points of a run at which f is sampled, and the metric on them.

x* is the origin and f(x*) = 0.  Every other sampled point h_i has its own (sub)gradient g_i, a
coordinate of its own; h_i is a combination of z_1 and of gradients, found by playing the method on
vectors.  A metric is a weight per sampled value, Σ w_i (f_i − f*).

Conventions: T evaluation points, steps at y_1 … y_{T−1}; the class is normalized (G = D = 1 or
L − σ = D = 1), and a σ-strongly convex f is f̃ + (σ/2)|·|², f̃ being what is sampled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic

from gpa_theory.core.averaging import Exponential, rho
from gpa_theory.core.recursion import V
from gpa_theory.core.validation import check_count, refuse
from gpa_theory.worst_case.model.methods import Averaged, Method, Trace

METRICS = {
    "last": "f(x_T) − f*",
    "average": "f(mean x_t) − f*",
    "mean": "mean f(x_t) − f*",
    "telescoped": "mean f(x_t) − f* − (ρ/T)(f(x_1) − f(x_T))",
    "base": "f(z_T) − f*",
}


@dataclass(frozen=True, slots=True)
class Samples(Generic[V]):
    """Where f is sampled: names, positions, and the metric's weight of each; x* is left out.

    The i-th position has gradient coordinate i + 1; coordinate 0 is z_1.
    """

    names: tuple[str, ...]
    positions: tuple[V, ...]
    weights: tuple[Fraction, ...]


def dimension(steps: int, metric: str) -> int:
    """Return how many coordinates can occur: z_1, the T−1 steps, and the metric's own points.

    >>> dimension(5, "last"), dimension(5, "mean")
    (6, 10)
    """
    return 1 + (steps - 1) + (steps if metric in ("mean", "telescoped") else 1)


def check_metric(method: Method, steps: int, metric: str) -> None:
    """Raise unless the metric is known and defined for the method."""
    check_count(f"worst_case(steps={steps})", "steps", steps)
    call = f"worst_case(metric={metric!r})"
    if metric not in METRICS:
        raise refuse(call, "metric", f"must be one of {', '.join(METRICS)}")
    constant = isinstance(method, Averaged) and isinstance(method.method.averaging, Exponential)
    if metric == "telescoped" and not constant:
        raise refuse(call, "method", "must have a constant μ_x: ρ/T is defined by it")


def sample(
    method: Method,
    steps: int,
    metric: str,
    coordinate: Callable[[int], V],
    curvature: Fraction = Fraction(0),
) -> Samples[V]:
    """Play the method on vectors and collect the sampled points; `coordinate(k)` is a basis vector.

    >>> from gpa_theory.core.gram import basis
    >>> from gpa_theory.worst_case.model.methods import gpa
    >>> found = sample(gpa(0.5, 0.5, 0.25), 2, "last", lambda k: basis(("z1", "g1", "g2")[k]))
    >>> found.names, found.positions[1].terms["g1"]
    (('y1', 'x2'), Fraction(-1, 8))
    """
    check_metric(method, steps, metric)
    trace = played(method, steps, coordinate(0), lambda t, y: coordinate(t), curvature)
    names = [f"y{t}" for t in range(1, steps)]
    positions: list[V] = list(trace.y)
    weights = [Fraction(0) for _ in positions]
    for name, position, weight in terms(method, steps, metric, trace):
        for i, known in enumerate(positions):
            if position is known or position == known:
                weights[i] += weight
                break
        else:
            names.append(name)
            positions.append(position)
            weights.append(weight)
    return Samples(tuple(names), tuple(positions), tuple(weights))


def played(
    method: Method,
    steps: int,
    z1: V,
    oracle: Callable[[int, V], V],
    curvature: Fraction = Fraction(0),
) -> Trace[V]:
    """Play the method on f = f̃ + (curvature/2)|·|², `oracle` being that of f̃."""
    if not curvature:
        return method.play(oracle, z1, steps)
    return method.play(lambda t, y: oracle(t, y) + curvature * y, z1, steps)


def terms(
    method: Method, steps: int, metric: str, trace: Trace[V]
) -> list[tuple[str, Any, Fraction]]:
    """Return the points of the metric: names, positions, weights."""
    if metric == "last":
        return [(f"x{steps}", trace.x[-1], Fraction(1))]
    if metric == "base":
        return [(f"z{steps}", trace.z[-1], Fraction(1))]
    share = Fraction(1, steps)
    if metric == "average":
        total = trace.x[0]
        for x in trace.x[1:]:
            total = total + x
        return [("mean", share * total, Fraction(1))]
    found = [(f"x{t}", x, share) for t, x in enumerate(trace.x, 1)]
    if metric == "telescoped" and isinstance(method, Averaged) and steps > 1:
        past = rho(method.method.averaging, Fraction(2)) * share
        found.append(("x1", trace.x[0], -past))
        found.append((f"x{steps}", trace.x[-1], past))
    return found
