"""Two gloo processes on this machine: start a job on them, wait, read what it found."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TWO = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]


def on_two_processes(script, folder):
    """Run the script, which writes `folder/found.json`; return its content.

    `--standalone` has torchrun find a free port itself.
    """
    own = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, *TWO, script, str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, **own, "ACCELERATE_USE_CPU": "true"},
        cwd=folder,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads((folder / "found.json").read_text())
