"""What a theorem may assume, named once: problems say what they satisfy, bounds what they need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from gpa_theory.core.validation import refuse


class Assumption(Enum):
    """A property of problem and run, with the symbol of the constant that quantifies it, or None.

    >>> Assumption.LIPSCHITZ.symbol, Assumption.LIPSCHITZ.words
    ('G', 'every subgradient used has |g_t| ≤ G')
    """

    CONVEX = (None, "f is convex")
    LIPSCHITZ = ("G", "every subgradient used has |g_t| ≤ G")
    SMOOTH = ("L", "f is L-smooth")
    STRONGLY_CONVEX = ("sigma", "f is σ-strongly convex")
    MINIMIZER = ("epsilon", "f(u) ≤ inf f + ε over the domain")
    RADIUS = ("D", "|z_1 − u| ≤ D")
    DIAMETER = ("R", "|z_t − u| ≤ R for all t")
    COORDINATE_DIAMETER = ("R_inf", "|z_{t,i} − u_i| ≤ R_∞ for all t and every coordinate i")
    REGRET = (None, "the base's linear regret is at most what is stated of it")
    DIMENSION = ("d", "the space is ℝ^d")
    COORDINATEWISE = (
        None,
        "the domain is a box or the whole space, so that Π acts on every coordinate alone",
    )

    def __init__(self, symbol: str | None, words: str) -> None:
        self.symbol = symbol
        self.words = words


def check_assumptions(
    call: str, needed: Iterable[Assumption], given: Mapping[Assumption, Any]
) -> None:
    """Raise unless `given` holds every assumption that is `needed`.

    >>> check_assumptions("Bound.on(|x|)", [Assumption.SMOOTH], {Assumption.CONVEX: None})
    Traceback (most recent call last):
    ValueError: `Bound.on(|x|)`: SMOOTH is needed (f is L-smooth) and the problem lacks it
    """
    for assumption in needed:
        if assumption not in given:
            raise refuse(
                call, assumption.name, f"is needed ({assumption.words}) and the problem lacks it"
            )
