"""Calibrate the statistics on real runs: null studies and a planted effect."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `calibrate`."""
    parser.add_argument("--replications", type=int, default=200, help="studies, default 200")
    parser.add_argument("--out", default="runs/calibration", help="folder; the same one resumes")
    parser.add_argument("--workers", type=int, default=None, help="processes, default one per core")


def run(options: argparse.Namespace) -> int:
    """Run `calibrate`; exit code 1 if the statistics do not keep their level."""
    from dataclasses import asdict

    from experiments.engine.journal import environment, jsonable, write_json
    from experiments.study.calibration import Design, calibrate

    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    design = Design(replications=options.replications)
    found = calibrate(design, folder / "runs", options.workers or os.cpu_count() or 1)
    for name, rate in found["rates"].items():
        interval = f"[{rate.low:.1%}, {rate.high:.1%}]"
        print(f"{name}: {rate.share:.1%} of {rate.of}, 99 % Clopper-Pearson interval {interval}")
    plain = {**found, "design": asdict(design), "environment": environment()}
    plain["rates"] = {name: asdict(rate) for name, rate in found["rates"].items()}
    write_json(folder / "data.json", jsonable(plain))
    print(f"stated level {found['level']:.0%}; record: {folder}/data.json")
    return 0 if found["as it must be"] else 1
