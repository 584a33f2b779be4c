"""The problems by name: real data with certified minima, and closed forms.

A real problem is called "<data set>-<loss>", as in "digits-hinge" or "diabetes-least_squares".  The
regression losses may be abbreviated, "-lad" and "-ls"; on a labeled set they regress on its ±1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, partial

from gpa_theory.core.validation import refuse
from gpa_theory.numeric.problems.closed_forms import absolute, linear, maximum, quadratic
from gpa_theory.numeric.problems.datasets import DATASETS, LABELED, read
from gpa_theory.numeric.problems.domain import Ball, Bounded, Box, Space
from gpa_theory.numeric.problems.finite_sum import finite_sum
from gpa_theory.numeric.problems.losses import LOSSES
from gpa_theory.numeric.problems.problem import Problem

RADIUS = 2.0  # of the default ball of a real problem; its box |w_i| ≤ 2/√d lies inside

_ABBREVIATIONS = {"lad": "least_absolute_deviation", "ls": "least_squares"}

# Every closed form by name, and what builds it on each of its domains, the default domain first.
CLOSED_FORMS: dict[str, dict[str, Callable[[], Problem]]] = {
    "absolute": {
        "space": partial(absolute, Space()),
        "ball": partial(absolute, Ball(2.0)),
        "box": partial(absolute, Box(2.0)),
    },
    "max": {"ball": partial(maximum, Ball(1.0)), "box": partial(maximum, Box(0.125))},
    "quadratic": {
        "space": partial(quadratic, Space()),
        "ball": partial(quadratic, Ball(4.0)),
        "box": partial(quadratic, Box(2.0)),
    },
    "linear": {"ball": partial(linear, Ball(1.0)), "box": partial(linear, Box(0.5))},
}


def _real_names() -> tuple[str, ...]:
    return tuple(
        f"{data}-{loss.name}"
        for data in DATASETS
        for loss in LOSSES.values()
        if data in LABELED or not loss.labels_only
    )


def names() -> tuple[str, ...]:
    """Return the names of all problems, the closed forms first.

    >>> names()[0], "diabetes-least_squares" in names()
    ('absolute', True)
    """
    return (*CLOSED_FORMS, *_real_names())


def domains(name: str) -> tuple[str, ...]:
    """Return the domains a problem is posed on, the default first.

    >>> domains("max"), domains("quadratic")
    (('ball', 'box'), ('space', 'ball', 'box'))
    """
    found = _known("domains", name)
    return tuple(CLOSED_FORMS[found]) if found in CLOSED_FORMS else ("ball", "box")


def load(name: str, domain: str | None = None) -> Problem:
    """Return the problem called `name`, on its default domain unless `domain` selects another.

    Real problems live on the ball |w| ≤ 2 or the box |w_i| ≤ 2/√d.  Loading solves a cone program
    (under 2 s, measured) and certifies the result; a problem is built once per process.

    >>> load("wine-ls").minimum_gap < 1e-9, load("wine-ls") is load("wine-least_squares", "ball")
    (True, True)
    >>> load("wine-l2")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: `load(name='wine-l2')`: name must be one of absolute, ...
    """
    found = _known("load", name)
    choices = domains(found)
    chosen = choices[0] if domain is None else domain
    if chosen not in choices:
        call = f"load(name={name!r}, domain={domain!r})"
        raise refuse(call, "domain", f"must be one of {', '.join(choices)}")
    return _build(found, chosen)


def _known(call: str, name: str) -> str:
    """Return the name without abbreviations, or raise unless a problem is called so."""
    data, _, loss = str(name).partition("-")
    found = f"{data}-{_ABBREVIATIONS[loss]}" if loss in _ABBREVIATIONS else str(name)
    if found not in names():
        raise refuse(f"{call}(name={name!r})", "name", f"must be one of {', '.join(names())}")
    return found


@cache  # problems are immutable, so sharing them is safe
def _build(name: str, domain: str) -> Problem:
    if name in CLOSED_FORMS:
        return CLOSED_FORMS[name][domain]()
    data, loss = name.split("-")
    arrays = read(data)
    limits: Bounded = (
        Ball(RADIUS) if domain == "ball" else Box(RADIUS / math.sqrt(arrays.features.shape[1]))
    )
    return finite_sum(name, arrays.features, arrays.targets, loss, limits)
