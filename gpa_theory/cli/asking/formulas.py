"""A constant as a formula in t and T: `0.5*(1-t/T)`, read as arithmetic alone."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from fractions import Fraction

from gpa_theory.cli.arguments import exact
from gpa_theory.core.validation import refuse

HAS_TIME = re.compile(r"\b[tT]\b")


@dataclass(frozen=True, slots=True)
class Formula:
    """The text of a formula in which t or T stands."""

    text: str


def number_or_formula(text: str) -> Fraction | Formula:
    """Return a number as it is written, or a formula in t and T.

    >>> number_or_formula(".5"), number_or_formula("1/sqrt(t)")
    (Fraction(1, 2), Formula(text='1/sqrt(t)'))
    """
    try:
        return exact(text)
    except argparse.ArgumentTypeError:
        if not HAS_TIME.search(text):
            raise
        return Formula(text)


def values_of(flag: str, formula: Formula, steps: int) -> list[Fraction]:
    """Return the values at t = 1 … T − 1: fractions, or the floats next to what is none.

    >>> values_of("--gamma", Formula("1-t/T"), 4)
    [Fraction(3, 4), Fraction(1, 2), Fraction(1, 4)]
    """
    from gpa_theory.symbolic.expressions import expression

    call = "gpa worst-case"
    found = expression(call, flag, formula.text)
    names = {str(symbol): symbol for symbol in found.free_symbols}
    if not names.keys() <= {"t", "T"}:
        others = ", ".join(sorted(names.keys() - {"t", "T"}))
        raise refuse(call, flag, f"must be a formula in t and T alone, not {others}")
    made = []
    for t in range(1, steps):
        known = {"t": t, "T": steps}
        value = found.subs({symbol: known[name] for name, symbol in names.items()})
        if not (value.is_real and value.is_finite):
            raise refuse(call, flag, f"has no real value at t = {t}: {formula.text}")
        if value.is_Rational:
            made.append(Fraction(int(value.p), int(value.q)))
        else:
            made.append(Fraction(float(value.evalf(30))))
    return made
