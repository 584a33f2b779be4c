"""Citation entries for the project, the GPA paper and the sources of a claim; claims as LaTeX."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from gpa_theory.report.unicode import as_latex

if TYPE_CHECKING:
    from gpa_theory.verify.claims import Claim

PROJECT, PAPER = "gpatheory2026", "defazio2025smoothing"


def references() -> dict[str, str]:
    """Return every entry of REFERENCES.bib by key, in file order.

    >>> references()["defazio2025smoothing"].splitlines()[0]
    '@misc{defazio2025smoothing,'
    """
    text = files("gpa_theory.report").joinpath("REFERENCES.bib").read_text(encoding="utf-8")
    entries = re.findall(r"^@\w+\{([^,]+),.*?^\}", text, re.MULTILINE | re.DOTALL)
    bodies = re.finditer(r"^@\w+\{[^,]+,.*?^\}", text, re.MULTILINE | re.DOTALL)
    return {key: body.group(0) for key, body in zip(entries, bodies, strict=True)}


def keys_of(claim: Claim) -> list[str]:
    """Return the bibliography keys named in a claim's source, in order and once each."""
    known = references()
    named = dict.fromkeys(re.findall(r"[a-z]+\d{4}[a-z]+", claim.source))
    return [word for word in named if word in known]


def bibtex(claim: Claim | None = None) -> str:
    """Return the entries of the project and the paper, and of the claim's own sources."""
    known = references()
    wanted = [PROJECT, PAPER, *(keys_of(claim) if claim else [])]
    return "\n\n".join(known[key] for key in dict.fromkeys(wanted))


def theorem(claim: Claim) -> str:
    """Return the claim as a LaTeX theorem with hypotheses, label of evidence and sources.

    The environment is `theorem` for proved claims and `claim` otherwise; both are the author's.
    """
    kind = "theorem" if claim.label.value == "proved" else "claim"
    cited = "".join(rf"\cite{{{key}}}, " for key in keys_of(claim))
    return "\n".join(
        (
            rf"\begin{{{kind}}}[{claim.label.value}; {cited}\cite{{{PROJECT}}}]",
            rf"\label{{gpa:{claim.id}}}",
            _body(claim),
            rf"\end{{{kind}}}",
        )
    )


def _body(claim: Claim) -> str:
    if claim.rests_on:
        from gpa_theory.report import hypotheses

        return hypotheses.body(claim.rests_on)
    return claim.latex or as_latex(claim.statement) + "."
