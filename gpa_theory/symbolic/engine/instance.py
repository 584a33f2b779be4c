"""An earlier part with expressions put for symbols that it is proved for whatever they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from gpa_theory.core.certificate import CertificateError
from gpa_theory.symbolic.engine.algebra import HorizonRoot
from gpa_theory.symbolic.engine.fields import fits
from gpa_theory.symbolic.engine.forms import alike, changed, within
from gpa_theory.symbolic.engine.scope import Proved, constants, joined
from gpa_theory.symbolic.engine.symbols import CONSTANTS, Expr, gamma, nu, rho

TIED = CONSTANTS - {gamma, rho, nu}  # what a problem says, or the length of the run


@dataclass(frozen=True, slots=True)
class Instance:
    """An earlier part with expressions put for some of its universal symbols.

    Each expression must be proved to have the sign that the symbol is declared to have.  A symbol
    that stands for something already (T, a constant of the problem, a number that an induction
    carries) is no variable; only what it stands for may be put for it.
    """

    of: str
    substitution: Mapping[Any, Expr]

    def proved(self, earlier: Proved) -> Proved:
        """Return the claim, and the meanings of its names, with the expressions put in."""
        if type(self.substitution) is not dict:
            raise CertificateError("what is put for what is said by a dict")
        for symbol, value in self.substitution.items():
            _check_variable(symbol, value, earlier)
        change = dict(self.substitution)
        gone = {(kind, symbol) for symbol in change for kind in ("value", "constant")}
        put_in = {s for value in change.values() for s in sp.sympify(value).free_symbols}
        scope = {
            key: within(meaning, change)
            for key, meaning in earlier.scope.items()
            if key not in gone
        }
        scope = joined(scope, constants(put_in))
        claim = changed(earlier.claim, change)
        return Proved(claim, scope, earlier.assumptions, earlier.least_steps)


def _check_variable(symbol: Any, value: Expr, earlier: Proved) -> None:
    if type(symbol) is not sp.Symbol:
        raise CertificateError(f"{symbol!r} is no symbol, so nothing can be put for it")
    meaning = earlier.scope.get(("value", symbol))
    if type(meaning) is HorizonRoot:
        if not alike(meaning.value, value):
            raise CertificateError(f"{symbol} stands for {meaning.value}, not for {value}")
        return
    defined = any(n == symbol for kind, n in earlier.scope if kind in ("step", "end", "within"))
    if symbol in TIED or defined:
        raise CertificateError(f"{symbol} stands for something already: it is no variable")
    if not fits(symbol, value):
        raise CertificateError(f"{symbol} = {value} is not proved to have the sign of {symbol}")
