r"""Statements about floats that no rounding can spoil: exact rationals, rounded outward at the end.

A float is an integer times a power of two, so sums and products of floats are exact in integers.
Only square roots and logarithms are not rational; each comes as an upper bound.

.. math:: \text{down}(q) \le q \le \text{up}(q) \qquad (q \text{ rational, the bounds tight})
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np

# 60 digits; the exponent range is the widest there is, so exp(−1000) is an ordinary number.
_DECIMAL = Context(prec=60, Emax=MAX_EMAX, Emin=MIN_EMIN)
# Each logarithm below is a handful of operations that round correctly to 60 digits, on numbers of
# size at most 1000: its error is below 1e-55.  The allowance leaves five digits to spare.
_ALLOWANCE = Fraction(1, 10**50)
_FAR = Fraction(1000)  # e^{−1000} < 1e-434: a larger margin only makes log(1 + e^{−m}) smaller
_ROOT_BITS = 128


def integers(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Return (m, k) with `values` = m / 2^k exactly, m an array of Python integers.

    >>> integers(np.array([0.5, 3.0]))[0] / 2 ** integers(np.array([0.5, 3.0]))[1]
    array([0.5, 3.0], dtype=object)
    """
    mantissa, exponent = np.frexp(np.asarray(values, dtype=float))
    whole = np.ldexp(mantissa, 53).astype(np.int64).astype(object)
    low = int(exponent.min(initial=0)) - 53
    return whole << (exponent - 53 - low).astype(object), -low


def fractions(m: np.ndarray, k: int) -> list[Fraction]:
    """Return the numbers m / 2^k.

    >>> fractions(np.array([1, 6], dtype=object), 1)
    [Fraction(1, 2), Fraction(3, 1)]
    """
    return [Fraction(int(i), 1 << k) for i in m]


def exactly(values: Sequence[float] | np.ndarray) -> list[Fraction]:
    """Return the floats as Fractions, without rounding.

    >>> exactly([0.25, -2.0])
    [Fraction(1, 4), Fraction(-2, 1)]
    """
    return [Fraction(float(v)) for v in values]


def products(matrix: tuple[np.ndarray, int], vector: np.ndarray) -> list[Fraction]:
    """Return the exact matrix-vector product; `matrix` is what `integers` returns.

    >>> products(integers(np.array([[1.0, 0.5]])), np.array([1.0, 0.25]))
    [Fraction(9, 8)]
    """
    m, k = matrix
    v, j = integers(vector)
    return fractions(m @ v, k + j)


def down(q: Fraction) -> float:
    """Return the largest float ≤ q.

    >>> down(Fraction(1, 3)) < Fraction(1, 3) < up(Fraction(1, 3))
    True
    """
    nearest = float(q)  # correctly rounded
    return math.nextafter(nearest, -math.inf) if Fraction(nearest) > q else nearest


def up(q: Fraction) -> float:
    """Return the smallest float ≥ q.

    >>> up(Fraction(1, 4))
    0.25
    """
    return 0.0 - down(-q)  # 0.0 − 0.0 is 0.0, where −0.0 would print a sign


def sqrt_up(q: Fraction) -> Fraction:
    """Return a rational ≥ √q, within 2^−128 of it, and √q itself where 2^128 √q is an integer.

    >>> sqrt_up(Fraction(1, 64)), sqrt_up(Fraction(2)) ** 2 > 2
    (Fraction(1, 8), True)
    """
    scaled = q * 4**_ROOT_BITS
    root = math.isqrt(math.floor(scaled))
    return Fraction(root if root * root == scaled else root + 1, 2**_ROOT_BITS)


def norm_up(vector: Sequence[Any]) -> Fraction:
    """Return a rational ≥ the Euclidean norm of a vector of Fractions (or floats, taken exactly).

    >>> norm_up([3.0, 4.0])
    Fraction(5, 1)
    """
    return sqrt_up(sum((Fraction(v) ** 2 for v in vector), Fraction(0)))


def _decimal(q: Fraction) -> Decimal:
    return _DECIMAL.divide(Decimal(q.numerator), Decimal(q.denominator))


def log1p_exp_up(m: Fraction) -> Fraction:
    """Return a rational ≥ log(1 + e^{−m}), within 1e-49 of it.

    >>> float(log1p_exp_up(Fraction(0))) == math.log(2)
    True
    """
    size = _decimal(min(abs(m), _FAR))
    # Not -size: the operator rounds to the 28 digits of the thread's own context.
    tail = _DECIMAL.ln(_DECIMAL.add(1, _DECIMAL.exp(_DECIMAL.minus(size))))
    return max(-m, Fraction(0)) + Fraction(tail) + _ALLOWANCE


def x_log_x_up(x: Fraction) -> Fraction:
    """Return a rational ≥ x log x for 0 ≤ x ≤ 1 (0 at x = 0), within 1e-49 of it.

    >>> float(x_log_x_up(Fraction(1, 2))) == -math.log(2) / 2
    True
    """
    if x == 0:
        return Fraction(0)
    value = _decimal(x)
    return Fraction(_DECIMAL.multiply(value, _DECIMAL.ln(value))) + _ALLOWANCE
