"""Runs that are measured at every step, cheaply enough for a whole grid of settings.

Measured against a given u: the regret ⟨g_t, z_t − u⟩ of every step, |g_t|, |z_t − u| and
|z_{t+1} − z_t|, where g_t is the gradient at y_t before clipping.  This takes inner products only,
no second run and no extra gradient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from experiments.engine.config import RunConfig
from experiments.study.watched.plain import Plain
from gpa_theory.core.validation import refuse
from gpa_theory.optim.audit.points import read
from gpa_theory.optim.audit.weights import Weights


@dataclass(frozen=True)
class Measurements:
    """Per step and member, shape (T, M); losses at both ends in nats, shape (M,)."""

    regret: np.ndarray
    gradient: np.ndarray  # |g_t|
    distance: np.ndarray  # |z_t − u|
    moved: np.ndarray  # |z_{t+1} − z_t|
    first: np.ndarray  # validation loss at x_1
    last: np.ndarray  # and at the end


class Measured(Plain):
    """A run that is measured against u, which has one entry per member."""

    def __init__(self, config: RunConfig, u: Weights) -> None:
        super().__init__(config)
        named = dict(self.inner.named_parameters())
        for name, p in named.items():
            if name not in u or u[name].shape != p.shape:
                raise refuse("Measured(u)", "u", f"must hold {name!r} of shape {tuple(p.shape)}")
        self._u = {name: u[name].to(p.device, p.dtype) for name, p in named.items()}
        self._rows: dict[str, list[Tensor]] = {k: [] for k in ("regret", "g", "far", "moved")}

    def measure(self) -> Measurements:
        """Run to the end and return the measurements of every step."""
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

    def _clip(self, max_norm: float) -> Any:
        self._look()
        return super()._clip(max_norm)

    def observe(self, batch: Any) -> None:
        """Look at the gradient here if it is not clipped; else `_clip` looks first."""
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


def stacked(points: Sequence[Weights]) -> dict[str, Tensor]:
    """Return the weights of an ensemble from those of single members."""
    return {name: torch.cat([point[name] for point in points]) for name in points[0]}
