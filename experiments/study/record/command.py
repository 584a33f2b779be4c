"""The command line that makes a record again, with every option that was given."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def command_line(words: Sequence[str], options: Mapping[str, Any]) -> str:
    """Return `python -m experiments` with these words and options; None is an option not given.

    Folders and files are named as seen from where the command ran, or from the user's home: a
    record can be published as it is.

    >>> command_line(["study", "cpu"], {"budget": "2h", "out": None})
    'python -m experiments study cpu --budget 2h'
    """
    found = ["python", "-m", "experiments", *map(_published, words)]
    for name, value in options.items():
        if value is not None:
            found += [f"--{name.replace('_', '-')}", _published(str(value))]
    return " ".join(found)


def _published(word: str) -> str:
    """Return a word for the shell, a path below this folder or the home without what is above."""
    path = Path(word)
    if path.is_absolute():
        if path.is_relative_to(Path.cwd()):
            return shlex.quote(str(path.relative_to(Path.cwd())))
        home = os.path.expanduser("~")
        if path.is_relative_to(home):
            return f"~/{shlex.quote(str(path.relative_to(home)))}"  # quoted, ~ would stay itself
    return shlex.quote(word)
