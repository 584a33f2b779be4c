"""Coverage looks away where it is told to, and only there."""

import sys
from contextlib import nullcontext
from pathlib import Path

import coverage
import pytest

from tests.unmeasured import UNMEASURED, unmeasured, unwatched

ROOT = Path(__file__).resolve().parent.parent


def inside():
    return "inside"


def outside():
    return "outside"


def measured(context):
    """Return which of the two functions a coverage sees if one of them is called in `context`."""
    watcher = coverage.Coverage(data_file=None, config_file=False, include=[__file__])
    watcher.start()
    try:
        with context:
            inside()
        outside()
    finally:
        watcher.stop()
    lines = watcher.get_data().lines(__file__) or ()
    return [f for f in (inside, outside) if f.__code__.co_firstlineno + 1 in lines]


def test_it_looks_away_and_back():
    """What runs unwatched is not measured, what follows is; must fail: without it both are."""
    assert measured(unwatched()) == [outside]
    assert measured(nullcontext()) == [inside, outside]


def test_nothing_traces_meanwhile():
    """Not the coverage below it either, which a worker has; afterwards all is as before."""
    watcher = coverage.Coverage(data_file=None, config_file=False, include=[__file__])
    with watcher.collect():
        before = sys.gettrace()
        with unwatched():
            assert sys.gettrace() is None
        assert coverage.Coverage.current() is watcher
        assert type(sys.gettrace()) is type(before)


def test_it_looks_again_after_a_failure():
    """A test that fails unwatched leaves coverage as it was."""
    before = coverage.Coverage.current()
    with pytest.raises(ZeroDivisionError), unwatched():
        1 / 0  # noqa: B018
    assert coverage.Coverage.current() is before


@pytest.mark.parametrize("row", UNMEASURED)
def test_a_row_names_tests_and_a_reason(row):
    """A folder or file that is there, of tests, not of the doctests of the package."""
    assert (ROOT / row).exists()
    assert row.startswith("tests/")
    assert UNMEASURED[row]


def test_a_row_covers_what_stands_in_its_folder():
    """The folder's files and those below it, and no neighbor whose name begins alike."""
    assert unmeasured("tests/experiments/arms/test_members.py")
    assert not unmeasured("tests/experiments_too/test_members.py")
    assert not unmeasured("tests/test_hygiene.py")
