r"""The last iterate for constant steps and constant μ_x at μ_y = 0, at numbers: it needs D only.

.. math::
    f(x_T) - f(u) \le \frac{D^2}{2\gamma T} + \frac{\gamma G^2}{2}\Bigl(
        \sum_{m=1}^{T-1} \frac{1-\mu_x^m}{m} + 1 - \mu_x\Bigr)
    \qquad (\mu_x^{T-1} \le 1/T)

for subgradient descent, projected or not onto a convex set that holds u.  Where γ and μ_x are
chosen too it is DG√(S/T), and S grows about as ln ln T: √S = 1.26, 1.39, 1.59, 1.68 at T = 10, 40,
1000, 12,000.

Ours; we know of no earlier statement.  It rests on the Rocq theorems `log_log` and
`log_log_rate`; the steps are certified in `tails` and `window`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import expm1, fsum, inf, log, nextafter, sqrt
from typing import Any, ClassVar

import mpmath
import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import OGD
from gpa_theory.core.labels import Label
from gpa_theory.core.metrics import METRICS
from gpa_theory.core.validation import refuse
from gpa_theory.symbolic import vacuous
from gpa_theory.symbolic.engine.content import remembered
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import Expr, T, gamma, mu_x, word
from gpa_theory.symbolic.evaluation import check_value
from gpa_theory.symbolic.schedules.tails import tails_proof
from gpa_theory.symbolic.schedules.window import SUM, best_step, cost, tuned, window_proof

SHORT = 64  # horizons up to which μ_x^{T−1} ≤ 1/T is decided by its exact powers
CLEAR = 1e-40  # beyond them by logarithms to 60 digits: equality needs T = 2, so none comes close
LEAST_STEPS = 2


def allowed(mu_x: Any, steps: int) -> bool:
    """Return whether μ_x^{T−1} ≤ 1/T.

    >>> allowed(0.5, 2), allowed(0.51, 2), allowed(0.9, 100), allowed(0.999, 100)
    (True, False, True, False)
    """
    exact = Fraction(mu_x)
    if steps <= SHORT or exact == 0:
        return exact ** (steps - 1) * steps <= 1
    with mpmath.workdps(60):
        power = (steps - 1) * mpmath.log(mpmath.mpf(exact.numerator) / exact.denominator)
        return bool(power + mpmath.log(steps) <= -CLEAR)


def best_mu_x(steps: int) -> float:
    """Return the largest float that is allowed: T^{−1/(T−1)}, rounded down.

    >>> best_mu_x(2), round(best_mu_x(12_000), 6)
    (0.5, 0.999218)
    """
    found = nextafter(steps ** (-1 / (steps - 1)), 1)
    while not allowed(found, steps):
        found = nextafter(found, -inf)
    return found


def window_sum(mu_x: float, steps: int) -> float:
    """Return S = Σ_{m<T} (1 − μ_x^m)/m + 1 − μ_x, to a few units in the last place.

    >>> [round(sqrt(window_sum(best_mu_x(T), T)), 3) for T in (10, 40, 1000)]
    [1.262, 1.394, 1.586]
    """
    fall = log(mu_x) if mu_x > 0 else -inf
    shares = (-expm1(m * fall) / m for m in range(1, steps))
    return fsum((*shares, 1 - mu_x))


@dataclass(frozen=True, slots=True)
class LogLog:
    """The bound, read as a `symbolic.bound.Bound` is: values go in by interface word.

    `given` names what is not chosen by the bound: of gamma and mu_x, those that the user sets.

    >>> tuned, own = LogLog(), LogLog(frozenset({"mu_x"}))
    >>> round(tuned.at(steps=1000, lipschitz=1, radius=1) * sqrt(1000), 3)
    1.586
    >>> own.at(steps=20, lipschitz=1, radius=1, mu_x=0.95)
    Traceback (most recent call last):
    ValueError: `LogLog.at(steps=20, mu_x=0.95)`: mu_x must satisfy μ_x^(T−1) ≤ 1/T: at most \
