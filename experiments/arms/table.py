"""The arms of a comparison: each an optimizer of `gpa_theory.optim` around the same AdamW.

`gpa-muon` is an extra: GPA around Muon, for models with hidden matrices.  An arm names its settings
with their defaults, and which of its sequences it evaluates and deploys.  β1 is a setting of every
arm, AdamW included: momentum in the base lowers GPA's stability limit, so one β1 for all arms would
not be fair to each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.optim import AdamW, Optimizer

from experiments.arms.member_adamw import MemberAdamW
from experiments.arms.member_muon import MemberMuon
from gpa_theory.core.averaging import Uniform
from gpa_theory.core.validation import check_range, refuse
from gpa_theory.optim.diloco.optimizer import DiLoCo
from gpa_theory.optim.ema import ema
from gpa_theory.optim.gpa import GPA

BASE = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8, "weight_decay": 0.05}
Build = Callable[[Optimizer, Mapping[str, Any]], Optimizer]


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to train; `wrap` puts its optimizer around the base, AdamW or Muon.

    `sequence` is what is evaluated: "x" (the average), "y" (where gradients are taken: the
    parameters while training) or "anchor" (DiLoCo's).  `settings` are the defaults; `buffers` is
    how many numbers per parameter the wrapper stores beside the base's own.
    """

    name: str
    words: str
    settings: Mapping[str, Any]
    wrap: Build
    sequence: str = "y"
    buffers: int = 1
    muon: bool = False

    def complete(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return all settings, with defaults for those not given; refuse an unknown name."""
        unknown = sorted(set(given) - set(self.settings))
        if unknown:
            known = ", ".join(self.settings)
            raise refuse(f"arm {self.name!r}", unknown[0], f"must be one of {known}")
        return {**self.settings, **given}

    def build(
        self,
        model: nn.Module,
        decayed: set[str],
        given: Mapping[str, Any],
        lrs: Sequence[float],
    ) -> Optimizer:
        """Return the optimizer of the model's parameters, member k with learning rate lrs[k]."""
        # A user's 0 is meant as 0.0: torch refuses it beside 0.99, and has no integers of any size.
        settings = {k: type(self.settings[k])(v) for k, v in self.complete(given).items()}
        base = _muon if self.muon else _adamw
        return self.wrap(base(model, decayed, settings, lrs), settings)

    def evaluating(self, opt: Optimizer) -> AbstractContextManager[Any]:
        """Return a context in which the model's weights are the sequence that the arm deploys."""
        return nullcontext() if self.sequence == "y" else opt.averaged()  # type: ignore[attr-defined]


def _adamw(
    model: nn.Module, decayed: set[str], settings: Mapping[str, Any], lrs: Sequence[float]
) -> Optimizer:
    groups = list(_groups(model, decayed, set(), settings["weight_decay"]))
    if len(lrs) > 1:
        return MemberAdamW(groups, lr=_tensor(lrs), **_common(settings))
    plain = all(p.device.type in ("cpu", "cuda") for p in model.parameters())
    return AdamW(groups, lr=float(_tensor(lrs)), fused=plain, **_common(settings))


def _muon(
    model: nn.Module, decayed: set[str], settings: Mapping[str, Any], lrs: Sequence[float]
) -> Optimizer:
    matrices = model.matrices() if hasattr(model, "matrices") else set()  # type: ignore[operator]
    if not matrices:
        raise refuse("arm('gpa-muon')", "model", "must have hidden matrices: a Llama or a ViT")
    if any(type(p) is not nn.Parameter for p in model.parameters()):
        rule = "must be single or ddp: Muon's steps need whole matrices, FSDP2 holds shards"
        raise refuse("arm('gpa-muon')", "mode", rule)
    groups = list(_groups(model, decayed, matrices, settings["weight_decay"]))
    momentum = settings["momentum"]
    return MemberMuon(groups, lr=_tensor(lrs), momentum=momentum, **_common(settings))


def _tensor(lrs: Sequence[float]) -> torch.Tensor:
    for lr in lrs:
        check_range(f"arm(lr={lr})", "lr", lr, 0)
    return torch.tensor([float(lr) for lr in lrs], dtype=torch.float64)


def _common(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"betas": (settings["beta1"], settings["beta2"]), "eps": settings["eps"]}


def _groups(
    model: nn.Module, decayed: set[str], matrices: set[str], weight_decay: float
) -> Iterator[dict[str, Any]]:
    named = dict(model.named_parameters())
    missing = (decayed | matrices) - set(named)
    if missing:
        raise refuse("arm", "decayed", f"must name parameters of the model, not {min(missing)}")
    kinds: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, p in named.items():
        kinds.setdefault((name in decayed, name in matrices), []).append(p)
    for (decays, orthogonal), parameters in sorted(kinds.items(), reverse=True):
        group = {"params": parameters, "weight_decay": weight_decay if decays else 0.0}
        yield {**group, "orthogonal": True} if orthogonal else group


def _gpa(base: Optimizer, settings: Mapping[str, Any]) -> Optimizer:
    return GPA(base, mu_x=settings["mu_x"], mu_y=settings["mu_y"])


def _schedule_free(base: Optimizer, settings: Mapping[str, Any]) -> Optimizer:
    return GPA(base, averaging=Uniform(), mu_y=settings["mu_y"])


def _nesterov(base: Optimizer, settings: Mapping[str, Any]) -> Optimizer:
    return GPA(base, mu_x=settings["mu"], mu_y=settings["mu"])


def _diloco(base: Optimizer, settings: Mapping[str, Any]) -> Optimizer:
    chosen = {k: settings[k] for k in ("inner_steps", "outer_lr", "outer_momentum")}
    return DiLoCo(base, **chosen)


def _ema(base: Optimizer, settings: Mapping[str, Any]) -> Optimizer:
    return ema(base, settings["decay"])


_ALL = (
    Arm("adamw", "AdamW", BASE, lambda base, settings: base, buffers=0),
    Arm(
        "gpa",
        "GPA around AdamW",
        {**BASE, "beta1": 0.0, "mu_x": 0.9, "mu_y": 0.9},
        _gpa,
        "x",
    ),
    Arm(
        "diloco",
        "single-worker DiLoCo around AdamW",
        {**BASE, "inner_steps": 8, "outer_lr": 0.7, "outer_momentum": 0.9},
        _diloco,
        "anchor",
        buffers=2,  # the anchor and the outer momentum
    ),
    Arm(
        "schedule-free",
        "Schedule-Free around AdamW: GPA with c_t = 1/t (no weighting by lr)",
        {**BASE, "beta1": 0.0, "mu_y": 0.9},
        _schedule_free,
        "x",
    ),
    Arm("ema", "AdamW and a moving average of its weights", {**BASE, "decay": 0.95}, _ema, "x"),
    Arm(
        "nesterov",
        "Nesterov momentum on AdamW's steps: GPA with μ_x = μ_y, evaluated at y",
        {**BASE, "beta1": 0.0, "mu": 0.9},
        _nesterov,
    ),
    Arm(
        "gpa-muon",
        "GPA around Muon (hidden matrices; AdamW with β1 for the rest)",
        {**BASE, "momentum": 0.95, "mu_x": 0.9, "mu_y": 0.9},
        _gpa,
        "x",
        muon=True,
    ),
)
ARMS: dict[str, Arm] = {arm.name: arm for arm in _ALL}


def arm_named(name: str) -> Arm:
    """Return the arm called `name`.

    >>> arm_named("gpa").sequence
    'x'
    """
    if name not in ARMS:
        raise refuse(f"arm_named({name!r})", "arm", f"must be one of {', '.join(ARMS)}")
    return ARMS[name]
