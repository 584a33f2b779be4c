"""A result reaches its file, or is kept elsewhere and said where: no work is lost."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gpa_theory.cli.guard import UnwrittenError
from gpa_theory.core.writing import write_whole


def deliver(call: str, parameter: str, path: str | Path, content: str) -> None:
    """Write a result whole; if that fails, keep it in the temporary folder, else print it.

    To be called when everything else has been printed.  Where it can be written is asked for
    before the work, by `core.writing.check_target`.

    Errors: `UnwrittenError`, which becomes exit code 6.
    """
    target = Path(path)
    try:
        write_whole(target, content)
    except OSError as error:
        reason = error.strerror or str(error)
        where = _kept(target.name, content)
        raise UnwrittenError(
            f"`{call}`: {parameter} could not be written: {reason}; the result is {where}"
        ) from None


def _kept(name: str, content: str) -> str:
    """Return where the content is now."""
    path = None
    try:
        handle, path = tempfile.mkstemp(prefix="gpa-", suffix=f"-{name[-100:]}")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
    except OSError:
        if path is not None:
            Path(path).unlink(missing_ok=True)
        print(content)
        return "on the standard output"
    return f"kept in {path}"
