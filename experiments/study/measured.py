"""Runs whose every step is measured, cheaply enough to measure a whole grid of settings.

Against a given u: regret ⟨g_t, z_t − u⟩ of every step, |g_t|, |z_t − u| and |z_{t+1} − z_t|; g_t is
the gradient at y_t before clipping.  No second run and no extra gradient: inner products only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from experiments.engine import RunConfig
from experiments.engine.journal import Journal
from experiments.engine.loop import Run
from experiments.engine.ranks import Ranks
from gpa_theory.core.validation import refuse
from gpa_theory.optim import GPA
from gpa_theory.optim.audit_points import read

Point = Mapping[str, Tensor]  # name: [M, …]


@dataclass(frozen=True)
class Measurements:
    """Per step and member, shape (T, M); losses at both ends in nats, shape (M,)."""

    regret: np.ndarray
    gradient: np.ndarray  # |g_t|
    distance: np.ndarray  # |z_t − u|
    moved: np.ndarray  # |z_{t+1} − z_t|
    first: np.ndarray  # validation loss at x_1
    last: np.ndarray  # and at the end


class Plain(Run):
    """A run in memory whose end can be read; an arm without averaging becomes GPA with μ = 0."""

    def __init__(self, config: RunConfig) -> None:
        alone = replace(config, budget_s=None, checkpoint_every=0, eval_every=0, eval_dense=0)
        ranks = Ranks(0, 1, config.device, "single")
        super().__init__(alone, None, ranks, Journal(None, alone), None)
        if not isinstance(self.opt, GPA):
            self.opt = GPA(self.opt, mu_x=0.0, mu_y=0.0)
        self.gpa: GPA = self.opt

    def finish(self) -> None:
        """Train to the end, silently."""
        self.to_the_end("none", lambda line: None)

    def nats(self) -> np.ndarray:
        """Return every member's validation loss now."""
        return (self._evaluate()["val"] / self.work.scale).double().cpu().numpy()

    def point(self) -> dict[str, Tensor]:
        """Return x on the CPU, one tensor per parameter, members first."""
        with self.gpa.averaged():
            named = self.inner.named_parameters()
            return {name: p.detach().to("cpu", copy=True) for name, p in named}


class Measured(Plain):
    """A run that is measured against u, which has one entry per member."""

    def __init__(self, config: RunConfig, u: Point) -> None:
        super().__init__(config)
        named = dict(self.inner.named_parameters())
        for name, p in named.items():
            if name not in u or u[name].shape != p.shape:
                raise refuse("Measured(u)", "u", f"must hold {name!r} of shape {tuple(p.shape)}")
        self._u = {name: u[name].to(p.device, p.dtype) for name, p in named.items()}
        self._rows: dict[str, list[Tensor]] = {k: [] for k in ("regret", "g", "far", "moved")}

    def measure(self) -> Measurements:
        """Run to the end and return what was seen on the way."""
        first = self.nats()
        self.finish()
        rows = {k: torch.stack(v).cpu().numpy() for k, v in self._rows.items()}
        return Measurements(
            rows["regret"], rows["g"], rows["far"], rows["moved"], first, self.nats()
        )

    def _advance(self) -> None:
        before: dict[str, Tensor] = {}
        self._before = before
        super()._advance()
        z, moved = self._z(), self._zeros()
        for name, value in z.items():
            moved += _squares(value - before[name])
        self._rows["moved"].append(moved.sqrt())

    def _clip(self, max_norm: float) -> None:
        self._look()
        super()._clip(max_norm)

    def observe(self, batch: Any) -> None:
        """Look at the gradient here where nothing clips it."""
        if self.config.clip is None:
            self._look()

    def _look(self) -> None:
        z, named = self._z(), dict(self.inner.named_parameters())
        regret, squares, far = self._zeros(), self._zeros(), self._zeros()
        for name, p in named.items():
            away = z[name] - self._u[name]
            far += _squares(away)
            if p.grad is not None:
                regret += (p.grad * away).flatten(1).sum(1).double()
                squares += _squares(p.grad)
        self._before.update(z)
        for key, value in (("regret", regret), ("g", squares.sqrt()), ("far", far.sqrt())):
            self._rows[key].append(value)

    def _z(self) -> dict[str, Tensor]:
        mu_y = float(self.gpa.param_groups[0]["mu_y"])
        with torch.no_grad():
            return {
                name: read(self.gpa, p, mu_y).z.detach().clone()
                for name, p in self.inner.named_parameters()
            }

    def _zeros(self) -> Tensor:
        return torch.zeros(self.config.members, dtype=torch.float64, device=self.ranks.device)


def _squares(v: Tensor) -> Tensor:
    return v.detach().flatten(1).square().sum(1).double()


def stacked(points: Sequence[Point]) -> dict[str, Tensor]:
    """Return one point for an ensemble from points of one member each."""
    return {name: torch.cat([point[name] for point in points]) for name in points[0]}
