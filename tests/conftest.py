"""Hypothesis profiles: dev (25 examples), ci (200, derandomized), nightly (5,000, random).

And where coverage looks: not at the tests of `unmeasured.py`.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one process per core: more threads collapse

import pytest
from hypothesis import settings

from tests.unmeasured import unmeasured, unwatched

settings.register_profile("dev", max_examples=25, deadline=None)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=5_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Run a test of `UNMEASURED` with its fixtures, and no tracer."""
    if not unmeasured(item.nodeid.partition("::")[0]):
        return (yield)
    with unwatched():
        return (yield)
