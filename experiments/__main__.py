"""`python -m experiments`: train a run, run a study, prepare data, calibrate, report."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

from experiments.cli import signals
from experiments.cli.commands import COMMANDS
from gpa_theory.cli import exits
from gpa_theory.cli.guard import Parser, complain, guarded

ABOUT = "Train a run, run a study, prepare data, calibrate, report."
EPILOG = (
    "exit codes: 0 done; 1 a check failed; 2 usage, or something is missing; 3 internal error; 6"
    " done but not written; 130 interrupted, 143 ended by SIGTERM (the same command goes on)"
)
NO_MEMORY = "can't allocate memory"  # what torch says on a CPU


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; what is wrong is one line on stderr."""
    again = "; run the same command again to go on"
    return guarded("experiments", lambda: _command(arguments), again)


def _command(arguments: Sequence[str] | None) -> int:
    parser = Parser("python -m experiments", description=ABOUT, epilog=EPILOG)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        own = commands.add_parser(name, help=command.help, description=command.help)
        command.add_arguments(own)
        own.set_defaults(run=command.run)
    options = parser.parse_args(arguments)
    try:
        signals.load()
        return options.run(options)
    except ImportError as error:  # a package that is missing: the message says how to get it
        raise ValueError(str(error)) from error
    except OSError as error:  # what cannot be read is refused before the work, by name
        where = f"{error.filename}: " if error.filename else ""
        complain("experiments", f"{where}{error.strerror or error}; all that was written stays")
        return exits.UNWRITTEN
    except (MemoryError, RuntimeError) as error:
        if not _is_memory(error):
            raise
        raise ValueError("too little memory: take fewer members or a smaller model") from error


def _is_memory(error: Exception) -> bool:
    is_named = type(error).__name__ in ("MemoryError", "OutOfMemoryError")  # torch is not loaded
    return is_named or NO_MEMORY in str(error)


if __name__ == "__main__":
    code = main()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C finds the work done
    sys.exit(code)
