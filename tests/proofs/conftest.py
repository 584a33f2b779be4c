"""One compilation of the development serves all its tests, in every worker."""

import fcntl
import os
import shutil

import pytest

from tests.proofs.development import PROOFS, needed, shell


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """Return a folder in which the whole development has been compiled and audited."""
    needed()
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    copy, done = shared / "proofs", shared / "proofs.compiled"
    with (shared / "proofs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker compiles, the others wait for it
        if not done.exists():
            # keeps times: what is compiled already is not compiled again
            shutil.copytree(PROOFS, copy, dirs_exist_ok=True)
            made = shell(copy / "rocq", "make", "-j2", "statements.now")
            assert made.returncode == 0, made.stderr[-3000:]
            done.touch()
    return copy / "rocq"
