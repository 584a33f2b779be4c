"""A claim: a statement the project makes, its source, its label, and the checks behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from gpa_theory.core.labels import Label
from gpa_theory.core.validation import refuse
from gpa_theory.verify.verdict import Result, Verdict, worst

Check = Callable[[int], Iterable[Result]]  # called with the seed


Row = TypeVar("Row")


def named(rows: Mapping[str, Row], name: str) -> Row:
    """Return the row of a claim by its id; a refusal lists all ids, and at its end the nearest."""
    if name in rows:
        return rows[name]
    near = get_close_matches(name.lower(), rows)
    rule = f"must be one of {', '.join(rows)}" + (f"; nearest: {', '.join(near)}" if near else "")
    raise refuse(f"find({name!r})", "claim", rule)


@dataclass(frozen=True)
class Claim:
    """One row of the registry.  A claim without a check is refused.

    `statement` is plain text with the formula; as LaTeX, with every hypothesis, it stands under the
    same id in `report.statements`.

    >>> from gpa_theory.verify.verdict import exactly
    >>> one = {"arithmetic": lambda seed: [exactly("1 + 1 ≤ 2", 1 + 1, 2)]}
    >>> Claim("sum", "1 + 1 = 2", "this project", Label.PROVED, one).id
    'sum'
    >>> Claim("sum", "1 + 1 = 2", "this project", Label.PROVED, {})
    Traceback (most recent call last):
    ValueError: `Claim(id='sum')`: checks must not be empty
    """

    id: str
    statement: str
    source: str
    label: Label
    checks: Mapping[str, Check]

    def __post_init__(self) -> None:
        call = f"Claim(id={self.id!r})"
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.id):
            raise refuse(call, "id", "must be lower-case words joined by hyphens")
        for name in ("statement", "source", "checks"):
            if not getattr(self, name):
                raise refuse(call, name, "must not be empty")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A claim and what its checks found."""

    claim: Claim
    results: tuple[Result, ...]
    elapsed_s: float

    @property
    def verdict(self) -> Verdict:
        """Return the worst verdict among the results."""
        return worst(self.results)
