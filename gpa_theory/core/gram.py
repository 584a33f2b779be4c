r"""Linear combinations of names, and their inner products.

A `Point` is a finite map name → coefficient.  The names may stand for two kinds of things:

* vectors; then an inner product is a linear form in the entries of the Gram matrix,
  :math:`\langle a, b\rangle = \sum_{ij} a_i b_j\, \langle i, j\rangle`;
* scalars (Gram entries, function values); then the Point is a linear form in them.  Certificates
  are made of these: an identity holds iff every coefficient of the difference vanishes.

Coefficients may be floats (semidefinite programs), Fractions or sympy expressions (proofs).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gpa_theory.core.validation import refuse

_MARKS = frozenset(",<>")  # they make up the name of a Gram entry, so no vector may use them

ONE = "1"  # the name of the constant in a linear form


@dataclass(frozen=True)
class Point:
    r"""The combination :math:`\sum_n \text{terms}[n] \cdot n` of named vectors or scalars.

    >>> a = 2 * basis("z") - basis("u")
    >>> a + basis("u")
    Point(terms={'z': 2})
    """

    terms: Mapping[str, Any]

    def __add__(self, other: Point) -> Point:
        names = [*self.terms, *(n for n in other.terms if n not in self.terms)]
        return _point({n: self.terms.get(n, 0) + other.terms.get(n, 0) for n in names})

    def __sub__(self, other: Point) -> Point:
        return self + -1 * other

    def __neg__(self) -> Point:
        return -1 * self

    def __rmul__(self, scalar: Any) -> Point:
        return _point({n: scalar * c for n, c in self.terms.items()})

    def coefficient(self, name: str) -> Any:
        """Return the coefficient of `name`, 0 if it does not occur."""
        return self.terms.get(name, 0)


def _point(terms: Mapping[str, Any]) -> Point:
    # Plain zeros are dropped at once; a zero hidden in an expression is found by the certificate.
    return Point({n: c for n, c in terms.items() if c != 0})


ZERO = Point({})


def basis(name: str) -> Point:
    """Return the vector (or scalar) called `name`.

    >>> basis("g")
    Point(terms={'g': 1})
    """
    return Point({name: 1})


def constant(value: Any) -> Point:
    """Return the number `value` as a linear form.

    >>> constant(3)
    Point(terms={'1': 3})
    """
    return value * basis(ONE)


def gram_name(i: str, j: str) -> str:
    """Return the name of the Gram entry ⟨i, j⟩, the same for both orders.

    >>> gram_name("z", "g")
    '<g,z>'
    >>> gram_name("a,b", "c")
    Traceback (most recent call last):
    ValueError: `gram_name('a,b', 'c')`: i must not hold a comma or an angle bracket
    """
    for parameter, name in (("i", i), ("j", j)):
        if not _MARKS.isdisjoint(name):
            rule = "must not hold a comma or an angle bracket"
            raise refuse(f"gram_name({i!r}, {j!r})", parameter, rule)
    return f"<{min(i, j)},{max(i, j)}>"


def gram_pair(name: str) -> tuple[str, str] | None:
    """Return i and j if `name` is that of the Gram entry ⟨i, j⟩, else None.

    >>> gram_pair("<g,z>"), gram_pair("g")
    (('g', 'z'), None)
    """
    if not (name.startswith("<") and name.endswith(">") and name.count(",") == 1):
        return None
    i, j = name[1:-1].split(",")
    return i, j


def inner(a: Point, b: Point, entry: Callable[[str, str], Any] | None = None) -> Any:
    """Return ⟨a, b⟩, as a linear form in Gram entries, or in what `entry(i, j)` returns.

    >>> inner(basis("z"), basis("z") - 2 * basis("u"))
    Point(terms={'<z,z>': 1, '<u,z>': -2})
    >>> G = {("u", "u"): 4.0, ("u", "z"): 1.0, ("z", "z"): 1.0}
    >>> inner(basis("z"), basis("z") - 2 * basis("u"), lambda i, j: G[min(i, j), max(i, j)])
    -1.0
    """
    if entry is None:
        total = ZERO
        for i, x in a.terms.items():
            for j, y in b.terms.items():
                total = total + (x * y) * basis(gram_name(i, j))
        return total
    return sum(x * y * entry(i, j) for i, x in a.terms.items() for j, y in b.terms.items())


def norm2(a: Point) -> Point:
    """Return |a|² = ⟨a, a⟩ as a linear form in Gram entries.

    >>> norm2(basis("z") - basis("u"))
    Point(terms={'<z,z>': 1, '<u,z>': -2, '<u,u>': 1})
    """
    return inner(a, a)
