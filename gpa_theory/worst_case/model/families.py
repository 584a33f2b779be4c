"""Families of methods whose constants are tuned: how each is searched, and where from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

from gpa_theory.core.validation import check_count
from gpa_theory.worst_case.model import methods
from gpa_theory.worst_case.model.methods import Method


@dataclass(frozen=True, slots=True)
class Family:
    """Methods with free constants.

    `kinds` says how each is searched: "past" is 1 − μ by its logarithm, "share" a number in [0, 1],
    "step" a positive number by its logarithm.  `starts` are functions of T.
    """

    words: str
    kinds: tuple[tuple[str, str], ...]
    build: Callable[..., Method]
    starts: tuple[Callable[[int], tuple[float, ...]], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the constants."""
        return tuple(name for name, _ in self.kinds)


FAMILIES = {
    "gpa": Family(
        "GPA, constant μ_x and μ_y",
        (("mu_x", "past"), ("mu_y", "share"), ("gamma", "step")),
        methods.gpa,
        (
            lambda T: (1 - min(0.9, (1.1 + 0.6 * log(T)) / T), 0.12, 0.66 / sqrt(T)),
            lambda T: (1 - min(0.9, 2.5 / T), 0.5, 0.9 / sqrt(T)),
        ),
    ),
    "sgd": Family(
        "subgradient descent", (("gamma", "step"),), methods.sgd, (lambda T: (0.4 / sqrt(T),),)
    ),
    "ema": Family(
        "EMA of subgradient descent",
        (("mu_x", "past"), ("gamma", "step")),
        methods.ema,
        (lambda T: (1 - min(0.9, (1.3 + 0.6 * log(T)) / T), 0.65 / sqrt(T)),),
    ),
    "schedule-free": Family(
        "Schedule-Free",
        (("mu_y", "share"), ("gamma", "step")),
        methods.schedule_free,
        (lambda T: (0.5, 1 / sqrt(T)),),
    ),
    "heavy-ball": Family(
        "heavy ball",
        (("momentum", "past"), ("gamma", "step")),
        methods.heavy_ball,
        (lambda T: (0.6, 0.6 / sqrt(T)), lambda T: (1 - min(0.9, 4 / T), 0.8 / sqrt(T))),
    ),
    "nesterov": Family(
        "Nesterov momentum, reported at x",
        (("momentum", "past"), ("gamma", "step")),
        methods.nesterov,
        (lambda T: (0.6, 0.6 / sqrt(T)), lambda T: (1 - min(0.9, 4 / T), 0.8 / sqrt(T))),
    ),
}


def diloco(inner_steps: int) -> Family:
    """Return the family of single-worker DiLoCo with H inner steps."""
    check_count(f"diloco(inner_steps={inner_steps})", "inner_steps", inner_steps)

    def build(mu: Any, gamma_inner: Any, gamma_outer: Any) -> Method:
        return methods.DiLoCo(mu, gamma_inner, gamma_outer, inner_steps)

    return Family(
        f"single-worker DiLoCo, H = {inner_steps}",
        (("mu", "past"), ("gamma_inner", "step"), ("gamma_outer", "step")),
        build,
        (lambda T: (0.5, 0.4 / sqrt(T), 0.7), lambda T: (0.2, 0.5 / sqrt(T), 0.8)),
    )
