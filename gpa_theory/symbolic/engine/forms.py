"""Other things put for the names and symbols of a linear form, Gram entries included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import sympy as sp

from gpa_theory.core.certificate import Certificate, CertificateError
from gpa_theory.core.gram import Point, basis, gram_pair, inner
from gpa_theory.symbolic.engine.fields import RATIONAL_FUNCTIONS, is_exact, is_real
from gpa_theory.symbolic.engine.symbols import Expr

Change = Mapping[Any, Any]  # names to Points, symbols to expressions


def changed(form: Point, change: Change) -> Point:
    """Return the form with Points put for names and expressions for symbols, all at once.

    >>> from gpa_theory.core.gram import norm2
    >>> changed(norm2(basis("a")), {"a": basis("b") - basis("c")}).terms
    {'<b,b>': 1, '<b,c>': -2, '<c,c>': 1}
    """
    found: dict[str, Any] = {}
    for name, coefficient in form.terms.items():
        by = expression(coefficient, change)
        for part, c in _put(name, change).terms.items():
            found[part] = found.get(part, 0) + by * c
    return Point({name: c for name, c in found.items() if c != 0})


def _put(name: str, change: Change) -> Point:
    pair = gram_pair(name)
    if name in change or pair is None:
        return change.get(name, basis(name))
    i, j = (change.get(part, basis(part)) for part in pair)
    return inner(i, j)


def expression(value: Any, change: Change) -> Expr:
    """Return the expression with others put for its symbols, all at once."""
    symbols = {s: e for s, e in change.items() if isinstance(s, sp.Symbol)}
    present = {s: e for s, e in symbols.items() if sp.sympify(value).has(s)}
    return sp.sympify(value).subs(present, simultaneous=True) if present else value


def within(meaning: Any, change: Change) -> Any:
    """Return an object with the change made in every form and expression that it holds."""
    if isinstance(meaning, Point):
        return changed(meaning, change)
    if isinstance(meaning, sp.Symbol):  # a symbol that a component defines keeps its name
        return meaning
    if isinstance(meaning, sp.Expr):
        return expression(meaning, change)
    if isinstance(meaning, tuple):
        return tuple(within(part, change) for part in meaning)
    if is_dataclass(meaning) and not isinstance(meaning, type):
        inner_parts = {f.name: within(getattr(meaning, f.name), change) for f in fields(meaning)}
        return replace(meaning, **inner_parts)
    return meaning


def names(form: Point) -> Iterator[str]:
    """Yield every name of vectors and scalars in the form, those of Gram entries one by one."""
    for name in form.terms:
        yield from gram_pair(name) or (name,)


def symbols(form: Point) -> set[Any]:
    """Return the symbols in the coefficients."""
    return {s for c in form.terms.values() for s in sp.sympify(c).free_symbols}


def parameters(meaning: Any) -> set[Any]:
    """Return every symbol in an object, in whatever forms and expressions it holds."""
    if isinstance(meaning, Point):
        return symbols(meaning)
    if isinstance(meaning, sp.Expr):
        return set(meaning.free_symbols)
    if is_dataclass(meaning) and not isinstance(meaning, type):
        return parameters(tuple(getattr(meaning, f.name) for f in fields(meaning)))
    if isinstance(meaning, tuple):
        return {s for part in meaning for s in parameters(part)}
    return set()


def same(one: Point, other: Point) -> bool:
    """Return whether two forms are equal: every coefficient of the difference reduces to zero."""
    return not Certificate(one - other, ()).residual(RATIONAL_FUNCTIONS)


def alike(one: Any, other: Any) -> bool:
    """Return whether two meanings are the same: one type, and equal parts in normal form."""
    if type(one) is not type(other):
        numbers = isinstance(one, sp.Expr | int) and isinstance(other, sp.Expr | int)
        return numbers and RATIONAL_FUNCTIONS.reduce(sp.sympify(one) - other) == 0
    if isinstance(one, Point):
        return same(one, other)
    if isinstance(one, sp.Expr):
        return RATIONAL_FUNCTIONS.reduce(one - other) == 0
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if is_dataclass(one):
        return all(alike(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return one == other


def check_form(form: Any) -> None:
    """Raise unless this is a linear form and nothing else: names with exact coefficients."""
    if type(form) is not Point or type(form.terms) is not dict:
        raise CertificateError(f"{form!r} is no linear form")
    for name, c in form.terms.items():
        if type(name) is not str or not is_exact(c):
            raise CertificateError(f"{name!r}: {c!r} is no exact coefficient of a name")


def check_vector(vector: Any) -> None:
    """Raise unless this is a combination of names with coefficients that are proved real."""
    check_form(vector)
    for name, c in vector.terms.items():
        if not is_real(c):
            raise CertificateError(f"{name!r} has the coefficient {c}, not known to be real")
