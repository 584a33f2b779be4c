r"""A proved upper bound on a gap: an expression, what it assumes, and the proof it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any

import mpmath
import sympy as sp

from gpa_theory.core.assumptions import Assumption, check_assumptions
from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import ONE
from gpa_theory.core.labels import Label
from gpa_theory.core.validation import check_range, refuse
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import WORDS, Expr, T, epsilon, mu_x, rho

if TYPE_CHECKING:
    from gpa_theory.symbolic.tuning import Rate

DIGITS = 40  # working precision of `at`: the rounding of the result to a float is all that is left
METRICS = {
    "last": "f(x_T) − f(u)",
    "average": "f(mean x_t) − f(u)",
    "mean": "mean f(x_t) − f(u)",
    "weighted": "f((x_1 + … + x_{T−1} + (1+ρ) x_T)/(T+ρ)) − f(u)",
}
_LATEX = {
    "last": r"f(x_T)-f(u)",
    "average": r"f\Bigl(\tfrac1T\sum_{t\le T} x_t\Bigr)-f(u)",
    "mean": r"\tfrac1T\sum_{t\le T} f(x_t)-f(u)",
    "weighted": r"f\Bigl(\tfrac{x_1+\dots+x_{T-1}+(1+\rho)x_T}{T+\rho}\Bigr)-f(u)",
}


def word(symbol: sp.Symbol) -> str:
    """Return the interface word of `symbol`: `steps` for T, `lipschitz` for G, …."""
    return next(name for name, known in WORDS.items() if known == symbol)


@dataclass(frozen=True)
class Bound:
    r"""A proved inequality metric ≤ Σ terms, for a convex f and any comparator u it allows.

    .. math:: \text{metric} \le \sum_i \text{terms}_i

    `choices` records what tuning has fixed.  Values go in by interface word.

    >>> from gpa_theory.symbolic.rates import bound
    >>> average = bound("ogd", "average").tuned("gamma")
    >>> average.terms["regret"]
    D*G/sqrt(T)
    >>> round(average.at(steps=100, lipschitz=1, radius=1, mu_x=0.9), 6)
    0.19
    >>> average.at(steps=0, lipschitz=1, radius=1, mu_x=0.9)
    Traceback (most recent call last):
    ValueError: `Bound.at(steps=0)`: steps must lie in [1, ∞)
    """

    metric: str
    terms: Mapping[str, Expr]
    assumptions: frozenset[Assumption]
    source: str
    proofs: tuple[Proof, ...]
    label: Label = Label.PROVED
    choices: Mapping[sp.Symbol, Expr] = field(default_factory=dict)
    least_steps: int = 1  # the bound is stated for T ≥ least_steps
    per_epsilon: Expr = 0  # what each unit of f(u) − min f adds, if u is only nearly a minimizer

    @property
    def quantity(self) -> str:
        """Return what is bounded, in symbols."""
        return METRICS[self.metric]

    @property
    def expression(self) -> Expr:
        """Return the sum of the terms."""
        return sp.Add(*self.terms.values())

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the interface words of the free symbols, sorted."""
        return tuple(sorted(word(s) for s in self.expression.free_symbols))

    def check(self) -> None:
        """Raise `CertificateError` unless the proofs re-check and end in exactly this bound."""
        for proof in self.proofs:
            proof.check()
        ended = self.proofs[-1].claim.coefficient(ONE)
        stated = self.expression + self.per_epsilon * epsilon
        if sp.simplify(_comparable(ended, self.choices) - _comparable(stated, {})) != 0:
            raise CertificateError(
                f"Bound({self.metric}): the proof ends in another bound: {ended}"
            )

    def at(self, **values: Any) -> float:
        """Return the bound at numbers, correctly rounded but for the last digit.

        Domain: steps ≥ 1, 0 ≤ mu_x < 1, all else > 0.  Words the bound does not use are refused.
        """
        return self._evaluate(self.expression, values)

    def terms_at(self, **values: Any) -> dict[str, float]:
        """Return every term at numbers."""
        return {name: self._evaluate(term, values) for name, term in self.terms.items()}

    def choices_at(self, **values: Any) -> dict[str, float]:
        """Return every tuned constant at numbers, by interface word."""
        return {word(s): self._evaluate(choice, values) for s, choice in self.choices.items()}

    def on(self, constants: Mapping[Assumption, Any], **values: Any) -> float:
        """Return the bound for a problem with these constants; refuse one that lacks any.

        `values` gives what a problem cannot know (steps, mu_x, gamma).  If the problem's comparator
        is a minimizer only up to ε, what that costs is added.
        """
        given = {**self.constants_from(constants), **values}
        gap = constants.get(Assumption.MINIMIZER) or 0.0
        return self.at(**given) + gap * self._evaluate(sp.sympify(self.per_epsilon), given)

    def choices_on(self, constants: Mapping[Assumption, Any], **values: Any) -> dict[str, float]:
        """Return every tuned constant for a problem with these constants, by interface word."""
        return self.choices_at(**self.constants_from(constants), **values)

    def constants_from(self, constants: Mapping[Assumption, Any]) -> dict[str, Any]:
        """Return the constants this bound takes from a problem, by interface word."""
        check_assumptions(f"Bound.on(metric={self.metric!r})", self.assumptions, constants)
        by_symbol = {a.symbol: value for a, value in constants.items() if a.symbol}
        wanted = (WORDS[name] for name in self.parameters)
        return {word(s): by_symbol[s.name] for s in wanted if s.name in by_symbol}

    def tuned(self, name: str) -> Bound:
        """Return the bound at the best value of one constant; see `tuning.tuned`."""
        from gpa_theory.symbolic import tuning

        return tuning.tuned(self, name)

    def horizon(self) -> Bound:
        """Return the last-iterate bound with γ and μ_x chosen from T; see `tuning.horizon`."""
        from gpa_theory.symbolic import tuning

        return tuning.horizon(self)

    def rate(self) -> Rate:
        """Return the leading order in T; see `tuning.rate`."""
        from gpa_theory.symbolic import tuning

        return tuning.rate(self)

    def latex(self) -> str:
        """Return the inequality as LaTeX."""
        return rf"{_LATEX[self.metric]} \le {sp.latex(self.expression)}"

    def _evaluate(self, expression: Expr, values: Mapping[str, Any]) -> float:
        self._check_values(values)
        names = self.parameters
        function = _compiled(expression, names)
        with mpmath.workdps(DIGITS):
            found = float(function(*(_exact(values[n]) for n in names)))
        if not isfinite(found):
            raise refuse("Bound.at()", "the bound", f"is not a finite float at {dict(values)}")
        return found

    def _check_values(self, values: Mapping[str, Any]) -> None:
        for name in values:
            if name not in self.parameters:
                known = ", ".join(self.parameters)
                raise refuse(f"Bound.at({name}=…)", name, f"is not used here (used: {known})")
        for name in self.parameters:
            if name not in values:
                needed = WORDS[name].name
                raise refuse("Bound.at()", name, f"({needed} of the bound) is needed and missing")
            check_value(f"Bound.at({name}={values[name]})", name, values[name], self.least_steps)


