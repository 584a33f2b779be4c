"""The commands of `python -m experiments`, by name."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from experiments.cli import calibrate, prepare, report, study, train


@dataclass(frozen=True, slots=True)
class Command:
    """One command: a line of help, its arguments, and what runs it."""

    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS = {
    "study": Command("run a study, or print its plan", study.add_arguments, study.run),
    "train": Command("train one run from its config", train.add_arguments, train.run),
    "prepare": Command(
        "write token shards from a hub data set", prepare.add_arguments, prepare.run
    ),
    "calibrate": Command(
        "check that null studies stay unresolved and a planted effect is found",
        calibrate.add_arguments,
        calibrate.run,
    ),
    "report": Command(
        "make every README and figure anew from the records", report.add_arguments, report.run
    ),
}
