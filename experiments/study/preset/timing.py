"""How long one member's step takes on this machine: measured, never guessed."""

from __future__ import annotations

import torch

from experiments.engine.plan import seconds_per_step
from experiments.study.preset.preset import Preset
from experiments.workloads.registry import load

MOST = 64  # members that are timed together: the time of one hardly changes beyond


def seconds_per_member_step(preset: Preset) -> float | None:
    """Return the time of a forward and backward pass per member; None if the device is not here."""
    device = preset.run.get("device", "cpu")
    if device != "cpu" and not torch.cuda.is_available():
        return None
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        work = load(preset.workload, **preset.overrides)
        seeds = list(range(min(preset.members, MOST)))
        model = work.model(seeds, device=device)
        batch = work.stream(seeds, preset.run["batch_size"], device).batch(0)
        return seconds_per_step(lambda: work.loss(model, batch), model) / len(seeds)
    finally:
        torch.set_num_threads(threads)
