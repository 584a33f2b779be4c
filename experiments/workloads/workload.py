"""What a workload is: a model to build, a stream to train on, a loss, a fixed validation set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from experiments.models.members import parameters_of

Batch = tuple[Tensor, Tensor]  # inputs and targets, [M, B, …]


@dataclass(frozen=True)
class Workload:
    """Data, model and metric under one name.

    `build()` makes the model of one member, `open_stream` the batches of training.  `validation()`
    gives fixed batches [B, …] by name, the same for every member; the first name is "val", on which
    runs are compared.  `scale` turns nats into the metric.  `need()` opens all that the workload
    needs, and its errors say how to get what is missing.  `convex` says that on every batch the
    loss is convex in the parameters: every Bregman divergence must then be ≥ 0, which makes the
    workload a control of the instrument.
    """

    name: str
    metric: str
    build: Callable[[], Any]
    open_stream: Callable[..., Any]
    validation: Callable[[torch.dtype, str], Mapping[str, Iterable[Batch]]]
    unit: tuple[int, str]  # what one sample counts as: (1, "images")
    describe: Callable[[], dict[str, Any]]
    need: Callable[[], Any]
    scale: float = 1.0
    convex: bool = False
    target: float | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def ready(self) -> None:
        """Raise, before anything large is allocated, if data or a package is missing."""
        self.need()

    def parameters(self) -> int:
        """Return how many numbers one member has; nothing is allocated."""
        return parameters_of(self.build().materialize([0], device="meta"))

    def model(
        self, seeds: Sequence[int], dtype: torch.dtype = torch.float32, device: str = "cpu"
    ) -> Any:
        """Return the model of all members, member k drawn from seeds[k]."""
        return self.build().materialize(seeds, dtype, device)

    def stream(
        self,
        seeds: Sequence[int],
        batch_size: int,
        device: str = "cpu",
        rank: int = 0,
        ranks: int = 1,
        dtype: torch.dtype = torch.float32,
    ) -> Any:
        """Return an object whose `batch(step)` is this process's part of batch `step`."""
        place = {"device": device, "rank": rank, "ranks": ranks}
        return self.open_stream(seeds, batch_size, dtype=dtype, **place)

    def loss(self, model: nn.Module, batch: Batch) -> Tensor:
        """Return the mean cross-entropy of each member, in nats: [M]."""
        inputs, targets = batch
        return cross_entropy(model(inputs), targets)

    def evaluate(self, model: nn.Module, device: str = "cpu") -> dict[str, Tensor]:
        """Return each member's metric on every validation set."""
        first = next(model.parameters())
        members = first.shape[0]
        found = {}
        for name, batches in self.validation(first.dtype, device).items():
            total, count = torch.zeros(members, device=device, dtype=torch.float64), 0
            for inputs, targets in batches:
                one = [t.expand(members, *t.shape) for t in (inputs, targets)]
                total += cross_entropy(model(one[0]), one[1]).double() * len(inputs)
                count += len(inputs)
            found[name] = self.scale * total / count
        return found

    def units_per_step(self, batch_size: int) -> tuple[int, str]:
        """Return how much one member sees in a step."""
        return batch_size * self.unit[0], self.unit[1]


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean over everything but members; targets are classes or probabilities."""
    members = logits.shape[0]
    flat = logits.reshape(-1, logits.shape[-1])
    flat = flat.float() if flat.dtype in (torch.bfloat16, torch.float16) else flat
    if targets.is_floating_point():
        each = F.cross_entropy(flat, targets.reshape(flat.shape).to(flat.dtype), reduction="none")
    else:
        each = F.cross_entropy(flat, targets.reshape(-1), reduction="none")
    return each.view(members, -1).mean(1)
