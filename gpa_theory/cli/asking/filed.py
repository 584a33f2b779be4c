"""The files of `gpa worst-case`: an exact certificate as JSON, a Rocq theorem with its proof.

Whether they can hold what is asked is said before anything is solved.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any

from gpa_theory.cli import exits
from gpa_theory.cli.asking.options import FILES
from gpa_theory.cli.asking.varying import varies
from gpa_theory.cli.guard import complain
from gpa_theory.cli.results import deliver
from gpa_theory.core.validation import refuse
from gpa_theory.core.writing import check_target


def add_files(parser: argparse.ArgumentParser) -> None:
    """Declare the files."""
    parser.add_argument("--certificate", metavar="FILE", help="write an exact certificate as JSON")
    parser.add_argument("--rocq", metavar="FILE", help="write it as a theorem with proof, for coqc")


def asked(options: argparse.Namespace) -> list[tuple[str, str]]:
    """Return the options that name a file to write, with the files."""
    given = ((name, getattr(options, name)) for name in FILES)
    return [(f"--{name}", target) for name, target in given if target is not None]


def check_files(
    options: argparse.Namespace, method_of: Callable[[argparse.Namespace], Any]
) -> None:
    """Raise, before anything is solved, if a file is asked for that cannot be written."""
    given = asked(options)
    if len({os.path.realpath(target) for _, target in given}) < len(given):
        raise refuse("gpa worst-case", "--certificate and --rocq", "must name two files, not one")
    for flag, target in given:
        call = f"gpa worst-case {flag} {target}"
        if options.smoothness is not None:
            rule = "needs a Lipschitz class, without --smoothness: its multipliers round"
            raise refuse(call, flag, f"{rule} to fractions")
        if options.method is not None:
            raise refuse(call, flag, "needs GPA: files hold no methods of others")
        if len(options.gamma or ()) > 1 or varies(options):
            raise refuse(call, flag, "needs one step --gamma: files hold no schedules")
        from gpa_theory.worst_case.rational.stored import check_storable

        method = method_of(options)
        try:
            check_storable(method, options.steps)
        except ValueError as error:
            raise refuse(call, flag, f"cannot hold it: {error}") from None
        check_target(call, flag, target)
        if flag == "--rocq":
            from gpa_theory.worst_case.rational.theorem import check_stated

            check_stated(call, options.metric)


def save(proof: Any, options: argparse.Namespace) -> int:
    """Write what was asked for, if there is a proof; return the first exit code that is not 0."""
    if proof is None:
        return exits.OK
    sys.stdout.flush()
    codes = [_write(flag, target, proof) for flag, target in asked(options)]
    return next((code for code in codes if code), exits.OK)


def _write(flag: str, target: str, proof: Any) -> int:
    from gpa_theory.core.certificate import CertificateError

    try:
        content = _content(flag, proof)
    except CertificateError as error:  # no rounded factor: the certificate stands all the same
        complain("gpa", f"`gpa worst-case {flag} {target}`: {error}")
        return exits.UNDECIDED
    return deliver(f"gpa worst-case {flag} {target}", flag, target, content)


def _content(flag: str, proof: Any) -> str:
    from gpa_theory.worst_case.rational.stored import as_text
    from gpa_theory.worst_case.rational.theorem import theorem

    return theorem(proof) if flag == "--rocq" else as_text(proof)
