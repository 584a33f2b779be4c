"""Train one run from a JSON config; under torchrun, every process runs this."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `train`."""
    parser.add_argument("config", help="a JSON file with the keys of RunConfig")
    parser.add_argument("--out", required=True, help="the run's folder; the same one resumes")
    parser.add_argument("--progress", choices=("auto", "plain", "none"), default="auto")
    parser.add_argument(
        "--sink", action="append", choices=("tensorboard", "wandb"), help="also send metrics there"
    )
    parser.add_argument("--budget", default=None, help="stop after this time, resumably: 90s, 5m")


def run(options: argparse.Namespace) -> int:
    """Run `train`."""
    from experiments.cli.durations import seconds
    from experiments.engine.config import RunConfig
    from experiments.engine.loop import train

    found = json.loads(Path(options.config).read_text())
    if options.budget is not None:
        found["budget_s"] = seconds(options.budget)
    if options.sink is not None:
        found["sinks"] = options.sink
    record = train(RunConfig.from_json(found), Path(options.out), progress=options.progress)
    if record:
        print(f"{record['stopped']} at step {record['steps_done']}: {record['final']}")
    return 0
