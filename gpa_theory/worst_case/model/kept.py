"""Numbers and averagings made exact, so that a method is the rationals that it was given."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from gpa_theory.core.averaging import Averaging
from gpa_theory.core.validation import refuse

_REAL, _NUMBERS = (int, Fraction, float), (int, Fraction, float, complex)
_is_a = lru_cache(maxsize=64)(issubclass)  # slow for Fraction: numbers are abstract classes


class Kept(Fraction):
    """A Fraction that remembers 1 − itself, and leaves a product with a vector to the vector.

    A run asks for both at every step, and a plain Fraction takes long over each.

    >>> third = Kept(1, 3)
    >>> 1 - third, 1 - (1 - third) is third
    (Fraction(2, 3), True)
    """

    __slots__ = ("_rest",)
    _rest: Kept

    def __rsub__(self, other: Any) -> Any:
        if type(other) is not int or other != 1:
            return Fraction.__rsub__(self, other)
        if not hasattr(self, "_rest"):
            self._rest = Kept(Fraction.__rsub__(self, 1))
            self._rest._rest = self
        return self._rest

    def __mul__(self, other: Any) -> Any:
        return Fraction.__mul__(self, other) if _is_a(type(other), _NUMBERS) else NotImplemented

    def __repr__(self) -> str:
        return f"Fraction({self.numerator}, {self.denominator})"


@lru_cache(maxsize=64)
def _parameters(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.init) if is_dataclass(kind) else ()


def exactly(averaging: Averaging) -> Averaging:
    """Return the averaging with its numbers as Fractions, or refuse one that is not exact."""
    kind: Any = type(averaging)
    fields_of = {name: getattr(averaging, name) for name in _parameters(kind)}
    numbers = {k: Kept(v) for k, v in fields_of.items() if _is_a(type(v), _REAL)}
    again = averaging
    if numbers:
        try:
            again = kind(**fields_of | numbers)
            same = abs(again.coefficient(2.0) - averaging.coefficient(2.0)) < 1e-9
        except TypeError:  # it takes more than its fields
            same = False
        if not same:
            raise refuse("Averaged(method=…)", "averaging", "must be determined by its fields")
    c = again.coefficient(Fraction(2))
    if not _is_a(type(c), (int, Fraction)):
        raise refuse("Averaged(method=…)", "averaging", "must have rational coefficients")
    return again
