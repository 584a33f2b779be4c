r"""Citation entries for the project, the GPA paper and the sources of a claim; claims as LaTeX.

The output is ASCII.  A claim compiles as printed in a document that loads `PACKAGES`: the lines in
front of it say what it needs, and declare its environment where the document does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files

from gpa_theory.core.labels import Label
from gpa_theory.report import printed
from gpa_theory.report.printed import Worded
from gpa_theory.report.unicode import as_latex

PROJECT, PAPER = "gpatheory2026", "defazio2025smoothing"
PACKAGES = r"\usepackage{amsmath,amssymb,amsthm}"
PROPOSITION, REMARK, THEOREM = "proposition", "remark", "theorem"
ENVIRONMENT = {  # what is not proved is no theorem
    Label.PROVED: THEOREM,
    Label.CERTIFIED: PROPOSITION,
    Label.MEASURED: REMARK,
    Label.REPORTED: REMARK,
}
KEY = re.compile(r"[a-z]+\d{4}[a-z]+")
OURS, NEW = "this project", "ours; we know of no earlier statement"


def references() -> dict[str, str]:
    """Return every entry of REFERENCES.bib by key, in file order.

    >>> references()["defazio2025smoothing"].splitlines()[0]
    '@misc{defazio2025smoothing,'
    """
    text = files("gpa_theory.report").joinpath("REFERENCES.bib").read_text(encoding="utf-8")
    entries = re.findall(r"^@\w+\{([^,]+),.*?^\}", text, re.MULTILINE | re.DOTALL)
    bodies = re.finditer(r"^@\w+\{[^,]+,.*?^\}", text, re.MULTILINE | re.DOTALL)
    return {key: body.group(0) for key, body in zip(entries, bodies, strict=True)}


def keys_of(claim: Worded) -> list[str]:
    """Return the bibliography keys named in a claim's source, in order and once each."""
    known = references()
    return [word for word in dict.fromkeys(KEY.findall(claim.source)) if word in known]


def bibtex(*claims: Worded) -> str:
    """Return the entries of the project and the paper, and of the claims' own sources, once each.

    They pass BibTeX's plain style without a warning.
    """
    known = references()
    wanted = [PROJECT, PAPER, *(key for claim in claims for key in keys_of(claim))]
    return "\n\n".join(known[key] for key in dict.fromkeys(wanted))


def attribution(claim: Worded) -> str:
    r"""Return whose statement it is, as LaTeX; novelty is claimed as "we know of none earlier".

    >>> from gpa_theory.verify.registry import find
    >>> attribution(find("any-weights"))
    '\\cite{defazio2024road}, Theorem 2'
    >>> attribution(find("strongly-convex-step"))
    'ours; we know of no earlier statement'
    """
    if claim.source == OURS:
        return NEW if claim.label is Label.PROVED else "ours"
    known, found, end = references(), "", 0
    for key in KEY.finditer(claim.source):
        if key[0] in known:
            found += _words(claim.source[end : key.start()]) + rf"\cite{{{key[0]}}}"
            end = key.end()
    return found + _words(claim.source[end:])


def _words(source: str) -> str:
    """Return a piece of a source as LaTeX, its spaces at both ends kept."""
    body = source.strip()
    before, after = source[: len(source) - len(source.lstrip())], source[len(source.rstrip()) :]
    return before + as_latex(body).replace(OURS, "ours") + (after if body else "")


def theorem(claim: Worded) -> str:
    r"""Return the claim as an environment of its kind, with its label of evidence and sources.

    A proved claim is a `theorem`, a certified one a `proposition`, any other a `remark`.
    """
    kind = ENVIRONMENT[claim.label]
    note = f"{claim.label.value}; {attribution(claim)}; \\cite{{{PROJECT}}}"
    return "\n".join(
        (
            rf"\begin{{{kind}}}[{note}]",
            rf"\label{{gpa:{claim.id}}}",
            printed.find(claim.id).latex,
            rf"\end{{{kind}}}",
        )
    )


def latex(claims: Sequence[Worded]) -> str:
    r"""Return the claims as LaTeX, below a comment that says which packages they need.

    >>> from gpa_theory.verify.registry import find
    >>> print("\n".join(latex([find("any-weights")]).splitlines()[:2]))
    % needs \usepackage{amsmath,amssymb,amsthm} and \newtheorem{theorem}{Theorem}
    \ifdefined\theorem\else\newtheorem{theorem}{Theorem}\fi
    """
    kinds = dict.fromkeys(ENVIRONMENT[claim.label] for claim in claims)
    declared = {kind: rf"\newtheorem{{{kind}}}{{{kind.capitalize()}}}" for kind in kinds}
    needs = " and ".join((PACKAGES, *declared.values()))
    guards = [rf"\ifdefined\{kind}\else{line}\fi" for kind, line in declared.items()]
    return "\n".join((f"% needs {needs}", *guards)) + "\n" + "\n\n".join(map(theorem, claims))
