r"""Bounds of descent with constant steps, where the steps cost K times what they must, at numbers.

.. math::
    \text{metric} \le \frac{D^2}{2\gamma T} + \frac{\gamma G^2}{2} K(\mu_x, T), \qquad
    DG\sqrt{K/T} \quad\text{at}\quad \gamma = D/(G\sqrt{TK})

for subgradient descent inside GPA, projected or not onto a convex set that holds u.  `log_log` and
`reach` say which K bounds which metric.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import floor, fsum, isfinite, sqrt
from typing import Any, ClassVar

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import OGD
from gpa_theory.core.labels import Label
from gpa_theory.core.metrics import METRICS
from gpa_theory.core.validation import refuse
from gpa_theory.symbolic import vacuous
from gpa_theory.symbolic.engine.content import remembered
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import D, Expr, G, T, gamma, mu_x, word
from gpa_theory.symbolic.evaluation import check_value

CHOSEN = frozenset({"gamma", "mu_x"})


def cost(factor: Expr) -> Expr:
    """Return D²/(2γT) + (γG²/2)K."""
    return D**2 / (2 * gamma * T) + gamma * G**2 / 2 * factor


def tuned(factor: Expr) -> Expr:
    """Return the bound at γ = D/(G√(TK)): DG√(K/T)."""
    return D * G * sp.sqrt(factor / T)


def best_step(factor: Expr) -> Expr:
    """Return γ = D/(G√(TK))."""
    return D / (G * sp.sqrt(T * factor))


@dataclass(frozen=True, slots=True)
class Balanced:
    """Such a bound, read as a `symbolic.bound.Bound` is: values go in by interface word.

    `given` names what the bound does not choose: of gamma and mu_x, those that the user sets.
    """

    metric: str
    factor: Expr  # K in symbols
    at_numbers: Callable[[float, int], float]  # K(μ_x, T)
    beyond: str  # what is assumed beyond convexity, |g_t| ≤ G and |z_1 − u| ≤ D
    source: str
    proofs: tuple[Callable[[], Proof], ...]
    given: frozenset[str]
    least_steps: int = 1
    any_mu_y: bool = True
    condition: str = ""  # what is assumed of μ_x and μ_y, in LaTeX
    most_steps: int = 2**60
    names: tuple[str, str] = ("start", "noise")  # of the two terms
    in_first: int = 0  # how much of K belongs to the first
    largest: Callable[[int], float] | None = None  # μ_x that is allowed, and best, if not every one
    base: ClassVar[str] = OGD.name
    per_epsilon: ClassVar[int] = 0  # it holds for any u in the domain

    def __post_init__(self) -> None:
        if unknown := self.given - CHOSEN:
            rule = f"may hold gamma and mu_x, not {', '.join(sorted(unknown))}"
            raise refuse("Balanced()", "given", rule)
        if self.largest is None and "mu_x" not in self.given:
            raise refuse("Balanced()", "given", "must hold mu_x, which this bound does not choose")

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the interface words of the numbers it takes, sorted."""
        return tuple(sorted({"lipschitz", "radius", "steps", *self.given}))

    @property
    def choices(self) -> Mapping[Expr, Expr]:
        """Return what the bound chooses for γ and μ_x."""
        chosen = {mu_x: T ** (-1 / (T - 1)), gamma: best_step(self.factor)}
        return {symbol: value for symbol, value in chosen.items() if word(symbol) not in self.given}

    @property
    def label(self) -> Label:
        """Return `PROVED`, once the steps have been re-checked."""
        for made in self.proofs:
            remembered(_checked, made)
        return Label.PROVED

    @property
    def quantity(self) -> str:
        """Return what is bounded, in symbols."""
        return METRICS[self.metric].gap()

    @property
    def formula(self) -> Expr:
        """Return the bound in symbols, K written out."""
        return cost(self.factor) if "gamma" in self.given else tuned(self.factor)

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """Return in words all that is assumed."""
        needed = (Assumption.CONVEX, Assumption.LIPSCHITZ, Assumption.RADIUS)
        return (*sorted(a.words for a in needed), self.beyond)

    def latex(self) -> str:
        """Return the inequality as LaTeX."""
        condition = rf" \qquad \bigl({self.condition}\bigr)" if self.condition else ""
        return rf"{METRICS[self.metric].latex_gap()} \le {sp.latex(self.formula)}{condition}"

    def allows(self, mu_x: float, steps: int) -> bool:
        """Return whether the bound is proved for this μ_x at T = `steps`."""
        in_range = self.least_steps <= steps <= self.most_steps
        return in_range and (self.largest is None or mu_x <= self.largest(steps))

    def choices_at(self, **values: Any) -> dict[str, float]:
        """Return γ and μ_x at numbers, those that are chosen, by interface word."""
        found = self._numbers(values)
        return {name: found[name] for name in sorted(CHOSEN - self.given)}

    def terms_at(self, **values: Any) -> dict[str, float]:
        """Return the two terms."""
        n = self._numbers(values)
        start, noise = self._parts(n)
        first, second = self.names
        found = {first: start + noise * self.in_first, second: noise * (n["K"] - self.in_first)}
        if not all(
            isfinite(part) and (part > 0 or n["K"] == self.in_first) for part in found.values()
        ):
            rule = f"gives no number that a float can hold: {dict(values)}"
            raise refuse("Balanced.at()", "the bound", rule)
        return found

    def _parts(self, n: Mapping[str, Any]) -> tuple[float, float]:
        """Return D²/(2γT) and γG²/2, in products that do not overflow before the result does."""
        if "gamma" in self.given:
            start = n["radius"] / (2 * n["gamma"] * n["steps"]) * n["radius"]
            return start, n["gamma"] * n["lipschitz"] / 2 * n["lipschitz"]
        half = n["radius"] * n["lipschitz"] * sqrt(n["K"] / n["steps"]) / 2
        return half, half / n["K"]

    def at(self, **values: Any) -> float:
        """Return the bound at numbers, to a few units in the last place."""
        return fsum(self.terms_at(**values).values())

    def vacuous(self, *, moves: bool = True, **values: Any) -> str:
        """Return why the bound says nothing at these numbers, or "" if it says something."""
        given = self._numbers(values)
        return vacuous.reason(self.at(**values), given, everywhere=True, moves=moves)

    def _numbers(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return all numbers by interface word, and K; refuse what the bound does not allow."""
        shown = ", ".join(f"{name}={values[name]}" for name in ("steps", "mu_x") if name in values)
        call = f"Balanced.at({shown})"
        for name in {*values} ^ {*self.parameters}:
            rule = "is not used here" if name in values else "is needed and missing"
            raise refuse(call, name, rule)
        for name, value in values.items():
            check_value(call, name, value, self.least_steps)
        steps = int(values["steps"])
        if steps > self.most_steps:
            raise refuse(call, "steps", f"must be at most {self.most_steps}: it sums T terms")
        share = values["mu_x"] if self.largest is None else values.get("mu_x", self.largest(steps))
        if not self.allows(share, steps):
            most = floor(self.largest(steps) * 10**6) / 10**6  # type: ignore[misc]
            raise refuse(call, "mu_x", f"must satisfy μ_x^(T−1) ≤ 1/T: at most {most}")
        factor = self.at_numbers(float(share), steps)
        best = values["radius"] / (values["lipschitz"] * sqrt(steps * factor))
        return {"gamma": best, **values, "steps": steps, "mu_x": share, "K": factor}


def _checked(made: Callable[[], Proof]) -> bool:
    made().check()
    return True
