r"""The rows of the weighted theorem: what each choice of weights p_t and past ρ_t says.

A row normalizes Σ q_t φ_t ≤ Σ p_t r_t to a statement about the metric it bounds.  The q_t are
computed from p_t and ρ_t; all rows below have a constant q_t for 1 < t < T, so that

.. math:: \sum_t q_t \varphi_t = q \sum_t \varphi_t + (q_1 - q)\,\varphi_1 + (q_T - q)\,\varphi_T
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from gpa_theory.core.gram import Point, basis
from gpa_theory.symbolic.engine import vocabulary
from gpa_theory.symbolic.engine.symbols import Expr, T, mu_x, shortened

RHO = mu_x / (1 - mu_x)
t = sp.Symbol("t", positive=True)

# Names of the sums that rows and regret bounds share.
REGRET = basis(vocabulary.REGRET.name)  # Σ_{t≤T} r_t
DISCOUNTED = basis(vocabulary.DISCOUNTED.name)  # Σ_{2≤t≤T} μ_x^{T−t} r_t
FIRST_REGRET = basis(vocabulary.FIRST_REGRET.name)
SUM = basis(vocabulary.GAPS.name)  # Σ_{t≤T} φ_t
FIRST, LAST = basis(vocabulary.FIRST.name), basis(vocabulary.LAST.name)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A choice of p_t and ρ_t, and the inequality that follows from it.

    `first` is p_1; `weight(t)` and `past(t)` are p_t and ρ_t for t ≥ 2; `regrets` is Σ p_t r_t
    written in the named sums above.
    """

    name: str
    words: str
    first: Expr
    weight: Callable[[Any], Expr]
    past: Callable[[Any], Expr]
    regrets: Point
    ours: bool = False

    def q_first(self) -> Expr:
        """Return q_1 = p_1 − p_2 ρ_2 (ρ_1 = 0), for T ≥ 2."""
        two = sp.Integer(2)
        return shortened(self.first - self.weight(two) * self.past(two))

    def q_middle(self) -> Expr:
        """Return q_t = p_t (1+ρ_t) − p_{t+1} ρ_{t+1} for 1 < t < T; every row has a constant."""
        kept = self.weight(t) * (1 + self.past(t))
        q = shortened(kept - self.weight(t + 1) * self.past(t + 1))
        if q.has(t):
            raise ValueError(f"`Scheme({self.name})`: q_t must not depend on t, found {q}")
        return q

    def q_last(self) -> Expr:
        """Return q_T = p_T (1+ρ_T), for T ≥ 2."""
        return shortened(self.weight(T) * (1 + self.past(T)))

    def gap(self) -> Point:
        """Return Σ p_t r_t − Σ q_t φ_t as a linear form in the named sums: it is ≥ 0."""
        q = self.q_middle()
        gaps = q * SUM + (self.q_first() - q) * FIRST + (self.q_last() - q) * LAST
        return self.regrets - gaps

    def normalized(self, by: Expr) -> Point:
        """Return `gap()` divided by `by` > 0, coefficients simplified."""
        return Point({name: shortened(c / by) for name, c in self.gap().terms.items()})


def _one(t: Any) -> Expr:
    return sp.Integer(1)


def _constant(t: Any) -> Expr:
    return RHO


def _growing(t: Any) -> Expr:
    return mu_x ** (-t)


SCHEMES = {
    row.name: row
    for row in (
        Scheme(
            "average",
            "mean of f(x_t), constant μ_x",
            sp.Integer(1),
            _one,
            _constant,
            REGRET,
        ),
        Scheme(
            "schedule_free",
            "last iterate, c_t = 1/t",
            sp.Integer(1),
            _one,
            lambda t: t - 1,
            REGRET,
        ),
        Scheme(
            "online_to_batch",
            "mean of f(z_t): the base optimizer itself, μ_x = 0",
            sp.Integer(1),
            _one,
            lambda t: sp.Integer(0),
            REGRET,
        ),
        Scheme(
            "last",
            "last iterate by discounted regret, constant μ_x",
            sp.Integer(0),
            _growing,
            _constant,
            mu_x ** (-T) * DISCOUNTED,
            ours=True,
        ),
        Scheme(
            "last_from_regret",
            "last iterate by discounted regret, φ_1 replaced by r_1",
            1 / (mu_x * (1 - mu_x)),
            _growing,
            _constant,
            mu_x ** (-T) * DISCOUNTED + 1 / (mu_x * (1 - mu_x)) * FIRST_REGRET,
            ours=True,
        ),
        Scheme(
            "no_remainder",
            "f at the mean that counts x_T 1+ρ times, no remainder",
            1 + RHO,
            _one,
            _constant,
            REGRET + RHO * FIRST_REGRET,
            ours=True,
        ),
    )
}
