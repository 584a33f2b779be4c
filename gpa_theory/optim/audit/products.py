r"""Every inner product an audited step needs, in few passes: one small Gram matrix per parameter.

All points are taken from y_t: the rows of M are z − y, x − y, x_{t−1} − y and u − y, in float64.
What the identity asks for is linear or bilinear in them, so M∇f(y), M∇f(x) and MMᵀ say everything;
only one question is about single entries: was the recursion followed up to rounding?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

import torch
from torch import Tensor

ROWS = ("z", "x", "prev", "u")
# Entries at a time: float64 copies of a chunk stay in a processor's cache.
CHUNK, CHUNK_ON_DEVICE = 2**15, 2**22
# A step of the optimizer rounds z, x, δ and y of each entry, and x is read off twice.  The mean
# size stands for z before the step, not known any more: an entry may have come from further away.
SLOPPY = 8.0


class Products:
    """Inner products of one parameter or of several: `a + b` holds those of both together."""

    def __init__(self, slopes: Tensor, gram: Tensor, sizes: Tensor, mixture: float) -> None:
        self._slopes = slopes  # (4, 2): M∇f(y), M∇f(x)
        self._gram = gram  # (4, 4)
        self._sizes = sizes  # |∇f(y)|², |∇f(x)|²
        self.mixture = mixture  # |x − moved·y − kept·x_{t−1}|²

    def __add__(self, other: Products) -> Products:
        """Return the products of two disjoint sets of parameters together."""
        pairs = ((self._slopes, other._slopes), (self._gram, other._gram))
        slopes, gram = (a + b for a, b in pairs)
        mixture = self.mixture + other.mixture
        return Products(slopes, gram, self._sizes + other._sizes, mixture)

    def slope(self, at: str, way: Mapping[str, float]) -> float:
        """Return ⟨∇f(at), way⟩, `at` "y" or "x", for coefficients of the points that sum to 0."""
        return float(self._coefficients(way) @ self._slopes[:, "yx".index(at)])

    def length(self, way: Mapping[str, float]) -> float:
        """Return |way|, for coefficients of the points that sum to 0."""
        c = self._coefficients(way)
        return sqrt(max(0.0, float(c @ self._gram @ c)))

    def size(self, at: str) -> float:
        """Return |∇f(at)|."""
        return sqrt(float(self._sizes["yx".index(at)]))

    def _coefficients(self, way: Mapping[str, float]) -> Tensor:
        return torch.tensor([way.get(row, 0.0) for row in ROWS], dtype=torch.float64)


def products(
    points: Mapping[str, Tensor],
    slopes: Sequence[Tensor],
    vanishing: Sequence[Mapping[str, float]],
    kept: float,
) -> tuple[Products, bool]:
    """Return the products of one parameter, and whether the `vanishing` ways are 0 up to rounding.

    A way is a combination of the points, as coefficients.  `points` are y and the `ROWS`; `slopes`
    are ∇f(y) and perhaps ∇f(x); `kept` is the weight of x_{t−1} where x_t is a mean of it and y_t.
    """
    flat = {name: _flat(v) for name, v in points.items()}
    y, g = flat["y"], [_flat(slope) for slope in slopes]
    options = {"dtype": torch.float64, "device": y.device}
    # Coefficients of y are not needed: with them every way sums to 0.
    ways = [[way.get(row, 0.0) for row in ROWS[:3]] for way in vanishing]
    ways = torch.tensor([*ways, [0.0, 1.0, -kept]], **options)
    weights = [sum(abs(weight) for weight in way.values()) for way in vanishing]
    unit = SLOPPY * torch.finfo(y.dtype).eps / 2
    typical = y.abs().mean().double() if y.numel() else torch.zeros((), **options)
    found = [torch.zeros(shape, **options) for shape in ((4, len(g)), (4, 4), (len(g),), ())]
    excess = torch.zeros((), **options)  # over what rounding may have done, in any entry
    step = CHUNK if y.device.type == "cpu" else CHUNK_ON_DEVICE
    for i in range(0, y.numel(), step):
        here = slice(i, i + step)
        base = y[here].double()  # of a float64 parameter this is the parameter: read only
        m = torch.stack([flat[row][here].double() - base for row in ROWS])
        slope = torch.stack([v[here].double() for v in g])
        off = ways @ m[:3]
        entries = base.abs() + typical
        for row in m[:3]:
            entries += row.abs()
        for way, weight in zip(off[:-1], weights, strict=True):
            excess = torch.maximum(excess, (way.abs() - (unit * weight) * entries).amax())
        parts = (m @ slope.T, m @ m.T, slope.square().sum(dim=1), off[-1].square().sum())
        for total, part in zip(found, parts, strict=True):
            total += part
    by_slope, gram, sizes, mixture = (total.cpu() for total in found)
    if len(g) == 1:  # no gradient at x was asked for
        by_slope, sizes = by_slope.expand(4, 2), sizes.expand(2)
    return Products(by_slope, gram, sizes, float(mixture)), float(excess) <= 0


def cosine(pairs: Sequence[tuple[Tensor, Tensor | None]]) -> float | None:
    """Return the cosine between two gradients given parameter by parameter; None if one is zero.

    A gradient that is None counts as zero.
    """
    inner, first, second = 0.0, 0.0, 0.0
    for a, b in pairs:
        a = _flat(a).double()
        first += float(a @ a)
        if b is not None:
            b = _flat(b.to_dense() if b.is_sparse else b).double()
            inner, second = inner + float(a @ b), second + float(b @ b)
    return inner / sqrt(first * second) if first * second > 0 else None


def _flat(v: Tensor) -> Tensor:
    return (torch.view_as_real(v) if v.is_complex() else v).reshape(-1)
