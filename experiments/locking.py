"""One process per folder: whoever comes second is told so, and changes nothing.

The lock is the system's (flock, on Windows msvcrt), on a file in the folder.  The system lets go of
it when its process ends, however it ends, so that no lock outlives its owner.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from gpa_theory.core.validation import refuse

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

FILE = ".lock"


@contextlib.contextmanager
def held(call: str, parameter: str, folder: str | Path) -> Iterator[Path]:
    """Make the folder and hold it; raise if it cannot be written, or if another process holds it.

    >>> with held("train", "--out", os.devnull):
    ...     pass
    Traceback (most recent call last):
    ValueError: `train`: --out cannot be written: it is not a folder
    """
    place = Path(folder)
    descriptor = _opened(call, parameter, folder)
    try:
        if not _locked(descriptor):
            rule = f"is in use: another process works in {place}; wait for it, or name another"
            raise refuse(call, parameter, rule)
        yield place
    finally:
        os.close(descriptor)


def check_folder(call: str, parameter: str, folder: str | Path) -> Path:
    """Make the folder and return it; raise if files cannot be written there."""
    os.close(_opened(call, parameter, folder))
    return Path(folder)


def _opened(call: str, parameter: str, folder: str | Path) -> int:
    if not str(folder):
        raise refuse(call, parameter, "must name a folder")
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        # Open for reading too, which does not wait for a reader if somebody made it a pipe.
        return os.open(place / FILE, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except (FileExistsError, NotADirectoryError):
        raise refuse(call, parameter, "cannot be written: it is not a folder") from None
    except (OSError, ValueError) as error:  # no right, a name too long, a null byte
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(call, parameter, f"cannot be written: {reason}") from None


def _locked(descriptor: int) -> bool:
    """Return whether the file is ours now; where the file system knows no locks, it is."""
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True
