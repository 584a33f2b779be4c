"""A solver in Rust that breaks down panics: it writes to the process's stderr and raises.

Neither reaches the user: the text is kept from file descriptor 2, and the panic becomes an error
that is caught like any other failure of a solver.  What others write meanwhile is passed on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile

STDERR = 2


class PanicError(RuntimeError):
    """A solver panicked."""


@contextmanager
def contained() -> Iterator[None]:
    """Run a solver; if it panics, raise `PanicError` and leave nothing on the terminal."""
    try:
        kept = os.dup(STDERR)
    except OSError:  # there is no stderr
        with _named():
            yield
        return
    panicked = False
    with TemporaryFile() as heard:
        os.dup2(heard.fileno(), STDERR)
        try:
            with _named():
                yield
        except PanicError:
            panicked = True
            raise
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
            if not panicked and os.fstat(heard.fileno()).st_size:
                heard.seek(0)
                with suppress(OSError):
                    os.write(STDERR, heard.read())


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of pyo3, which derives it from BaseException
            raise
        raise PanicError("the solver panicked") from None
