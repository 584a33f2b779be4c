"""Signs that are certain: exact fractions where they are short, intervals where they are not.

A closed form with T = 10,000 has fractions of a million digits; an interval that holds its value,
every operation rounded outward (mpmath), has the same sign unless it holds 0.  Then the precision
is doubled, and in the end nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

from mpmath.ctx_iv import MPIntervalContext

PRECISIONS = (128, 512, 2048)  # bits
Number = Callable[[Any], Any]


def intervals(bits: int) -> Number:
    """Return what makes an interval of a fraction, at this precision.

    >>> third = intervals(53)(Fraction(1, 3))
    >>> bool(third.a < third.b), sign(third - third + 1)
    (True, 1)
    """
    context: Any = MPIntervalContext()
    context.prec = bits

    def number(value: Any) -> Any:
        exact = Fraction(value)
        return context.mpf(exact.numerator) / context.mpf(exact.denominator)

    return number


def sign(value: Any) -> int | None:
    """Return 1 if the value is certainly ≥ 0, −1 if it is certainly < 0, else None.

    >>> sign(Fraction(0)), sign(Fraction(-1, 9)), sign(intervals(53)(1) - intervals(53)(1))
    (1, -1, 1)
    """
    if isinstance(value, int | Fraction):
        return 1 if value >= 0 else -1
    if value.a >= 0:
        return 1
    return -1 if value.b < 0 else None


def first_negative(values: Iterable[Any]) -> tuple[int | None, bool]:
    """Return the place of the first that is certainly < 0, and whether all signs are certain.

    >>> first_negative([Fraction(1), Fraction(-1), Fraction(-2)])
    (1, True)
    """
    signs = [sign(value) for value in values]
    negative = next((k for k, found in enumerate(signs) if found == -1), None)
    return negative, None not in signs


def digits(value: Any) -> int:
    """Return how many bits the denominator of a fraction has; an interval never grows.

    >>> digits(Fraction(1, 8)), digits(intervals(53)(3))
    (4, 0)
    """
    return value.denominator.bit_length() if isinstance(value, Fraction) else 0


def numbers(exact: bool) -> Iterator[Number]:
    """Yield arithmetics to try in turn: intervals ever finer, then fractions if they are short."""
    yield from map(intervals, PRECISIONS)
    if exact:
        yield Fraction
