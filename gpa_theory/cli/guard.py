"""The one place where what happens to a command becomes a message and an exit code.

Bad input is one line and 2, Ctrl-C one line and 130, a fault of ours one line and 3; a result that
could not be written where it was asked for is 6, after the work.  Never a traceback, whatever the
streams are.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from gpa_theory.cli import exits
from gpa_theory.cli.endings import Endings, noted
from gpa_theory.cli.streams import fitted

LONGEST = 2000  # characters of a message


class Parser(argparse.ArgumentParser):
    """A parser whose usage errors are one line on stderr and exit code 2."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Parse, and refuse `--option=--`, of which argparse makes an empty list."""
        given = sys.argv[1:] if args is None else list(args)
        for word in given:
            if word.startswith("-") and word.endswith("=--"):
                self.error(f"argument {word[:-3]}: expected one argument")
        return super().parse_known_args(given, namespace)

    def error(self, message: str) -> None:  # type: ignore[override]
        """Print the line and leave."""
        said = one_line(message, LONGEST)
        self.exit(exits.USAGE, f"{self.prog}: {said} (see {self.prog} --help)\n")


def guarded(program: str, work: Callable[[], int], after: str = "") -> int:
    """Run `work` and return its exit code, or that of what it ended with.

    `after` is said if it was interrupted: what the same command would do then.
    """
    with fitted() as losses, noted() as endings:
        code = _coded(program, work, endings, after)
        sys.stdout.flush()
        lost = losses.reasons.get("stdout")
        if lost:
            complain(program, f"the output could not be written: {lost}")
            code = code or exits.UNWRITTEN
    return code


def _coded(program: str, work: Callable[[], int], endings: Endings, after: str) -> int:
    try:
        return work()
    except SystemExit as stop:  # argparse: --help (0) or a usage error (2)
        return stop.code if isinstance(stop.code, int) else exits.USAGE
    except (Exception, KeyboardInterrupt) as error:
        endings.ignore()
        return _told(program, error, endings.come, after)


def _told(program: str, error: BaseException, come: list[signal.Signals], after: str) -> int:
    """Say what the work ended with, and return its exit code."""
    if come or isinstance(error, KeyboardInterrupt):
        number = come[0] if come else signal.SIGINT
        how = "interrupted" if number == signal.SIGINT else f"ended by {number.name}"
        complain(program, how + after)
        return 128 + number
    if isinstance(error, ValueError):
        complain(program, str(error))
        return exits.USAGE
    if os.environ.get("GPA_DEBUG"):
        raise error
    name = type(error).__name__
    complain(program, f"internal error: {name}: {error} (GPA_DEBUG=1 shows where)")
    return exits.INTERNAL


def complain(program: str, message: str) -> None:
    """Print one line on the standard error stream."""
    print(f"{program}: {one_line(message, LONGEST)}", file=sys.stderr)


def one_line(said: str, longest: int) -> str:
    r"""Return a text, cut and without anything that moves a terminal's cursor.

    >>> one_line("a\x1b[2J\nb", 20)
    'a?[2J?b'
    """
    shown = "".join(c if c.isprintable() else "?" for c in said[: longest + 1])
    return shown if len(shown) <= longest else f"{shown[:longest]}..."
