r"""Step sizes in units of a, and the product law: schedule and averaging are one thing.

Subgradient steps γ_t with x_T = Σ π_t z_t and gradients at z_t (μ_y = 0) have the minimax output
row if and only if the share Π_{>t} = π_{t+1} + … + π_T of the future satisfies

.. math:: \gamma_t\,\Pi_{>t} = a\,(1 - t/T), \qquad t < T

So each schedule has one averaging that completes it.  With π ≥ 0 and T ≥ 3 the result is minimax if
and only if the steps fall, but never faster than linear decay:

.. math:: a(1 - 1/T) \le \gamma_1 \le a, \qquad
    \frac{T-t}{T-t+1} \le \frac{\gamma_t}{\gamma_{t-1}} \le 1 \quad (2 \le t \le T-2), \qquad
    \tfrac12 \le \frac{\gamma_{T-1}}{\gamma_{T-2}}

(both directions are machine-checked: `FamilyConverse.v`, in dimension ≥ T, and for π of any sign
with wider conditions).  For constant μ_x the law gives the
*matched decay* γ_t = a(1 − t/T)/(1 − μ_x^{T−t}).
Ours; we know of no earlier statement.  Members known before: the uniform mean with constant step,
and linear decay without averaging (zamani2025exact).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gpa_theory.core.validation import refuse

Number = Callable[[int], Any]


def matched(steps: int, mu_x: Any, number: Number = Fraction) -> list[Any]:
    """Return γ_t/a = (1 − t/T)/(1 − μ_x^{T−t}) for t < T: what constant μ_x asks for.

    >>> matched(3, Fraction(1, 2))
    [Fraction(8, 9), Fraction(2, 3)]
    """
    found, power = [], number(1)
    for left in range(1, steps):  # T − t
        power = power * mu_x
        found.append(number(left) / number(steps) / (1 - power))
    return found[::-1]


def constant(steps: int, mu_x: Any, number: Number = Fraction) -> list[Any]:
    """Return γ_t = a for t < T."""
    return [number(1)] * (steps - 1)


def linear(steps: int, mu_x: Any, number: Number = Fraction) -> list[Any]:
    """Return γ_t = a(1 − t/T) for t < T: what no averaging asks for."""
    return [number(steps - t) / number(steps) for t in range(1, steps)]


def cooldown(steps: int, stable: int, number: Number = Fraction) -> list[Any]:
    """Return WSD without its warm-up: a for t ≤ t_0, then falling in a line to 0 at T.

    >>> cooldown(5, 2)
    [Fraction(1, 1), Fraction(1, 1), Fraction(2, 3), Fraction(1, 3)]
    """
    if not 1 <= stable < steps:
        raise refuse(f"cooldown(steps={steps}, stable={stable})", "stable", "must lie in [1, T)")
    fall = number(steps - stable)
    return [number(min(steps - t, steps - stable)) / fall for t in range(1, steps)]


SCHEDULES: dict[str, Callable[[int, Any, Number], list[Any]]] = {
    "matched": matched,
    "linear": linear,
    "constant": constant,
}


def completed(gamma: Sequence[Any]) -> list[Any]:
    """Return the shares π_1 … π_T that the product law gives steps γ_1 … γ_{T−1}, in units of a.

    They add up to 1; whether they are ≥ 0 and the whole is minimax, `minimax` says.

    >>> completed([Fraction(1), Fraction(1)])  # constant steps: the uniform mean
    [Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)]
    >>> completed(linear(4, 0))  # linear decay: the last iterate
    [Fraction(0, 1), Fraction(0, 1), Fraction(0, 1), Fraction(1, 1)]
    """
    if not gamma or not all(step > 0 for step in gamma):
        raise refuse("completed(gamma=…)", "gamma", "must hold steps γ_1 … γ_{T−1}, all > 0")
    steps = len(gamma) + 1
    future = [Fraction(1)]  # Π_{>0}, Π_{>1}, …
    future += [Fraction(steps - t, steps) / Fraction(g) for t, g in enumerate(gamma, 1)]
    return [a - b for a, b in zip(future, [*future[1:], Fraction(0)], strict=True)]


def queried_at_z(gamma: Sequence[Any], output: Sequence[Any]) -> list[list[Any]]:
    """Return the matrix h of steps γ with gradients taken at z_t, and this output row.

    >>> queried_at_z([1, 2], [3, 4])
    [[], [1], [3, 4]]
    """
    return [*(list(gamma[:t]) for t in range(len(gamma))), list(output)]
