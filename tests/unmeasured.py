"""Where coverage does not look: to trace a line of Python costs about as much as to run it.

The tests below are run like all others, without the tracer.  What they reach of the package is
reached by measured tests as well, or the gates of `make test` fail: a row here hides no line that
nobody runs, it can only make the gates stricter.
"""

import sys
from contextlib import contextmanager

UNMEASURED = {  # folder or file of tests: why nothing is missed
    "tests/experiments": "coverage is asked of the package; experiments/ stands beside it",
    "tests/laws": "a law runs each row of a table again, on what the mirrored tests have run",
    "tests/proofs": "statements are evaluated on runs of rooms that have tests of their own",
    "tests/optim/step/test_compile_first.py": "the compiler reads the steps that eager tests run",
    "tests/symbolic/test_proofs.py": "the proofs are built and checked by the rooms' tests as well",
    "tests/test_docs.py": "README's commands have tests of their own in tests/cli",
    "tests/worst_case/minimax/test_multipliers.py": "identities of what the other files there run",
}


def unmeasured(place):
    """Return whether the tests of this file, named from the root, run without the tracer."""
    return any(place == row or place.startswith(f"{row}/") for row in UNMEASURED)


@contextmanager
def unwatched():
    """Stop every coverage that is being measured, and start them again afterwards.

    In a worker of a parallel run pytest-cov has two, one under the other: its own `no_cover` stops
    the upper one alone, and the tracer stays.
    """
    stopped = []
    coverage = sys.modules.get("coverage")
    while coverage and (watching := coverage.Coverage.current()) is not None:
        watching.stop()
        stopped.append(watching)
    try:
        yield
    finally:
        for watching in reversed(stopped):
            watching.start()
