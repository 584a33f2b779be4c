r"""The cost of averaging by how far descent reaches: it stays finite as μ_x tends to 1.

Steps of length at most γG reach |z_t − z_1| ≤ (t−1)γG, and so does every mean: |x_T − x_1| is at
most (1 − μ_x^{T−1})(T−1)γG.  By convexity f(x_1) − f(x_T) ≤ G|x_T − x_1|; with the conversion of
the mean and R_T ≤ D²/(2γ) + γG²T/2, for any u, any μ_y and ρ = μ_x/(1−μ_x),

.. math::
    \frac1T\sum_t f(x_t) - f(u) \le \frac{D^2}{2\gamma T} + \frac{\gamma G^2}{2} K, \qquad
    K = 1 + 2\rho\,(1-\mu_x^{T-1})\,\frac{T-1}{T} \le 1 + 2\frac{(T-1)^2}{T}

The cost ρGD/T of the other bound grows without limit as μ_x → 1, and needs a minimizer.

Ours; we know of no earlier statement.  It rests on the Rocq theorems `ogd_moves_rate` and
`ogd_moves_tuned`; the steps are certified here.
"""

from __future__ import annotations

from math import expm1, inf, log

import sympy as sp

from gpa_theory.core.certificate import Certificate
from gpa_theory.symbolic.bases.gradient_descent import one_step
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import D, Expr, G, T, gamma, mu_x
from gpa_theory.symbolic.minimax.carried import carried
from gpa_theory.symbolic.quadratics.step import zero
from gpa_theory.symbolic.schedules.balanced import Balanced, best_step, cost, tuned

RHO = mu_x / (1 - mu_x)
FACTOR: Expr = 1 + 2 * RHO * (1 - mu_x ** (T - 1)) * (T - 1) / T
FAR, POWER, K = sp.symbols("M w K", positive=True)  # max|z_t − z_1|, μ_x^{t−1}
REACHED = sp.Symbol("X", nonnegative=True)  # what |x_t − x_1| is held to


def reach_factor(mu_x: float, steps: int) -> float:
    """Return K, to a few units in the last place.

    >>> reach_factor(0.0, 10), round(reach_factor(0.9999, 10), 2), 1 + 2 * 9**2 / 10
    (1.0, 17.19, 17.2)
    """
    fall = log(mu_x) if mu_x > 0 else -inf
    present = -expm1((steps - 1) * fall) if steps > 1 else 0.0
    return 1 + 2 * mu_x / (1 - mu_x) * present * (steps - 1) / steps


def reached(metric: str, given: frozenset[str] = frozenset({"mu_x"})) -> Balanced:
    """Return the bound on "average" or "mean"; μ_x is always given, gamma if it is in `given`.

    >>> long = {"steps": 100, "lipschitz": 1, "radius": 1, "mu_x": 0.99999}
    >>> round(reached("average").at(**long), 3)
    1.403
    >>> from gpa_theory.symbolic.rates import bound
    >>> round(bound("ogd", "average").tuned("gamma").at(**long))
    1000
    """
    return Balanced(
        metric=metric,
        factor=FACTOR,
        at_numbers=reach_factor,
        beyond="constant γ and μ_x",
        source="this project (Rocq: ogd_moves_rate, ogd_moves_tuned)",
        proofs=(reach_proof,),
        given=given,
        names=("regret", "EMA cost"),
        in_first=1,
    )


def _mean_reaches() -> tuple[tuple[str, Certificate], ...]:
    """Certify that X_t = (1 − μ_x^{t−1})M carries |x_t − x_1| ≤ X_t from step to step."""
    claim = REACHED - (1 - POWER) * FAR
    after = {REACHED: mu_x * REACHED + (1 - mu_x) * FAR, POWER: mu_x * POWER}
    return carried("|x_t − x_1|", claim, {REACHED: 0, POWER: 1}, after, mu_x)


def reach_proof() -> Proof:
    """Prove the steps: the regret of one, how far a mean reaches, and what the sum amounts to."""
    power = sp.Symbol("v", nonnegative=True)  # μ_x^{T−1}
    regret = D**2 / (2 * gamma) + gamma * G**2 * T / 2
    fall = (1 - power) * G * (T - 1) * gamma * G
    factor = FACTOR.subs(mu_x ** (T - 1), power)
    balance = sp.simplify
    excess = cost(K) - tuned(K) - (D - gamma * G * sp.sqrt(T * K)) ** 2 / (2 * gamma * T)
    return Proof(
        "mean f(x_t) − f(u) ≤ D²/(2γT) + (γG²/2)K, K = 1 + 2ρ(1 − μ_x^{T−1})(T−1)/T",
        (
            ("one step", one_step()),
            *_mean_reaches(),
            ("K", zero((regret + RHO * fall) / T - cost(factor))),
            ("at the best step", zero(balance(cost(K).subs(gamma, best_step(K)) - tuned(K)))),
            ("no step is better", zero(balance(excess))),
        ),
    )
