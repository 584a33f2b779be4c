"""Where coverage does not look: to trace a line of Python costs as much as to run it.

The tests of `UNMEASURED` run without the tracer.  What they reach of the package others reach as
well, or the gates of `make test` fail: a test that is left out here can hide no line that nobody
runs.  The tests themselves are all run.
"""

import sys
from contextlib import contextmanager

UNMEASURED = {  # folder or file: why nothing is missed
    "tests/experiments": "coverage is asked of the package, and this is the code beside it",
}


def unmeasured(place):
    """Return whether the test file at this path, from the root, runs without the tracer."""
    return any(place == one or place.startswith(f"{one}/") for one in UNMEASURED)


@contextmanager
def unwatched():
    """Stop the tracer of the coverage that is being measured, if any, and start it again."""
    coverage = sys.modules.get("coverage")
    watching = coverage.Coverage.current() if coverage else None
    if watching is None:
        yield
        return
    watching.stop()
    try:
        yield
    finally:
        watching.start()
