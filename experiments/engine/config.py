"""What determines a run, in one JSON-able object: two runs of equal configs are the same run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any

from experiments.arms.schedules import schedule
from experiments.arms.table import arm_named
from experiments.engine import rules, sinks
from gpa_theory.core.validation import refuse

DTYPES = ("float32", "float64", "bfloat16")  # bfloat16: autocast, parameters stay float32
MODES = ("single", "ddp", "fsdp2")


@dataclass(frozen=True, slots=True)
class RunConfig:
    """One run of an ensemble: member k has its own learning rate, lrs[k], and seed, seeds[k].

    `eval_every` = 0 evaluates at the end only; `eval_dense` is the interval between evaluations in
    the last fifth of the run, where runs are compared.  `budget_s` stops the run by wall clock; it
    can be resumed.  `sinks` receive the metrics that metrics.jsonl gets: "tensorboard", "wandb".

    >>> RunConfig("bigram", "adamw", lrs=(0.1, 0.2), seeds=(0, 0), steps=10, batch_size=4).members
    2
    """

    workload: str
    arm: str
    lrs: tuple[float, ...]
    seeds: tuple[int, ...]
    steps: int
    batch_size: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    workload_overrides: Mapping[str, Any] = field(default_factory=dict)
    warmup: int = 0
    schedule: str = "linear"
    clip: float | None = 1.0
    eval_every: int = 0
    eval_dense: int = 0
    dtype: str = "float32"
    device: str = "cpu"
    compile: bool = False
    mode: str = "single"
    checkpoint_every: int = 0
    budget_s: float | None = None
    sinks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        call = f"RunConfig(workload={self.workload!r}, arm={self.arm!r})"
        for name in ("workload", "arm", "schedule", "dtype", "mode"):
            rules.check_text(call, name, getattr(self, name))
        self._check_members(call)
        for name in ("steps", "batch_size"):
            rules.check_counted(call, name, getattr(self, name))
        for name in ("warmup", "eval_every", "eval_dense", "checkpoint_every"):
            rules.check_counted(call, name, getattr(self, name), 0)
        for name in ("clip", "budget_s"):
            if getattr(self, name) is not None:
                rules.check_number(call, name, getattr(self, name), open_low=True)
        if not isinstance(self.compile, bool):
            raise refuse(call, "compile", "must be true or false")
        self._check_choices(call)
        for name in ("settings", "workload_overrides"):
            rules.check_table(call, name, getattr(self, name))
        arm_named(self.arm).complete(self.settings)
        rules.check_settings(call, self.settings)
        schedule(self.schedule, self.warmup, self.steps)

    def _check_members(self, call: str) -> None:
        for name, what in (("lrs", "numbers ≥ 0"), ("seeds", "integers ≥ 0"), ("sinks", "names")):
            found = rules.check_list(call, name, getattr(self, name), what)
            object.__setattr__(self, name, found)
        if len(self.lrs) != len(self.seeds) or not self.lrs:
            raise refuse(call, "lrs, seeds", "must name one learning rate and one seed per member")
        for lr in self.lrs:
            rules.check_number(call, "lrs", lr)
        for seed in self.seeds:
            rules.check_counted(call, "seeds", seed, 0)

    def _check_choices(self, call: str) -> None:
        for name, allowed in (("dtype", DTYPES), ("mode", MODES)):
            if getattr(self, name) not in allowed:
                raise refuse(call, name, f"must be one of {', '.join(allowed)}")
        rules.check_device_name(call, self.device)
        if self.mode != "single" and len(self.lrs) > 1:
            raise refuse(call, "mode", "must be single for more than one member")
        sinks.check(call, self.sinks)

    @property
    def members(self) -> int:
        """Return how many runs go together."""
        return len(self.lrs)

    def as_json(self) -> dict[str, Any]:
        """Return plain values; `from_json` reads them back."""
        return json.loads(json.dumps(asdict(self)))

    @staticmethod
    def from_json(found: Any) -> RunConfig:
        """Return the config that `as_json` wrote; unknown and missing keys are refused by name."""
        call = "RunConfig.from_json()"
        if not isinstance(found, Mapping):
            raise refuse(call, "config", "must be a JSON object of keys with their values")
        known = {f.name: f for f in fields(RunConfig)}
        for key in found:
            if key not in known:
                raise refuse(call, key, f"must be one of {', '.join(known)}")
        for key, one in known.items():
            if key not in found and one.default is MISSING and one.default_factory is MISSING:
                raise refuse(call, key, "must be there: it has no default")
        return RunConfig(**found)

    def key(self) -> str:
        """Return a short hash of what determines the results, not of where or how fast it ran."""
        without = {"device", "compile", "mode", "checkpoint_every", "budget_s", "sinks"}
        text = json.dumps({k: v for k, v in self.as_json().items() if k not in without})
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def evaluates_at(self, step: int) -> bool:
        """Return whether the model is evaluated after `step` steps; at the end it always is."""
        late = step >= self.steps - self.steps // 5
        dense = late and self.eval_dense and step % self.eval_dense == 0
        return step == self.steps or bool(
            dense or (self.eval_every and step % self.eval_every == 0)
        )

    def evaluations(self, until: int) -> list[int]:
        """Return all numbers of steps, `until` at most, after which the model is evaluated."""
        found = {self.steps}
        for every in filter(None, (self.eval_every, self.eval_dense)):
            found.update(range(every, until + 1, every))
        return sorted(step for step in found if step <= until and self.evaluates_at(step))
