r"""Worst cases of GPA around *projected* subgradient steps, on a convex set of diameter R.

.. math:: z_{t+1} = P_Q(z_t - \gamma_t g(y_t)), \qquad |p - q| \le R \ \ (p, q \in Q)

Every z_t and the comparator u lie in Q.  A point z is the projection of w onto *some* closed
convex set that contains z and p_1, p_2 … if and only if ⟨w − z, z − p_i⟩ ≥ 0 for all of them: their
hull is such a set, and its diameter is the largest of their distances.  With the inequalities of a
convex function, |g| ≤ G and |z_1 − u| ≤ D these conditions are therefore exact, and the vectors
z_t − u and g are the only unknowns.  f is least on Q at u; it may be less elsewhere.

Units: G = R = 1.

Reference: taylor2017exact (indicator functions).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from typing import Any

from gpa_theory.core.gram import ZERO, Point, basis, constant, inner, norm2
from gpa_theory.core.validation import check_range, refuse
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Averaged, Trace, traced
from gpa_theory.worst_case.model.sampling import check_metric, readout
from gpa_theory.worst_case.questions.question import BEST, GRADIENT, Question, Repair
from gpa_theory.worst_case.rational.statement import MINIMIZER, gap

Places = dict[str, Point]


def pose_projected(
    method: Any, steps: int, metric: str, of: FunctionClass, diameter: Any
) -> Question:
    """Return the question in normalized units.

    >>> from gpa_theory.worst_case.model.methods import sgd
    >>> asked = pose_projected(sgd(1), 2, "last", FunctionClass(lipschitz=1), 1)
    >>> asked.vectors
    ('z1', 'z2', 'g(y1)', 'g(x2)')
    """
    check_projected(method, metric, of, diameter)
    check_metric(method, steps, "mean" if metric == BEST else metric)
    z = {f"z{t}": basis(f"z{t}") for t in range(1, steps + 1)}
    trace = _moved(method, [*z.values()])
    at, weights = _samples(method, steps, metric, trace)
    unit = FunctionClass(lipschitz=1)
    places: Places = {**at, MINIMIZER: ZERO}
    limits = {f"{i}, {j}": gap(places, i, j, unit) for i, j in permutations(places, 2)}
    limits |= {f"|g({n})|": constant(Fraction(1)) - norm2(basis(f"g({n})")) for n in at}
    limits |= _in_the_set({**z, MINIMIZER: ZERO}, Fraction(of.radius) / Fraction(diameter))
    scale = Fraction(of.lipschitz) / Fraction(diameter)
    for t in range(1, steps):
        before, after = z[f"z{t}"], z[f"z{t + 1}"]
        left = before - scale * method.step(t) * basis(f"g(y{t})") - after
        for name, point in {**z, MINIMIZER: ZERO}.items():
            if name != f"z{t + 1}":
                limits[f"z{t + 1} projected, {name}"] = inner(left, after - point)
    vectors = (*z, *(f"g({n})" for n in at))
    near = Fraction(of.radius) / Fraction(diameter)
    moved = scale * sum((method.step(t) for t in range(1, steps)), Fraction(0))
    reach = float(min(1, near + moved))  # |z_t − u| is at most that
    return Question(
        vectors,
        tuple(f"f({n})" for n in at),
        tuple(_objectives(weights, metric)),
        limits,
        tuple(Repair(f"f({n})", f"{n}, {MINIMIZER}", f"{MINIMIZER}, {n}") for n in at),
        (*(reach for _ in z), *(1.0 for _ in at)),
        tuple(reach for _ in at),
        reach,
    )


def check_projected(method: Any, metric: str, of: FunctionClass, diameter: Any) -> None:
    """Raise, with the reason, for what a projected base cannot be asked here."""
    call = f"worst_case(diameter={diameter})"
    check_range(call, "diameter", diameter, 0, open_low=True)
    if type(method) is not Averaged:
        raise refuse(
            call,
            "method",
            "must be GPA with constant μ_y around subgradient steps: those are projected",
        )
    if of.is_smooth or metric == GRADIENT:
        rule = "goes with a Lipschitz class: a smooth f need not be flat at its minimizer in a set"
        raise refuse(call, "diameter", rule)
    if of.radius > diameter:
        raise refuse(call, "radius", f"must be at most the diameter {diameter}, not {of.radius}")


def _moved(method: Averaged, z: list[Point]) -> Trace[Point]:
    """Return the run of the recursion whose base goes to the given z_2, z_3 and so on."""
    return traced(method.method, lambda t, _, __: z[t], z[0], len(z))


def _samples(
    method: Averaged, steps: int, metric: str, trace: Trace[Point]
) -> tuple[Places, dict[str, Fraction]]:
    """Return where f is sampled, and the metric's weight of each sample."""
    at: Places = {f"y{t}": y for t, y in enumerate(trace.y, 1)}
    weights = dict.fromkeys(at, Fraction(0))
    through = "mean" if metric == BEST else metric
    for name, position, weight in readout(method, steps, through, trace):
        known = next((n for n, p in at.items() if p == position), name)
        at.setdefault(known, position)
        weights[known] = weights.get(known, Fraction(0)) + weight
    return at, weights


def _objectives(weights: dict[str, Fraction], metric: str) -> list[Point]:
    if metric == BEST:
        return [basis(f"f({n})") for n, weight in weights.items() if weight]
    return [Point({f"f({n})": weight for n, weight in weights.items() if weight})]


def _in_the_set(points: Places, near: Fraction) -> dict[str, Point]:
    """Return the limits on distances in the set, whose diameter is 1; |z_1 − u| ≤ `near`."""
    found = {
        f"|{a} - {b}|": constant(Fraction(1)) - norm2(points[a] - points[b])
        for a, b in combinations(points, 2)
    }
    found[f"|z1 - {MINIMIZER}|"] = constant(near**2) - norm2(points["z1"])
    return found
