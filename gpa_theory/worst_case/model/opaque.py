"""Vectors that a method can do nothing with but add them and multiply them by numbers.

What a method makes of such vectors is linear, whatever its code looks like: a norm, a comparison or
a coordinate is refused, with the reason.  The refusal is remembered by the play, for a method may
catch it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from operator import index
from typing import Any, NoReturn

from gpa_theory.core.validation import refuse

Terms = dict[int, Fraction]  # 0 for z_1, t for g_t


class Play:
    """One play of a method: where it asked for gradients so far, and what it must not have done."""

    def __init__(self, name: str, steps: int, call: str = "worst_case") -> None:
        self.name, self.steps, self.call = name, steps, call
        self.asked: list[Any] = []
        self.fault = ""

    def refusal(self, rule: str) -> ValueError:
        """Return the error to raise, and remember the first of them."""
        self.fault = self.fault or rule
        return refuse(f"{self.call}(method={self.name}, steps={self.steps})", "method", self.fault)

    def ask(self, t: Any, y: Any) -> None:
        """Record that g_t was requested at y, or refuse: each once, in order, none at y_T."""
        due = len(self.asked) + 1
        try:
            number = index(t)
        except TypeError:
            number = None
        if number != due or due >= self.steps:
            last = f"g_1 … g_{self.steps - 1}" if self.steps > 1 else "no gradient"
            raise self.refusal(
                f"must ask for {last} once each, in order: g_{t} is asked for after {due - 1}"
            )
        if isinstance(y, Opaque):
            self.terms(y)
        self.asked.append(y)

    def terms(self, vector: Any) -> Terms:
        """Return the coefficients of a vector, or refuse a vector from outside this play."""
        if not isinstance(vector, Opaque) or vector._play is not self:
            what = "an earlier play's" if isinstance(vector, Opaque) else type(vector).__name__
            raise self.refusal(
                f"must make its points of z_1 and the gradients given, not of {what}"
            )
        return vector._terms


def exact_number(value: Any) -> Fraction | None:
    """Return a real number as the fraction it is; None for anything else, infinities and nan too.

    >>> exact_number(0.5), exact_number(float("nan")), exact_number("1")
    (Fraction(1, 2), None, None)
    """
    try:
        return Fraction(*value.as_integer_ratio())
    except (AttributeError, TypeError, ValueError, ArithmeticError):
        pass
    try:
        return Fraction(index(value))
    except TypeError:
        return None


def _forbidden(what: str) -> Callable[..., NoReturn]:
    def operation(self: Opaque, *_: Any) -> NoReturn:
        raise self._play.refusal(f"must be linear in the gradients: it takes {what} of a vector")

    return operation


class Opaque:
    """A combination of z_1 and gradients that shows nothing of itself."""

    __slots__ = ("_play", "_terms")
    __array_ufunc__ = None  # numpy's numbers then leave a product to the vector
    _play: Play
    _terms: Terms

    def __init__(self, play: Play, terms: Terms) -> None:
        self._play, self._terms = play, terms

    def _plus(self, other: Any, sign: int) -> Opaque:
        if not isinstance(other, Opaque) and exact_number(other) == 0:
            return self  # as `sum` begins
        found = dict(self._terms)
        for name, value in self._play.terms(other).items():
            found[name] = found.get(name, Fraction(0)) + sign * value
        return Opaque(self._play, {name: value for name, value in found.items() if value})

    def _times(self, scalar: Any) -> Opaque:
        if isinstance(scalar, Opaque):
            raise self._play.refusal("must be linear in the gradients: it multiplies two vectors")
        factor = exact_number(scalar)
        if factor is None:
            raise self._play.refusal(f"must multiply vectors by finite numbers, not by {scalar!r}")
        return Opaque(self._play, {n: factor * v for n, v in self._terms.items() if factor})

    def __add__(self, other: Any) -> Opaque:
        return self._plus(other, 1)

    def __radd__(self, other: Any) -> Opaque:
        return self._plus(other, 1)

    def __sub__(self, other: Any) -> Opaque:
        return self._plus(other, -1)

    def __rsub__(self, other: Any) -> Opaque:
        return self._times(-1)._plus(other, 1)

    def __neg__(self) -> Opaque:
        return self._times(-1)

    def __pos__(self) -> Opaque:
        return self

    def __mul__(self, scalar: Any) -> Opaque:
        return self._times(scalar)

    def __rmul__(self, scalar: Any) -> Opaque:
        return self._times(scalar)

    def __truediv__(self, scalar: Any) -> Opaque:
        divisor = None if isinstance(scalar, Opaque) else exact_number(scalar)
        if not divisor:
            raise self._play.refusal("must divide vectors by numbers other than 0 only")
        return self._times(1 / divisor)

    def __copy__(self) -> Opaque:
        return self

    def __deepcopy__(self, _: Any) -> Opaque:
        return self

    def __repr__(self) -> str:
        return "<a vector>"

    def __getattr__(self, name: str) -> NoReturn:
        if not name.startswith("__"):  # what Python itself looks for is no question of the method
            self._play.refusal(f"must be linear in the gradients: it asks a vector for {name!r}")
        raise AttributeError(name)

    __abs__ = __len__ = _forbidden("the size")
    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _forbidden("a comparison")  # type: ignore[assignment]
    __float__ = __int__ = __complex__ = __index__ = __round__ = _forbidden("the value")
    __iter__ = __getitem__ = __contains__ = _forbidden("coordinates")
    __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __rtruediv__ = _forbidden("a power or product")
    __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = __divmod__ = _forbidden("a remainder")
    __trunc__ = __floor__ = __ceil__ = __hash__ = _forbidden("the value")  # type: ignore[assignment]


class Real(Fraction):
    """A number that takes floats for the fractions they are, so that nothing in a play rounds.

    >>> 0.5 * Real(3), Real(1) - 0.25
    (Real(3, 2), Real(3, 4))
    """

    __array_ufunc__ = None

    def __repr__(self) -> str:
        return f"Real({self.numerator}, {self.denominator})"


def _without_rounding(name: str) -> Callable[[Real, Any], Any]:
    plain = getattr(Fraction, name)

    def operation(self: Real, other: Any) -> Any:
        exact = other if isinstance(other, Fraction) else exact_number(other)
        return NotImplemented if exact is None else Real(plain(self, exact))

    return operation


for _name in ("add", "sub", "mul", "truediv"):
    for _side in ("", "r"):
        setattr(Real, f"__{_side}{_name}__", _without_rounding(f"__{_side}{_name}__"))
Real.__neg__ = lambda self: Real(-self.numerator, self.denominator)  # type: ignore[method-assign]
