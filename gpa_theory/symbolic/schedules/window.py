r"""What constant steps and constant μ_x make of the tails: the sum S, and where it is allowed.

The weights of x_T have tails π_{≥k} = 1 − μ_x^{T−k+1} for k ≥ 2, and π_{≥1} = 1; those of constant
steps are (T − k + 1)γ.  So γm_k = (1 − μ_x^n)/n with n = T − k + 1, which grows in k as
(1 − μ^n)/n falls in n, by μ^n(1 + n(1−μ)) ≤ 1; and m_1 ≤ m_2 if and only if μ_x^{T−1} ≤ 1/T.  Then

.. math::
    f(x_T) - f(u) \le \frac{D^2}{2\gamma T} + \frac{\gamma G^2}{2} S, \qquad
    S = \sum_{m=1}^{T-1} \frac{1-\mu_x^m}{m} + 1 - \mu_x

and DG√(S/T) at γ = D/(G√(TS)).  S falls in μ_x, so μ_x = T^{−1/(T−1)} is the best that is allowed.
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import D, Expr, G, T, gamma, mu_x
from gpa_theory.symbolic.minimax.carried import Parts, carried
from gpa_theory.symbolic.quadratics.step import above, zero
from gpa_theory.symbolic.schedules.balanced import best_step, cost, tuned

M = sp.Symbol("m", positive=True, integer=True)
S = sp.Symbol("S", positive=True)
COUNT, POWER, TAIL = sp.symbols("n w v", nonnegative=True)  # n, μ_x^n, a tail of weights

PART: Expr = sp.Sum((1 - mu_x**M) / M, (M, 1, T - 1))
SUM: Expr = PART + 1 - mu_x


def _weights() -> Parts:
    """Certify π_{≥k} = 1 − μ_x^{T−k+1} from k = T, where π_T = 1 − μ_x, down to 2; and π_{≥1}."""
    claim = TAIL - (1 - POWER)
    start = {TAIL: 1 - mu_x, POWER: mu_x}
    after = {TAIL: TAIL + (1 - mu_x) * POWER, POWER: mu_x * POWER}
    return (
        *carried("π_{≥k}", claim, start, after),
        ("π_{≥1}", zero((1 - POWER) + POWER - 1)),
    )


def _falling() -> Parts:
    """Certify that (1 − μ^n)/n falls in n, by 1 − μ^n(1 + n(1−μ)) ≥ 0, and what m_1 ≤ m_2 says."""
    left = 1 - POWER * (1 + COUNT * (1 - mu_x))
    moved = left.subs({POWER: mu_x * POWER, COUNT: COUNT + 1}, simultaneous=True)

    step = moved - left - (1 - mu_x) ** 2 * (COUNT + 1) * POWER
    n = COUNT + 1  # n ≥ 1
    fall = (1 - POWER) / n - (1 - mu_x * POWER) / (n + 1)
    first = (1 - POWER) / (T - 1) - 1 / T
    return (
        ("1 − μ^n(1 + n(1−μ)): start", zero(left.subs({POWER: 1, COUNT: 0}))),
        ("1 − μ^n(1 + n(1−μ)): step", zero(step)),
        ("its step", above((1 - mu_x) ** 2 * (COUNT + 1) * POWER)),
        ("(1 − μ^n)/n falls", zero(fall * n * (n + 1) - left.subs(COUNT, n))),
        ("m_1 ≤ m_2", zero(first * (T - 1) - (1 / T - POWER))),
    )


def window_proof() -> Proof:
    """Prove the tails of the weights, that their shares grow, and the tuned bound."""
    value = sp.simplify(cost(S).subs(gamma, best_step(S)) - tuned(S))
    excess = cost(S) - tuned(S) - (D - gamma * G * sp.sqrt(T * S)) ** 2 / (2 * gamma * T)
    return Proof(
        "μ_y = 0, constant γ and μ_x^{T−1} ≤ 1/T: γm_k = (1 − μ_x^n)/n, n = T − k + 1, grows in k;"
        " D²/(2γT) + (γG²/2)S ≥ DG√(S/T), with equality at γ = D/(G√(TS))",
        (
            *_weights(),
            *_falling(),
            ("at the best step", zero(value)),
            ("no step is better", zero(sp.simplify(excess))),
        ),
    )
