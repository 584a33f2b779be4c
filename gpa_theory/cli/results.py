"""A result reaches its file, or is kept elsewhere and said where: no work is lost."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gpa_theory.cli import exits
from gpa_theory.cli.guard import complain
from gpa_theory.core.writing import write_whole


def deliver(call: str, parameter: str, path: str | Path, content: str | bytes) -> int:
    """Write a result whole and return the exit code; if it fails, keep it elsewhere and say where.

    It is kept in the temporary folder, or printed.  To be called when everything else has been
    printed; whether it can be written is asked before the work, by `core.writing.check_target`.
    """
    target = Path(path)
    try:
        write_whole(target, content)
    except OSError as error:
        reason = error.strerror or str(error)
        where = _kept(target.name, content)
        said = f"`{call}`: {parameter} could not be written: {reason}; the result is {where}"
        complain("gpa", said)
        return exits.UNWRITTEN
    return exits.OK


def _kept(name: str, content: str | bytes) -> str:
    """Return where the content is now; a picture is not printed."""
    path = None
    try:
        handle, path = tempfile.mkstemp(prefix="gpa-", suffix=f"-{name[-100:]}")
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(handle)
    except OSError:
        if path is not None:
            Path(path).unlink(missing_ok=True)
        if isinstance(content, bytes):
            return "lost: run the command again"
        print(content)
        return "on the standard output"
    return f"kept in {path}"
