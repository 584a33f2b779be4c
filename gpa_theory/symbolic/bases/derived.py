"""The certificates of `core.atlas.derived`: what each proof ends in, as the formula of its row.

The rows of `core.bases` have theirs in `symbolic.rates`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from gpa_theory.core.gram import ONE
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases import curved, decreasing, drawn_back, ftrl, gradient_descent, hinted
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import Expr, T, mu_x, rho


@dataclass(frozen=True)
class Certified:
    """A proof of bound − `quantity` ≥ 0, and how its numbers are called in the row.

    `sums` gives a formula for each named sum in the claim, `numbers` one for each symbol.
    """

    proof: Proof
    quantity: str
    sums: Mapping[str, Expr] = field(default_factory=dict)
    numbers: Mapping[Any, Expr] = field(default_factory=dict)

    def bound(self) -> Expr:
        """Re-check the proof and return what it bounds the quantity by.

        Raises:
            CertificateError: if it proves nothing.

        >>> CERTIFIED["ogd-smooth"]().bound()
        D**2/(2*gamma)
        """
        terms = dict(self.proof.proved().claim.terms)
        weight = -sp.sympify(terms.pop(self.quantity))
        known = {ONE: sp.S.One, **self.sums}
        total = sum((value * known[name] for name, value in terms.items()), sp.S.Zero)
        return sp.expand(total / weight).subs(dict(self.numbers))


def _own(name: str) -> Expr:
    return sp.Symbol(name, positive=True)


def _name(quantity: Any) -> str:
    (name,) = quantity.terms
    return str(name)


HARMONIC = 1 + sp.log(T)  # ≥ Σ_{t≤T} 1/t, since 1/t ≤ ∫ 1/s over [t−1, t] for t ≥ 2

CERTIFIED: dict[str, Callable[[], Certified]] = {
    "ogd-decreasing": lambda: Certified(
        decreasing.plain(),
        _name(schemes.REGRET),
        {decreasing.STEPS.name: _own("step_sum")},
        {decreasing.k: 1 / _own("gamma_last")},
    ),
    "ftrl": lambda: Certified(ftrl.plain().proof, _name(schemes.REGRET)),
    "optimistic-ftrl": lambda: Certified(
        hinted.optimistic(), hinted.REGRET.name, {hinted.MISSED.name: _own("miss")}
    ),
    "ogd-strongly-convex": lambda: Certified(
        curved.strong(), curved.STRONG.name, {curved.HARMONIC.name: HARMONIC}
    ),
    "ogd-smooth": lambda: Certified(curved.smooth(), curved.SMOOTH.name),
    "discounted-ogd": lambda: Certified(
        gradient_descent.discounted().proof,
        _name(schemes.DISCOUNTED),
        numbers={rho: mu_x / (1 - mu_x)},
    ),
    "drawn-back": lambda: Certified(
        drawn_back.discounted(),
        drawn_back.SUM.name,
        numbers={drawn_back.odds: mu_x / (1 - mu_x)},
    ),
}
