"""Print citation entries for the project, the paper and claims; or claims as LaTeX statements."""

from __future__ import annotations

import argparse

from gpa_theory.cli import exits


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa cite`."""
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help="claims' ids; see `gpa claims`")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--bibtex", action="store_true", help="BibTeX entries (default)")
    shape.add_argument(
        "--latex", action="store_true", help="each claim as a theorem, proposition or remark"
    )


def main(options: argparse.Namespace) -> int:
    """Run `gpa cite`."""
    from gpa_theory.core.validation import refuse
    from gpa_theory.report.cite import bibtex, latex
    from gpa_theory.report.printed import find

    claims = [find(name) for name in dict.fromkeys(options.claims)]
    if options.latex:
        if not claims:
            raise refuse("gpa cite --latex", "CLAIM", "is needed: --latex prints the claims named")
        print(latex(claims))
    else:
        print(bibtex(*claims))
    return exits.OK
