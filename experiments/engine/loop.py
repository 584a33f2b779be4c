"""The loop: batch t is a function of t, so a run is its weights, its optimizer and one integer."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from experiments.arms import Arm, arm_named
from experiments.engine import checkpoints, plan
from experiments.engine.config import RunConfig
from experiments.engine.journal import Journal, plain
from experiments.engine.ranks import Ranks, gather_anew, joined, spread
from experiments.member_adamw import clip_members
from experiments.schedules import schedule, set_learning_rates
from experiments.workloads import load


def train(
    config: RunConfig,
    folder: Path | None = None,
    *,
    progress: str = "auto",
    say: Any = print,
    workload: Any = None,
) -> dict[str, Any]:
    """Run to the end, to the budget, or from where a killed run was; return the final record.

    The record: "config", "evals" (a list of {"step", "train": [M], "val": [M], …}), "final" (the
    last of them), "steps_done", "stopped" ("done" or "budget"), "timing".
    """
    with joined(config.mode, config.device) as ranks:
        journal = Journal(folder if ranks.is_first else None, config)
        known = journal.final()
        if ranks.agree(known is not None):
            return known or {}
        return Run(config, folder, ranks, journal, workload).to_the_end(progress, say)


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
        self.inner = self.work.model(config.seeds, dtype=dtype, device=ranks.device)
        decayed = self.inner.decayed()
        self.model = spread(self.inner, ranks)
        self.arm: Arm = arm_named(config.arm)
        self.opt: Optimizer = self.arm.build(self.inner, decayed, config.settings, config.lrs)
        self.forward: nn.Module = torch.compile(self.model) if config.compile else self.model  # type: ignore
        self.stream = self.work.stream(
            config.seeds, config.batch_size, ranks.device, ranks.rank, ranks.ranks, dtype
        )
        self.factor = schedule(config.schedule, config.warmup, config.steps)
        self.step = 0
        self.window = torch.zeros(config.members, dtype=torch.float64, device=ranks.device)

    def to_the_end(self, progress: str, say: Any) -> dict[str, Any]:
        """Resume, plan, step; stop at the end or when the budget is spent."""
        done = self._resume()
        first = self.stream.batch(min(self.step, self.config.steps - 1))
        per_step = plan.seconds_per_step(lambda: self._loss(first), self.model)
        if self.ranks.is_first:
            units = self.work.units_per_step(self.config.batch_size)
            say(plan.line(self.config, self.model, units, per_step, done))
        shown = plan.Progress(progress if self.ranks.is_first else "none", self.config.steps)
        started, stopped = time.monotonic(), "done"
        while self.step < self.config.steps:
            self._advance()
            self._report(shown, done)
            if self._over_budget(started) and self.step < self.config.steps:
                stopped = "budget"
                break
            if self.config.checkpoint_every and self.step % self.config.checkpoint_every == 0:
                self._save()
        self._save()
        return self._record(stopped, time.monotonic() - started, done)

    def _advance(self) -> None:
        set_learning_rates(self.opt, self.factor(self.step))
        self.opt.zero_grad()
        batch = self.stream.batch(self.step)
        loss = self._loss(batch)
        loss.sum().backward()  # not the mean: a member's gradient must not depend on M
        if self.config.clip is not None:
            self._clip(self.config.clip)
        self.observe(batch)
        self.opt.step()
        self.window += loss.detach()
        self.step += 1

    def observe(self, batch: Any) -> None:
        """Do nothing: an instrument may want to see every batch, before the step is taken."""

    def _loss(self, batch: Any) -> Tensor:
        with self._autocast():
            return self.work.loss(self.forward, batch)

    def _autocast(self) -> AbstractContextManager[Any]:
        if self.config.dtype != "bfloat16":
            return nullcontext()
        return torch.autocast(self.ranks.device.partition(":")[0], torch.bfloat16)

    def _clip(self, max_norm: float) -> None:
        if self.config.mode == "fsdp2":  # one member, its gradient spread over processes
            nn.utils.clip_grad_norm_(self.model.parameters(), max_norm)
        else:
            clip_members(self.model.parameters(), max_norm)

    def _report(self, shown: plan.Progress, done: int) -> None:
        if not self.config.evaluates_at(self.step):
            shown.say(self.step, done, "")
            return
        since = self.journal.lines[-1]["step"] if self.journal.lines else 0
        if not self.ranks.is_first:
            since = self.step  # only the first process keeps lines, and divides
        trained = self.ranks.mean(self.window.clone())
        line = {"step": self.step, "train": plain((trained / max(1, self.step - since)).tolist())}
        line |= {name: plain(value.tolist()) for name, value in self._evaluate().items()}
        self.window.zero_()
        if self.ranks.is_first:
            self.journal.write(line)
        shown.say(self.step, done, f"val {line['val'][0]}")

    def _evaluate(self) -> dict[str, Tensor]:
        self.model.eval()
        try:
            with self.arm.evaluating(self.opt), torch.no_grad(), self._autocast():
                return self.work.evaluate(self.forward, device=self.ranks.device)
        finally:
            self.model.train()
            gather_anew(self.model)

    def _over_budget(self, started: float) -> bool:
        if self.config.budget_s is None:
            return False
        return self.ranks.agree(time.monotonic() - started > self.config.budget_s)

    def _save(self) -> None:
        if self.folder is not None:
            extra = {"step": self.step, "window": self.window}
            checkpoints.save(self.folder, self.ranks, self.model, self.opt, extra)

    def _resume(self) -> int:
        extra = {"step": self.step, "window": self.window}
        if self.folder is not None:
            found = checkpoints.load(self.folder, self.ranks, self.model, self.opt, extra)
            if found is not None:
                self.step, self.window = found["step"], found["window"]
        self.journal.resume(self.step)
        return self.step

    def _record(self, stopped: str, seconds: float, done: int) -> dict[str, Any]:
        evals = self.journal.lines
        record = {
            "config": self.config.as_json(),
            "evals": evals,
            "final": evals[-1] if evals else None,
            "steps_done": self.step,
            "stopped": stopped,
            "timing": {"seconds": seconds, "steps": self.step - done},
        }
        if self.ranks.is_first:
            self.journal.close(record)
        return record
