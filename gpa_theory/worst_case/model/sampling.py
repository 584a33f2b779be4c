r"""What a worst case is about: the points of a run at which f is sampled, and the metric on them.

x* is the origin and f(x*) = 0.  Every other sampled point h_i has its own (sub)gradient g_i, a
coordinate of its own; h_i is a combination of z_1 and of gradients, found by playing the method on
vectors.  A metric of `core.metrics` is a weight per sampled value, Σ w_i (f_i − f*).

Conventions: T evaluation points, steps at y_1 … y_{T−1}; the class is normalized (G = D = 1 or
L − σ = D = 1), and a σ-strongly convex f is f̃ + (σ/2)|·|², f̃ being what is sampled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Generic

from gpa_theory.core.averaging import Exponential, rho
from gpa_theory.core.metrics import METRICS, Readout, metric_named
from gpa_theory.core.recursion import V
from gpa_theory.core.validation import check_count, refuse
from gpa_theory.worst_case.model.methods import Averaged, Method, Trace
from gpa_theory.worst_case.model.recording import is_ours, recorded
from gpa_theory.worst_case.model.scaling import InUnits


@dataclass(frozen=True, slots=True)
class Samples(Generic[V]):
    """Where f is sampled: names, positions, and the metric's weight of each; x* is left out.

    The i-th position has gradient coordinate i + 1; coordinate 0 is z_1.
    """

    names: tuple[str, ...]
    positions: tuple[V, ...]
    weights: tuple[Fraction, ...]


@lru_cache(maxsize=64)
def dimension(steps: int, metric: str) -> int:
    """Return how many coordinates can occur: z_1, the T−1 steps, and the metric's own points.

    >>> dimension(5, "last"), dimension(5, "mean"), dimension(5, "weighted")
    (6, 10, 6)
    """
    blank = [0.0] * check_count(f"worst_case(steps={steps})", "steps", steps)
    read = metric_named("worst_case", metric).readout(blank, blank, 0.0, 1.0)
    return steps + len({name for name, _, _ in read})


def check_metric(method: Method, steps: int, metric: str) -> None:
    """Raise unless the metric is known and defined for the method."""
    check_count(f"worst_case(steps={steps})", "steps", steps)
    if metric_named("worst_case", metric).needs_rho and _constant_averaging(method) is None:
        rule = "must have a constant μ_x: the metric's ρ is μ_x/(1−μ_x)"
        raise refuse(f"worst_case(metric={metric!r})", "method", rule)


def _constant_averaging(method: Method) -> Exponential | None:
    """Return the averaging with constant μ_x of a method that certainly has one."""
    method = method.method if isinstance(method, InUnits) else method
    averaging = method.method.averaging if isinstance(method, Averaged) else None
    return averaging if is_ours(method) and isinstance(averaging, Exponential) else None


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
    method = recorded(method, steps)
    trace = played(method, steps, coordinate(0), lambda t, y: coordinate(t), curvature)
    names = [f"y{t}" for t in range(1, steps)]
    positions: list[V] = list(trace.y)
    weights = [Fraction(0) for _ in positions]
    for name, position, weight in readout(method, steps, metric, trace):
        for i, known in enumerate(positions):
            if position is known or position == known:
                weights[i] += weight
                break
        else:
            names.append(name)
            positions.append(position)
            weights.append(Fraction(weight))
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


def readout(method: Method, steps: int, metric: str, trace: Trace[V]) -> Readout:
    """Return the points at which the metric asks for f, in this run: names, points, weights."""
    averaging = _constant_averaging(method)
    past = None if averaging is None else rho(averaging, Fraction(2))  # ρ, from c_2 = 1 − μ_x
    return METRICS[metric].readout(trace.x, trace.z, past, Fraction(1, steps))
