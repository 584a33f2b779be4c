r"""Worst cases without a projection: other metrics, and a start that is near in value.

Metrics are those of `core.metrics`, min f(x_t) − f* and, for smooth classes, |g(x_T)|².  The start
is limited by |z_1 − x*| ≤ D or by f(x_1) − f* ≤ Δ.  Under the latter nothing says how far x* is; so
unless f is strongly convex, the origin is x_1, and no inequality between x* and a gradient is used:
in a space that is large enough some x* satisfies them all, and `ends` finds it.

Units: L − σ = 1, or G = 1; and D = 1 or Δ = 1.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

from gpa_theory.core.gram import ZERO, Point, basis, constant, inner, norm2
from gpa_theory.core.validation import refuse
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Method
from gpa_theory.worst_case.model.recording import recorded
from gpa_theory.worst_case.model.sampling import Samples, sample
from gpa_theory.worst_case.model.scaling import in_units
from gpa_theory.worst_case.questions.question import BEST, GRADIENT, Question, Repair
from gpa_theory.worst_case.rational.statement import MINIMIZER, START, gap

NEAR = "|z1 - x*|"  # names of limits
LOW = "f(x1) - f*"
Places = dict[str, Point]


def pose(
    method: Method, steps: int, metric: str, of: FunctionClass, by_value: bool = False
) -> Question:
    """Return the question in normalized units; `by_value` starts from f(x_1) − f* ≤ Δ.

    >>> from gpa_theory.worst_case.model.methods import sgd
    >>> asked = pose(sgd(1), 2, "best", FunctionClass(lipschitz=1))
    >>> asked.values, len(asked.objectives), len(asked.limits)
    (('f(y1)', 'f(x2)'), 2, 9)
    """
    if metric == GRADIENT and not of.is_smooth:
        rule = "needs a smooth class: with |g| ≤ G alone the worst |g(x_T)|² is G², for f = G|x|"
        raise refuse(f"worst_case(metric={metric!r})", "metric", rule)
    unit = FunctionClass(smoothness=1) if of.is_smooth else FunctionClass(lipschitz=1)
    from_x1 = by_value and not of.curvature
    found = _samples(method, steps, metric, of, ZERO if from_x1 else basis(START))
    at: Places = {**dict(zip(found.names, found.positions, strict=True)), MINIMIZER: ZERO}
    pairs = [p for p in permutations(at, 2) if not (from_x1 and p[0] == MINIMIZER)]
    limits = {f"{i}, {j}": gap(at, i, j, unit) for i, j in pairs}
    first = found.names[0]
    if by_value:
        bent = Fraction(of.curvature, 2) * norm2(at[first])
        limits[LOW] = constant(Fraction(1)) - basis(f"f({first})") - bent
    else:
        limits[NEAR] = constant(Fraction(1)) - norm2(basis(START))
    if not of.is_smooth:
        limits |= {
            f"|g({n})|": constant(Fraction(1)) - norm2(basis(f"g({n})")) for n in found.names
        }
    slopes = {f"g({n})": _height(n, at, of.is_smooth) for n in found.names} if from_x1 else None
    start = () if from_x1 else (START,)
    small = 1 / (2 * steps) if of.is_smooth and not by_value else 1.0
    return Question(
        (*start, *(f"g({n})" for n in found.names)),
        tuple(f"f({n})" for n in found.names),
        tuple(_objectives(found, metric, of.curvature)),
        limits,
        tuple(_repairs(found.names, by_value, from_x1)),
        (*(1.0 for _ in start), *(small for _ in found.names)),
        tuple(small for _ in found.names),
        small**2 if metric == GRADIENT else small,
        of.is_smooth,
        slopes,
    )


def _samples(
    method: Method, steps: int, metric: str, of: FunctionClass, start: Point
) -> Samples[Point]:
    scaled = in_units(recorded(method, steps), of.step_scale)
    through = {BEST: "mean", GRADIENT: "last"}.get(metric, metric)
    coordinates = [start, *(basis(f"g(y{t})") for t in range(1, steps))]
    return sample(scaled, steps, through, lambda k: coordinates[k], of.curvature)


def _objectives(found: Samples[Point], metric: str, curvature: Fraction) -> list[Point]:
    """Return what is asked; f is its convex part and (σ/2)|x − x*|²."""
    rows = list(zip(found.names, found.positions, found.weights, strict=True))

    def value(name: str, position: Point) -> Point:
        return basis(f"f({name})") + curvature / 2 * norm2(position)

    if metric == BEST:
        return [value(name, position) for name, position, weight in rows if weight]
    if metric == GRADIENT:
        slope = [basis(f"g({n})") + curvature * position for n, position, w in rows if w]
        return [norm2(g) for g in slope]
    total = ZERO
    for name, position, weight in rows:
        total = total + weight * value(name, position)
    return [total]


def _height(name: str, at: Places, smooth: bool) -> Point:
    """Return what ⟨g, x*⟩ must not exceed: ⟨g, h⟩ − f [− |g|²/2]."""
    g = basis(f"g({name})")
    found = inner(g, at[name]) - basis(f"f({name})")
    return found - Fraction(1, 2) * norm2(g) if smooth else found


def _repairs(names: tuple[str, ...], by_value: bool, from_x1: bool) -> list[Repair]:
    first, *others = names
    source = first if from_x1 else MINIMIZER
    found = [Repair(f"f({n})", f"{n}, {MINIMIZER}", f"{source}, {n}") for n in others]
    fall = LOW if by_value and from_x1 else f"{MINIMIZER}, {first}"
    return [*found, Repair(f"f({first})", f"{first}, {MINIMIZER}", fall)]
