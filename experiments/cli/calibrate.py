"""Calibrate the statistics on real runs: null studies and a planted effect."""

from __future__ import annotations

import argparse
from pathlib import Path

OUT = "runs/calibration"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `calibrate`."""
    parser.add_argument("--replications", type=int, default=400, help="studies, default 400")
    parser.add_argument("--out", default=OUT, help="folder; the same one resumes")
    parser.add_argument("--record", default=None, help="also write README, data and figure there")
    parser.add_argument("--workers", type=int, default=None, help="processes, default one per core")


def run(options: argparse.Namespace) -> int:
    """Run `calibrate`; return exit code 1 if the statistics do not keep their level."""
    from experiments.cli.files import check_record, check_workers
    from experiments.engine.rules import check_counted
    from experiments.locking import held

    check_counted("calibrate", "--replications", options.replications)
    workers = check_workers("calibrate", options.workers)
    check_record("calibrate", "--record", options.record)
    with held("calibrate", "--out", options.out) as folder:
        return _calibrated(folder, options, workers)


def _calibrated(folder: Path, options: argparse.Namespace, workers: int) -> int:
    from experiments.engine.journal import environment
    from experiments.study.calibration import record
    from experiments.study.calibration.studies import Design, calibrate
    from experiments.study.record.command import command_line

    design = Design(replications=options.replications)
    found = calibrate(design, folder / "runs", workers)
    given = {
        "replications": options.replications if design != Design() else None,
        "out": options.out if options.out != OUT else None,
        "record": options.record,
        "workers": options.workers,
    }
    command = command_line(["calibrate"], given)
    data = {**found, "manifest": {**environment(), "command": command, "seed": 0}}
    print("\n".join(record.readme(data)))
    for place in (folder, *([Path(options.record)] if options.record else [])):
        record.write(data, place)
    return 0 if found["as it must be"] else 1
