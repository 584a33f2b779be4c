"""The audit against the run's own final x: train once to know it, then train again and look.

The second run must be the first one, bit for bit; that is checked at the end, and it shows at the
same time that auditing changed nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import Module

from gpa_theory.core.writing import check_target
from gpa_theory.optim.audit.loss import LossFn, same_randomness
from gpa_theory.optim.audit.observer import Audit
from gpa_theory.optim.audit.report import AuditReport
from gpa_theory.optim.audit.weights import trained_parameters
from gpa_theory.optim.gpa import GPA


class Observer(Protocol):
    """What a replayed run hands its batches to."""

    def observe(self, batch: Any) -> None:
        """Take the batch of the coming step."""


Start = Callable[[GPA, Module, LossFn], Observer]


def replay(
    train: Callable[[Start], Any],
    *,
    every: int = 100,
    path: str | os.PathLike[str] | None = None,
    form: str | None = None,
) -> AuditReport:
    """Return the audit of `train` with u = its own final x; the run is made twice.

    `train(start)` must build model, optimizer and data anew, call `audit = start(opt, model,
    loss_fn)` once, and train, with `audit.observe(batch)` before each `opt.step()`.  Both runs
    begin with the same global random state.  RuntimeError if they do not end in the same x.

    u is chosen after the run, which favors B(u, y_t) ≥ 0; a reference from a longer run, or from
    another one, is the stricter test.

    >>> def train(start):
    ...     model = torch.nn.Linear(2, 1)
    ...     opt = GPA(torch.optim.SGD(model.parameters(), lr=0.1), mu_x=0.75, mu_y=0.5)
    ...     loss_fn = lambda model, batch: model(batch).square().mean()
    ...     audit = start(opt, model, loss_fn)
    ...     for _ in range(8):
    ...         batch = torch.randn(4, 2)
    ...         opt.zero_grad(); loss_fn(model, batch).backward()
    ...         audit.observe(batch); opt.step()
    >>> report = replay(train, every=2)
    >>> report.steps.tolist(), report.passed
    ([2, 4, 6, 8], True)
    """
    if path is not None:  # before the run is made, not in the middle of it
        check_target("replay(path)", "path", Path(path))
    accelerators = [torch.device("cuda", i) for i in range(torch.cuda.device_count())]
    with same_randomness(accelerators) as rewind:
        first = _Pass(lambda opt, model, loss_fn: _Silent())
        train(first.start)
        final = first.final()
        rewind()
        second = _Pass(lambda *run: Audit(*run, every=every, reference=final, path=path, form=form))
        train(second.start)
    audit = second.audit
    audit.close()
    found = second.final()
    different = [name for name, x in final.items() if not torch.equal(x, found[name])]
    if different:
        raise RuntimeError(
            f"`replay(train)`: not deterministic: the second run ended in another x ({different[0]}"
            " …): seed model and data inside train(), and call"
            " torch.use_deterministic_algorithms(True)"
        )
    return audit.report()


class _Silent:
    """The observer of the first run."""

    def observe(self, batch: Any) -> None:
        """Do nothing."""


class _Pass:
    """One of the two runs: what `train` started, and where it ended."""

    def __init__(self, make: Callable[[GPA, Module, LossFn], Any]) -> None:
        self._make = make
        self._run: tuple[GPA, Module] | None = None
        self.audit: Any = None

    def start(self, opt: GPA, model: Module, loss_fn: LossFn) -> Observer:
        """Begin; once per run."""
        if self._run is not None:
            raise RuntimeError("`replay(train)`: train must call start() once, not again")
        self._run, self.audit = (opt, model), self._make(opt, model, loss_fn)
        return self.audit

    def final(self) -> dict[str, Tensor]:
        """Return x at the end of the run, on the CPU."""
        if self._run is None:
            raise RuntimeError("`replay(train)`: train must call start(opt, model, loss_fn)")
        opt, model = self._run
        with opt.averaged():
            trained = trained_parameters(opt, model)
            return {name: p.detach().to("cpu", copy=True) for name, p in trained.items()}
