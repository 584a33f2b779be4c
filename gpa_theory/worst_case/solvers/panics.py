"""A solver in Rust that breaks down panics: it writes to the process's stderr and raises.

Neither reaches the user: the text is kept from file descriptor 2, and the panic becomes an error
that is caught like any other failure of a solver.  What others write meanwhile is passed on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from tempfile import TemporaryFile
from threading import RLock

STDERR = 2
ONE_AT_A_TIME = RLock()  # a second thread would take the first one's file for the terminal


class PanicError(RuntimeError):
    """A solver panicked."""


@lru_cache(maxsize=1)
def _listener(process: int) -> int:
    """Return the open file that hears what is written in a process; opening one takes long."""
    with TemporaryFile() as file:
        return os.dup(file.fileno())


@contextmanager
def contained() -> Iterator[None]:
    """Run a solver; if it panics, raise `PanicError` and leave nothing on the terminal."""
    with ONE_AT_A_TIME:
        kept, heard, panicked = _dup(STDERR), _listener(os.getpid()), False
        if kept is not None:
            os.dup2(heard, STDERR)
        try:
            yield
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # of pyo3, derived from BaseException
                raise
            panicked = True
            raise PanicError("the solver panicked") from None
        finally:
            if kept is not None:
                os.dup2(kept, STDERR)
                os.close(kept)
                if size := os.fstat(heard).st_size:
                    _pass_on(heard, 0 if panicked else size)


def _dup(descriptor: int) -> int | None:
    """Return another descriptor of the same file; None if there is none."""
    try:
        return os.dup(descriptor)
    except OSError:
        return None


def _pass_on(heard: int, size: int) -> None:
    """Write as many bytes of what was heard to stderr, and forget all of it."""
    os.lseek(heard, 0, os.SEEK_SET)
    with suppress(OSError):
        os.write(STDERR, os.read(heard, size))
    os.ftruncate(heard, 0)
    os.lseek(heard, 0, os.SEEK_SET)
