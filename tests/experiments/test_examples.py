"""The README's examples run as they stand, and what they train has learned something at x."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.two_processes import on_two_processes

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = {  # name: (processes, package it needs, loss at x that it must fall below)
    "plain": (1, "torch", 0.2),  # 0.4 is what a constant has
    "ddp": (2, "torch", 0.5),  # 8
    "fsdp2": (2, "torch", 0.3),  # 0.6
    "trainer": (1, "transformers", 1.0),  # log 16 = 2.8
    "lightning": (1, "lightning", 0.5),  # 8
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_runs_and_has_learned(name, tmp_path):
    """Started as its docstring says; the loss it prints is below the stated value."""
    processes, package, bar = EXAMPLES[name]
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed: pip install 'gpa-theory[interop]'")
    module = ["-m", f"experiments.examples.{name}"]
    done = alone(module, tmp_path) if processes == 1 else both(module, tmp_path / "both")
    found = re.search(r"loss at x: ([0-9.]+)", done.stdout)
    assert found is not None
    assert float(found[1]) < bar


def alone(module, folder):
    done = subprocess.run(
        [sys.executable, *module],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"},
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done


def both(module, folder):
    folder.mkdir()
    return on_two_processes(lambda place: module, folder)[1]


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_short(name):
    """At most forty lines: an example that is longer hides what it shows."""
    assert len((ROOT / f"experiments/examples/{name}.py").read_text().splitlines()) <= 40
