"""Re-check an exact worst-case certificate: rational arithmetic only, no solver, no floats.

Exit codes: 0 it proves what it says, 1 it does not.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gpa_theory.cli import exits


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa check-certificate`."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a JSON certificate")


def main(options: argparse.Namespace) -> int:
    """Run `gpa check-certificate`."""
    from gpa_theory.core.certificate import CertificateError
    from gpa_theory.core.validation import refuse
    from gpa_theory.worst_case.rational.stored import load

    refused = 0
    for name in options.files:
        path = Path(name)
        if not path.is_file():
            raise refuse(f"gpa check-certificate {name}", "FILE", "must be a file")
        try:
            found = load(path)
            found.check()
        except (CertificateError, ValueError) as error:
            print(f"refused  {path.name}: {error}", file=sys.stderr)
            refused += 1
            continue
        print(f"proved   {path.name}: {found.words}")
    return exits.VIOLATED if refused else exits.OK
