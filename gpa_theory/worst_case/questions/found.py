"""A solver's answer to a question, before anything of it is believed."""

from __future__ import annotations

from dataclasses import dataclass

from gpa_theory.worst_case.model.ball_vector import Array


@dataclass(frozen=True, slots=True)
class Found:
    """A solver's answer, in the units of the question: floats, and its status."""

    gram: Array
    values: Array
    multipliers: dict[str, float]  # of the limits
    shares: Array  # of the objectives
    status: str


def mixed(one: Found, other: Found, share: float) -> Found:
    """Return one answer with a share of another one: both programs are convex."""
    rest = 1 - share
    return Found(
        rest * one.gram + share * other.gram,
        rest * one.values + share * other.values,
        {name: rest * v + share * other.multipliers[name] for name, v in one.multipliers.items()},
        rest * one.shares + share * other.shares,
        one.status,
    )
