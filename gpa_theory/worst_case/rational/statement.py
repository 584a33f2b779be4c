r"""Worst-case bounds as rational certificates: proofs that need no solver and no floats.

.. math:: \text{bound} - \text{metric} = \sum \lambda_{ij}\,\text{gap}_{ij}
    + \sum_k \nu_k (G^2 - |g_k|^2) + \tau (D^2 - |z_1|^2) + \sum_k d_k |v_k|^2

with all multipliers ≥ 0, as an identity of linear forms in Gram entries and function values.  Only
λ, ν, τ are data; the points come from running the method on named vectors, and the squares from an
exact LDL' factorization of what is left.  Standard library and `core` only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from time import monotonic

from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import ZERO, Point, basis, constant, inner, norm2
from gpa_theory.core.metrics import METRICS
from gpa_theory.core.validation import refuse
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Method
from gpa_theory.worst_case.model.sampling import Samples, sample

MINIMIZER = "x*"
START = "z1"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a certificate is about: metric ≤ bound for a method, a horizon and a class."""

    method: Method
    steps: int
    metric: str
    of: FunctionClass
    bound: Fraction

    @property
    def words(self) -> str:
        """Return the statement in one line, without the method."""
        return (
            f"{METRICS[self.metric].gap('f*')} ≤ {self.bound}{_about(self.bound)}"
            f" for T = {self.steps} and f {self.of.words}"
        )


def _about(value: Fraction) -> str:
    try:
        return f" ≈ {float(value):.9g}"
    except OverflowError:
        return ""


def points(of: Statement) -> Samples[Point]:
    """Return the sampled points as combinations of z1 and of the gradients at y1, y2 and so on."""
    if of.of.strong_convexity:
        rule = "must be convex or smooth convex: strong convexity has no rational certificate here"
        raise refuse("Statement(of=…)", "class", rule)
    names = [START, *(f"g(y{t})" for t in range(1, of.steps))]
    return sample(of.method, of.steps, of.metric, lambda k: basis(names[k]))


def certificate(
    of: Statement,
    flow: Mapping[tuple[str, str], Fraction],
    norms: Mapping[str, Fraction],
    due: float = inf,
) -> Certificate:
    """Return the identity as a core `Certificate`; `check()` decides.

    `flow[i, j]` multiplies the inequality between samples i and j, `norms` those of z1 and of the
    gradients.  Raises `CertificateError` if what is left is no sum of squares, or if that is not
    known when the clock (`time.monotonic`) says `due`.
    """
    found = points(of)
    names = [START, *(f"g({name})" for name in found.names)]
    for name in norms:
        if name not in names:
            raise CertificateError(f"there is no vector {name!r}")
    at = dict(zip(found.names, found.positions, strict=True)) | {MINIMIZER: ZERO}
    weights = dict(zip(found.names, found.weights, strict=True))
    metric = Point({f"f({name})": w for name, w in weights.items() if w})
    claim = constant(of.bound) - metric
    premises = [
        Premise(f"interpolation {i}, {j}", value, gap(at, i, j, of.of))
        for (i, j), value in flow.items()
    ]
    premises += [
        Premise(f"|{name}| is bounded", value, _limit(name, of.of) - norm2(basis(name)))
        for name, value in norms.items()
    ]
    left = _remainder(claim, premises, due)
    return Certificate(claim, (*premises, *squares(left, names, due)))


def in_time(due: float) -> None:
    """Raise `CertificateError` if the clock says that it is later than `due`."""
    if monotonic() > due:
        raise CertificateError("the check takes longer than was allowed")


def _remainder(claim: Point, premises: list[Premise], due: float) -> Point:
    """Return claim − Σ multiplier · gap, accumulated in place: there are hundreds of premises."""
    left = dict(claim.terms)
    for premise in premises:
        in_time(due)
        for name, value in premise.gap.terms.items():
            left[name] = left.get(name, 0) - premise.multiplier * value
    return Point(left)


def gap(at: Mapping[str, Point], i: str, j: str, of: FunctionClass) -> Point:
    """Return f_i − f_j − ⟨g_j, h_i − h_j⟩ [− |g_i − g_j|²/(2L)], ≥ 0 for every f of the class."""
    for name in (i, j):
        if name not in at:
            raise CertificateError(f"there is no sample {name!r}")
    if i == j:
        raise CertificateError(f"the pair of {i!r} with itself says nothing")
    found = _value(i) - _value(j) - inner(_gradient(j), at[i] - at[j])
    if of.is_smooth:
        found = found - 1 / (2 * of.smoothness) * norm2(_gradient(i) - _gradient(j))
    return found


def _value(name: str) -> Point:
    return ZERO if name == MINIMIZER else basis(f"f({name})")


def _gradient(name: str) -> Point:
    return ZERO if name == MINIMIZER else basis(f"g({name})")


def _limit(name: str, of: FunctionClass) -> Point:
    if name == START:
        return constant(of.radius**2)
    if of.is_smooth:
        raise CertificateError(f"{name} is not bounded in a class of smooth functions")
    return constant(of.lipschitz**2)


def squares(form: Point, names: list[str], due: float = inf) -> list[Premise]:
    """Return a quadratic form as a sum of squares, exactly; refuse one that is not.

    >>> one, two = basis("a"), basis("b")
    >>> [str(p.multiplier) for p in squares(norm2(one - 2 * two), ["a", "b"])]
    ['1']
    """
    n = len(names)
    matrix = [[Fraction(0)] * n for _ in range(n)]
    for a in range(n):
        for b in range(a, n):
            entry = inner(basis(names[a]), basis(names[b]))
            (name,) = entry.terms
            value = Fraction(form.coefficient(name))
            matrix[a][b] = value if a == b else value / 2
    found = []
    for k in range(n):
        pivot = matrix[k][k]
        row = matrix[k]
        if pivot < 0 or (pivot == 0 and any(row[k + 1 :])):
            raise CertificateError("what the premises leave is not a sum of squares")
        if pivot == 0:
            continue
        factors = [row[j] / pivot for j in range(k, n)]
        vector = Point({names[k + m]: f for m, f in enumerate(factors) if f})
        found.append(Premise("square", pivot, norm2(vector)))
        for i in range(k + 1, n):
            in_time(due)
            if row[i]:
                scale = factors[i - k]
                for j in range(i, n):
                    matrix[i][j] -= scale * row[j]
    return found
