"""A study from its preset to its data: tune, choose, run on fresh seeds, judge; stop in time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from experiments.engine.journal import environment, jsonable, read_json, write_json
from experiments.stats.verdicts import Transfer
from experiments.study import extras, plan
from experiments.study.judging import judged
from experiments.study.preset import jobs
from experiments.study.preset.jobs import Choice, Record
from experiments.study.preset.preset import Preset
from experiments.study.run.stages import ALONE, SHARES, Stages


class Study:
    """One study in one folder; started again in the same folder it continues."""

    def __init__(
        self,
        preset: Preset,
        folder: Path,
        *,
        executor: str = "serial",
        workers: int = 1,
        budget_s: float | None = None,
        say: Any = print,
        command: str = "",
        started: float | None = None,  # when its clock began to run, if not now
    ) -> None:
        self.preset, self.folder = preset, folder
        self._command = command or f"python -m experiments study {preset.name}"
        self._environment = environment()  # of the code that runs, whatever is edited meanwhile
        begun = time.time() if started is None else started
        more = preset.audit or preset.ranks or preset.horizons or preset.horizon
        self.stages = Stages(
            folder, executor, workers, budget_s, say, begun, shares=SHARES if more else ALONE
        )
        folder.mkdir(parents=True, exist_ok=True)
        self._claim()

    def _claim(self) -> None:
        path, own = self.folder / "preset.json", jsonable(asdict(self.preset))
        if path.exists() and read_json(path, (), "delete the folder, or name another") != own:
            raise ValueError(
                f"`study {self.preset.name!r}`: --out must be a new folder or that of the same"
                " preset: this one holds a study of another preset"
            )
        write_json(path, own)

    def data(self) -> dict[str, Any]:
        """Run what is missing, and return all results with the judgments on them."""
        for warning in plan.warnings(self.preset):
            self.stages.say(warning)
        tuned = self.stages.phase("tune", jobs.tuning(self.preset))
        choices = self._choices(tuned)
        chosen = {arm: choice.setting for arm, choice in choices.items()}
        alone = bool(self.preset.only)
        fresh, look = ([], 0) if alone else self._fresh(choices, chosen)
        ends = [] if alone else self.stages.phase("horizon", jobs.horizons(self.preset, chosen))
        found = {
            "preset": asdict(self.preset),
            "choices": {arm: asdict(choice) for arm, choice in choices.items()},
        }
        found |= judged(self.preset, choices, fresh, ends, look)
        if self.preset.looks:
            found["look"] = look
        found |= extras.measured(self.stages, self.preset, choices, chosen, self.is_cut(tuned))
        counts = {**dict.fromkeys(("tune", "fresh", "horizon"), (0, 0)), **self.stages.counts}
        for i, key in enumerate(("runs", "planned")):
            found[key] = {stage: count[i] for stage, count in counts.items()}
        manifest = {**self._environment, "command": self._command, "seed": self._seeds()}
        found = jsonable(
            {**found, "manifest": manifest, "seconds": time.time() - self.stages.started}
        )
        write_json(self.folder / "data.json", found)
        return found

    def _fresh(
        self, choices: Mapping[str, Choice], chosen: Mapping[str, Any]
    ) -> tuple[list[Record], int]:
        """Run the winners on fresh seeds: on all of them, or look by look until all is resolved.

        Returned with the runs is the look at which it ended, from 1; 0 where there are none.
        """
        fresh: list[Record] = []
        for look, pairs in enumerate(self.preset.looks or (None,), 1):
            wanted = jobs.fresh(self.preset, chosen, pairs)
            fresh = self.stages.phase("fresh", wanted)
            if not self.preset.looks:
                return fresh, 0
            found = judged(self.preset, choices, fresh, [], look, draws=1)["comparisons"]
            open_ = [one for one in found.values() if one["verdict"] == Transfer.NOT_RESOLVED]
            if all(one["notes"] for one in open_) or len(fresh) < len(wanted):
                break  # resolved, or by more seeds not to be resolved, or out of time
        return fresh, look

    def _seeds(self) -> list[int]:
        return [*self.preset.tuning_seeds, *self.preset.fresh_seeds]

    def is_cut(self, tuned: Sequence[Record]) -> bool:
        """Return whether the clock stopped the tuning before all settings had been tried."""
        return len(tuned) < len(jobs.tuning(self.preset))

    def _choices(self, tuned: Iterable[Record]) -> dict[str, Choice]:
        by_arm: dict[str, list[Record]] = {}
        for record in tuned:
            by_arm.setdefault(record["config"]["arm"], []).append(record)
        found = {}
        for arm in self.preset.arms:
            if arm in by_arm:
                found[arm] = jobs.choose(self.preset, arm, by_arm[arm])
            else:  # the arm has one setting, or there was no time to try any
                setting = dict(self.preset.settings(arm)[0])
                setting["lr"] = jobs.lr_of(arm, setting)
                found[arm] = Choice(setting, float("nan"), (), [])
        return found
