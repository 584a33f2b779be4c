"""`gpa COMMAND …`: the parser and the table of commands."""

from __future__ import annotations

import argparse
from importlib import import_module

from gpa_theory.cli.guard import Parser, guarded

COMMANDS = {  # name: (module, one line)
    "verify": ("gpa_theory.cli.verify", "confront every claim with its checks"),
    "bound": ("gpa_theory.cli.bound", "evaluate a proved bound: its value, terms and tuned γ"),
    "run": ("gpa_theory.cli.run", "run GPA on a real problem: gaps, bounds, every identity term"),
    "claims": ("gpa_theory.cli.claims", "list the claims, their labels and sources"),
    "proof": ("gpa_theory.cli.proof", "the machine-checked lemma behind a claim, and its axioms"),
    "worst-case": ("gpa_theory.cli.worst_case", "the worst case of a method, as an interval"),
    "minimax": ("gpa_theory.cli.minimax", "does a method attain DG/√T? a proof without a solver"),
    "tune": ("gpa_theory.cli.tune", "the constants with the least worst case"),
    "check-certificate": ("gpa_theory.cli.certificate", "re-check an exact worst-case certificate"),
    "explore": ("gpa_theory.cli.explore", "the interactive page: drag μ_x, μ_y, γ; or export it"),
    "cite": ("gpa_theory.cli.cite", "citation entries, or a claim as a LaTeX theorem"),
}
EPILOG = """\
exit codes: 0 all hold or are supported, 1 violated, 2 usage, 3 internal error, 4 undecided,
5 nothing selected, 6 done but not written where asked, 130 interrupted.
`gpa COMMAND --help` describes one command."""


def _top() -> argparse.ArgumentParser:
    listing = "\n".join(f"  {name:18} {words}" for name, (_, words) in COMMANDS.items())
    parser = Parser(
        prog="gpa",
        description="Derive, check and transfer the convergence theory of Generalized Primal"
        f" Averaging.\n\ncommands:\n{listing}",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of the above")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def run(arguments: list[str]) -> int:
    """Run one command line.  Bad input is exit code 2 with one line, never a traceback."""
    return guarded("gpa", lambda: _command(arguments))


def _command(arguments: list[str]) -> int:
    chosen = _top().parse_args(arguments[:1])
    name, words = COMMANDS[chosen.command]
    module = import_module(name)
    description = module.__doc__ or f"{words}."  # python -OO strips docstrings
    parser = Parser(prog=f"gpa {chosen.command}", description=description)
    module.add_arguments(parser)
    return module.main(parser.parse_args(arguments[1:]))
