"""What a solver returns: numbers that claim to be optimal, and are believed by nobody."""

from __future__ import annotations

from dataclasses import dataclass

from gpa_theory.worst_case.model.ball_vector import Array


@dataclass(frozen=True, slots=True)
class Solution:
    """An approximate primal and dual optimum of a program; `certify` makes bounds of it."""

    gram: Array  # (n, n)
    values: Array  # (N−1,)
    flow: Array  # (N, N) multipliers
    norms: Array  # (n,) multipliers of X_00 ≤ 1 and X_kk ≤ 1; zero where nothing is bounded
    status: str
    solver: str
