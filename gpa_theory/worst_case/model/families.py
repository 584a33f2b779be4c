"""The methods with free constants, one row each: what `gpa tune` offers and the law suite holds.

A new family is a constructor in `methods` and a row here; `tests/laws/test_methods.py` lists every
other place that waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

from gpa_theory.core.validation import check_count, refuse
from gpa_theory.worst_case.model import methods
from gpa_theory.worst_case.model.methods import Method

IN_UNITS = ("gamma", "gamma_inner")  # constants that are steps of z: their unit is D/G or 1/(L−σ)


@dataclass(frozen=True, slots=True)
class Family:
    """Methods that differ by their constants: how those are searched, and where from.

    `kinds` names the constants, in the order in which `build` takes them, and says how each is
    searched: "past" is a μ in [0, 1), by the logarithm of 1 − μ; "share" a number in [0, 1];
    "step" a positive number, by its logarithm.  `starts` are functions of T.
    """

    words: str
    kinds: tuple[tuple[str, str], ...]
    build: Callable[..., Method]
    starts: tuple[Callable[[int], tuple[float, ...]], ...]
    inner_steps: int = 1  # T − 1, the number of gradients, must be a multiple of it

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
    "polyak-ruppert": Family(
        "subgradient descent, reported at its running mean",
        (("gamma", "step"),),
        methods.polyak_ruppert,
        (lambda T: (1 / sqrt(T),),),
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
        inner_steps,
    )


def family_named(call: str, name: str) -> Family:
    """Return a family by name, or refuse a name that is none; diloco-H has H inner steps.

    >>> family_named("tune", "diloco-4").inner_steps
    4
    >>> family_named("tune", "adam")
    Traceback (most recent call last):
    ValueError: `tune(family='adam')`: family must be one of gpa, sgd, ema, schedule-free, \
polyak-ruppert, heavy-ball, nesterov, diloco-H
    """
    inner_steps = name.removeprefix("diloco-")
    if name in FAMILIES:
        return FAMILIES[name]
    if inner_steps != name and inner_steps.isdecimal():
        return diloco(int(inner_steps))
    rule = f"must be one of {', '.join(FAMILIES)}, diloco-H"
    raise refuse(f"{call}(family={name!r})", "family", rule)
