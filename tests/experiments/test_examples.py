"""The README's examples run as they stand, and what they train has learned something at x."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLAIN = [sys.executable, "-m"]
TWO = [*PLAIN, "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
EXAMPLES = {  # name: (how it is started, package it needs, loss at x that it must fall below)
    "plain": (PLAIN, "torch", 0.2),  # 0.4 is what a constant has
    "ddp": (TWO, "torch", 0.5),  # 8
    "fsdp2": (TWO, "torch", 0.3),  # 0.6
    "trainer": (PLAIN, "transformers", 1.0),  # log 16 = 2.8
    "lightning": (PLAIN, "lightning", 0.5),  # 8
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_runs_and_has_learned(name, tmp_path):
    """Started as its docstring says; the loss it prints is below the stated value."""
    start, package, bar = EXAMPLES[name]
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed: pip install 'gpa-theory[interop]'")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [*start, f"experiments.examples.{name}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = re.search(r"loss at x: ([0-9.]+)", done.stdout)
    assert found is not None
    assert float(found[1]) < bar


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_short(name):
    """At most forty lines: an example that is longer hides what it shows."""
    assert len((ROOT / f"experiments/examples/{name}.py").read_text().splitlines()) <= 40
