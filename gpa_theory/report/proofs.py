"""Which machine-checked lemma stands behind a claim, and what it says word for word.

The Rocq development lives in `proofs/` of the repository.  One file ships with the package: the
statements as the proof checker prints them, and the manifest that ties claims to lemmas.
`gpa_theory.report.proofs_page` writes it; a test compiles the development and compares.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from gpa_theory.core.labels import Label
from gpa_theory.core.validation import refuse

if TYPE_CHECKING:
    from gpa_theory.verify.claims import Claim

NOT_CHECKED = "not machine-checked"
NOT_PROVED = "-"  # a certified or measured claim has no lemma to carry
DATA = "machine_checked.json"
FOLDER = "proofs/rocq"
CERTIFICATE = "proof of "  # how the registry names the check of a Python certificate
LIMITS = (
    "real numbers, not floats; steps, gradients and projections are exact",
    "a statement assumes exactly what stands before its last arrow",
)


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
    text = files("gpa_theory.report").joinpath(DATA).read_text(encoding="utf-8")
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


def certificates_of(claim: Claim) -> tuple[str, ...]:
    """Return the names of the Python certificates among the checks of a claim."""
    return tuple(c.removeprefix(CERTIFICATE) for c in claim.checks if c.startswith(CERTIFICATE))


def lemmas_of(claim: Claim) -> tuple[Lemma, ...]:
    """Return the lemmas behind a claim, the one that states it first; none where none does.

    A claim that the manifest does not name inherits the lemmas of its Python certificates.

    >>> from gpa_theory.verify.registry import find
    >>> [found.name for found in lemmas_of(find("step-identity"))][0]
    'step_identity'
    """
    entry = record()["claims"].get(claim.id)
    if entry is not None:
        return tuple(map(lemma, (entry["lemma"], *entry["also"])))
    known = record()["certificates"]
    return tuple(map(lemma, dict.fromkeys(known[c] for c in certificates_of(claim) if c in known)))


def cell(claim: Claim) -> str:
    """Return what a table says of a claim: its lemma, "not machine-checked", or a dash.

    >>> from gpa_theory.verify.registry import find
    >>> cell(find("step-identity")), cell(find("certified-minima"))
    ('`step_identity`', '-')
    """
    if claim.label is not Label.PROVED:
        return NOT_PROVED
    found = lemmas_of(claim)
    return f"`{found[0].name}`" if found else NOT_CHECKED


def as_json(claim: Claim) -> dict[str, Any]:
    """Return what `gpa proof --json` prints of a claim."""
    found = lemmas_of(claim)
    entry = record()["claims"].get(claim.id, {})
    return {
        "claim": claim.id,
        "label": claim.label.value,
        "words": claim.statement,
        "lemma": found[0].name if found else None,
        "file": found[0].place if found else None,
        "statement": found[0].statement if found else None,
        "also": {other.name: other.place for other in found[1:]},
        "covers": entry.get("covers", ""),
        "limits": list(LIMITS) if found else [],
        "axioms": list(axioms()) if found else [],
        "certificates": list(certificates_of(claim)),
        "recheck": ([MACHINE] if found else []) + [f"gpa verify --only {claim.id}"],
    }


MACHINE = "make proofs"


def as_text(claim: Claim) -> str:
    """Return what `gpa proof` prints of a claim: words, lemma, statement, limits, axioms, re-check.

    >>> from gpa_theory.verify.registry import find
    >>> print(as_text(find("certified-minima")).splitlines()[-1])
    no proof is claimed; re-check: gpa verify --only certified-minima
    """
    lines = [f"{claim.id}  [{claim.label.value}]", f"    {claim.statement}", ""]
    found = lemmas_of(claim)
    certificates = ", ".join(certificates_of(claim))
    again = f"gpa verify --only {claim.id}"
    if found:
        lines += _machine_checked(claim, found)
        lines += ["re-check", f"    {MACHINE}    (needs Rocq or Coq 8.16; Debian: apt install coq)"]
        lines += [f"    {again}    (the Python certificates: {certificates})"]
    elif certificates:
        lines += [f"{NOT_CHECKED}; Python certificates: {certificates}; re-check: {again}"]
    else:
        lines += [f"no proof is claimed; re-check: {again}"]
    return "\n".join(lines)


def _machine_checked(claim: Claim, found: tuple[Lemma, ...]) -> list[str]:
    stated, others = found[0], found[1:]
    covers = record()["claims"].get(claim.id, {}).get("covers")
    lines = [f"lemma {stated.name}, {stated.place}"]
    lines += [f"    {line}" for line in stated.statement.splitlines()]
    if others:
        lines += ["see also"] + [f"    {other.name}, {other.place}" for other in others]
    if covers:
        lines += ["covers", f"    {covers}"]
    lines += ["limits", *(f"    {limit}" for limit in LIMITS)]
    return [*lines, "axioms", *(f"    {axiom}" for axiom in axioms())]
