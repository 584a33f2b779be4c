"""Audited runs of one member: made once to find where they end, and once more to be measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from experiments.engine.config import RunConfig
from experiments.study.watched.plain import Plain
from gpa_theory.core.validation import refuse
from gpa_theory.optim.audit.replay import replay
from gpa_theory.optim.audit.report import AuditReport
from gpa_theory.optim.audit.weights import Weights

Look = Callable[[Any], None]


class Audited(Plain):
    """A run that shows every batch to an observer, and every step to `befores` and `afters`."""

    def __init__(self, config: RunConfig, begin: Callable[..., Any] | None = None) -> None:
        if config.members != 1:
            raise refuse(
                "Audited(config)", "config", "must have one member: an audit is of one run"
            )
        super().__init__(config)
        self.befores: list[Look] = []
        self.afters: list[Look] = []
        self.clipped_to: Any = 1.0  # the factor by which clipping has scaled the gradient
        self.observer = begin(self.opt, self.inner, self.loss_of) if begin else None

    def loss_of(self, model: Any, batch: Any) -> Any:
        """Return the scalar loss of the only member."""
        return self.work.loss(model, batch).sum()

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

    def _clip(self, max_norm: float) -> Any:
        self.clipped_to = super()._clip(max_norm)
        return self.clipped_to


def audited(
    config: RunConfig, every: int, attach: Callable[[Audited, Weights], Any] | None = None
) -> tuple[AuditReport, Any]:
    """Return the audit of a run with its own final x as u, and the result of `attach(run, u)`.

    `attach` is called when the second run begins, to put more instruments on it.
    """
    ends: list[Weights] = []
    attached: list[Any] = [None]

    def train(begin: Callable[..., Any]) -> None:
        run = Audited(config, begin)
        if ends and attach is not None:
            attached[0] = attach(run, ends[0])
        run.finish()
        ends.append(run.point())

    report = replay(train, every=every)
    return report, attached[0]
