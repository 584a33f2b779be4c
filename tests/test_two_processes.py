"""The launcher of the two-process tests starts again after the one known abort, and only then."""

import pytest

from tests.two_processes import ABORT, TRIES, on_two_processes

SCRIPT = """
import os, sys
from pathlib import Path
counter = Path(sys.argv[1])
tries = len(counter.read_text()) if counter.exists() else 0
if os.environ["RANK"] == "0":
    counter.write_text("x" * (tries + 1))
{ending}
"""
ABORTS = f"""
if os.environ["RANK"] == "0" and tries < int(sys.argv[2]):
    print({ABORT!r}, file=sys.stderr, flush=True)
    os.abort()
"""


def run(folder, ending, *arguments):
    """Start the script on one process, for speed; return how often it was started."""
    job, counter = folder / "job", folder / "counter"
    job.mkdir()
    (folder / "job.py").write_text(SCRIPT.format(ending=ending))
    command = [str(folder / "job.py"), str(counter), *arguments]
    try:
        on_two_processes(lambda place: command, job, processes=1, timeout=100)
    finally:
        started = len(counter.read_text())
    return started


def test_an_abort_on_leaving_is_started_again(tmp_path):
    """Aborts once, then ends well: two starts."""
    assert run(tmp_path, ABORTS, "1") == 2


def test_an_abort_every_time_fails(tmp_path):
    """The launcher gives up."""
    with pytest.raises(AssertionError, match="SIGABRT"):
        run(tmp_path, ABORTS, "99")
    assert (tmp_path / "counter").read_text() == "x" * TRIES


@pytest.mark.parametrize("ending", ["raise ValueError('planted')", "os.abort()"])
def test_any_other_failure_fails_at_once(tmp_path, ending):
    """An exception, or an abort without the known words: one start."""
    with pytest.raises(AssertionError):
        run(tmp_path, ending)
    assert (tmp_path / "counter").read_text() == "x"


def test_an_exception_before_the_abort_fails_at_once(tmp_path):
    """A job that raised is at fault, whatever happened to it afterwards."""
    ending = f"print('Traceback (most recent call last):', file=sys.stderr){ABORTS}"
    with pytest.raises(AssertionError):
        run(tmp_path, ending, "99")
    assert (tmp_path / "counter").read_text() == "x"
