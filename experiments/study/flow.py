"""A study from its preset to its data: tune, choose, run afresh, judge; stop by the clock."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from experiments.engine import train
from experiments.engine.journal import environment, jsonable, write_json
from experiments.study import extras
from experiments.study.preset import jobs
from experiments.study.preset.jobs import Choice, Job, Record
from experiments.study.preset.preset import Preset
from experiments.study.run.executors import execute
from experiments.study.run.keeping import kept

# Of the budget, by when each phase must end; the audits have the rest.
SHARES = {"tune": 0.4, "fresh": 0.78, "horizon": 0.85, "rank": 0.9, "short": 0.2, "ladder": 0.95}


class Study:
    """One study in one folder; started again it goes on where it was."""

    def __init__(
        self,
        preset: Preset,
        folder: Path,
        *,
        executor: str = "serial",
        workers: int = 1,
        budget_s: float | None = None,
        say: Any = print,
    ) -> None:
        self.preset, self.folder = preset, folder
        self.executor, self.workers, self.budget_s, self.say = executor, workers, budget_s, say
        self.started = time.time()
        folder.mkdir(parents=True, exist_ok=True)
        self._claim()

    def _claim(self) -> None:
        path, own = self.folder / "preset.json", jsonable(asdict(self.preset))
        if path.exists() and json.loads(path.read_text()) != own:
            raise ValueError(
                f"`study {self.preset.name!r}`: --out must be a new folder or that of the same"
                " preset: what is there belongs to another"
            )
        write_json(path, own)

    def data(self) -> dict[str, Any]:
        """Run what is missing, and return everything that was found, judged or not."""
        from experiments.study.judging import judged

        tuned = self.phase("tune", jobs.tuning(self.preset))
        choices = self._choices(tuned)
        chosen = {arm: choice.setting for arm, choice in choices.items()}
        alone = bool(self.preset.only)
        fresh = [] if alone else self.phase("fresh", jobs.fresh(self.preset, chosen))
        ends = [] if alone else self.phase("horizon", jobs.horizons(self.preset, chosen))
        found = {
            "preset": asdict(self.preset),
            "choices": {arm: asdict(choice) for arm, choice in choices.items()},
            "runs": {"tune": len(tuned), "fresh": len(fresh), "horizon": len(ends)},
            "planned": self._planned(chosen),
        }
        found |= judged(self.preset, choices, fresh, ends, self.is_cut(tuned))
        found |= extras.measured(self, choices, chosen, self.is_cut(tuned))
        command = f"python -m experiments study {self.preset.name}"
        manifest = {**environment(), "command": command, "seed": self._seeds()}
        found = jsonable({**found, "manifest": manifest, "seconds": time.time() - self.started})
        write_json(self.folder / "data.json", found)
        return found

    def _seeds(self) -> list[int]:
        return [*self.preset.tuning_seeds, *self.preset.fresh_seeds]

    def is_cut(self, tuned: Sequence[Record]) -> bool:
        """Return whether the clock stopped the tuning before all settings had been tried."""
        return len(tuned) < len(jobs.tuning(self.preset))

    def _planned(self, chosen: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
        alone = bool(self.preset.only)
        return {
            "tune": len(jobs.tuning(self.preset)),
            "fresh": 0 if alone else len(jobs.fresh(self.preset, chosen)),
            "horizon": 0 if alone else len(jobs.horizons(self.preset, chosen)),
        }

    def _choices(self, tuned: Iterable[Record]) -> dict[str, Choice]:
        by_arm: dict[str, list[Record]] = {}
        for record in tuned:
            by_arm.setdefault(record["config"]["arm"], []).append(record)
        found = {}
        for arm in self.preset.arms:
            if arm in by_arm:
                found[arm] = jobs.choose(self.preset, arm, by_arm[arm])
            else:  # one setting, or the clock left no time to try any
                setting = dict(self.preset.settings(arm)[0])
                setting["lr"] = jobs.lr_of(arm, setting)
                found[arm] = Choice(setting, float("nan"), (), [])
        return found

    def deadline(self, purpose: str) -> float | None:
        """Return when a phase must end: its share of the budget, or never without one."""
        if self.budget_s is None:
            return None
        return self.started + SHARES.get(purpose, 1.0) * self.budget_s

    def phase(self, purpose: str, wanted: Sequence[Job]) -> list[Record]:
        """Run the jobs that are not done, and return the final records of those that are."""
        if not wanted:
            return []
        one = partial(run_job, self.folder / "runs", self.deadline(purpose))
        self.say(
            f"{purpose}: {len(wanted)} ensembles, {sum(j.config.members for j in wanted)} runs"
        )
        found = []
        for job, record in zip(
            wanted, execute(self.executor, one, wanted, self.workers), strict=True
        ):
            if record is not None and record["stopped"] == "done":
                found.append(record)
                best = min((v for v in record["final"]["val"] if v is not None), default=None)
                self.say(f"  {purpose} {len(found)}/{len(wanted)} {job.arm}: best val {best}")
        return found

    def whole(
        self, purpose: str, folder: str, compute: Callable[[Any], Any], wanted: Sequence[Any]
    ) -> list[Any]:
        """Return what `compute` makes of every job, each whole, kept on disk, or None if late."""
        one = partial(kept, self.folder / folder, self.deadline(purpose), compute)
        return list(execute(self.executor, one, wanted, self.workers))


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
