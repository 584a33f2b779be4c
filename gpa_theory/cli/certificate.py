"""Re-check an exact worst-case certificate: rational arithmetic only, no solver, no floats.

A file that is no certificate, or takes longer than --seconds, is refused like one that proves
nothing; the others are checked all the same.
Exit codes: 0 all prove what they say, 1 one does not.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from gpa_theory.cli import exits
from gpa_theory.cli.guard import one_line
from gpa_theory.core.validation import check_range, refuse

REASON = 200  # characters of a reason


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa check-certificate`."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a JSON certificate")
    parser.add_argument(
        "--seconds", type=float, default=300.0, help="the longest a check may take (default 300)"
    )


def main(options: argparse.Namespace) -> int:
    """Run `gpa check-certificate`."""
    from gpa_theory.core.certificate import CertificateError
    from gpa_theory.worst_case.rational.stored import load

    call = f"gpa check-certificate --seconds {options.seconds}"
    check_range(call, "--seconds", options.seconds, 0, open_low=True)
    for name in options.files:
        if not os.path.lexists(name):
            raise refuse(
                f"gpa check-certificate {one_line(name, REASON)}", "FILE", "must be a file"
            )
    refused = 0
    for path in map(Path, options.files):
        try:
            found = load(path)
            found.check(options.seconds)
        except (CertificateError, ValueError) as error:
            print(
                f"refused  {one_line(path.name, REASON)}: {one_line(str(error), REASON)}",
                file=sys.stderr,
            )
            refused += 1
            continue
        print(f"proved   {one_line(path.name, REASON)}: {found.words}")
    return exits.VIOLATED if refused else exits.OK
