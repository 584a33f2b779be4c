"""The machine-checked lemmas: the record that ships, and the check that a claim is one of them.

The Rocq development lives in `proofs/` of the repository.  One file ships with the package: the
statements as the proof checker prints them, and the manifest that ties claims to lemmas.
`report.proofs_page` writes it; a test compiles the development and compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any

from gpa_theory.core.validation import refuse
from gpa_theory.verify.claims import Check
from gpa_theory.verify.verdict import Result, exactly

DATA = "machine_checked.json"
FOLDER = "proofs/rocq"
LEMMA = "lemma "  # how the registry names the check that a claim is a machine-checked lemma
REALS = ("ClassicalDedekindReals.", "FunctionalExtensionality.")  # the axioms of the reals


@dataclass(frozen=True, slots=True)
class Lemma:
    """A theorem of the Rocq development: its name, its file, its printed statement."""

    name: str
    file: str
    statement: str

    @property
    def place(self) -> str:
        """Return the path of its file from the root of the repository."""
        return f"{FOLDER}/{self.file}"


@cache
def record() -> dict[str, Any]:
    """Return the shipped record: axioms, statements by lemma, and the manifest.

    >>> sorted(record())
    ['axioms', 'certificates', 'claims', 'further', 'main', 'schema', 'statements']
    """
    text = files("gpa_theory.verify.formal").joinpath(DATA).read_text(encoding="utf-8")
    return json.loads(text)


def axioms() -> tuple[str, ...]:
    """Return every axiom that the whole development rests on: those of the real numbers.

    >>> len(axioms())
    3
    """
    return tuple(record()["axioms"])


def lemma(name: str) -> Lemma:
    """Return the lemma called `name`.

    >>> lemma("equal_mass").place
    'proofs/rocq/conversions/Weighted.v'
    >>> lemma("fermat")
    Traceback (most recent call last):
    ValueError: `lemma(name='fermat')`: name must be an audited theorem of proofs/rocq
    """
    if name not in record()["statements"]:
        raise refuse(f"lemma(name={name!r})", "name", f"must be an audited theorem of {FOLDER}")
    found = record()["statements"][name]
    return Lemma(name, found["file"], found["statement"])


def concludes(name: str, conclusion: str) -> bool:
    """Return whether the statement of a lemma ends in `conclusion`, whatever its line breaks.

    >>> concludes("schedule_free_rate", "f (x T) - f u <= B / INR T")
    True
    >>> concludes("schedule_free_rate", "f (x T) - f u <= B")
    False
    """
    stated = " ".join(lemma(name).statement.split())
    return stated.endswith((f" -> {conclusion}", f", {conclusion}"))


def check_lemma(name: str, conclusion: str, seed: int) -> Iterable[Result]:
    """Compare the audited statement's end with the claim's formula, and its axioms with the reals'.

    That the record is what the proof checker printed is the test of `make proofs`.
    """
    other = 0 if concludes(name, conclusion) else 1
    yield exactly(f"statements of {name} that end in another formula", other, 0, lemma(name).place)
    foreign = [axiom for axiom in axioms() if not axiom.startswith(REALS)]
    words = f"axioms beyond those of the real numbers, of {len(axioms())}"
    yield exactly(words, len(foreign), 0, ", ".join(axioms()))


def lemma_checks(conclusions: dict[str, str]) -> dict[str, Check]:
    """Return one check for each lemma, given what its statement must end in."""
    return {
        f"{LEMMA}{name}": partial(check_lemma, name, conclusion)
        for name, conclusion in conclusions.items()
    }
