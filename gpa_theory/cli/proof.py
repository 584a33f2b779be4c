"""Print the machine-checked proof behind a claim: lemma, file, statement, axioms, re-check."""

from __future__ import annotations

import argparse

from gpa_theory.cli import exits
from gpa_theory.cli.streams import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa proof`."""
    parser.add_argument("claim", nargs="?", help="a claim's id; without one, list all")
    parser.add_argument("--json", action="store_true", help="machine-readable output")


def main(options: argparse.Namespace) -> int:
    """Run `gpa proof`."""
    from gpa_theory.report.printed import claims, find
    from gpa_theory.report.proofs import as_json, as_text, cell

    if options.claim:
        claim = find(options.claim)
        print_json(as_json(claim)) if options.json else print(as_text(claim))
    elif options.json:
        print_json([as_json(claim) for claim in claims()])
    else:
        width = max(len(claim.id) for claim in claims())
        for claim in claims():
            print(f"{claim.id:{width}}  {claim.label.value:9}  {cell(claim).strip('`')}")
    return exits.OK
