r"""Learners that need not know how far u is: coin betting, scale-free FTRL, DoG.

S_t is the sum of the first t gradients and Q_t the sum of their squared lengths.  All start from
z_1, wherever it is.
"""

from __future__ import annotations

from math import hypot, sqrt
from typing import Any

import numpy as np

from gpa_theory.core.validation import check_range
from gpa_theory.numeric.learners import Learner


def coin_betting(wealth: float, lipschitz: float) -> Learner:
    r"""Return the bettor of Krichevsky and Trofimov, who starts with ε = `wealth`; |g_t| ≤ G.

    .. math:: z_{t+1} = z_1 - \frac{S_t/G}{t+1}
        \Bigl(\varepsilon - \sum_{s\le t}\langle g_s/G, z_s - z_1\rangle\Bigr)
    """
    call = f"coin_betting(wealth={wealth}, lipschitz={lipschitz})"
    check_range(call, "wealth", wealth, 0, open_low=True)
    check_range(call, "lipschitz", lipschitz, 0, open_low=True)

    def step(state: tuple[Any, Any, float], t: int, z: Any, g: Any) -> Any:
        anchor, total, money = state
        coin = g / lipschitz
        total, money = total + coin, money - float(np.dot(coin, z - anchor))
        return anchor - money / (t + 1) * total, (anchor, total, money)

    return Learner("kt", None, lambda z_1: (z_1, np.zeros_like(z_1), wealth), step)


def solo() -> Learner:
    """Return scale-free FTRL: z_{t+1} = z_1 − S_t/√Q_t; gradients times 1000 move it the same."""

    def step(state: tuple[Any, Any, float], t: int, z: Any, g: Any) -> Any:
        anchor, total, size = state
        total, size = total + g, hypot(size, *g)
        return (anchor - total / size if size > 0 else anchor), (anchor, total, size)

    return Learner("solo", None, lambda z_1: (z_1, np.zeros_like(z_1), 0.0), step)


def dog(first: float) -> Learner:
    """Return distance over gradients: step r̄_t/√Q_t, r̄_t the farthest from z_1, ≥ `first`."""
    check_range(f"dog(first={first})", "first", first, 0, open_low=True)

    def step(state: tuple[Any, float, float], t: int, z: Any, g: Any) -> Any:
        anchor, far, squares = state
        far = max(far, float(np.linalg.norm(z - anchor)))
        squares = squares + float(np.dot(g, g))
        moved = z - far / sqrt(squares) * g if squares > 0 else z
        return moved, (anchor, far, squares)

    return Learner("dog", None, lambda z_1: (z_1, first, 0.0), step)


def reached(z: np.ndarray, first: float) -> np.ndarray:
    """Return r̄_t for t = 1, …, T: its weights in the regret of `dog`; shape (T,)."""
    return np.maximum.accumulate(np.maximum(np.linalg.norm(z - z[0], axis=1), first))
