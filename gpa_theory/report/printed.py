"""The claims as they are printed: a record that ships, so that reading them composes no theory.

Composing the registry takes seconds, since every bound is derived anew; what `gpa claims`, `cite`
and `proof` print of it is words.  `make readme` writes the record from the registry, and a test
compares the two.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

from gpa_theory.core.labels import Label
from gpa_theory.verify.claims import Claim, named

DATA = "printed.json"


@dataclass(frozen=True, slots=True)
class Printed:
    """What is printed of a claim: its row of the registry without the checks themselves.

    `checks` are their names; `latex` is the statement with every hypothesis.
    """

    id: str
    statement: str
    source: str
    label: Label
    checks: tuple[str, ...]
    latex: str


Worded = Claim | Printed  # what is read of a claim in words alone


@cache
def claims() -> tuple[Printed, ...]:
    """Return every claim as it is printed, in reading order.

    >>> claims()[0].id, claims()[0].label.value
    ('affine-relations', 'proved')
    """
    rows = json.loads(files("gpa_theory.report").joinpath(DATA).read_text(encoding="utf-8"))
    return tuple(
        Printed(**{**row, "label": Label(row["label"]), "checks": tuple(row["checks"])})
        for row in rows
    )


def find(name: str) -> Printed:
    """Return the claim called `name`; a refusal lists all, and at its end the nearest.

    >>> find("any-base").label.value
    'proved'
    """
    return named({row.id: row for row in claims()}, name)


def recorded(claim: Claim) -> Printed:
    """Return what is to be printed of a claim of the registry, made anew."""
    from gpa_theory.report.statements.table import statement  # composes bounds; needs scipy

    names = tuple(claim.checks)
    words = statement(claim.id)
    return Printed(claim.id, claim.statement, claim.source, claim.label, names, words)


def as_text(rows: tuple[Printed, ...]) -> str:
    """Return the content of the record."""
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1) + "\n"