0.854131
    """

    given: frozenset[str] = frozenset()
    base: ClassVar[str] = OGD.name
    per_epsilon: ClassVar[int] = 0  # it holds for any u in the domain
    source: ClassVar[str] = "this project (Rocq: log_log, log_log_rate)"

    def __post_init__(self) -> None:
        if unknown := self.given - {"gamma", "mu_x"}:
            rule = f"may hold gamma and mu_x, not {', '.join(sorted(unknown))}"
            raise refuse("LogLog()", "given", rule)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the interface words of the numbers it takes, sorted."""
        return tuple(sorted({"lipschitz", "radius", "steps", *self.given}))

    @property
    def choices(self) -> Mapping[Expr, Expr]:
        """Return what the bound chooses for γ and μ_x."""
        chosen = {mu_x: T ** (-1 / (T - 1)), gamma: best_step(SUM)}
        return {symbol: value for symbol, value in chosen.items() if word(symbol) not in self.given}

    @property
    def label(self) -> Label:
        """Return `PROVED`, once the steps have been re-checked."""
        for made in (tails_proof, window_proof):
            remembered(_checked, made)
        return Label.PROVED

    @property
    def quantity(self) -> str:
        """Return what is bounded, in symbols."""
        return METRICS["last"].gap()

    @property
    def formula(self) -> Expr:
        """Return the bound in symbols, S written out."""
        return cost(SUM) if "gamma" in self.given else tuned(SUM)

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """Return in words all that is assumed."""
        needed = (Assumption.CONVEX, Assumption.LIPSCHITZ, Assumption.RADIUS)
        window = "constant γ and μ_x with μ_x^(T−1) ≤ 1/T; μ_y = 0"
        return (*sorted(a.words for a in needed), window)

    @staticmethod
    def allows(mu_x: float, steps: int) -> bool:
        """Return whether the bound is proved for this μ_x at T = `steps`."""
        return steps >= LEAST_STEPS and allowed(mu_x, steps)

    def latex(self) -> str:
        """Return the inequality as LaTeX."""
        return rf"{METRICS['last'].latex_gap()} \le {sp.latex(self.formula)}"

    def choices_at(self, **values: Any) -> dict[str, float]:
        """Return γ and μ_x at numbers, those that are chosen, by interface word."""
        found = self._numbers(values)
        return {name: found[name] for name in ("gamma", "mu_x") if name not in self.given}

    def terms_at(self, **values: Any) -> dict[str, float]:
        """Return what the start and the noise of the steps cost."""
        n = self._numbers(values)
        start = n["radius"] ** 2 / (2 * n["gamma"] * n["steps"])
        return {"start": start, "noise": n["gamma"] * n["lipschitz"] ** 2 / 2 * n["S"]}

    def at(self, **values: Any) -> float:
        """Return the bound at numbers, to a few units in the last place."""
        return fsum(self.terms_at(**values).values())

    def vacuous(self, *, moves: bool = True, **values: Any) -> str:
        """Return why the bound says nothing at these numbers, or "" if it says something."""
        given = self._numbers(values)
        return vacuous.reason(self.at(**values), given, everywhere=True, moves=moves)

    def _numbers(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return all numbers by interface word, and S; refuse what the bound does not allow."""
        shown = ", ".join(f"{name}={values[name]}" for name in ("steps", "mu_x") if name in values)
        call = f"LogLog.at({shown})"
        for name in {*values} ^ {*self.parameters}:
            rule = "is not used here" if name in values else "is needed and missing"
            raise refuse(call, name, rule)
        for name, value in values.items():
            check_value(call, name, value, LEAST_STEPS)
        steps = int(values["steps"])
        window = values.get("mu_x", None)
        window = best_mu_x(steps) if window is None else window
        if not allowed(window, steps):
            rule = f"must satisfy μ_x^(T−1) ≤ 1/T: at most {best_mu_x(steps):.6g}"
            raise refuse(call, "mu_x", rule)
        total = window_sum(float(window), steps)
        best = values["radius"] / (values["lipschitz"] * sqrt(steps * total))
        return {"gamma": best, **values, "steps": steps, "mu_x": window, "S": total}


def _checked(made: Callable[[], Proof]) -> bool:
    made().check()
    return True
