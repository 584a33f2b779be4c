"""Train one run from a JSON config; under torchrun, every process runs this."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any


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
    from experiments.cli.files import read_config
    from experiments.engine.config import RunConfig
    from experiments.engine.loop import train
    from experiments.locking import check_folder

    changes: dict[str, Any] = {}
    if options.budget is not None:
        changes["budget_s"] = seconds(options.budget)
    if options.sink is not None:
        changes["sinks"] = tuple(options.sink)
    found = read_config(f"train {options.config}", "CONFIG", options.config)
    config = replace(RunConfig.from_json(found), **changes)
    out = check_folder("train", "--out", options.out)
    record = train(config, out, progress=options.progress)
    if record and record["final"]:  # which the first process alone has
        print(f"{record['stopped']} at step {record['steps_done']}: {record['final']}")
    return 0
