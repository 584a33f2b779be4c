"""Sets of pairs (i, j) of samples as boolean tables, row i + 1 (row 0 is x*), column j."""

from __future__ import annotations

from math import ceil

import numpy as np

from gpa_theory.worst_case.solvers.triangular import Pairs

MOST = 0.5  # of all pairs: from here on up, a set is completed


def mask(pairs: Pairs, T: int) -> np.ndarray:
    """Return pairs as a boolean table, row i + 1, column j."""
    found = np.zeros((T + 1, T), bool)
    found[pairs[:, 0] + 1, pairs[:, 1]] = True
    return found


def listed(table: np.ndarray) -> Pairs:
    """Return a boolean table as pairs."""
    return np.argwhere(table) - [1, 0]


def in_order(T: int) -> np.ndarray:
    """Return the table of all pairs in order of time, those of x* too."""
    found = np.zeros((T + 1, T), bool)
    found[0] = True
    found[1:] = np.triu(np.ones((T, T), bool), 1)
    return found


def dilated(table: np.ndarray, T: int, times: int) -> np.ndarray:
    """Return the table with its pairs' neighbors, x* left out."""
    grown = table.copy()
    for _ in range(times):
        here = grown.copy()
        here[1:] |= grown[:-1]
        here[:-1] |= grown[1:]
        here[:, 1:] |= grown[:, :-1]
        here[:, :-1] |= grown[:, 1:]
        grown = here
    allowed = in_order(T)
    allowed[0] = False
    return grown & allowed


def are_most(kept: Pairs, T: int) -> bool:
    """Return whether a set holds most of all pairs in order of time."""
    return len(kept) >= MOST * T * (T - 1) / 2


def completed(kept: Pairs, T: int) -> Pairs:
    """Return all pairs in order of time where most are kept: one round then does."""
    if not are_most(kept, T):
        return kept
    table = in_order(T)
    table[0] = mask(kept, T)[0]
    return listed(table)


def stretched(pairs: Pairs, from_T: int, to_T: int) -> Pairs:
    """Return the pattern of one horizon blown up to another, with a border."""
    ratio, border = to_T / from_T, 2 if to_T >= 60 else 1
    table = np.zeros((to_T + 1, to_T), bool)
    for i, j in pairs[pairs[:, 0] >= 0].tolist():
        (low, high), (left, right) = _blown_up(i, ratio, border), _blown_up(j, ratio, border)
        table[low + 1 : high + 1, left:right] = True
    table[:, -1] = False
    allowed = in_order(to_T)
    allowed[0] = False
    return listed(table & allowed)


def _blown_up(index: int, ratio: float, border: int) -> tuple[int, int]:
    return max(int(index * ratio) - border, 0), ceil((index + 1) * ratio) + border
