"""Calibrate the statistics on real runs: null studies and a planted effect."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `calibrate`."""
    parser.add_argument("--replications", type=int, default=400, help="studies, default 400")
    parser.add_argument("--out", default="runs/calibration", help="folder; the same one resumes")
    parser.add_argument("--record", default=None, help="also write README, data and figure there")
    parser.add_argument("--workers", type=int, default=None, help="processes, default one per core")


def run(options: argparse.Namespace) -> int:
    """Run `calibrate`; return exit code 1 if the statistics do not keep their level."""
    from experiments.engine.journal import environment
    from experiments.study.calibration import record
    from experiments.study.calibration.studies import Design, calibrate
    from gpa_theory.core.validation import check_count

    check_count("calibrate", "--replications", options.replications)
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    design = Design(replications=options.replications)
    found = calibrate(design, folder / "runs", options.workers or os.cpu_count() or 1)
    command = "python -m experiments calibrate"
    if design != Design():
        command += f" --replications {options.replications}"
    data = {**found, "manifest": {**environment(), "command": command, "seed": 0}}
    for place in (folder, *([Path(options.record)] if options.record else [])):
        record.write(data, place)
    print("\n".join(record.readme(data)))
    return 0 if found["as it must be"] else 1
