r"""A method that the certificate refuses is beaten by an explicit function, checked in fractions.

The certificate is necessary (`Necessary.v`, ours; we know of no earlier statement): where it fails,
the worst case is above DG/√T in every space of T dimensions or more.  Here is such a worst case,
G = 1 and D² = a²T, on maxima of T affine pieces with slopes

.. math:: g_s = e_s + \delta \sum_{r<s} E_{sr} e_r, \qquad u = -\sum_s (a + \delta x_s) g_s

around the function G max_s ⟨e_s, ·⟩ on which every minimax method has f(p_t) = 0.  The tilts E and
the values δφ_t of the pieces are solved for so that, to first order in δ, one negative multiplier
or the flow that does not end in p_T is what the adversary gains; δ is halved until the function,
run exactly, shows it.  A step h_{ts} ≤ 0 lets it do with T − 1 directions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gpa_theory.core.validation import refuse
from gpa_theory.worst_case.minimax.multipliers import Matrix, check_matrix, output_row, row_of

HALVINGS = (*range(64), *(2**k for k in range(6, 15)))  # of δ, before it is given up
Vector = list[Fraction]
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Adversary:
    """The function f = max_t (⟨slopes[t], ·⟩ + offsets[t]), from z_1 = 0, and the point u.

    The method with steps h answers `order[t]`, the piece that attains the maximum at p_{t+1}.
    """

    steps: Matrix  # h, row t holding h_{t1} … h_{t,t−1}
    a: Fraction
    slopes: Sequence[Vector]
    offsets: Sequence[Fraction]
    order: Sequence[int]
    u: Vector

    def ratio(self) -> Fraction:
        """Return what f(p_T) − f(u) is over DG/√T, at least, everything run in fractions.

        With slopes |g|² ≤ 1 + η and |u|² ≤ (1 + η)D², both within their limits after f and all
        points are scaled by 1/(1 + η), it is (f(p_T) − f(u))/((1 + η)² a), a = D/√T.
        """
        T = len(self.steps)
        points = [self._point(t) for t in range(T)]
        for point, answer in zip(points, self.order, strict=True):
            if self._piece(answer, point) != self._value(point):
                raise ArithmeticError(f"piece {answer + 1} is not the largest at its point")
        long = max(_inner(g, g) for g in self.slopes) - 1
        far = _inner(self.u, self.u) / (self.a**2 * T) - 1
        eta = max(long, far, ZERO)
        return (self._value(points[-1]) - self._value(self.u)) / ((1 + eta) ** 2 * self.a)

    def _point(self, t: int) -> Vector:
        moved = [ZERO] * len(self.u)
        for step, answer in zip(self.steps[t], self.order, strict=False):
            moved = [m - step * g for m, g in zip(moved, self.slopes[answer], strict=True)]
        return moved

    def _piece(self, t: int, x: Vector) -> Fraction:
        return _inner(self.slopes[t], x) + self.offsets[t]

    def _value(self, x: Vector) -> Fraction:
        return max(self._piece(t, x) for t in range(len(self.slopes)))


def adversary(matrix: Matrix, a: Fraction | None = None) -> Adversary | None:
    """Return a function on which the method is above DG/√T, or None if the certificate holds.

    h is judged at D = Ga√T.  Without a it is judged up to a factor, with a = T·h_{T,T−1} as in
    `minimax`; if that is ≤ 0, with a = 1.

    >>> F = Fraction
    >>> adversary([[], [F(2, 3)], [F(2, 3), F(1, 3)]]) is None  # linear decay
    True
    >>> found = adversary([[], [1], [1, 1]])  # constant steps, the last iterate
    >>> found.ratio() > 1
    True
    """
    T = check_matrix(f"adversary(matrix=<{len(matrix)} rows>)", matrix)
    h = [[Fraction(value) for value in row] for row in matrix]
    if a is None:
        a = T * h[-1][-1] if h[-1][-1] > 0 else Fraction(1)
    elif not a > 0:
        raise refuse(f"adversary(matrix=<{T} rows>, a={a})", "a", "must be > 0")
    if any(value <= 0 for row in h for value in row):
        return _repeated(h, a)
    rows = [[], *(row_of(h, t, a) for t in range(2, T + 1))]
    place = next(((t, j) for t in range(T) for j in range(t) if rows[t][j] < 0), None)
    if place is not None:
        return _best(h, a, _one_row(h, *place), [ZERO] * T)
    if h[-1] != output_row(T, a, Fraction):
        return _best(h, a, *_all_rows(h, rows))
    return None


def _repeated(h: Matrix, a: Fraction) -> Adversary:
    """Answer the first of T − 1 directions that attains the maximum: one is to spare."""
    T = len(h)
    slopes = [[Fraction(i == k) for i in range(T)] for k in range(T - 1)]
    order: list[int] = []
    for row in h:
        at = [ZERO] * (T - 1)
        for step, answer in zip(row, order, strict=True):
            at[answer] -= step
        order.append(at.index(max(at)))
    low = a * (1 + Fraction(1, 2 * T))  # (T − 1)low² ≤ T a², above a
    return Adversary(h, a, slopes, [ZERO] * (T - 1), order, [-low] * (T - 1) + [ZERO])


def _one_row(h: Matrix, i: int, j: int) -> list[Vector]:
    """Return tilts of gradient i alone that pay for the multiplier λ_{i+1,j+1}."""
    shift = Fraction(j == 0)
    tilts = _substituted(h, [Fraction(t == j) - shift for t in range(i + 1)])
    return [tilts if s == i else [ZERO] * s for s in range(len(h))]


def _all_rows(h: Matrix, rows: Matrix) -> tuple[list[Vector], Vector]:
    """Return tilts and values that pay for a flow that does not end in p_T alone."""
    T = len(h)
    excess = [1 + sum(rows[k]) - sum((rows[i][k] for i in range(k + 1, T)), ZERO) for k in range(T)]
    missed = [wanted - found for wanted, found in zip([ZERO] * (T - 1) + [T], excess, strict=True)]
    k = max(range(T), key=lambda t: abs(missed[t]))
    sign = 1 if missed[k] > 0 else -1
    values = [Fraction(sign * (t == k)) for t in range(T)]
    tilts = _substituted(h, [values[0] - value for value in values])
    return [tilts[:s] for s in range(T)], values


def _substituted(h: Matrix, wanted: Vector) -> Vector:
    """Return E_1 … E_{n−1} with Σ_{r<t} h_{tr} E_r = wanted_t for t ≤ n, wanted_1 being 0.

    >>> _substituted([[], [Fraction(2)], [Fraction(1), Fraction(3)]], [ZERO, Fraction(4), ZERO])
    [Fraction(2, 1), Fraction(-2, 3)]
    """
    found: Vector = []
    for row, value in zip(h[1:], wanted[1:], strict=False):
        found.append((value - _along(row, found)) / row[-1])
    return found


def _best(h: Matrix, a: Fraction, tilts: list[Vector], values: Vector) -> Adversary:
    """Return the best adversary of δ = 1, 1/2, 1/4, …, from the first above DG/√T on.

    Every small δ will do; how small, depends on how far apart the steps are in size.
    """
    best, most = None, Fraction(1)
    for k in HALVINGS:
        found = _tilted(h, a, tilts, values, Fraction(1, 2**k))
        ratio = found.ratio() if found else ZERO
        if found and ratio > most:
            best, most = found, ratio
        elif best:
            return best
    if best:
        return best
    rule = f"must have steps less far apart in size: no δ ≥ 2^−{HALVINGS[-1]} shows what is proved"
    raise refuse(f"adversary(matrix=<{len(h)} rows>)", "matrix", rule)


def _tilted(
    h: Matrix, a: Fraction, tilts: list[Vector], values: Vector, delta: Fraction
) -> Adversary | None:
    """Return the tilted function, or None if δ is too large for its pieces."""
    T = len(h)
    slopes = [
        [delta * e for e in tilts[s]] + [Fraction(1)] + [ZERO] * (T - 1 - s) for s in range(T)
    ]
    gram = [[_inner(one, other) for other in slopes] for one in slopes]
    heights = _heights(T, lambda t, s: _between(h, gram, t, s), [delta * v for v in values])
    if heights is None:
        return None
    met = [_along(h[s], gram[s]) for s in range(T)]
    turned = [sum(tilts[s]) + sum(tilts[r][s] for r in range(s + 1, T)) for s in range(T)]
    moved = [_inner(h[s], tilts[s]) for s in range(T)]
    theta = (sum(values) + sum(moved) - a / 2 * sum(turned)) / T
    u = [ZERO] * T
    for s in range(T):
        weight = a + delta * (values[s] + moved[s] - a * turned[s] - theta)
        u = [x - weight * g for x, g in zip(u, slopes[s], strict=True)]
    offsets = [height + way for height, way in zip(heights, met, strict=True)]
    return Adversary(h, a, slopes, offsets, range(T), u)


def _between(h: Matrix, gram: list[Vector], t: int, s: int) -> Fraction:
    """Return what piece s has at p_t beyond its value at p_s."""
    return _along(h[s], gram[s]) - _along(h[t], gram[s])


def _along(row: Sequence[Any], products: Sequence[Any]) -> Fraction:
    """Return Σ_r row_r · products_r over the entries that both have."""
    return sum((c * g for c, g in zip(row, products, strict=False)), ZERO)


def _heights(
    T: int, between: Callable[[int, int], Fraction], values: Vector
) -> list[Fraction] | None:
    """Return f(p_t), lifted as little as later pieces need; None if earlier ones stick out."""
    excess = {
        (t, s): values[s] + between(t, s) - values[t] for t in range(T) for s in range(T) if t != s
    }
    lift = max([e / (s - t) for (t, s), e in excess.items() if t < s] + [ZERO])
    if any(e + lift * (t - s) > 0 for (t, s), e in excess.items() if t > s):
        return None
    return [value + lift * (T - 1 - t) for t, value in enumerate(values)]


def _inner(x: Sequence[Any], y: Sequence[Any]) -> Fraction:
    return sum((p * q for p, q in zip(x, y, strict=True)), ZERO)
