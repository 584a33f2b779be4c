"""A signal ends the work, also where a library swallows what was raised for it."""

from __future__ import annotations

import contextlib
import os
import signal
import time

import pytest

from gpa_theory.cli import endings
from gpa_theory.cli.endings import noted

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such clock")


@pytest.fixture(autouse=True)
def taken():
    """Take Ctrl-C as Python does; a background job of a shell ignores it."""
    old = signal.signal(signal.SIGINT, signal.default_int_handler)
    terminate = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGINT, old)
    signal.signal(signal.SIGTERM, terminate)


def stubborn() -> None:
    """Lose the first interrupt, as a callback from C does, and go on for 20 s."""
    with contextlib.suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    time.sleep(20)


def test_a_signal_that_was_swallowed_is_told_again(monkeypatch):
    """The first interrupt is lost; the work ends all the same, and long before it is done."""
    monkeypatch.setattr(endings, "PATIENCE", 0.05)
    with noted() as come:
        with pytest.raises(KeyboardInterrupt):
            stubborn()
        assert come.come == [signal.SIGINT]


def test_work_that_has_ended_is_told_no_more(monkeypatch):
    """From `ignore` on nothing is raised, and the alarm is as it was before."""
    monkeypatch.setattr(endings, "PATIENCE", 0.02)
    before = signal.getsignal(signal.SIGALRM)
    with noted() as come:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        come.ignore()
        time.sleep(0.1)
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
