"""List the claims of the project: id, label, statement, machine-checked lemma, source."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from gpa_theory.cli import exits
from gpa_theory.cli.streams import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa claims`."""
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--markdown", action="store_true", help="print the table of the README")
    shape.add_argument("--json", action="store_true", help="one JSON list, LaTeX included")


def main(options: argparse.Namespace) -> int:
    """Run `gpa claims`."""
    from gpa_theory.report.printed import claims
    from gpa_theory.report.proofs import cell
    from gpa_theory.report.tables import claims_markdown

    if options.markdown:
        print(claims_markdown(claims()))
        return exits.OK
    if options.json:
        print_json([asdict(claim) for claim in claims()])
        return exits.OK
    for claim in claims():
        print(f"{claim.id}  [{claim.label.value}]\n    {claim.statement}\n    {claim.source}")
        print(f"    lemma: {cell(claim).strip('`')}")
    return exits.OK
