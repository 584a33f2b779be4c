"""How a file that a run or a study keeps is read: only if it is one.

A pipe without a writer would keep us waiting, and a device such as /dev/zero has no end: a link to
one of them, in the place of a file, is found before anything is read.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file, or a link to one, for reading in binary.

    Errors: `OSError` if it is anything else.
    """
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "is not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def read_regular(path: Path) -> bytes:
    """Return what a regular file holds; for errors see `open_regular`."""
    with open_regular(path) as file:
        return file.read()
