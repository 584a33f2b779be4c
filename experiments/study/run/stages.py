"""The stages of a study: run what is missing, keep what is done, stop when a stage's time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from experiments.engine.loop import train
from experiments.study.preset.jobs import Job, Record
from experiments.study.run.executors import execute
from experiments.study.run.keeping import kept

# The share of the budget by whose end each stage must be over; the audits have the rest.
ALONE = {"tune": 0.7, "fresh": 1.0}  # where nothing comes after the runs that are compared
SHARES = {"tune": 0.4, "fresh": 0.78, "horizon": 0.85, "rank": 0.9, "short": 0.2, "ladder": 0.95}


@dataclass(frozen=True)
class Stages:
    """Where a study runs and how long it may: its folder, its executor and its clock."""

    folder: Path
    executor: str = "serial"
    workers: int = 1
    budget_s: float | None = None
    say: Any = print
    started: float = field(default_factory=time.time)
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)  # stage: done, planned
    shares: Mapping[str, float] = field(default_factory=lambda: SHARES)

    def deadline(self, purpose: str) -> float | None:
        """Return when a stage must end: its share of the budget, or never without one."""
        if self.budget_s is None:
            return None
        return self.started + self.shares.get(purpose, 1.0) * self.budget_s

    def phase(self, purpose: str, wanted: Sequence[Job]) -> list[Record]:
        """Run the jobs that are not done, and return the final records of those that are."""
        if not wanted:
            return []
        one = partial(run_job, self.folder / "runs", self.deadline(purpose))
        runs = sum(job.config.members for job in wanted)
        self.say(f"{purpose}: {len(wanted)} ensembles, {runs} runs")
        found = []
        for job, record in zip(
            wanted, execute(self.executor, one, wanted, self.workers), strict=True
        ):
            if record is not None and record["stopped"] == "done":
                found.append(record)
                best = min((v for v in record["final"]["val"] if v is not None), default=None)
                self.say(f"  {purpose} {len(found)}/{len(wanted)} {job.arm}: best val {best}")
        self.counts[purpose] = len(found), len(wanted)
        return found

    def whole(
        self, purpose: str, folder: str, compute: Callable[[Any], Any], wanted: Sequence[Any]
    ) -> list[Any]:
        """Return `compute(job)` for every job, kept on disk; None where it was too late to begin.

        Unlike the runs of `phase`, which stop and resume, such a job is done whole or not at all.
        """
        one = partial(kept, self.folder / folder, self.deadline(purpose), compute)
        found = list(execute(self.executor, one, wanted, self.workers))
        self.counts[purpose] = sum(result is not None for result in found), len(wanted)
        return found


def run_job(folder: Path, deadline: float | None, job: Job) -> Record | None:
    """Run one ensemble in its own folder until done or until the deadline; None if it is past."""
    left = None if deadline is None else deadline - time.time()
    place = folder / f"{job.arm}-{job.config.key()}"
    if left is not None and left <= 0 and not (place / "final.json").exists():
        return None
    budget = None if left is None else max(left, 1e-3)
    quiet = {"progress": "none", "say": _nothing}
    return train(replace(job.config, budget_s=budget), place, **quiet)


def _nothing(line: str) -> None:
    """Say nothing: many runs go on at once."""
