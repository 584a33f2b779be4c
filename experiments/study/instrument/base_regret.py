r"""The base optimizer's regret, split at every step: what theory bounds and what it does not.

Let A_t = H_t/γ_t, where H_t is the base's own diagonal preconditioner after step t (Adam: √v̂_t + ε;
a base without one: 1), and let Δ_t = z_{t+1} − z_t and e_t = g_t + A_t Δ_t.  For any vectors

.. math::
    \langle g_t, z_t-u\rangle = \tfrac12 \|z_t-u\|^2_{A_t} - \tfrac12 \|z_{t+1}-u\|^2_{A_t}
        + \tfrac12 \|\Delta_t\|^2_{A_t} + \langle e_t, z_t-u\rangle

The parts are called distance (both squares), stability and lag.  Stability is half the squared
*dual* norm of the step's direction A_t Δ_t, in the norm of Adam's theory, which is not Euclid's.
e_t is the part of g_t that the step did not take, because of momentum, clipping or weight decay;
without these three it is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np
import torch
from torch import Tensor

from experiments.study.watched.audited import Audited
from gpa_theory.optim.audit.points import read
from gpa_theory.optim.audit.weights import Weights, trained_parameters

SUMS = (
    "regret",  # ⟨g_t, z_t − u⟩
    "distance",  # ½|z_t − u|²_A − ½|z_{t+1} − u|²_A
    "stability",  # ½|Δ_t|²_A
    "lag",  # ⟨e_t, z_t − u⟩
    "decay",  # the part of it that weight decay makes, −λ⟨H z_t, z_t − u⟩
    "risen",  # ½|z_t − u|² in the norm (A_t − A_{t−1})₊, with A_0 = 0
    "trace",  # tr (A_t − A_{t−1})₊
    "dual",  # |A_t Δ_t|² in the norm dual to H_t: G_t²
    "first",  # |z_1 − u|²_{H_t}: D², in the norm of step t
    "base",  # |z_t − u|²_{H_t}: the distance of step t, in its own norm
    "lag_size",  # |e_t|_1
)
FARTHEST = "farthest"  # max_i |z_t − u|_i


class BaseRegret:
    """Measures every step of a run against u; `columns()` has the sums over parameters, by step.

    Attach it to an `Audited` run before it starts.
    """

    def __init__(self, run: Audited, u: Weights) -> None:
        self.run, self.opt = run, run.opt
        self.trained = trained_parameters(self.opt, run.inner)
        self.u = {name: u[name].to(p.device, torch.float64) for name, p in self.trained.items()}
        self.z: dict[str, Tensor] = {}
        self.origin: dict[str, Tensor] = {}
        self.metric: dict[str, Tensor] = {}  # A_{t−1}
        self.rows: list[Tensor] = []
        self.gammas: list[float] = []
        run.befores.append(self._before)
        run.afters.append(self._after)

    def columns(self) -> dict[str, np.ndarray]:
        """Return every sum of `SUMS`, `FARTHEST` and the scheduled "gamma", each of shape (T,)."""
        table = torch.stack(self.rows).cpu().numpy()
        found = dict(zip((*SUMS, FARTHEST), table.T, strict=True))
        return {**found, "gamma": np.array(self.gammas)}

    def _before(self, batch: Any) -> None:
        self.gammas.append(float(self.opt.param_groups[0]["lr"]))
        if not self.origin:
            self.z = self.origin = self._read()

    def _read(self) -> dict[str, Tensor]:
        mu_y = float(self.opt.param_groups[0]["gpa_mu_y"])
        exact = {"dtype": torch.float64, "copy": True}  # before step 1 z is the parameter itself
        return {n: read(self.opt, p, mu_y).z.to(**exact) for n, p in self.trained.items()}

    def _after(self, batch: Any) -> None:
        after = self._read()
        groups = {id(p): group for group in self.opt.param_groups for p in group["params"]}
        total, farthest = 0.0, 0.0
        for name, p in self.trained.items():
            if p.grad is None:
                continue
            total = total + self._sums(name, p, after[name], groups[id(p)])
            far = (self.z[name] - self.u[name]).abs().amax()
            farthest = torch.maximum(far, torch.as_tensor(farthest, device=far.device))
        self.rows.append(torch.cat([total, farthest.reshape(1)]))
        self.z = after

    def _sums(self, name: str, p: Tensor, after: Tensor, group: Mapping[str, Any]) -> Tensor:
        z, u, gamma = self.z[name], self.u[name], self.gammas[-1]
        h = self.preconditioner(p, group)
        a, way, end, step = h / gamma, z - u, after - u, after - z
        g = p.grad.double() / self.run.clipped_to
        e = g + a * step
        before = self.metric.get(name)
        rise = a if before is None else (a - before).clamp(min=0)
        self.metric[name] = a
        decay = float(group.get("weight_decay", 0.0))
        one = (self.origin[name] - u).square()
        found = (
            (g * way).sum(),
            ((way.square() - end.square()) * a).sum() / 2,
            (step.square() * a).sum() / 2,
            (e * way).sum(),
            -decay * (h * z * way).sum(),
            (way.square() * rise).sum() / 2,
            rise.sum(),
            (step.square() * a).sum() / gamma,
            (one * h).sum(),
            (way.square() * h).sum(),
            e.abs().sum(),
        )
        return torch.stack(found)

    def preconditioner(self, p: Tensor, group: Mapping[str, Any]) -> Tensor:
        """Return H of one parameter: Adam's diagonal, or ones if the base has no second moments."""
        state = self.opt.state.get(p, {})
        v = state.get("exp_avg_sq")
        if v is None:
            return torch.ones_like(p, dtype=torch.float64)
        t = float(state["step"])
        return (v.double() / (1 - group["betas"][1] ** t)).sqrt() + group["eps"]


def closing(columns: Mapping[str, np.ndarray]) -> float:
    """Return the largest error of the split, relative to the largest part of its step.

    The split is algebra, so this is the rounding of sums in float64.
    """
    parts = np.array([columns[name] for name in ("distance", "stability", "lag")])
    off = np.abs(parts.sum(axis=0) - columns["regret"])
    largest = np.abs(np.vstack([parts, columns["regret"]])).max(axis=0)
    worst = float((off / np.maximum(largest, 1e-300)).max())
    return worst if isfinite(worst) else float("nan")
