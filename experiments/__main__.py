"""`python -m experiments`: train a run, run a study, prepare data, calibrate, report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from experiments.cli.commands import COMMANDS

USAGE, INTERNAL = 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a user's mistake gives one line and exit code 2."""
    parser = argparse.ArgumentParser("python -m experiments", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        own = commands.add_parser(name, help=command.help, description=command.help)
        command.add_arguments(own)
        own.set_defaults(run=command.run)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except (ValueError, FileNotFoundError, ImportError) as error:
        print(f"experiments: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("\nexperiments: stopped; run the same command again to go on", file=sys.stderr)
        return INTERNAL


if __name__ == "__main__":
    sys.exit(main())
