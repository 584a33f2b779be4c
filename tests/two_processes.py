"""Two gloo processes on this machine under torchrun: start a job on them and wait.

While a process of torch 2.13 leaves, one of gloo's threads may still want the interpreter that is
gone; C++ then aborts the process with exactly `ABORT` on stderr (seen in about 1 of 50 runs on a
busy machine, after the results were written).  That says nothing about the job, so the job is
started again, in a fresh copy of its folder.  Any other failure is a failure at once.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TORCHRUN = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node"]
ABORT = "terminate called without an active exception"
TRIES = 4


def on_two_processes(command, folder, *, processes=2, timeout=240):
    """Run `torchrun … *command(place)`; return the place and the process that ended well.

    `place` is a copy of `folder`, another one for each try; the job runs in it.  `--standalone`
    has torchrun find a free port itself.
    """
    for k in range(TRIES):
        place = folder.with_name(f"{folder.name}-try{k}")
        shutil.copytree(folder, place)
        done = _run([*TORCHRUN, str(processes), *command(place)], place, timeout)
        if done.returncode == 0 or ABORT not in done.stderr or "Traceback" in _jobs_own(done):
            break
    assert done.returncode == 0, done.stderr[-4000:]
    return place, done


def _run(arguments, place, timeout):
    own = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **own, "ACCELERATE_USE_CPU": "true"},
        cwd=place,
        timeout=timeout,
        check=False,
    )


def _jobs_own(done):
    """Return what the job wrote on stderr: all before the launcher's own report of a failure."""
    return done.stderr.partition("torch/distributed/elastic/")[0]
