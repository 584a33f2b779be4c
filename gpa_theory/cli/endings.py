"""Ctrl-C, and the signals by which a system ends a process: exceptions, and known to have come.

Libraries make other errors of them (an import that is interrupted becomes an ImportError), and two
may come at once.  So what counts is that a signal came, not what was raised.  A library may also
swallow what was raised, where it calls back from C; so it is raised again until the work has ended.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows lacks the last
PATIENCE = 10.0  # seconds for the work to end, before it is told again
BY_DEFAULT = (signal.SIG_DFL, signal.default_int_handler)


class Endings:
    """The signals that have come; whoever set another way to take one keeps it."""

    def __init__(self) -> None:
        self.come: list[signal.Signals] = []
        self._old: dict[signal.Signals, Any] = {}
        self._alarm: Any = None  # how SIGALRM was taken before a signal came

    def take(self) -> None:
        """Take the signals: each raises a `KeyboardInterrupt`.  Outside the main thread, do not."""
        if threading.current_thread() is not threading.main_thread():
            return
        known = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
        self._old = {n: signal.getsignal(n) for n in known if signal.getsignal(n) in BY_DEFAULT}
        self._set(self._raise)

    def ignore(self) -> None:
        """Ignore them from now on: the process is ending."""
        self._rest()
        self._set(signal.SIG_IGN)

    def give_back(self) -> None:
        """Put the old ways back."""
        self._rest()
        for number, old in self._old.items():
            signal.signal(number, old)

    def _set(self, way: Any) -> None:
        for number in self._old:
            signal.signal(number, way)

    def _raise(self, number: int, frame: Any) -> None:
        self.come.append(signal.Signals(number))
        if hasattr(signal, "setitimer") and self._alarm is None:  # Windows has no such clock
            self._alarm = signal.signal(signal.SIGALRM, self._again) or signal.SIG_DFL
            signal.setitimer(signal.ITIMER_REAL, PATIENCE, PATIENCE)
        raise KeyboardInterrupt

    def _again(self, number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    def _rest(self) -> None:
        """Stop telling the work to end."""
        if self._alarm is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._alarm)
            self._alarm = None


@contextlib.contextmanager
def noted() -> Iterator[Endings]:
    """Yield the signals that come inside, and give them back at the end."""
    endings = Endings()
    try:
        endings.take()
        yield endings
    finally:
        endings.give_back()
