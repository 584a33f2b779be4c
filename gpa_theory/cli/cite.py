"""Print citation entries for the project and the paper, or a claim as a LaTeX theorem."""

from __future__ import annotations

import argparse

from gpa_theory.cli import exits


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa cite`."""
    parser.add_argument("claim", nargs="?", help="a claim's id; see `gpa claims`")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--bibtex", action="store_true", help="BibTeX entries (default)")
    shape.add_argument("--latex", action="store_true", help="the claim as a LaTeX theorem")


def main(options: argparse.Namespace) -> int:
    """Run `gpa cite`."""
    from gpa_theory.core.validation import refuse
    from gpa_theory.report.cite import bibtex, theorem
    from gpa_theory.verify.registry import find

    claim = find(options.claim) if options.claim else None
    if options.latex:
        if claim is None:
            raise refuse("gpa cite --latex", "CLAIM", "is needed: --latex prints one claim")
        print(theorem(claim))
    else:
        print(bibtex(claim))
    return exits.OK
