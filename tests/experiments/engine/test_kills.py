"""Killed with signal 9 anywhere, in the middle of a write too, and rerun: the same final record."""

import json
import os
import subprocess
import sys

import pytest

from experiments.engine.journal import METRICS
from tests.experiments.engine.killed import CHANGES, POINTS
from tests.experiments.engine.test_engine import BASE, run, without_time


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Leave a folder for each point, as a run killed there leaves it, and one killed at all."""
    folder = tmp_path_factory.mktemp("killed")
    subprocess.run(
        [sys.executable, "-m", "tests.experiments.engine.killed", str(folder)],
        env={**os.environ, "PYTHONPATH": ".", "OMP_NUM_THREADS": "1"},
        timeout=300,
        check=True,
    )
    return folder


@pytest.fixture(scope="module")
def whole():
    return run(**CHANGES)


@pytest.mark.parametrize("point", [*POINTS, "all"])
def test_a_killed_run_ends_as_an_uninterrupted_one(point, folders, whole):
    """Record and metrics, bit for bit; nothing half-written is left."""
    folder = folders / point
    assert not (folder / "final.json").exists()
    resumed = run(folder, **CHANGES)
    assert without_time(resumed) == without_time(whole)
    assert without_time(json.loads((folder / "final.json").read_text())) == without_time(whole)
    lines = [json.loads(line) for line in (folder / METRICS).read_text().splitlines()]
    assert lines == whole["evals"]
    assert not list(folder.glob("*.part"))


def test_the_last_whole_checkpoint_is_what_is_left(folders):
    """One in seven steps: a kill loses no more than six, and a half-written one is not it."""
    assert json.loads((folders / "steps.json").read_text()) == {
        "in_the_config": 0,
        "before_the_first_step": 0,
        "in_a_step": 7,  # the 13th
        "in_a_line_of_metrics": 14,  # that of step 20
        "in_the_middle_of_a_checkpoint": 7,  # that of step 14
        "before_a_checkpoint_is_renamed": 7,
        "after_a_checkpoint": 7,
        "in_the_final_record": BASE["steps"],
    }
