"""Which machine-checked lemma stands behind a claim, and what it says word for word.

The lemmas themselves, as the proof checker printed them, are in `verify.formal.lemmas`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gpa_theory.core.labels import Label
from gpa_theory.verify.formal.lemmas import Lemma, axioms, lemma, record

if TYPE_CHECKING:
    from gpa_theory.report.printed import Worded

NOT_CHECKED = "not machine-checked"
NOT_PROVED = "-"  # a certified or measured claim has no lemma to carry
CERTIFICATE = "proof of "  # how the registry names the check of a Python certificate
LIMITS = (
    "real numbers, not floats; steps, gradients and projections are exact",
    "a statement assumes exactly what stands before its last arrow",
)


def certificates_of(claim: Worded) -> tuple[str, ...]:
    """Return the names of the Python certificates among the checks of a claim."""
    return tuple(c.removeprefix(CERTIFICATE) for c in claim.checks if c.startswith(CERTIFICATE))


def lemmas_of(claim: Worded) -> tuple[Lemma, ...]:
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


def cell(claim: Worded) -> str:
    """Return what a table says of a claim: its lemma, "not machine-checked", or a dash.

    >>> from gpa_theory.verify.registry import find
    >>> cell(find("step-identity")), cell(find("certified-minima"))
    ('`step_identity`', '-')
    """
    if claim.label is not Label.PROVED:
        return NOT_PROVED
    found = lemmas_of(claim)
    return f"`{found[0].name}`" if found else NOT_CHECKED


def as_json(claim: Worded) -> dict[str, Any]:
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


def as_text(claim: Worded) -> str:
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
        what = f"the Python certificates: {certificates}" if certificates else "the other checks"
        lines += [f"    {again}    ({what})"]
    elif certificates:
        lines += [f"{NOT_CHECKED}; Python certificates: {certificates}; re-check: {again}"]
    else:
        lines += [f"no proof is claimed; re-check: {again}"]
    return "\n".join(lines)


def _machine_checked(claim: Worded, found: tuple[Lemma, ...]) -> list[str]:
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
