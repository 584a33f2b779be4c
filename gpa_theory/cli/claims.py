"""List the claims of the project: id, label, statement, machine-checked lemma, source."""

from __future__ import annotations

import argparse

from gpa_theory.cli import exits


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa claims`."""
    parser.add_argument("--markdown", action="store_true", help="print the table of the README")


def main(options: argparse.Namespace) -> int:
    """Run `gpa claims`."""
    from gpa_theory.report.proofs import cell
    from gpa_theory.report.tables import claims_markdown
    from gpa_theory.verify.registry import claims

    if options.markdown:
        print(claims_markdown(claims()))
        return exits.OK
    for claim in claims():
        print(f"{claim.id}  [{claim.label.value}]\n    {claim.statement}\n    {claim.source}")
        print(f"    lemma: {cell(claim).strip('`')}")
    return exits.OK
