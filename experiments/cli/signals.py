"""Ctrl-C while libraries are loaded: it waits, since half a library fails in ways of its own."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from importlib import import_module

ENDING = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows lacks the last
LIBRARIES = ("numpy", "torch", "torch.distributed")


def load() -> None:
    """Load what every command needs; a signal that comes meanwhile has its effect afterwards."""
    with deferred():
        for name in LIBRARIES:
            import_module(name)


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    """Keep the signals that end a process until the block is over."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    come: list[int] = []
    numbers = [getattr(signal, name) for name in ENDING if hasattr(signal, name)]
    old = {number: signal.getsignal(number) for number in numbers}
    ours = [number for number in numbers if old[number] not in (None, signal.SIG_IGN)]
    for number in ours:
        signal.signal(number, lambda number, frame: come.append(number))
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, old[number])
    for number in come[:1]:
        signal.raise_signal(number)
