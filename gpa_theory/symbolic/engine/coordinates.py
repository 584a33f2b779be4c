"""What is proved of every coordinate, added up over all coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import ONE, Point, gram_pair
from gpa_theory.symbolic.engine.components import Total
from gpa_theory.symbolic.engine.numbers import RootOfTotal
from gpa_theory.symbolic.engine.run import check_new, check_symbols
from gpa_theory.symbolic.engine.scope import Proved, joined
from gpa_theory.symbolic.engine.symbols import Expr, d


@dataclass(frozen=True, slots=True)
class Coordinatewise:
    """A meaning in which all vectors are coordinates i of vectors."""

    of: Any


@dataclass(frozen=True, slots=True)
class SumOverCoordinates:
    """The meaning of a symbol: Σ_i of a number that each coordinate has."""

    of: Any


def added_up(each: Proved, roots: Mapping[Any, Any], names: Mapping[str, str]) -> Proved:
    """Return the sum over i of a claim about coordinate i; it must be linear in what depends on i.

    `roots` puts Σ_i q_i for each root q_i, `names` the name of the whole for each sum of inner
    products: ⟨a, b⟩ is the sum of its coordinates, so such a sum over steps is, too.  A number that
    does not depend on i counts d times.
    """
    if type(roots) is not dict or type(names) is not dict:
        raise CertificateError("what is added up to what is said by a dict")
    check_symbols(*roots.values())
    sums = [{("end", s): SumOverCoordinates(_root(each, q, s))} for q, s in roots.items()]
    for whole in names.values():
        check_new(whole)
    wholes = [
        {("end", whole): replace(_inner_products(each, part), name=whole)}
        for part, whole in names.items()
    ]
    scope = joined(_laws(each), *sums, *wholes)
    found = Point({ONE: _constant(each, roots)})
    for name, c in each.claim.terms.items():
        if name == ONE:
            continue
        if name not in names or sp.sympify(c).free_symbols & _depending(each):
            raise CertificateError(f"{name!r} does not add up over coordinates")
        found = found + Point({names[name]: c})
    assumed = {Assumption.DIMENSION, Assumption.COORDINATEWISE}
    return Proved(found, scope, each.assumptions | assumed, each.least_steps)


def _constant(each: Proved, roots: Mapping[Any, Any]) -> Expr:
    """Return the sum of the number in the claim, which must be linear in the roots q_i."""
    left = sp.expand(sp.sympify(each.claim.coefficient(ONE)))
    total = sp.S.Zero
    for root, whole in roots.items():
        slope = sp.diff(left, root)
        left = sp.expand(left - slope * root)
        total += slope * whole
    if (left.free_symbols | (total.free_symbols - set(roots.values()))) & _depending(each):
        raise CertificateError(f"{each.claim.coefficient(ONE)} does not add up over coordinates")
    return total + d * left


def _depending(each: Proved) -> set[Any]:
    """Return the symbols that a component defines: they may depend on i."""
    return {n for kind, n in each.scope if kind in ("step", "end", "within")}


def _root(each: Proved, root: Any, total: Any) -> RootOfTotal:
    meaning = each.scope.get(("end", root))
    fresh = total.is_nonnegative and not total.is_positive
    if type(meaning) is not RootOfTotal or not fresh or total in each.claim_symbols():
        raise CertificateError(f"{total} is no sum of roots {root}")
    return meaning


def _inner_products(each: Proved, name: str) -> Total:
    meaning = each.scope.get(("end", name))
    if type(meaning) is not Total or not all(map(gram_pair, meaning.term.terms)):
        raise CertificateError(f"{name!r} does not add up over coordinates")
    return meaning


def _laws(each: Proved) -> Mapping[Any, Any]:
    """Return how the run moves, coordinate by coordinate."""
    return {
        (kind, n): meaning if kind == "constant" else Coordinatewise(meaning)
        for (kind, n), meaning in each.scope.items()
        if kind in ("law", "step", "within", "constant")
    }
