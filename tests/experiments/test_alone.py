"""Everything but the digits and the parallel executors runs with torch, numpy and matplotlib."""

import os
import subprocess
import sys

import pytest

from tests.two_processes import ROOT

BLOCKING = """
import sys
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
import re

def canonical(name):
    return re.sub("[-_.]+", "-", name).lower()

def closure(names):  # distributions that come along with these
    found, todo = set(), list(names)
    while todo:
        name = canonical(todo.pop())
        if name not in found:
            found.add(name)
            try:
                lines = [line for line in requires(name) or () if "extra ==" not in line]
            except PackageNotFoundError:
                continue
            todo += [re.match("[A-Za-z0-9._-]+", line)[0] for line in lines]
    return found

allowed = closure(["torch", "numpy", "matplotlib"]) | {"gpa-theory"}
owners = packages_distributions()
blocked = {top for top, of in owners.items() if not allowed & {canonical(d) for d in of}}
blocked -= {"_virtualenv", "_distutils_hack"} | sys.stdlib_module_names

class Without:  # a finder that does not find what is blocked
    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, path=None, target=None):
        known = name.partition(".")[0] not in blocked
        return self.finder.find_spec(name, path, target) if known else None

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
"""
TRAINS = """
from experiments.engine import RunConfig, train
from pathlib import Path
sizes = {
    "bigram": {"length": 8, "val": 8},
    "llama-bytes": {"width": 24, "layers": 1, "heads": 2, "length": 8, "val": 8},
    "vit-glyphs": {"classes": 5, "width": 24, "layers": 1, "heads": 2, "val": 8},
}
for name, overrides in sizes.items():
    config = RunConfig(name, "gpa", (1e-3, 2e-3), (0, 1), 2, 4, workload_overrides=overrides)
    record = train(config, Path(sys.argv[1]) / name, progress="none")
    assert record["stopped"] == "done"
"""
REFUSED = """
from experiments.engine import RunConfig, train
train(RunConfig("vit-digits", "gpa", (1e-3,), (0,), 2, 4), None, progress="none")
"""


def python(code, *words):
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        cwd=ROOT,
        timeout=240,
        check=False,
    )


def test_training_needs_torch_numpy_and_matplotlib_alone(tmp_path):
    """Every other package that is installed here cannot be imported; three workloads train."""
    done = python(BLOCKING + TRAINS, str(tmp_path))
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("package", ["sklearn", "scipy", "pandas", "joblib"])
def test_the_blocking_blocks(package):
    """The control: these are installed for tests, and cannot be imported under it."""
    pytest.importorskip(package)
    done = python(f"{BLOCKING}\nimport {package}")
    assert f"No module named '{package}'" in done.stderr


def test_vit_digits_is_the_exception():
    """It says which package it needs."""
    done = python(BLOCKING + REFUSED)
    assert "pip install scikit-learn" in done.stderr
