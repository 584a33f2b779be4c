"""A run of one member that instruments may look at: made once for its end, once to be measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from experiments.engine import RunConfig
from experiments.engine.journal import Journal
from experiments.engine.loop import Run
from experiments.engine.ranks import Ranks
from gpa_theory.core.validation import refuse
from gpa_theory.optim import GPA
from gpa_theory.optim.audit import trained_parameters
from gpa_theory.optim.audit_report import AuditReport
from gpa_theory.optim.replay import replay

Point = Mapping[str, Tensor]
Look = Callable[[Any], None]


class Audited(Run):
    """A run whose every batch is shown to an observer, and whose every step to `befores`, `afters`.

    An arm that is not GPA is wrapped in GPA with μ_x = μ_y = 0, which is it, bit for bit.
    """

    def __init__(self, config: RunConfig, begin: Callable[..., Any] | None = None) -> None:
        if config.members != 1:
            raise refuse(
                "Audited(config)", "config", "must have one member: an audit is of one run"
            )
        alone = replace(config, budget_s=None, checkpoint_every=0)
        ranks = Ranks(0, 1, config.device, "single")
        super().__init__(alone, None, ranks, Journal(None, alone), None)
        if not isinstance(self.opt, GPA):
            self.opt = GPA(self.opt, mu_x=0.0, mu_y=0.0)
        self.befores: list[Look] = []
        self.afters: list[Look] = []
        self.clipped_to: Any = 1.0  # the factor by which clipping has scaled the gradient
        self.observer = begin(self.opt, self.inner, self.loss_of) if begin else None

    def loss_of(self, model: Any, batch: Any) -> Any:
        """Return the scalar loss of the only member."""
        return self.work.loss(model, batch).sum()

    def finish(self) -> None:
        """Train to the end, silently."""
        self.to_the_end("none", lambda line: None)

    def point(self) -> Point:
        """Return x, on the CPU."""
        with self.opt.averaged():
            trained = trained_parameters(self.opt, self.inner)
            return {name: p.detach().to("cpu", copy=True) for name, p in trained.items()}

    def observe(self, batch: Any) -> None:
        """Hand the batch over, before the step."""
        if self.observer is not None:
            self.observer.observe(batch)
        for look in self.befores:
            look(batch)

    def _advance(self) -> None:
        super()._advance()
        for look in self.afters:
            look(None)

    def _clip(self, max_norm: float) -> None:
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        norms = [torch.linalg.vector_norm(g) for g in gradients]
        before = torch.linalg.vector_norm(torch.stack(norms))
        super()._clip(max_norm)
        self.clipped_to = (max_norm / (before + 1e-6)).clamp(max=1.0)  # as in clip_members


def audited(
    config: RunConfig, every: int, attach: Callable[[Audited, Point], Any] | None = None
) -> tuple[AuditReport, Any]:
    """Return the audit of a run with its own final x as u, and what `attach(run, u)` returned.

    `attach` is called as the second run begins, to put more instruments on it.
    """
    ends: list[Point] = []
    attached: list[Any] = [None]

    def train(begin: Callable[..., Any]) -> None:
        run = Audited(config, begin)
        if ends and attach is not None:
            attached[0] = attach(run, ends[0])
        run.finish()
        ends.append(run.point())

    report = replay(train, every=every)
    return report, attached[0]
