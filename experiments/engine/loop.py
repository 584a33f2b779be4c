"""The training loop: batch t depends on t alone, so one integer says where the data are."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from experiments.arms.member_adamw import clip_factor, clip_members
from experiments.arms.schedules import remember_learning_rates, schedule, set_learning_rates
from experiments.arms.table import Arm, arm_named
from experiments.engine import checkpoints, plan, room
from experiments.engine.config import RunConfig
from experiments.engine.journal import Journal, plain
from experiments.engine.ranks import Ranks, gather_anew, joined, spread
from experiments.engine.sinks import Sink, needed
from experiments.locking import held
from experiments.workloads.registry import load
from gpa_theory.core.validation import refuse


def train(
    config: RunConfig,
    folder: Path | None = None,
    *,
    progress: str = "auto",
    say: Any = print,
    workload: Any = None,
) -> dict[str, Any]:
    """Run to the end or until the budget is spent, resuming if possible; return the final record.

    The record: "config", "evals" (a list of {"step", "train": [M], "val": [M], …}), "final" (the
    last of them), "steps_done", "stopped" ("done" or "budget"), "timing".
    """
    with joined(config.mode, config.device) as ranks, _holding(folder, ranks):
        journal = Journal(folder if ranks.is_first else None, config)
        known = journal.final()
        if ranks.agree(known is not None):
            return known or {}
        return Run(config, folder, ranks, journal, workload).to_the_end(progress, say)


def _holding(folder: Path | None, ranks: Ranks) -> AbstractContextManager[Any]:
    """Keep other runs out of the folder; the processes of this one are represented by the first."""
    if folder is None or not ranks.is_first:
        return nullcontext()
    return held(f"train(folder={folder.name!r})", "folder", folder)


class Run:
    """One process's part of a run."""

    def __init__(
        self,
        config: RunConfig,
        folder: Path | None,
        ranks: Ranks,
        journal: Journal,
        workload: Any,
    ) -> None:
        self.config, self.folder, self.ranks, self.journal = config, folder, ranks, journal
        self.work = workload or load(config.workload, **config.workload_overrides)
        dtype = torch.float64 if config.dtype == "float64" else torch.float32
        self._check(folder, dtype)
        self.inner = self.work.model(config.seeds, dtype=dtype, device=ranks.device)
        decayed = self.inner.decayed()
        self.model = spread(self.inner, ranks)
        self.arm: Arm = arm_named(config.arm)
        self.opt: Optimizer = self.arm.build(self.inner, decayed, config.settings, config.lrs)
        remember_learning_rates(self.opt)
        self.forward: nn.Module = torch.compile(self.model) if config.compile else self.model  # type: ignore
        self.factor = schedule(config.schedule, config.warmup, config.steps)
        self.step = 0
        self.sinks: list[Sink] = []
        self.window = torch.zeros(config.members, dtype=torch.float64, device=ranks.device)

    def _check(self, folder: Path | None, dtype: torch.dtype) -> None:
        """Open the stream; raise what is known to fail before the model is allocated."""
        config, ranks = self.config, self.ranks
        self._open = needed(config.sinks)
        if config.sinks and folder is None:
            raise refuse("train()", "folder", "is needed where a sink is asked for")
        self.work.ready()
        if config.batch_size % ranks.ranks:
            rule = f"must be a multiple of the {ranks.ranks} processes"
            raise refuse(f"train(batch_size={config.batch_size})", "batch_size", rule)
        self.stream = self.work.stream(
            config.seeds, config.batch_size, ranks.device, ranks.rank, ranks.ranks, dtype
        )
        most = getattr(self.stream, "most", config.steps)
        if config.steps > most:
            rule = f"must be at most {most}: the data hold no more batches of {config.batch_size}"
            raise refuse(f"train(steps={config.steps})", "steps", f"{rule}, or say epochs")
        parameters = self.work.parameters()
        free = room.free_memory(ranks.device)
        room.check_memory(config, parameters, ranks.ranks, free)
        room.check_batch(config, self._sample(dtype), free)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            room.check_disk(config, parameters, folder)

    def _sample(self, dtype: torch.dtype) -> Any:
        """Return the first batch of one sample per member and process."""
        ranks = self.ranks
        place = (ranks.device, ranks.rank, ranks.ranks, dtype)
        return self.work.stream(self.config.seeds, ranks.ranks, *place).batch(0)

    def to_the_end(self, progress: str, say: Any) -> dict[str, Any]:
        """Resume, plan, step; stop at the end or when the budget is spent."""
        done = self._resume()
        self._open_sinks()
        # Batch t depends on t alone, so the run gets this one again; one that is done has no next.
        first = self.stream.batch(min(self.step, self.config.steps - 1))
        held = None if self.config.compile else self._saved(first)
        per_step = plan.seconds_per_step(lambda: self._loss(first), self.model)
        if self.ranks.is_first:
            units = self.work.units_per_step(self.config.batch_size)
            say(plan.line(self.config, self.work.parameters(), units, per_step, done, held))
        shown = plan.Progress(progress if self.ranks.is_first else "none", self.config.steps)
        started, stopped = time.monotonic(), "done"
        while self.step < self.config.steps:
            self._advance()
            self._report(shown, done)
            # At the last step the run is done, whatever the clock says.
            if self._over_budget(started) and self.step < self.config.steps:
                stopped = "budget"
                break
            if self.config.checkpoint_every and self.step % self.config.checkpoint_every == 0:
                self._save()
        record = self._record(stopped, time.monotonic() - started, done)
        try:
            self._save()
            self._close(record)
        except OSError:  # a full disk, a folder that is gone: what was measured is said
            if self.ranks.is_first:
                say(f"{stopped} at step {self.step}: {record['final']}")
            raise
        return record

    def _advance(self) -> None:
        set_learning_rates(self.opt, self.factor(self.step))
        self.opt.zero_grad()
        batch = self.stream.batch(self.step)
        loss = self._loss(batch)
        loss.sum().backward()  # not the mean: a member's gradient must not depend on M
        if self.config.clip is not None:
            self._clip(float(self.config.clip))
        self.observe(batch)
        self.opt.step()
        self.window += loss.detach()
        self.step += 1

    def observe(self, batch: Any) -> None:
        """Do nothing; instruments override this to see every batch before the step is taken."""

    def _saved(self, batch: Any) -> int:
        return plan.saved_bytes(lambda: self._loss(batch), self.model)

    def _loss(self, batch: Any) -> Tensor:
        with self._autocast():
            return self.work.loss(self.forward, batch)

    def _autocast(self) -> AbstractContextManager[Any]:
        if self.config.dtype != "bfloat16":
            return nullcontext()
        return torch.autocast(self.ranks.device.partition(":")[0], torch.bfloat16)

    def _clip(self, max_norm: float) -> Tensor:
        """Clip, and return the factor that scaled each member's gradient."""
        if self.config.mode == "fsdp2":  # one member, its gradient spread over processes
            norms = nn.utils.clip_grad_norm_(self.model.parameters(), max_norm)
        else:
            norms = clip_members(self.model.parameters(), max_norm)
        return clip_factor(norms, max_norm)

    def _report(self, shown: plan.Progress, done: int) -> None:
        if not self.config.evaluates_at(self.step):
            shown.say(self.step, done, "")
            return
        since = self.journal.lines[-1]["step"] if self.journal.lines else 0
        if not self.ranks.is_first:
            since = self.step  # only the first process keeps lines; elsewhere the mean is not used
        trained = self.ranks.mean(self.window.clone())
        line = {"step": self.step, "train": plain((trained / max(1, self.step - since)).tolist())}
        line |= {name: plain(value.tolist()) for name, value in self._evaluate().items()}
        self.window.zero_()
        if self.ranks.is_first:
            self.journal.write(line)
            for sink in self.sinks:
                sink.write(line)
        shown.say(self.step, done, f"val {line['val'][0]}")

    def _evaluate(self) -> dict[str, Tensor]:
        self.model.eval()
        try:
            with self.arm.evaluating(self.opt), torch.no_grad(), self._autocast():
                return self.work.evaluate(self.forward, device=self.ranks.device)
        finally:
            self.model.train()
            gather_anew(self.model)

    def _open_sinks(self) -> None:
        config, opened = self.config, self._open if self.ranks.is_first else []
        place = (self.folder, config.key(), config.as_json(), self.step)
        self.sinks = [sink(*place) for sink in opened]

    def _over_budget(self, started: float) -> bool:
        if self.config.budget_s is None:
            return False
        return self.ranks.agree(time.monotonic() - started > self.config.budget_s)

    def _save(self) -> None:
        if self.folder is not None:
            checkpoints.save(self.folder, self.ranks, self.model, self.opt, self._extra())

    def _extra(self) -> dict[str, Any]:
        return {"step": self.step, "window": self.window, "run": self.config.key()}

    def _resume(self) -> int:
        extra = self._extra()
        if self.folder is not None:
            found = checkpoints.load(self.folder, self.ranks, self.model, self.opt, extra)
            if found is not None:
                self.step, self.window = found["step"], found["window"]
        self.journal.resume(self.step)
        return self.step

    def _record(self, stopped: str, seconds: float, done: int) -> dict[str, Any]:
        evals = self.journal.lines
        return {
            "config": self.config.as_json(),
            "evals": evals,
            "final": evals[-1] if evals else None,
            "steps_done": self.step,
            "stopped": stopped,
            "timing": {"seconds": seconds, "steps": self.step - done},
        }

    def _close(self, record: dict[str, Any]) -> None:
        if self.ranks.is_first:
            self.journal.close(record)
            for sink in self.sinks:
                sink.close()
