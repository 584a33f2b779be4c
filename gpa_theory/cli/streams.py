"""Standard streams that take whatever is printed: any encoding, no terminal, a reader that left.

Inside `fitted()` nothing that is printed can fail.  Letters that an encoding lacks are spelled in
ASCII; what a closed pipe or a closed descriptor would refuse is dropped; the first other failure (a
full disk) is kept, to be told when the work is over.  So exit codes are those of the work.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import select
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TextIO

from gpa_theory.cli.spelling import HANDLER

STANDARD = ("stdin", "stdout", "stderr")
BY_DEFAULT = ("strict", "surrogateescape")  # any other way of stdout is somebody's wish


@dataclass
class Losses:
    """Why output was lost, by stream; a reader that went away is no loss."""

    reasons: dict[str, str] = field(default_factory=dict)


class _Forgiving(io.RawIOBase):
    """A raw stream whose writes never fail: after the first failure they go nowhere."""

    def __init__(self, inner: Any, name: str, losses: Losses) -> None:
        super().__init__()
        self._inner, self._name, self._losses = inner, name, losses
        self._gone = False

    def write(self, data: Any) -> int:
        if self._gone:
            return len(data)
        try:
            written = self._inner.write(data)
            while written is None:  # a descriptor that does not block, and is full
                select.select([], [self._inner], [])
                written = self._inner.write(data)
            return written
        except (BrokenPipeError, ConnectionResetError):
            self._gone = True
        except (OSError, ValueError) as error:
            self._gone = True
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            self._losses.reasons[self._name] = reason
        return len(data)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._inner.fileno()

    def isatty(self) -> bool:
        return self._inner.isatty()


@contextlib.contextmanager
def fitted() -> Iterator[Losses]:
    """Make the standard streams forgiving, flush them at the end, and put the old ones back."""
    losses = Losses()
    _occupy_closed_descriptors()
    with contextlib.ExitStack() as undo:
        for name in ("stdout", "stderr"):
            undo.callback(setattr, sys, name, getattr(sys, name))
            undo.callback(_flush, name)
            setattr(sys, name, _fitted(getattr(sys, name), name, losses, undo))
        yield losses


def _flush(name: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        getattr(sys, name).flush()


def _occupy_closed_descriptors() -> None:
    """Open nothing on 0, 1 and 2 if they are closed: else a result's file would become stdout."""
    if all(getattr(sys, name) is not None for name in STANDARD):
        return
    while True:
        descriptor = os.open(os.devnull, os.O_RDWR)
        if descriptor >= len(STANDARD):
            os.close(descriptor)
            return


def _fitted(stream: TextIO | None, name: str, losses: Losses, undo: contextlib.ExitStack) -> TextIO:
    """Return a stream to print to in place of `stream`."""
    if stream is None:  # closed before we were called: print(file=None) would go to stdout
        return undo.enter_context(open(os.devnull, "w", encoding="utf-8"))
    if not isinstance(stream, io.TextIOWrapper):  # a notebook's, or a test's: it knows its business
        return stream
    wished = name == "stdout" and stream.errors not in BY_DEFAULT
    errors = stream.errors if wished else HANDLER
    raw = getattr(stream.buffer, "raw", stream.buffer)
    if not isinstance(raw, io.RawIOBase):
        undo.callback(stream.reconfigure, errors=stream.errors)
        stream.reconfigure(errors=errors)
        return stream
    with contextlib.suppress(OSError):
        stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Forgiving(raw, name, losses)),
        encoding=stream.encoding,
        errors=errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def print_json(content: Any) -> None:
    """Print one JSON object; escaped where the encoding lacks a letter: what is read is equal."""
    text = json.dumps(content, indent=2, ensure_ascii=False)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(content, indent=2)
    print(text)