def _comparable(expression: Any, choices: Mapping[sp.Symbol, Expr]) -> Expr:
    """Return the expression in c = √(1−μ_x), √T and M = μ_x^{T−1}: roots become plain symbols."""
    c, root = sp.symbols("c tau", positive=True)
    chosen = sp.sympify(expression).subs(list(choices.items()))
    powered = chosen.subs(mu_x ** (T - 1), sp.Symbol("M", nonnegative=True))
    return powered.subs({rho: (1 - c**2) / c**2, mu_x: 1 - c**2}).subs(T, root**2)


@lru_cache(maxsize=256)
def _compiled(expression: Expr, names: tuple[str, ...]) -> Callable[..., Any]:
    return sp.lambdify([WORDS[n] for n in names], expression, "mpmath")


def check_value(call: str, name: str, value: Any, least_steps: int = 1) -> None:
    """Raise unless `value` lies in the domain of the interface word `name`."""
    if isinstance(value, bool) or getattr(value, "free_symbols", None):
        raise refuse(call, name, "must be a number")
    if name in ("steps", "dimension"):
        least = least_steps if name == "steps" else 1
        check_range(call, name, value, least)
        if value != int(value):
            raise refuse(call, name, f"must be an integer ≥ {least}")
    elif name == "mu_x":
        check_range(call, name, value, 0, 1, open_high=True)
    else:
        check_range(call, name, value, 0, open_low=name != "squared_gradients")


def _exact(value: Any) -> Any:
    """Return `value` as an mpmath number: floats, ints, Fractions and sympy rationals are exact."""
    exact = Fraction(str(sp.Rational(value)) if isinstance(value, sp.Basic) else value)
    return mpmath.mpf(int(exact.numerator)) / int(exact.denominator)
