r"""A proved upper bound on a gap: an expression, what it assumes, and the proof it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import sympy as sp

from gpa_theory.core.assumptions import Assumption, check_assumptions
from gpa_theory.core.labels import Label
from gpa_theory.core.metrics import METRICS
from gpa_theory.core.validation import refuse
from gpa_theory.symbolic import horizon_rule, vacuous
from gpa_theory.symbolic.engine.content import remembered
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import (
    Expr,
    epsilon,
    gamma,
    mu_x,
    named,
    simplified,
    word,
)
from gpa_theory.symbolic.evaluation import check_distances, check_value, evaluate
from gpa_theory.symbolic.growth.rate import Rate, rate_of
from gpa_theory.symbolic.statement import base_of, check_statement, stated_regrets
from gpa_theory.symbolic.tuning import minimizer


@dataclass(frozen=True)
class Bound:
    r"""A proved inequality metric ≤ Σ terms, for a convex f and any comparator u it allows.

    .. math:: \text{metric} \le \sum_i \text{terms}_i

    `choices` records what tuning has fixed.  Values go in by interface word.  A bound that its
    proofs do not end in, as a whole and down to the meaning of its names, cannot be made.

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
    choices: Mapping[sp.Symbol, Expr] = field(default_factory=dict)
    least_steps: int = 1  # the bound is stated for T ≥ least_steps
    own: bool = False  # the base is in no table: it moves as the user's proof says
    any_mu_y: ClassVar[bool] = True  # every row of the weighted theorem holds for 0 ≤ μ_y ≤ 1
    per_epsilon: Expr = 0  # what each unit of f(u) − min f adds, if u is only nearly a minimizer

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", dict(self.terms))
        object.__setattr__(self, "choices", dict(self.choices))
        self.check()

    @property
    def label(self) -> Label:
        """Return `PROVED`, once the proofs have been re-checked; there is no other way to it."""
        self.check()
        return Label.PROVED

    @property
    def quantity(self) -> str:
        """Return what is bounded, in symbols."""
        return METRICS[self.metric].gap()

    @property
    def expression(self) -> Expr:
        """Return the sum of the terms."""
        return sp.Add(*self.terms.values())

    @property
    def formula(self) -> Expr:
        """Return the sum of the terms and of what ε costs: all that the theorem states."""
        return self.expression + self.per_epsilon * epsilon

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the interface words of the free symbols, sorted."""
        return tuple(sorted(named(self.expression)))

    def check(self) -> None:
        """Raise `CertificateError` unless the proofs re-check and end in exactly this bound."""
        given = self.metric, self.formula, self.assumptions, self.proofs, self.choices
        remembered(check_statement, *given, self.least_steps, self.own)

    @property
    def base(self) -> str:
        """Return around which base this is proved: a name of `core.bases`, "any", or "own"."""
        return str(base_of(self.proofs[-1], self.choices))

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """Return in words all that is assumed, a regret bound as its user states it."""
        stated = stated_regrets(self.proofs[-1])
        known = {a.words for a in self.assumptions if a is not Assumption.REGRET}
        return (*sorted(known), *(regret.said() for regret in stated))

    def at(self, **values: Any) -> float:
        """Return the bound at numbers, correctly rounded but for the last digit.

        Domain: steps ≥ 1, 0 ≤ mu_x < 1, epsilon ≥ 0, all else > 0; radius ≤ diameter.  Words the
        bound does not use are refused.  `epsilon` may be left out: then u minimizes f.
        """
        return self._evaluate(self.formula, values)

    def terms_at(self, **values: Any) -> dict[str, float]:
        """Return every term at numbers, what ε costs among them if `epsilon` is given."""
        priced = {"ε": self.per_epsilon * epsilon} if "epsilon" in values else {}
        terms = {**self.terms, **priced}
        return {name: self._evaluate(term, values) for name, term in terms.items()}

    def vacuous(self, *, moves: bool = False, **values: Any) -> str:
        """Return why the bound says nothing at these numbers, or "" if it says something.

        `moves` says whether every base step is at most γ|g_t| long, as those of OGD are.

        >>> from gpa_theory.symbolic.rates import bound
        >>> bound("ogd", "average").tuned("gamma").vacuous(steps=1, mu_x=0.9, lipschitz=1, radius=1)
        'the start x_1 = z_1 has a gap of at most GD = 1 already'
        """
        chosen = self.choices_at(**values)
        everywhere = not METRICS[self.metric].correction
        value = self.at(**values)
        return vacuous.reason(value, {**values, **chosen}, everywhere=everywhere, moves=moves)

    def choices_at(self, **values: Any) -> dict[str, float]:
        """Return every tuned constant at numbers, by interface word."""
        return {word(s): self._evaluate(choice, values) for s, choice in self.choices.items()}

    def on(self, constants: Mapping[Assumption, Any], **values: Any) -> float:
        """Return the bound for a problem with these constants; refuse one that lacks any.

        `values` gives what a problem cannot know (steps, mu_x, gamma).  If the problem's comparator
        is a minimizer only up to ε, what that costs is added.
        """
        given = {**self.constants_from(constants), **values}
        if self.per_epsilon != 0:
            given.setdefault("epsilon", constants[Assumption.MINIMIZER])
        return self.at(**given)

    def choices_on(self, constants: Mapping[Assumption, Any], **values: Any) -> dict[str, float]:
        """Return every tuned constant for a problem with these constants, by interface word."""
        return self.choices_at(**self.constants_from(constants), **values)

    def constants_from(self, constants: Mapping[Assumption, Any]) -> dict[str, Any]:
        """Return the constants this bound takes from a problem, by interface word."""
        check_assumptions(f"Bound.on(metric={self.metric!r})", self.assumptions, constants)
        by_symbol = {a.symbol: value for a, value in constants.items() if a.symbol}
        wanted = named(self.expression).items()
        return {name: by_symbol[s.name] for name, s in wanted if s.name in by_symbol}

    def tuned(self, name: str) -> Bound:
        """Return the bound at the best value of one constant, given by interface word."""
        if name not in self.parameters:
            rule = f"must be one of {', '.join(self.parameters)}"
            raise refuse(f"tuned({name!r})", "symbol", rule)
        symbol, choice = named(self.expression)[name], minimizer(self.expression, name)
        terms = {n: simplified(term.subs(symbol, choice)) for n, term in self.terms.items()}
        priced = simplified(sp.sympify(self.per_epsilon).subs(symbol, choice))
        choices = {**self.choices, symbol: choice}
        return replace(self, terms=terms, choices=choices, per_epsilon=priced)

    def horizon(self) -> Bound:
        """Return the last-iterate bound with γ tuned and μ_x chosen from the horizon T ≥ 2."""
        if self.metric != "last" or mu_x not in self.expression.free_symbols:
            raise refuse("horizon()", "bound", "must be the last-iterate bound with constant μ_x")
        at_best = self if gamma in self.choices else self.tuned(word(gamma))
        chosen = 1 - horizon_rule.PRESENT
        return replace(
            at_best,
            terms=horizon_rule.TERMS,
            choices={mu_x: chosen, gamma: at_best.choices[gamma].subs(mu_x, chosen)},
            proofs=(horizon_rule.proof_from(self.proofs[-1]),),
            least_steps=horizon_rule.LEAST_STEPS,
        )

    def rate(self) -> Rate:
        """Return the leading order in T, every other constant being fixed."""
        return rate_of(self.expression)

    def latex(self) -> str:
        """Return the inequality as LaTeX."""
        return rf"{METRICS[self.metric].latex_gap()} \le {sp.latex(self.formula)}"

    def _evaluate(self, expression: Expr, values: Mapping[str, Any]) -> float:
        self._check_values(values)
        given = {"epsilon": 0, **values} if expression.has(epsilon) else values
        return evaluate("Bound.at()", expression, given)

    def _check_values(self, values: Mapping[str, Any]) -> None:
        for name in values:
            if name not in self.parameters and not (name == "epsilon" and self.per_epsilon != 0):
                known = ", ".join(self.parameters)
                raise refuse(f"Bound.at({name}=…)", name, f"is not used here (used: {known})")
        for name in self.parameters:
            if name not in values:
                needed = named(self.expression)[name].name
                raise refuse("Bound.at()", name, f"({needed} of the bound) is needed and missing")
        for name, value in values.items():
            check_value(f"Bound.at({name}={value})", name, value, self.least_steps)
        check_distances("Bound.at()", values)
