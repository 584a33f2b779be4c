r"""The audit: the terms of the exact step identity, measured on the user's own training run.

.. math::
    \varphi_t + \rho_t (f(x_t) - f(x_{t-1})) = r_t - B(u,y_t) - (1+\nu) B(y_t,x_t)
        - \nu B(x_t,y_t) - \rho_t B(x_{t-1},x_t)

It holds for any differentiable loss and any base optimizer.  Convex theory is exactly the claim
that the four Bregman terms are ≥ 0: so their signs, on a real run, say where the theory transfers.
Because all points of step t are fixed before its batch is drawn, every term without u is an
unbiased estimate of its value for the whole population.
"""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any

import torch
from torch.nn import Module

from gpa_theory.core.identity import check_form, default_form
from gpa_theory.core.validation import check_count, refuse
from gpa_theory.core.writing import check_target
from gpa_theory.optim.audit.cost import Clock
from gpa_theory.optim.audit.loss import BatchLoss, LossFn
from gpa_theory.optim.audit.measure import measure
from gpa_theory.optim.audit.points import (
    Remembered,
    check_common,
    gradient_point,
    interpolation,
    next_step,
    remember,
)
from gpa_theory.optim.audit.record import header, record
from gpa_theory.optim.audit.report import AuditReport
from gpa_theory.optim.audit.terms import terms
from gpa_theory.optim.audit.weights import Weights, reference_weights, trained_parameters
from gpa_theory.optim.gpa import GPA
from gpa_theory.optim.step.groups import TRAIN


class Audit:
    r"""Observe a run of `opt` on `model`: all terms of the identity, at every `every`-th step.

    Hand over each batch by `observe(batch)` before `opt.step()`; the step itself triggers the rest.
    `loss_fn(model, batch)` returns the scalar loss; it is called anew, at x_{t−1}, x_t, y_t and u,
    in float32 (or finer), outside autocast, with the same random state each time.  Parameters,
    gradients, buffers, random state and gradient scaling of the run stay bit for bit as they were.
    Forward hooks of the model do fire, and Python state of the model is not put back.

    `reference` is u: a state dict, or the path of one; only the entries of trained parameters are
    read, everything else is part of f.  Without it the terms that need u stay empty.  For u = the
    run's own final x see `replay`.  `path` receives one JSON line per audited step.  `form` names
    the identity: "step" (two gradients per audit), or "gradient_at_y" (one; needed for μ_y = 1).

    One audit takes as long as three or four training steps, more where a step is short for the
    number of parameters.  The summary prints how long it took, and which `every` keeps it within
    5 % of training.  It needs memory for five more copies of the parameters while it lasts, and
    for one in the step before.

    >>> model = torch.nn.Linear(2, 1, bias=False)
    >>> opt = GPA(torch.optim.SGD(model.parameters(), lr=0.1), mu_x=0.75, mu_y=0.5)
    >>> loss_fn = lambda model, batch: model(batch).square().mean()
    >>> reference = {"weight": torch.zeros(1, 2)}
    >>> with Audit(opt, model, loss_fn, every=2, reference=reference) as audit:
    ...     for _ in range(6):
    ...         batch = torch.ones(4, 2)
    ...         opt.zero_grad(); loss_fn(model, batch).backward()
    ...         audit.observe(batch); opt.step()
    >>> [r["t"] for r in audit.records], audit.report().passed
    ([2, 4, 6], True)

    Reference: defazio2025smoothing, for the method; the identity is this project's.
    """

    def __init__(
        self,
        opt: GPA,
        model: Module,
        loss_fn: LossFn,
        *,
        every: int = 100,
        reference: Weights | str | os.PathLike[str] | None = None,
        path: str | os.PathLike[str] | None = None,
        form: str | None = None,
    ) -> None:
        self.every = check_count(f"Audit(every={every})", "every", every)
        self._path = None if path is None else check_target("Audit(path)", "path", Path(path))
        if not isinstance(opt, GPA):
            raise refuse("Audit(opt)", "opt", "must be a gpa_theory.optim.GPA")
        self._opt, self._trained = opt, trained_parameters(opt, model)
        check_common("Audit(opt)", opt, self._trained)
        mu_y = float(opt.param_groups[0]["mu_y"])
        self.form = form or default_form(mu_y)
        check_form(f"Audit(form={form!r})", self.form, mu_y)
        self._u = reference_weights(reference, self._trained)
        self._loss = BatchLoss(model, loss_fn)
        self._batch: tuple[Any] | None = None
        self._before: Remembered | None = None
        self._clock = Clock(sorted({p.device for p in self._trained.values()}, key=str))
        self.records: list[dict[str, Any]] = []
        self.header = header(opt, self._trained, self.form, self.every, self._u)
        self._write(self.header)
        self._hooks = [
            opt.register_step_pre_hook(self._before_step),
            opt.register_load_state_dict_post_hook(self._forget),
        ]

    def observe(self, batch: Any) -> None:
        """Hand over the batch of the coming step, as `loss_fn` takes it; it is kept until then."""
        self._batch = (batch,)

    def report(self) -> AuditReport:
        """Return what the records say so far: summary, verdict, plot."""
        return AuditReport(self.header, self.records)

    def close(self) -> None:
        """Stop observing; the records stay."""
        for hook in self._hooks:
            hook.remove()
        self._batch = self._before = None

    def __enter__(self) -> Audit:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _forget(self, opt: Any) -> None:
        self._before = None

    def _before_step(self, opt: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if any(group["gpa_mode"] != TRAIN for group in self._opt.param_groups):
            return  # the step will refuse, and say why
        self._clock.enter()
        t = next_step(self._opt)
        with torch.no_grad():
            if t % self.every == 0:
                self._audit(closure=len(args) > 1 or bool(kwargs))  # args[0] is opt
            self._before = remember(self._opt, self._trained) if self._next_due(t) else None
        self._batch = None
        self._clock.leave()

    def _next_due(self, t: int) -> bool:
        return (t + 1) % self.every == 0

    def _audit(self, closure: bool) -> None:
        at = interpolation(self._opt, self._trained, self._before)
        if at is None:  # the audit began, or a checkpoint was loaded, between t−1 and t
            return
        if self._batch is None:
            rule = "no batch was handed over: call audit.observe(batch) before opt.step()"
            raise RuntimeError(f"`Audit` at step {at.t}: {rule}")
        check_form("Audit(opt)", self.form, at.mu_y)
        self._clock.drain()
        y = {name: gradient_point(self._opt, p) for name, p in self._trained.items()}
        previous = self._before.x if self._before is not None and at.t > 1 else None
        with self._loss.of(self._batch[0], y) as loss:
            step = measure(self.form, self._opt, self._trained, loss, at, previous, self._u)
        found = terms(self.form, at.rho, at.mu_y, step.values, self.header["dtype"])
        timed = self._clock.read()
        made = record(at, self._opt, step, found, timed, self._u is not None, closure)
        self.records.append(made)
        self._write(made)

    def _write(self, line: dict[str, Any]) -> None:
        if self._path is None:
            return
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, allow_nan=False) + "\n")
        except OSError as error:  # a full disk is no reason to lose the run
            rule = f"cannot be written any more ({error}): records are in report() alone"
            warnings.warn(f"`Audit(path)`: {self._path} {rule}", stacklevel=2)
            self._path = None
