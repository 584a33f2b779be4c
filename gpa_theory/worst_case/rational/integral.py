r"""A certificate in integers: what its premises leave, and a rounded factor that shows it is ≥ 0.

Over a common denominator, the remainder of `statement` is the quadratic form

.. math:: \sum_j \langle g_j, \textstyle\sum_i \lambda_{ij}(h_i - h_j)\rangle + \tau|z_1 - x^*|^2
    + \sum_j \nu_j |g_j|^2 = |L^\top e|^2 + \text{a diagonally dominant form},

e = (z_1 − x*, g_1, g_2, …).  L is rounded to multiples of 2^−bits; the dominant form takes up what
that loses.  So the check adds and multiplies integers and factors nothing.  Lipschitz classes only.
Standard library and `core` only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import inf, lcm, sqrt

from gpa_theory.core.certificate import CertificateError
from gpa_theory.worst_case.rational.statement import (
    MINIMIZER,
    START,
    Statement,
    in_time,
    points,
)

BITS = 48  # of a factor: beyond its rounding error, floats have nothing left to say
Rows = list[list[int]]


@dataclass(frozen=True, slots=True)
class Integral:
    """The multipliers and places of a certificate as integers.

    `places[i]` is h_i − x* over z_1 − x*, g_1, …, times `common`; i = 0 is x* itself.
    `arcs[j]` holds the pairs (i, λ_ij · `unit`), `norms` those of z_1 and the gradients.
    """

    common: int
    unit: int
    places: Rows
    arcs: list[list[tuple[int, int]]]
    norms: list[int]

    def left_over(self, due: float = inf) -> Rows:
        """Return the form, times `common` · `unit`: row a holds its ⟨e_a, e_b⟩ for b ≥ a."""
        size = len(self.norms)
        full = [[0] * size for _ in range(size)]
        for j, row in enumerate(self.arcs):
            if j == 0:
                continue  # the slope at x* is 0
            in_time(due)
            here, total = self.places[j], full[j]
            for i, value in row:
                for k, (there, at) in enumerate(zip(self.places[i], here, strict=True)):
                    total[k] += value * (there - at)
        for k, value in enumerate(self.norms):
            full[k][k] += self.common * value
        return [
            [full[a][a], *(full[a][b] + full[b][a] for b in range(a + 1, size))]
            for a in range(size)
        ]


def check_factor(
    of: Statement,
    flow: Mapping[tuple[str, str], Fraction],
    norms: Mapping[str, Fraction],
    factor: Rows,
    due: float = inf,
) -> None:
    """Raise `CertificateError` unless multipliers and factor prove the statement, by `due`.

    The multipliers are ≥ 0, the values of f cancel to the metric, Στ D² + Σν G² is at most the
    bound, and what is left is a sum of squares.
    """
    if min([*flow.values(), *norms.values()], default=Fraction(0)) < 0:
        raise CertificateError("a multiplier is negative")
    whole = integral(of, flow, norms)
    found = points(of)
    lacking = dict(zip(found.names, found.weights, strict=True)) | {MINIMIZER: Fraction(0)}
    for (i, j), value in flow.items():
        lacking[i] += value
        lacking[j] -= value
    wrong = [name for name in found.names if lacking[name]]
    if wrong:
        raise CertificateError(f"the multipliers do not add up to the metric at {wrong[0]}")
    lipschitz: Fraction = of.of.lipschitz  # not None: `integral` refused smooth classes
    limits = dict.fromkeys(norms, lipschitz**2) | {START: of.of.radius**2}
    spent = sum((value * limits[name] for name, value in norms.items()), Fraction(0))
    if spent > of.bound:
        raise CertificateError("the multipliers of the norms add up to more than the bound")
    if not is_dominant(whole.left_over(due), whole.common * whole.unit, factor, due=due):
        raise CertificateError("what the premises leave is not a sum of squares by this factor")


def integral(
    of: Statement,
    flow: Mapping[tuple[str, str], Fraction],
    norms: Mapping[str, Fraction],
    common: int = 1,
    unit: int = 1,
) -> Integral:
    """Return a certificate in integers, over multiples of the denominators `common` and `unit`."""
    if of.of.is_smooth:
        raise CertificateError("only certificates of Lipschitz classes are written in integers")
    found = points(of)
    names = [MINIMIZER, *found.names]
    vectors = [START, *(f"g({name})" for name in found.names)]
    number = {name: i for i, name in enumerate(names)}
    unknown = [name for pair in flow for name in pair if name not in number]
    unknown += [name for name in norms if name not in vectors]
    if unknown:
        raise CertificateError(f"there is no {unknown[0]!r}")
    rows = [[Fraction(at.coefficient(v)) for v in vectors] for at in found.positions]
    common = lcm(common, *(v.denominator for row in rows for v in row))
    unit = lcm(unit, *(v.denominator for v in [*flow.values(), *norms.values()]))
    arcs: list[list[tuple[int, int]]] = [[] for _ in names]
    for (i, j), value in flow.items():
        arcs[number[j]].append((number[i], int(value * unit)))
    return Integral(
        common,
        unit,
        [[0] * len(vectors), *([int(v * common) for v in row] for row in rows)],
        arcs,
        [int(norms.get(v, Fraction(0)) * unit) for v in vectors],
    )


def is_dominant(rows: Rows, share: int, factor: Rows, bits: int = BITS, due: float = inf) -> bool:
    """Return whether rows − share · L Lᵀ is diagonally dominant, L being columns times 2^bits.

    >>> is_dominant([[2, -2], [2]], 1, [])
    True
    >>> is_dominant([[2, -5], [2]], 1, []), is_dominant([[4, -8], [4]], 1, [[8, -8]], 2)
    (False, True)
    """
    if len(factor) > len(rows) or any(len(f) > len(r) for f, r in zip(factor, rows, strict=False)):
        return False
    left = [[value << (2 * bits) for value in row] for row in rows]
    for c, column in enumerate(factor):
        in_time(due)
        for a, x in enumerate(column):
            row, twice = left[c + a], 2 * share * x
            row[0] -= share * x * x
            for b in range(a + 1, len(column)):
                row[b - a] -= twice * column[b]
    debts = [0] * len(rows)
    for a, row in enumerate(left):
        off = [abs(value) for value in row[1:]]
        if debts[a] + sum(off) > 2 * row[0]:
            return False
        for b, value in enumerate(off, a + 1):
            debts[b] += value
    return True


def factored(rows: Rows, share: int) -> Rows:
    """Return the columns of a factor that `is_dominant` accepts, or raise `CertificateError`.

    Where G/D is far from 1, 10⁶ say, the rounding of L leaves the dominant rest no room.
    """
    size = len(rows)
    symmetric = [
        [rows[min(a, b)][abs(a - b)] / share / (1 if a == b else 2) for b in range(size)]
        for a in range(size)
    ]
    largest = max((symmetric[a][a] for a in range(size)), default=0.0)
    for halvings in range(16, 48, 2):
        lift = largest * 0.5**halvings
        columns = _cholesky(symmetric, lift)
        if columns is not None:
            whole = [[round(v * 2.0**BITS) for v in column] for column in columns]
            if is_dominant(rows, share, whole):
                return whole
    raise CertificateError("what the premises leave is not a sum of squares, by a rounded factor")


def _cholesky(symmetric: list[list[float]], lift: float) -> list[list[float]] | None:
    """Return the columns of L, L Lᵀ = symmetric − lift, from the diagonal on, if there is one."""
    left = [row[:] for row in symmetric]
    columns: list[list[float]] = []
    for k in range(len(left)):
        pivot = left[k][k] - lift
        if pivot <= 0:
            return None
        root = sqrt(pivot)
        column = [root, *(left[i][k] / root for i in range(k + 1, len(left)))]
        for i in range(k + 1, len(left)):
            x, row = column[i - k], left[i]
            for j in range(k + 1, i + 1):
                row[j] -= x * column[j - k]
        columns.append(column)
    return columns
