"""The first line that a run prints: what it will do, and how much memory and time it needs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import nn

from experiments.engine.config import RunConfig
from experiments.engine.room import state_bytes

TRIAL = 2  # forward and backward passes that are timed before the first step


def words_for(seconds: float) -> str:
    """Return a duration as people say it.

    >>> words_for(75), words_for(3), words_for(7300)
    ('1m15s', '3s', '2h01m')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02d}m"


def line(
    config: RunConfig,
    each: int,
    units: tuple[int, str],
    seconds_per_step: float,
    done: int,
    held: int | None,
) -> str:
    """Return the plan of a run that has taken `done` steps already.

    `each` is a member's number of parameters, `held` the bytes that a forward pass keeps.
    """
    memory = state_bytes(config, each) / 1e6
    activations = "activations" if held is None else f"{held / 1e6:,.0f} MB of activations"
    count, unit = units
    todo = config.steps - done
    resumed = f", {done} done" if done else ""
    return (
        f"plan: {config.workload} · {config.arm} · {config.members} member(s) × {each:,} parameters"
        f" · {config.steps} steps × {count:,} {unit} = {config.steps * count:,} each{resumed}"
        f" · {memory:,.0f} MB and {activations}"
        f" · {1e3 * seconds_per_step:.3g} ms/step · ETA {words_for(todo * seconds_per_step)}"
    )


def saved_bytes(forward: Callable[[], torch.Tensor], model: nn.Module) -> int:
    """Return how many bytes besides weights a forward pass keeps for the backward pass."""
    kept: dict[int, int] = {}

    def pack(t: torch.Tensor) -> torch.Tensor:
        if not isinstance(t, nn.Parameter) and not isinstance(t._base, nn.Parameter):
            storage = t.untyped_storage()
            kept[storage.data_ptr()] = storage.nbytes()
        return t

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
        forward().sum().backward()  # without a backward pass FSDP2 would keep the gathered weights
    for p in model.parameters():
        p.grad = None
    return sum(kept.values())


def seconds_per_step(forward: Callable[[], torch.Tensor], model: nn.Module) -> float:
    """Return the time of a forward and backward pass; gradients are dropped, nothing is stepped."""
    taken = []
    for _ in range(TRIAL):
        start = time.perf_counter()
        forward().sum().backward()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        taken.append(time.perf_counter() - start)
        for p in model.parameters():
            p.grad = None
    return min(taken)  # the first passes also warm up, and others may share the machine


@dataclass
class Progress:
    """A line on the terminal that says where the run is; "none" is silent, "auto" asks the tty."""

    kind: str
    steps: int
    started: float = field(default_factory=time.monotonic)
    _shown: float = 0.0

    def __post_init__(self) -> None:
        if self.kind == "auto":
            self.kind = "plain" if sys.stderr.isatty() else "none"

    def say(self, step: int, done: int, loss: str) -> None:
        """Show the step, at most twice a second."""
        now = time.monotonic()
        if self.kind == "none" or (now - self._shown < 0.5 and step < self.steps):
            return
        self._shown = now
        rate = (step - done) / max(now - self.started, 1e-9)
        left = words_for((self.steps - step) / rate) if rate > 0 else "?"
        end = "\n" if step == self.steps else ""
        text = f"\r  step {step}/{self.steps}  {rate:.1f}/s  {left} left  {loss}   "
        sys.stderr.write(text + end)
        sys.stderr.flush()
