r"""Negative controls: optimizers whose average regret does not vanish, each on one instance.

* `reddi`: losses 3, −1, −1, … on [−1, 1] (Reddi, Kale and Kumar, ICLR 2018).  Adam with β1 = 0 and
  β2 = 1/10 is at +1 in every third round, so its regret per round is at least 2/3; AMSGrad's falls;
* `skewed`: g = 3 with probability .3, else −1.  The mean is .2 and that of the sign −.4, so
  sign descent goes the wrong way; with a constant step its stationary law is known;
* `rare`: g = 1 with probability 1/1000, else −.0007.  Lion averages some 100 gradients and misses
  the spikes that decide the sign of the mean;
* `trap`: f = |x_1 − x_2| + |x_1 + x_2|/10.  Its signed subgradients are ±(1, −1), so x_1 + x_2
  stays where it is, and so does the gap, whatever the steps; the same for Muon without momentum on
  diagonal matrices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from gpa_theory.core.validation import check_count, check_range, refuse
from gpa_theory.numeric.atlas import adversaries, momentum
from gpa_theory.numeric.learners import Learner
from gpa_theory.numeric.problems.domain import Box
from gpa_theory.numeric.streams import Play, play

INTERVAL = Box(1.0)
REDDI = (3.0, -1.0, -1.0)
REDDI_BETAS = (0.0, 0.1)  # β2 = 1/(1 + C²), C = 3
REDDI_LEAST = Fraction(2, 3)  # 2(C − 2)/3
REDDI_STEP = 0.5


def reddi(learner: Learner, steps: int) -> Play:
    """Return a play of the losses 3, −1, −1, … from z_1 = 1."""
    stream = adversaries.periodic(REDDI)
    return play(learner, stream, np.ones(1), steps, np.random.default_rng(0))


def average_regret(played: Play) -> float:
    """Return R_T/T against the best u of [−1, 1]; from z_1, which may be anywhere in it."""
    total = float(played.g.sum())
    loss = float(np.sum(played.g * played.z))
    return (loss + abs(total)) / len(played.z)


def reddi_margins() -> tuple[Fraction, Fraction]:
    """Return two numbers that must be > 0 for Adam to be back at +1 after every period.

    With C = 3, β2 = 1/10 and v_{t−1} ≤ C² the moves at t = 3k+1, 3k+2, 3k+3 are, in units of
    γ√(1+C²)/C, at most 1/√(3k+1), at least a/√(3k+2) and at least b/√(3k+3), with a² = 1/2 and
    b² = (1+C²)/(C²+3).  Times √(3k+1) the two ways back grow with k, so k = 0 decides: a/√2 + b/√3
    ≥ 1.  The way out must be shorter than the interval: γ√(1+C²)/C ≤ 2.
    """
    C = Fraction(3)
    a2, b2 = Fraction(1, 2), (1 + C**2) / (C**2 + 3)
    half = Fraction(1, 2)  # a/√2 = √(a²/2) = 1/2 exactly
    if a2 / 2 != half**2:
        raise refuse("reddi_margins()", "a", "must be 1/√2")
    gamma = Fraction(REDDI_STEP)
    return b2 / 3 - (1 - half) ** 2, 4 - gamma**2 * (1 + C**2) / C**2


SKEWED = ((3, Fraction(3, 10)), (-1, Fraction(7, 10)))  # value, probability
RARE = ((1, Fraction(1, 1000)), (Fraction(-7, 10_000), Fraction(999, 1000)))
Coin = Sequence[tuple[int | Fraction, Fraction]]


def mean(coin: Coin) -> Fraction:
    """Return the mean of a gradient that takes two values.

    >>> mean(SKEWED)
    Fraction(1, 5)
    """
    return sum((value * chance for value, chance in coin), Fraction(0))


def flips(learner: Learner, coin: Coin, seeds: int, steps: int, seed: int) -> np.ndarray:
    """Return the expected average regret of every seed, in units of its maximum, 2|mean|.

    One coordinate of a play is one seed: the learner treats them alike.  The loss is its
    expectation given z_t, so that only z_t is random; u = −1 is the best for a mean > 0.
    """
    call = f"flips(seeds={seeds}, steps={steps}, seed={seed})"
    seeds, steps = check_count(call, "seeds", seeds, 2), check_count(call, "steps", steps)
    (first, chance), (second, _) = coin
    values, p = (float(first), float(second)), float(chance)

    def stream(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
        return np.where(rng.random(len(z)) < p, *values)

    rng = np.random.default_rng(seed)
    played = play(learner, stream, np.zeros(seeds), steps, rng)
    return (played.z.mean(axis=0) + 1) / 2


def stationary(ups: Fraction, levels: int) -> tuple[Fraction, ...]:
    """Return the law of a walk on 0, …, levels that goes up with chance `ups`, else down, clipped.

    p_k ∝ (ups/(1 − ups))^k: detailed balance, p_k · ups = p_{k+1} (1 − ups).

    >>> stationary(Fraction(1, 2), 1)
    (Fraction(1, 2), Fraction(1, 2))
    """
    call = f"stationary(ups={ups}, levels={levels})"
    check_range(call, "ups", ups, 0, 1, open_low=True, open_high=True)
    check_count(call, "levels", levels)
    odds = Fraction(ups) / (1 - Fraction(ups))
    weights = [odds**k for k in range(levels + 1)]
    return tuple(weight / sum(weights) for weight in weights)


def moved_once(law: Sequence[Fraction], ups: Fraction) -> tuple[Fraction, ...]:
    """Return the law of that walk after one more step."""
    top = len(law) - 1
    found = [Fraction(0)] * len(law)
    for k, chance in enumerate(law):
        found[min(k + 1, top)] += ups * chance
        found[max(k - 1, 0)] += (1 - ups) * chance
    return tuple(found)


def limit_of_sign_descent(per_unit: int) -> Fraction:
    """Return lim R_T/T of sign descent with constant step 1/per_unit, skewed noise, on [−1, 1].

    The walk is irreducible on its 2·per_unit + 1 points and stands still at the ends with positive
    chance, so its law converges to the stationary one.

    >>> float(limit_of_sign_descent(10))
    0.385...
    """
    ups = SKEWED[1][1]  # the sign of −g is +1 where g = −1
    levels = 2 * check_count(f"limit_of_sign_descent({per_unit})", "per_unit", per_unit)
    law = stationary(ups, levels)
    at = sum((chance * (Fraction(k, per_unit) - 1) for k, chance in enumerate(law)), Fraction(0))
    return mean(SKEWED) * (at + 1)


START = (Fraction(1), Fraction(2, 5))  # of the trap: x_1 + x_2 = 7/5
TILT = Fraction(1, 10)


def trap(x: Sequence[Any]) -> Any:
    """Return f(x) = |x_1 − x_2| + |x_1 + x_2|/10; its minimum is 0, at 0."""
    return abs(x[0] - x[1]) + TILT * abs(x[0] + x[1])


def trap_gradient(x: Sequence[Any]) -> tuple[Any, Any]:
    """Return a subgradient of the trap, sign(0) = 1."""
    apart = 1 if x[0] >= x[1] else -1
    both = TILT if x[0] + x[1] >= 0 else -TILT
    return apart + both, -apart + both


def trapped(steps: Sequence[Any], start: Sequence[Any] = START) -> Iterator[tuple[Any, Any]]:
    """Yield the points of sign descent on the trap, in the arithmetic of steps and start."""
    x = tuple(start)
    yield x[0], x[1]
    for gamma in steps:
        g = trap_gradient(x)
        x = tuple(v - (gamma if part > 0 else -gamma) for v, part in zip(x, g, strict=True))
        yield x[0], x[1]


def trapped_matrix(gamma: float, steps: int) -> Play:
    """Return Muon without momentum on diag(x_1, x_2): f as above of the two diagonal entries."""

    def stream(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
        g = trap_gradient((z[0], z[3]))
        return np.array([float(g[0]), 0.0, 0.0, float(g[1])])

    start = np.array([float(START[0]), 0.0, 0.0, float(START[1])])
    learner = momentum.polar_descent(2, gamma)
    return play(learner, stream, start, steps, np.random.default_rng(0))
