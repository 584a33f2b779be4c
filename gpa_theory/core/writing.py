"""How a result reaches its file: whole or not at all, and only where a file can stand.

A reader never sees half a file, an interrupted or failed writing leaves the old file as it was, and
nothing is written through a device node, a pipe or a symbolic link: renaming would replace the node
itself, or the link, and not what it stands for.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gpa_theory.core.validation import refuse


def check_target(call: str, parameter: str, path: str | Path) -> Path:
    """Return the path, or raise if no file can be written there; to be asked before the work.

    >>> check_target("gpa verify --json /", "--json", "/")
    Traceback (most recent call last):
    ValueError: `gpa verify --json /`: --json cannot be written: it is a folder
    """
    target = Path(path)
    try:
        reason = _obstacle(target)
    except (OSError, ValueError) as error:  # a name too long, a null byte, no right to look
        reason = getattr(error, "strerror", None) or str(error)
    if reason:
        raise refuse(call, parameter, f"cannot be written: {reason}")
    return target


def _obstacle(target: Path) -> str:
    """Return why no file can be written there, or nothing."""
    if target.is_symlink():
        return "it is a symbolic link; name the file itself"
    if target.is_dir():
        return "it is a folder"
    if target.exists() and not target.is_file():
        return "it is not a regular file"
    if target.exists() and not os.access(target, os.W_OK):
        return "it is read-only"
    folder = target.parent
    if not folder.is_dir():
        return f"there is no folder {folder}"
    part = _part(target)
    part.touch(exist_ok=False)  # what the system allows is known only by trying
    part.unlink()
    return ""


def write_whole(path: str | Path, content: str | bytes) -> None:
    """Write the file aside, in the same folder, and rename it; text is written as UTF-8.

    Half a letter, from a file's name that is no UTF-8, is written as its code.

    Errors: `OSError`, after which the old file stands as it was and no part is left behind.
    """
    with written_aside(path) as file:
        text = isinstance(content, str)
        file.write(content.encode("utf-8", "backslashreplace") if text else content)


@contextlib.contextmanager
def written_aside(path: str | Path) -> Iterator[BinaryIO]:
    """Yield a file to write into, for contents too large to be held; renamed at the end.

    An error or an interruption inside leaves the old file as it was and no part behind.
    """
    target = Path(path)
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise OSError(f"{target} is not a regular file")
    part = _part(target)
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # else a crash may leave the new name with nothing in it
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))  # who may read it stays as it was
        part.replace(target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            part.unlink()
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(target)  # a full disk does not say what was being written
        raise


def _part(target: Path) -> Path:
    """Return a part's name, of this process, so that two never write into one; it is free.

    In a container a process has the number that its predecessor had, which was killed perhaps.
    """
    part = target.with_name(f".{target.name[:50]}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    return part
